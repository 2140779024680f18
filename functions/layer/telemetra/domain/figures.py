"""The finished figures of an interval: what ``zero / add / merge`` were for."""

from __future__ import annotations

from typing import Final

import msgspec

TOP: Final = 10
"""Names listed of emotes and tokens, unless another number is asked for."""

Ranking = list[tuple[str, int]]
"""(name, count), largest first, ties by name."""


class Figures(msgspec.Struct, frozen=True, gc=False):
    """What a window, a minute, an hour or a day says of a channel.

    Attributes:
        count: messages.
        chatters: different users that wrote.
        chatters_exact: whether that is a count and not an estimate.
        emotes: the most frequent emotes.
        tokens: the most frequent words.
        mood: mean sentiment of the scored messages, -1 to 1; None when none was scored.
        coverage: share of messages that were scored, 0 to 1.
        length: mean message length, in code points; None without a message.
        viewers_mean: mean viewer reading; None without a reading.
        viewers_low: least reading; None without one.
        viewers_peak: greatest reading; None without one.
        viewers_last: newest reading; None without one.
        sales: units bought, by transaction type.
        cents: hundredths of each currency.
    """

    count: int
    chatters: int
    chatters_exact: bool
    emotes: Ranking
    tokens: Ranking
    mood: float | None
    coverage: float
    length: float | None
    viewers_mean: float | None
    viewers_low: int | None
    viewers_peak: int | None
    viewers_last: int | None
    sales: dict[str, int]
    cents: dict[str, int]
