"""What one pane of viewer readings says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from telemetra.domain.encoding import seal, unseal
from telemetra.domain.events import Viewer

_VERSION: Final = 1
PackedViewers = tuple[int, int, int, int, tuple[int, str, int]]

_NO_READING: Final = (-1, "", 0)


class ViewerPane(msgspec.Struct, frozen=True, gc=False):
    """Viewer readings of one pane; a commutative monoid.

    Attributes:
        count: readings; every other field means nothing while it is 0.
        total: sum of the readings, in viewers.
        low: least reading.
        high: greatest reading.
        last: (ts, event_id, viewers) of the newest reading, ties by event id.
    """

    count: int = 0
    total: int = 0
    low: int = 0
    high: int = 0
    last: tuple[int, str, int] = _NO_READING

    @classmethod
    def of(cls, events: Sequence[Viewer]) -> ViewerPane:
        """Fold readings into a pane."""
        if not events:
            return cls()
        readings = [event.viewers for event in events]
        newest = max([(event.ts, event.event_id, event.viewers) for event in events])
        return cls(len(readings), sum(readings), min(readings), max(readings), newest)

    def merge(self, other: ViewerPane) -> ViewerPane:
        """Return the pane of both sets of readings."""
        if not other.count:
            return self
        if not self.count:
            return other
        return ViewerPane(
            self.count + other.count,
            self.total + other.total,
            min(self.low, other.low),
            max(self.high, other.high),
            max(self.last, other.last),
        )

    @property
    def mean(self) -> float | None:
        """Mean reading, in viewers; None without a reading."""
        return self.total / self.count if self.count else None

    def encode(self) -> bytes:
        """Return canonical bytes."""
        return seal(_VERSION, self.packed())

    @classmethod
    def decode(cls, data: bytes) -> ViewerPane:
        """Undo ``encode``; raises ``CorruptStateError``."""
        _, shape = unseal(data, {_VERSION: PackedViewers}, "viewer pane")
        return cls.unpacked(shape)

    def packed(self) -> PackedViewers:
        """Return a canonical plain form."""
        return self.count, self.total, self.low, self.high, self.last

    @classmethod
    def unpacked(cls, shape: PackedViewers) -> ViewerPane:
        """Undo ``packed``."""
        return cls(*shape)
