"""How the product is: do its dependencies answer, and how far is the fold of each shard behind its stream."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Protocol, TypeAlias

from telemetra.application.contract.shapes import Dependencies, Health, ShardLag
from telemetra.application.ports import Directory, MetricStore, StateStore
from telemetra.domain.errors import StoreUnavailableError
from telemetra.domain.events import Kind
from telemetra.domain.metrics import MetricKey
from telemetra.domain.window import MINUTE_MS, SECOND_MS, Grain, floor_to

RECENT_MS: Final = 10 * MINUTE_MS
"""Channels silent for longer say nothing of the minutes of now."""

MOST_CHANNELS: Final = 20
"""Channels looked at for the newest minute."""

STALLED_MS: Final = 20 * SECOND_MS
"""A shard whose oldest waiting record is older than this has stalled: deliveries come every 10 s at most."""

REMEMBERED_MS: Final = 3 * SECOND_MS
"""How long a report is remembered; a shard may be read five times a second by everybody together."""

NOWHERE: Final = "-"
"""No channel: a key to probe a table with."""

Slot: TypeAlias = tuple[Kind, str]
"""A shard of the stream of a kind."""


class Progress(Protocol):
    """How far each shard has been folded, by sequence number as the stream writes it."""

    def note(self, slot: Slot, sequence: str) -> None:
        """Note the last record of a delivery that is done."""

    def load(self, slots: Collection[Slot]) -> dict[Slot, str]:
        """Read the notes; a shard without one is left out."""


class Shards(Protocol):
    """The streams themselves."""

    def slots(self) -> list[Slot]:
        """List every shard of every stream."""

    def lag_ms(self, slot: Slot, after: str | None, now_ms: int) -> int:
        """Return the age of the oldest record after a sequence number; 0 when there is none."""


class HealthReport:
    """Reports on the tables, the streams, the lag by shard and the newest published minute."""

    def __init__(
        self,
        directory: Directory,
        metrics: MetricStore,
        states: StateStore,
        progress: Progress,
        shards: Shards,
        *,
        version: str,
    ) -> None:
        """Take the stores to probe, the streams and the version of the product."""
        self._directory = directory
        self._metrics = metrics
        self._states = states
        self._progress = progress
        self._shards = shards
        self._version = version

    def __call__(self, now_ms: int) -> Health:
        """Return the report; ``last_minute_ms`` is the start of the newest final minute, or None."""
        tables, streams = True, True
        closed_ms = 0
        lags: list[ShardLag] = []
        try:
            closed_ms = self._closed_ms(now_ms)
        except StoreUnavailableError:
            tables = False
        try:
            lags = self._lags(now_ms)
        except StoreUnavailableError:
            streams = False
        well = tables and streams and not any(lag.stalled for lag in lags)
        return Health(
            status="ok" if well else "degraded",
            version=self._version,
            dependencies=Dependencies(
                tables="ok" if tables else "unavailable", streams="ok" if streams else "unavailable"
            ),
            lag=lags,
            last_minute_ms=closed_ms - MINUTE_MS if closed_ms else None,
        )

    def _closed_ms(self, now_ms: int) -> int:
        channels = self._directory.seen_since(now_ms - RECENT_MS)[:MOST_CHANNELS]
        self._metrics.load([MetricKey(NOWHERE, Grain.MINUTE, floor_to(now_ms, MINUTE_MS))])
        states = self._states.load(channels or [NOWHERE])
        return max((state.closed_ms for state in states.values()), default=0)

    def _lags(self, now_ms: int) -> list[ShardLag]:
        slots = sorted(self._shards.slots())
        done = self._progress.load(slots)
        lags = [(slot, self._shards.lag_ms(slot, done.get(slot), now_ms)) for slot in slots]
        return [
            ShardLag(kind.value, shard, lag_ms, stalled=lag_ms > STALLED_MS) for (kind, shard), lag_ms in lags
        ]
