"""Metric values by minute."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final, NamedTuple

from telemetra.domain.window import MINUTE_MS, floor_to

KEPT_MINUTES: Final = 60


class Name(NamedTuple):
    """What identifies a metric.

    Attributes:
        namespace: such as ``AWS/Lambda``.
        metric: such as ``Errors``.
        dimensions: (name, value) pairs, sorted.
    """

    namespace: str
    metric: str
    dimensions: tuple[tuple[str, str], ...]


def name_of(namespace: str, metric: str, dimensions: Mapping[str, str]) -> Name:
    """Return the name with its dimensions in order."""
    return Name(namespace, metric, tuple(sorted(dimensions.items())))


@dataclass(frozen=True, slots=True)
class Point:
    """One value at one instant, ms."""

    name: Name
    at_ms: int
    value: float


class Series:
    """The values of the last hour."""

    def __init__(self) -> None:
        """Begin without values."""
        self._minutes: defaultdict[Name, dict[int, array[float]]] = defaultdict(dict)
        self.totals: defaultdict[Name, float] = defaultdict(float)
        self.latest: dict[Name, float] = {}

    def add(self, points: Iterable[Point]) -> None:
        """Take values in."""
        for point in points:
            minute = floor_to(point.at_ms, MINUTE_MS)
            held = self._minutes[point.name]
            if minute not in held:
                held[minute] = array("d")
                for old in [start for start in held if start <= minute - KEPT_MINUTES * MINUTE_MS]:
                    del held[old]
            held[minute].append(point.value)
            self.totals[point.name] += point.value
            self.latest[point.name] = point.value

    def statistic(self, name: Name, statistic: str, minute_ms: int) -> float | None:
        """Return ``Sum``, ``Average``, ``Minimum``, ``Maximum``, ``SampleCount`` or ``p99`` of a minute.

        None when the minute has no value.

        Raises:
            ValueError: the statistic is none of these.
        """
        values = self._minutes.get(name, {}).get(minute_ms)
        if not values:
            return None
        match statistic:
            case "Sum":
                return sum(values)
            case "Average":
                return sum(values) / len(values)
            case "Minimum":
                return min(values)
            case "Maximum":
                return max(values)
            case "SampleCount":
                return float(len(values))
        if statistic.startswith("p"):
            rank = ceil(float(statistic[1:]) / 100 * len(values))
            return sorted(values)[max(0, rank - 1)]
        message = f"{statistic} is no statistic that is known here"
        raise ValueError(message)

    def names(self) -> list[Name]:
        """Return every metric that had a value, in order."""
        return sorted(self.totals)
