"""How many different people wrote in the last minutes: a union, for the figures of minutes do not add up."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Final

from telemetra.application.ports import MetricStore, PaneStore
from telemetra.domain.chat import ChatPane
from telemetra.domain.distinct import Distinct
from telemetra.domain.window import MINUTE_MS, Grain, floor_to

SPANS: Final = ("1", "5", "15", "60")
"""Minutes that can be asked for."""

USUAL_SPANS: Final = ("1", "5", "60")


@dataclass(frozen=True, slots=True)
class Chatters:
    """Who wrote in the half-open interval ``[start_ms, end_ms)``, which is so many ``minutes``."""

    minutes: int
    start_ms: int
    end_ms: int
    different: Distinct


class Uniques:
    """Counts chatters.

    The sets of whole minutes are merged as stored, and those of panes at both ends::

        stored        |  18:00  |  18:01  |  18:02  |
        panes       |--|                            |--|--|--|
        span        [======================================)

    One query reads the rows, at most 60 of them; one the panes after the newest row; and one for each span
    those before its first whole minute, of which there are none when the spans end with a minute.
    """

    def __init__(self, metrics: MetricStore, panes: PaneStore) -> None:
        """Take the stores of rows and of panes."""
        self._metrics = metrics
        self._panes = panes

    def __call__(self, channel: str, end_ms: int, minutes: Collection[int]) -> list[Chatters]:
        """Return the chatters of the spans of so many ``minutes`` before ``end_ms``, which begins a pane."""
        first_ms = floor_to(max(end_ms - max(minutes) * MINUTE_MS, 0), MINUTE_MS)
        rows = self._metrics.span(channel, Grain.MINUTE, first_ms, floor_to(end_ms, MINUTE_MS))
        whole = {row.key.start_ms: row.summary.chat.chatters for row in rows}
        open_ms = rows[-1].end_ms if rows else first_ms
        after = list(self._written(channel, open_ms, end_ms))

        def over(start_ms: int) -> Distinct:
            parts = [one for at_ms, one in after if at_ms >= start_ms]
            parts += [one for at_ms, one in whole.items() if at_ms >= start_ms]
            cut_ms = floor_to(start_ms, MINUTE_MS)
            if cut_ms < start_ms and cut_ms in whole:
                parts += [one for _, one in self._written(channel, start_ms, cut_ms + MINUTE_MS)]
            return reduce(Distinct.merge, parts, Distinct())

        starts = [(each, max(end_ms - each * MINUTE_MS, 0)) for each in minutes]
        return [Chatters(each, start_ms, end_ms, over(start_ms)) for each, start_ms in starts]

    def _written(self, channel: str, start_ms: int, end_ms: int) -> Iterable[tuple[int, Distinct]]:
        """Yield the start of each pane in a range, and who wrote in it."""
        for key, partial in self._panes.span(channel, start_ms, end_ms, consistent=False):
            if isinstance(partial.content, ChatPane):
                yield key.start_ms, partial.content.chatters
