"""What a value is held against: its own means of several spans, its hour of the day, its slow level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

HOURS: Final = 24
HOUR_MS: Final = 3_600_000

_FAMILIAR: Final = 2
"""Days on which an hour must have been seen before its own baseline counts."""

PackedBaselines: TypeAlias = tuple[int, list[float], float, int, list[int], list[float]]


@dataclass(slots=True)
class Baselines:
    """Exponentially weighted means of one signal.

    Attributes:
        seen: values learned.
        means: one for each span, the longest last.
        short: mean of the short span.
        hour: the hour (since 1970) of the last value.
        days: days on which each hour of the day was seen, at most two; empty when hours are not watched.
        usual: baseline of each hour of the day.
    """

    seen: int
    means: list[float]
    short: float
    hour: int
    days: list[int]
    usual: list[float]

    @classmethod
    def start(cls, spans: int, *, hourly: bool) -> Baselines:
        """Return the baselines of a signal of which nothing was seen."""
        hours = HOURS if hourly else 0
        return cls(0, [0.0] * spans, 0.0, -1, [0] * hours, [0.0] * hours)

    def distances(self, at_ms: int, value: float, gains: Sequence[float], hour_rate: float) -> list[float]:
        """Return the distances of a value from the means, from its hour and of the short mean; then learn it.

        Args:
            at_ms: start of the pane.
            value: of the pane.
            gains: weights of a value in each of the means and in the short one.
            hour_rate: weight of a value in the baseline of its hour.
        """
        means = self.means
        if not self.seen:
            means[:] = [value] * len(means)
            self.short = value
        self.seen += 1
        least, longest = 1.0 / self.seen, means[-1]
        found = [value - mean for mean in means]
        for at, gain in enumerate(gains[:-1]):
            means[at] += (max(least, gain)) * found[at]
        if self.days:
            found.append(self._hourly(at_ms, value, longest, hour_rate))
        self.short += max(gains[-1], least) * (value - self.short)
        found.append(self.short - longest)
        return found

    def _hourly(self, at_ms: int, value: float, longest: float, rate: float) -> float:
        """Return the distance from what the hour was last; from the longest mean while it is not familiar."""
        hour = at_ms // HOUR_MS
        at = hour % HOURS
        usual = self.usual[at]
        distance = value - (usual if self.days[at] >= _FAMILIAR else longest)
        if hour != self.hour:
            self.hour = hour
            if not self.days[at]:
                usual = value
            self.days[at] = min(self.days[at] + 1, _FAMILIAR)
        self.usual[at] = usual + rate * (value - usual)
        return distance
