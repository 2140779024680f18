"""How the product is: can the tables be read, and how old is the newest arrival of each shard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from telemetra.application.ports import Directory, MetricStore, PaneStore, StateStore
from telemetra.domain.errors import StoreUnavailableError
from telemetra.domain.events import Kind
from telemetra.domain.metrics import MetricKey
from telemetra.domain.window import MINUTE_MS, PANE_MS, Grain, floor_to

RECENT_MS: Final = 10 * MINUTE_MS
"""Channels silent for longer say nothing of the shards of now."""

MOST_CHANNELS: Final = 20
"""Channels looked at; there is a query of panes for each."""


NOWHERE: Final = "-"
"""No channel: a key to probe a table with."""


class HealthReport:
    """Reports on the tables, on the lag by shard and on the newest published minute."""

    def __init__(
        self,
        directory: Directory,
        panes: PaneStore,
        metrics: MetricStore,
        states: StateStore,
        *,
        version: str,
    ) -> None:
        """Take the stores to probe and the version of the product."""
        self._directory = directory
        self._panes = panes
        self._metrics = metrics
        self._states = states
        self._version = version

    def __call__(self, now_ms: int) -> dict[str, Any]:
        """Return the JSON object of the report.

        ``lag_ms`` is the age of the newest arrival that was folded and stored, which in a silent stream is
        the length of the silence; ``last_minute_ms`` is the start of the newest final minute, or None.
        """
        arrivals: dict[tuple[Kind, str], int] = {}
        closed_ms, tables = 0, "ok"
        try:
            channels = self._directory.seen_since(now_ms - RECENT_MS)[:MOST_CHANNELS]
            self._metrics.load([MetricKey(NOWHERE, Grain.MINUTE, floor_to(now_ms, MINUTE_MS))])
            for state in self._states.load(channels or [NOWHERE]).values():
                closed_ms = max(closed_ms, state.closed_ms)
                _note(arrivals, ((slot, arrival) for slot, (_, arrival) in state.clock.marks.items()))
            for channel in channels:
                rows = self._panes.span(
                    channel, floor_to(now_ms, PANE_MS) - MINUTE_MS, None, consistent=False
                )
                _note(arrivals, (((key.kind, key.shard), partial.arrival_ms) for key, partial in rows))
        except StoreUnavailableError:
            tables = "unavailable"
        return {
            "status": "ok" if tables == "ok" else "degraded",
            "version": self._version,
            "dependencies": {"tables": tables},
            "lag": [
                {"stream": kind.value, "shard": shard, "lag_ms": max(now_ms - arrival, 0)}
                for (kind, shard), arrival in sorted(arrivals.items())
            ],
            "last_minute_ms": closed_ms - MINUTE_MS if closed_ms else None,
        }


def _note(newest: dict[tuple[Kind, str], int], arrivals: Iterable[tuple[tuple[Kind, str], int]]) -> None:
    for slot, arrival in arrivals:
        newest[slot] = max(arrival, newest.get(slot, arrival))
