"""Pace: how fast a stream is fed, learned from its refusals."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

FLOOR: Final = 64 * 1024.0
"""Bytes a second that are always tried; a shard takes 1 MiB."""

_CUT: Final = 0.6
_GAIN: Final = 64 * 1024.0
_FORGET_S: Final = 60.0
_SPAN_S: Final = 5.0


@dataclass(slots=True)
class Pace:
    """Additive increase, multiplicative decrease over bytes a second; without a refusal there is no limit.

    Attributes:
        limit: bytes a second; None while the stream has taken everything for a minute.
    """

    limit: float | None = None
    _next_s: float = 0.0
    _refused_s: float = 0.0
    _since_s: float | None = None
    _taken: float = field(default=0.0)

    def delay(self, now_s: float) -> float:
        """Return how many seconds the next call is to wait."""
        if self.limit is None:
            return 0.0
        return max(0.0, self._next_s - now_s)

    def sent(self, now_s: float, size: int, *, refused: bool) -> None:
        """Note one call: ``size`` bytes were accepted, and whether anything was refused."""
        if self._since_s is None or now_s - self._since_s > _SPAN_S:
            self._since_s, self._taken = now_s, 0.0
        self._taken += size
        if refused:
            seen = self._taken / max(now_s - self._since_s, 1.0)
            self.limit = max(FLOOR, _CUT * min(seen, self.limit or seen))
            self._refused_s = now_s
        elif self.limit is not None:
            self.limit += _GAIN
            if now_s - self._refused_s > _FORGET_S:
                self.limit = None
        if self.limit is not None:
            self._next_s = max(now_s, self._next_s) + size / self.limit
