"""Every number that the fusion can be tuned by, in one place, and so in the hash of its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple


class Tell(NamedTuple):
    """What one signal adds to the fused surprise of a pane.

    Attributes:
        signal: its name.
        side: 1 when it must lie above what was expected, -1 below.
        weight: of its surprise.
        least: the effect (ratio, or difference of shares) without which it adds nothing.
        carries: whether it can make a moment at all, or only adds to one that another signal makes.
    """

    signal: str
    side: int
    weight: float
    least: float
    carries: bool = False


TELLS: Final = (
    Tell("chat_rate", 1, 1.0, 1.7, carries=True),
    Tell("uniques", 1, 0.4, 1.6),
    Tell("viewers", 1, 0.4, 1.08),
    Tell("sentiment", 1, 0.4, 0.3),
    Tell("sentiment", -1, 0.4, -0.3),
    Tell("emote_concentration", 1, 0.7, 0.15),
    Tell("revenue", 1, 0.5, 6.0),
    Tell("duplicates", 1, 0.7, 0.2, carries=True),
    Tell("message_length", 1, 0.4, 2.0),
    Tell("message_length", -1, 0.3, 0.5),
)
"""What makes a pane lively."""


class Says(NamedTuple):
    """What it adds to the fused surprise when more messages than usual say the same kind of thing.

    Attributes:
        what: field of ``picture.Usual``.
        least: share of messages beyond the usual one.
        adds: to the fused surprise.
    """

    what: str
    least: float
    adds: float


SAYS: Final = (Says("laughter", 0.3, 2.0), Says("anger", 0.2, 2.0), Says("votes", 0.25, 3.0))
"""What chat says with one voice. It adds to a moment that a signal makes; it makes none."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The fusion's numbers.

    Attributes:
        cap: most surprise that one signal can bring in.
        opens: fused surprise that opens a moment.
        least_messages: a lively pane holds so many, or none of its chat counts.
        warm_up: panes with data before anything is opened.
        settle: panes after a break in the stream before anything is opened.
        hysteresis: share of ``opens`` below which a pane is calm again.
        hold: calm panes that end a moment.
        longest: panes after which a lively moment is taken for the new usual.
        guard: panes after a moment in which only what surpasses ``guarded`` of its peak opens another.
        guarded: see above.
        budget: added to ``opens`` for each doubling of the moments of the last hour beyond the first.
        memory: panes that half of a past moment is forgotten in.
        lull_below: share of the usual rate that a pane of a lull stays below, on average.
        lull_panes: panes of silence that make a lull, and ``lull_messages`` more missing.
        lull_messages: see above.
        lull_longest: panes after which a lull is taken for the new usual.
        outage_panes: panes without any data that make an outage of a live channel.
        outage_messages: messages that are missing by then, unless the viewers are.
        drop: share of viewers that is lost within ``drop_panes``.
        drop_panes: see above.
        drop_surprise: least surprise of that, or ``drop_noise`` times the square root of the viewers.
        drop_noise: see there.
        bomb: subscriptions given away in a pane that make a moment by themselves, and ``bomb_usual`` times
            what is usual with so many messages.
        bomb_usual: see there.
        bomb_adds: what they add to the fused surprise.
        raid_ms: how long after it was announced a raid still counts.
        raid_share: share of the viewers that a raid brings at least, to make a moment by itself.
        raid_adds: what it adds to the fused surprise.
        suspect: messages, as a multiple of the usual, from which on a pane is judged before it is learned.
        suspect_more: and so many beside.
        words: words and emotes whose usual share is kept.
        word_memory: panes that the usual shares look back, on average.
    """

    cap: float = 10.0
    opens: float = 9.0
    least_messages: int = 8
    warm_up: int = 18
    settle: int = 6
    hysteresis: float = 0.4
    hold: int = 2
    longest: int = 36
    guard: int = 9
    guarded: float = 0.8
    budget: float = 1.5
    memory: float = 180.0
    lull_below: float = 0.35
    lull_panes: float = 1.8
    lull_messages: float = 8.0
    lull_longest: int = 180
    outage_panes: int = 4
    outage_messages: float = 12.0
    drop: float = 0.18
    drop_panes: int = 4
    drop_surprise: float = 3.0
    drop_noise: float = 4.0
    bomb: int = 8
    bomb_usual: float = 2.0
    bomb_adds: float = 7.0
    raid_ms: int = 60_000
    raid_share: float = 0.03
    raid_adds: float = 5.0
    suspect: float = 1.6
    suspect_more: float = 5.0
    words: int = 24
    word_memory: float = 60.0
