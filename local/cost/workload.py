"""What is asked of the stack, and the rhythm in which it works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

HOURS: Final = 730
"""Hours of a month, as price calculators count it."""

SECONDS: Final = HOURS * 3600
MINUTES: Final = HOURS * 60

SHARES: Final[Mapping[str, float]] = {"chat": 0.90, "viewer": 0.06, "transaction": 0.03, "stream_meta": 0.01}
"""Share of the events that each stream takes."""

BUCKETS: Final = 64
"""Partition keys of a stream: so many packed records a second at most, while none is full."""

RECORD_BYTES: Final = 200_000
"""Largest packed record."""

SHARD_BYTES: Final = 1_000_000
SHARD_RECORDS: Final = 1_000
"""What a shard takes a second."""

HEADROOM: Final = 0.7
"""Share of a shard's or a table's capacity that is used on average."""


@dataclass(frozen=True, slots=True)
class Workload:
    """Load and settings to estimate.

    Attributes:
        events_per_s: events of all four kinds, on average over the month.
        events_per_channel_s: of one active channel.
        event_bytes: JSON of one event.
        packing: raw bytes to packed bytes.
        live_refresh_s: batching window of aggregate; the live view is as old.
        dashboards: sockets open all month, each on one channel.
        retention_hours: of the streams.
        archive_days: how long raw records stay in S3; 0 is no archive.
        write_units: of one active channel a minute; None takes ``measured_units``.
        read_units: of one active channel a minute; None takes ``measured_reads``.
    """

    events_per_s: float = 1_000.0
    events_per_channel_s: float = 10.0
    event_bytes: float = 246.0
    packing: float = 3.4
    live_refresh_s: float = 10.0
    dashboards: int = 100
    retention_hours: int = 24
    archive_days: int = 30
    write_units: float | None = None
    read_units: float | None = None

    @property
    def events(self) -> float:
        """Events a month."""
        return self.events_per_s * SECONDS

    @property
    def channels(self) -> float:
        """Active channels."""
        return max(1.0, self.events_per_s / self.events_per_channel_s)

    @property
    def channel_minutes(self) -> float:
        """Active channel-minutes a month."""
        return self.channels * MINUTES

    @property
    def units(self) -> float:
        """Write units a channel-minute."""
        return measured_units(self.live_refresh_s) if self.write_units is None else self.write_units

    @property
    def reads(self) -> float:
        """Read units a channel-minute."""
        return measured_reads(self.live_refresh_s) if self.read_units is None else self.read_units


@dataclass(frozen=True, slots=True)
class Flow:
    """One stream at work.

    Attributes:
        events_per_s: events that enter it.
        records_per_s: records that they are packed in.
        bytes_per_s: packed bytes.
        shards: provisioned.
    """

    events_per_s: float
    records_per_s: float
    bytes_per_s: float
    shards: int


def flows(workload: Workload) -> dict[str, Flow]:
    """Return what each stream carries."""
    return {kind: _flow(workload, workload.events_per_s * share) for kind, share in SHARES.items()}


def measured_units(live_refresh_s: float) -> float:
    """Write units of an active channel a minute: ``bench.units`` counted them at 10 s and at 1 s.

    That is of channels that have been seen for days, whose state is longer. In between, pane writes go with
    the number of deliveries a minute, the rest stays.

    >>> round(measured_units(10), 1), round(measured_units(1), 1)
    (40.1, 122.2)
    """
    at_10_s, at_1_s = 40.13, 122.24
    per_delivery = (at_1_s - at_10_s) / (60 - 6)
    return at_10_s + per_delivery * (60 / live_refresh_s - 6)


def measured_reads(live_refresh_s: float) -> float:
    """Read units of an active channel a minute: ``bench.units`` counted them at 10 s and at 1 s.

    >>> round(measured_reads(10), 1), round(measured_reads(1), 1)
    (57.8, 190.4)
    """
    at_10_s, at_1_s = 57.8, 190.4
    per_delivery = (at_1_s - at_10_s) / (60 - 6)
    return at_10_s + per_delivery * (60 / live_refresh_s - 6)


def _flow(workload: Workload, events_per_s: float) -> Flow:
    packed = events_per_s * workload.event_bytes / workload.packing
    keys = min(BUCKETS, workload.channels, events_per_s)
    records = max(keys, packed / RECORD_BYTES)
    needed = max(packed / SHARD_BYTES, records / SHARD_RECORDS) / HEADROOM
    return Flow(events_per_s, records, packed, max(1, ceil(needed)))
