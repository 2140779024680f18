"""Watermarks: how far event time is known to have come, per channel, kind and shard.

shard 0   ----x----x-----x          mark = greatest min(ts, arrival)
shard 1   ----x--x                  a lagging shard holds its kind back, and only its kind
watermark of the kind   ^           least mark over the shards seen in the last minute
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from telemetra.domain.events import Kind
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.window import LATENESS_MS, MINUTE_MS, PANE_MS, SECOND_MS, floor_to

ACTIVE_MS: Final = MINUTE_MS
"""A shard silent for so long, while its sisters are not, holds nothing back any more."""

IDLE_MS: Final = 30 * SECOND_MS
"""Silence after which the watermark moves on by the time since the last arrival."""

PackedClock: TypeAlias = list[tuple[str, str, int, int]]


@dataclass(frozen=True, slots=True)
class Clock:
    """Marks of one channel; absorbing is idempotent and commutes, so retries and order do not matter.

    Attributes:
        marks: (kind, shard) to (mark, newest arrival), both ms.
    """

    marks: Mapping[tuple[Kind, str], tuple[int, int]] = field(default_factory=dict)

    def absorb(self, partials: Iterable[tuple[PaneKey, Partial]]) -> Clock:
        """Return the clock moved on by what these partials have folded."""
        marks = dict(self.marks)
        for key, partial in partials:
            slot = (key.kind, key.shard)
            mark, arrival = marks.get(slot, (partial.mark_ms, partial.arrival_ms))
            marks[slot] = max(mark, partial.mark_ms), max(arrival, partial.arrival_ms)
        newest: dict[Kind, int] = {}
        for (kind, _), (_, arrival) in marks.items():
            newest[kind] = max(arrival, newest.get(kind, arrival))
        return Clock({slot: seen for slot, seen in marks.items() if seen[1] > newest[slot[0]] - ACTIVE_MS})

    def kinds(self) -> set[Kind]:
        """Return the kinds that the channel has sent."""
        return {kind for kind, _ in self.marks}

    def watermark(self, kind: Kind, now_ms: int) -> int | None:
        """Return how far event time of ``kind`` is known to have come; None when it was never sent."""
        seen = [marks for (of, _), marks in self.marks.items() if of is kind]
        if not seen:
            return None
        silence = now_ms - max(arrival for _, arrival in seen)
        return min(mark for mark, _ in seen) + (silence if silence > IDLE_MS else 0)

    def closed(self, kind: Kind, now_ms: int) -> int | None:
        """Return the instant before which all panes of ``kind`` are closed; None when it was never sent."""
        watermark = self.watermark(kind, now_ms)
        return None if watermark is None else floor_to(watermark - LATENESS_MS, PANE_MS)

    def closed_everywhere(self, now_ms: int) -> int | None:
        """Return the instant before which every kind that was sent has closed its panes."""
        closings = [self.closed(kind, now_ms) for kind in self.kinds()]
        return min((at for at in closings if at is not None), default=None)

    def packed(self) -> PackedClock:
        """Return a canonical plain form."""
        return [(kind.value, shard, *self.marks[kind, shard]) for kind, shard in sorted(self.marks)]

    @classmethod
    def unpacked(cls, form: PackedClock) -> Clock:
        """Undo ``packed``."""
        return cls({(Kind(kind), shard): (mark, arrival) for kind, shard, mark, arrival in form})
