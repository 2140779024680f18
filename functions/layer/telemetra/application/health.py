"""How the product is: can the tables be read, and how old is the newest arrival of each shard."""

from __future__ import annotations

from typing import Any, Final

from telemetra.application.ports import Directory, MetricStore, StateStore
from telemetra.domain.errors import StoreUnavailableError
from telemetra.domain.events import Kind
from telemetra.domain.metrics import MetricKey
from telemetra.domain.state import ChannelState
from telemetra.domain.window import MINUTE_MS, Grain, floor_to

RECENT_MS: Final = 10 * MINUTE_MS
"""Channels silent for longer say nothing of the shards of now."""

MOST_CHANNELS: Final = 100
"""Channels looked at; their events fall on every shard long before."""


class HealthReport:
    """Reports on the tables, on the lag by shard and on the newest published minute."""

    def __init__(
        self, directory: Directory, metrics: MetricStore, states: StateStore, *, version: str
    ) -> None:
        """Take the stores to probe and the version of the product."""
        self._directory = directory
        self._metrics = metrics
        self._states = states
        self._version = version

    def __call__(self, now_ms: int) -> dict[str, Any]:
        """Return the JSON object of the report.

        ``lag_ms`` is the age of the newest arrival that was folded and stored, which in a silent stream is
        the length of the silence; ``last_minute_ms`` is the start of the newest final minute, or None.
        """
        try:
            states = self._read(now_ms)
        except StoreUnavailableError:
            tables, states = "unavailable", []
        else:
            tables = "ok"
        closed_ms = max((state.closed_ms for state in states), default=0)
        return {
            "status": "ok" if tables == "ok" else "degraded",
            "version": self._version,
            "dependencies": {"tables": tables},
            "lag": [
                {"stream": kind.value, "shard": shard, "lag_ms": max(now_ms - arrival, 0)}
                for (kind, shard), arrival in sorted(_arrivals(states).items())
            ],
            "last_minute_ms": closed_ms - MINUTE_MS if closed_ms else None,
        }

    def _read(self, now_ms: int) -> list[ChannelState]:
        channels = self._directory.seen_since(now_ms - RECENT_MS)[:MOST_CHANNELS]
        probe = channels[0] if channels else "health"
        self._metrics.load([MetricKey(probe, Grain.MINUTE, floor_to(now_ms, MINUTE_MS))])
        return list(self._states.load(channels or [probe]).values())


def _arrivals(states: list[ChannelState]) -> dict[tuple[Kind, str], int]:
    newest: dict[tuple[Kind, str], int] = {}
    for state in states:
        for slot, (_, arrival) in state.clock.marks.items():
            newest[slot] = max(arrival, newest.get(slot, arrival))
    return newest
