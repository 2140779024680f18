"""Changes at their place in time: what is no moment but changes a channel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from producer.sources.scenario.spec import ChangeSpec

_PAUSE_MS: Final = 30_000
_PAUSED: Final = 0.7
_SETTLING_MS: Final = 60_000
_FOREVER_MS: Final = 10**15


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one channel; every figure is drawn.

    Attributes:
        channel: its channel.
        type: one of ``kinds.CHANGES``.
        start_ms: its first instant.
        end_ms: the first instant after it; far away when it stays.
        to: where the chat goes, as a multiple of the usual rate.
        gap_ms: in slow mode, the least time between two messages of one chatter.
        category: what a category switch switches to; empty: the next of the list.
    """

    channel: str
    type: str
    start_ms: int
    end_ms: int
    to: float = 1.0
    gap_ms: int = 0
    category: str = ""

    @property
    def stays(self) -> bool:
        """Whether it has no end."""
        return self.end_ms - self.start_ms >= _FOREVER_MS

    def holds(self, at_ms: int) -> bool:
        """Say whether it is going on at ``at_ms``."""
        return self.start_ms <= at_ms < self.end_ms

    def audience(self, at_ms: int) -> float:
        """Return the multiple of viewers, and of chat with them, at ``at_ms``: a ramp's half cosine."""
        if self.type != "ramp" or at_ms < self.start_ms:
            return 1.0
        part = min(1.0, (at_ms - self.start_ms) / (self.end_ms - self.start_ms))
        return math.exp(math.log(self.to) * (1 - math.cos(math.pi * part)) / 2)

    def chat(self, at_ms: int) -> float:
        """Return the multiple of the chat's rate at ``at_ms``, apart from the audience's."""
        if not self.holds(at_ms) or self.type == "ramp":
            return 1.0
        if self.type != "category-switch":
            return self.to
        since = at_ms - self.start_ms
        if since < _PAUSE_MS:
            return _PAUSED
        return 1 + (self.to - 1) * min(1.0, (since - _PAUSE_MS) / _SETTLING_MS)


def change_of(spec: ChangeSpec, key: str, channel: str, start_ms: int) -> Change:
    """Place ``spec`` on a clock whose instant 0 is ``start_ms``; ``key`` tells its chance from all other."""
    rng = Random(key)
    figure = {name: each.draw(rng) for name, each in sorted(spec.figures.items())}
    begins = start_ms + round(figure["at"])
    lasts = round(figure.get("lasts", 0))
    return Change(
        channel=channel,
        type=spec.type,
        start_ms=begins,
        end_ms=begins + (lasts or _FOREVER_MS),
        to=figure.get("to", 1.0),
        gap_ms=round(figure.get("gap", 0)),
        category=spec.category,
    )
