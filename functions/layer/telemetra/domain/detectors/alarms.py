"""Which peaks of surprise are worth an alarm: one an event, and fewer the more often they came."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log10
from typing import Final, TypeAlias

from telemetra.domain.detectors.narrow import half

MOST_EVENTS: Final = 60
"""Past events that are remembered; beyond it the lowest is forgotten."""

PackedAlarms: TypeAlias = tuple[float, float, int, list[tuple[int, float]]]


@dataclass(frozen=True, slots=True)
class Budget:
    """What an alarm costs.

    Attributes:
        blend: weight of the newest surprise in their exponentially weighted mean, which is what is budgeted;
            1 takes each alone, less asks that a surprise lasts.
        least: surprise below which nothing is an event.
        hold: panes after a peak within which only a higher one is an event, and the same one.
        margin: by how much higher; also how much lower a past event may be to count as at least as large.
        weight: each tenfold of past events that were at least as large lowers an alarm by so much.
        memory: panes after which an event no longer counts.
    """

    blend: float = 1.0
    least: float = 1.0
    hold: int = 6
    margin: float = 1.0
    weight: float = 3.0
    memory: int = 20_000


@dataclass(slots=True)
class Alarms:
    """Past events of one signal, and the peak that is held.

    Attributes:
        recent: mean surprise of late, see ``Budget.blend``.
        peak: the height that is held; 0 when none is.
        left: panes that it is still held for.
        events: (pane, height) of past events, the newest last; heights to three digits.
    """

    recent: float = 0.0
    peak: float = 0.0
    left: int = 0
    events: list[tuple[int, float]] = field(default_factory=list)

    def tick(self) -> None:
        """Let a pane pass."""
        if self.left:
            self.left -= 1
            if not self.left:
                self.peak = 0.0

    def height(self, pane: int, surprise: float, budget: Budget) -> float:
        """Return how high an alarm a surprise gives, 0 for none, and remember the event."""
        self.recent += budget.blend * (surprise - self.recent)
        surprise = self.recent
        if surprise < budget.least or (self.left and surprise <= self.peak + budget.margin):
            return 0.0
        events = self.events
        while events and events[0][0] <= pane - budget.memory:
            del events[0]
        alike = sum([height >= surprise - budget.margin for _, height in events])
        if self.left and events:
            events[-1] = (pane, half(surprise))
        else:
            events.append((pane, half(surprise)))
            if len(events) > MOST_EVENTS:
                events.remove(min(events, key=lambda event: event[1]))
        self.peak, self.left = surprise, budget.hold
        return max(surprise - budget.weight * log10(1 + alike), 0.0)
