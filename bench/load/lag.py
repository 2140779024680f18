"""From observations of live windows to the lag of every event, and its quantiles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.load.schedule import Truth
from telemetra.domain.window import SECOND_MS


@dataclass(frozen=True, slots=True)
class Seen:
    """A live window as somebody got it.

    Attributes:
        at_ms: when.
        start_ms: where the window starts.
        count: messages in it.
    """

    at_ms: int
    channel: str
    start_ms: int
    count: int


@dataclass(frozen=True, slots=True)
class Lags:
    """The lag of each event of the channels that were looked at.

    Attributes:
        samples: (when it was due, how much later it was shown), ms, one an event.
        unseen: events that no window ever showed.
    """

    samples: Sequence[tuple[int, int]]
    unseen: int

    @property
    def values(self) -> list[int]:
        """The lags alone, ascending."""
        return sorted(lag for _, lag in self.samples)

    def figures(self) -> dict[str, Any]:
        """Return what is recorded, ms."""
        values = self.values
        shares = {"p50_ms": 0.5, "p90_ms": 0.9, "p99_ms": 0.99, "p999_ms": 0.999}
        told: dict[str, Any] = {name: quantile(values, share) for name, share in shares.items()}
        return {
            "events": len(values),
            "unseen": self.unseen,
            **told,
            "most_ms": values[-1] if values else None,
        }

    def by_second(self, share: float) -> list[tuple[int, int]]:
        """Return (second, quantile) of the events due in each second since the first."""
        first = min((due for due, _ in self.samples), default=0)
        groups: defaultdict[int, list[int]] = defaultdict(list)
        for due, lag in self.samples:
            groups[(due - first) // SECOND_MS].append(lag)
        return [(second, quantile(sorted(groups[second]), share) or 0) for second in sorted(groups)]


def quantile(ascending: Sequence[int], share: float) -> int | None:
    """Return the least value that ``share`` of all do not exceed (nearest rank); None of nothing.

    Example:
        >>> quantile(range(1, 101), 0.99), quantile([7], 0.5), quantile([1, 2], 0.5), quantile([], 0.5)
        (99, 7, 1, None)
    """
    if not ascending:
        return None
    rank = -(-round(len(ascending) * share * 1e9) // 10**9)
    return ascending[max(0, min(len(ascending), rank) - 1)]


def lags(truth: Truth, seen: Iterable[Seen], channels: Iterable[str]) -> Lags:
    """Return how much later than due each event of the channels looked at was first shown.

    An event counts from when it was to be put, not from when it was: a sender held up by the stack it
    measures would otherwise leave out just what was slow (coordinated omission; Tene, 2013).
    """
    by_channel: defaultdict[str, list[Seen]] = defaultdict(list)
    for one in sorted(seen, key=lambda one: one.at_ms):
        by_channel[one.channel].append(one)
    samples: list[tuple[int, int]] = []
    unseen = 0
    for channel in channels:
        due, shown = truth.due_ms(channel), 0
        for one in by_channel[channel]:
            reached = min(len(due), truth.shown(channel, one.start_ms, one.count))
            samples += [(due[at], one.at_ms - due[at]) for at in range(shown, reached)]
            shown = max(shown, reached)
        unseen += len(due) - shown
    return Lags(samples, unseen)
