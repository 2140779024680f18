"""Faults in the machinery: throttles, crashes, slowness, stalls, sockets that are gone, a full disk."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace

from bench.chaos.faults import Faults
from bench.chaos.ground import Ground, Sitting
from bench.chaos.payloads import RATE, SECONDS
from local.waiting import holds_within
from producer.event import Line
from producer.pack import Packed, pack
from producer.sink import KinesisSink, SinkError
from producer.spill import Spill
from producer.spilling import SpillingSink
from telemetra.adapters.clock import now_ms
from telemetra.application.sockets import LIFE_MS

SHARE: Final = 0.3
SPILL_BYTES: Final = 20_000
GONE: Final = 120
FORGOTTEN_WITHIN_S: Final = 15.0


def throttle_stream(sitting: Sitting) -> None:
    """Refuse a third of all records for the whole run."""
    sink = sitting.ground.sink()
    with sitting.ground.fault(Faults(put_share=SHARE)):
        sitting.play(RATE, SECONDS, lambda lines: _send(sitting, sink, pack(lines)))
    sitting.facts["retried"] = sink.totals.retried
    _expect(sitting, sink.totals.retried or sitting.careless, "no record was ever refused")


def _send(sitting: Sitting, sink: KinesisSink, records: Iterable[Packed]) -> None:
    """Send; a careless sender takes no notice of what was refused."""
    if not sitting.careless:
        sink.send(records)
        return
    entries = [{"Data": record.data, "PartitionKey": record.key} for record in records]
    name = sitting.ground.stream(next(iter(records)).kind)
    sitting.ground.kinesis.put_records(StreamName=name, Records=entries)


def throttle_tables(sitting: Sitting) -> None:
    """Throttle a third of all statements for the whole run."""
    sink = sitting.ground.sink()
    with sitting.ground.fault(Faults(statement_share=SHARE)):
        sitting.play(RATE, SECONDS, lambda lines: sink.send(pack(lines)))


def crash(sitting: Sitting) -> None:
    """Kill aggregate after half of its writes, and let deliveries fail that were written."""
    sink = sitting.ground.sink()
    with sitting.ground.fault(Faults(crash_share=SHARE, kill_share=0.15)):
        sitting.play(RATE, SECONDS, lambda lines: sink.send(pack(lines)))


def stalled_stream(sitting: Sitting) -> None:
    """Let every delivery of the chat stream fail for most of the run, before anything is written."""
    sink, faults = sitting.ground.sink(), Faults(stalled="-chat")
    with sitting.ground.fault(replace(faults, given_up=sitting.besides.given_up)):
        sitting.play(RATE, SECONDS * 0.8, lambda lines: sink.send(pack(lines)))
        stalled = sitting.ground.counts(sitting.channels, sitting.truth).total()
    sitting.facts["waiting"] = sitting.truth.total() - stalled
    _expect(sitting, not stalled, "the stream was not stalled")
    sitting.play(RATE, SECONDS * 0.2, lambda lines: sink.send(pack(lines)))


def slow_consumer(sitting: Sitting) -> None:
    """Let aggregate take three seconds longer for each delivery."""
    sink, faults = sitting.ground.sink(), Faults(delay_s=3.0)
    with sitting.ground.fault(replace(faults, unread_s=sitting.besides.unread_s)):
        sitting.play(RATE, SECONDS, lambda lines: sink.send(pack(lines)))
        behind = sitting.truth.total() - sitting.ground.counts(sitting.channels, sitting.truth).total()
        sitting.facts["behind"] = behind
    _expect(sitting, behind, "it was never behind")


def gone_sockets(sitting: Sitting) -> None:
    """Leave the rows of sockets whose end was never told; every post to one is answered 410."""
    channel = sitting.channels[0]
    names = [f"gone-{now_ms()}-{number}" for number in range(GONE)]
    table = sitting.ground.client("dynamodb")
    for name in names:
        table.put_item(TableName=f"{sitting.ground.prefix}-connections", Item=_subscription(name, channel))
    sink = sitting.ground.sink()
    sitting.play(RATE, SECONDS, lambda lines: sink.send(pack(lines)))
    holds_within(lambda: not _subscribed(sitting.ground, channel), FORGOTTEN_WITHIN_S, every_s=0.5)
    left = _subscribed(sitting.ground, channel)
    sitting.facts |= {"gone": len(names), "left": left}
    _expect(sitting, not left, f"{left} sockets that are gone are still posted to")


def _subscription(connection: str, channel: str) -> dict[str, Any]:
    now = now_ms()
    expires_ms = now + LIFE_MS // 2
    numbers = {
        "expires_ms": expires_ms,
        "created_at": now,
        "updated_at": now,
        "expires_at": expires_ms // 1000 + 600,
    }
    return {
        "connection": {"S": connection},
        "channel": {"S": channel},
        "role": {"S": "viewer"},
        **{name: {"N": str(value)} for name, value in numbers.items()},
    }


def _subscribed(at: Ground, channel: str) -> int:
    answer = at.client("dynamodb").query(
        TableName=f"{at.prefix}-connections",
        IndexName="by_channel",
        KeyConditionExpression="channel = :channel",
        ExpressionAttributeValues={":channel": {"S": channel}},
        Select="COUNT",
    )
    return int(answer["Count"])


def full_disk(sitting: Sitting) -> None:
    """Take the stream away while the disk of the spill is full; then play all of it again, in the same bytes.

    The sender must say that it could not keep everything; whoever hears that plays again.
    """
    played: list[Packed] = []
    with tempfile.TemporaryDirectory() as directory:
        sink = spilling(sitting.ground, Spill(Path(directory)))
        refused = False

        def take(lines: Sequence[Line]) -> None:
            nonlocal refused
            records = pack(lines)
            played.extend(records)
            if refused and not sitting.careless:
                return
            try:
                sink.send(records)
            except SinkError:
                refused = True

        sitting.play(RATE, SECONDS * 0.2, take)
        with sitting.ground.fault(Faults(put_share=1.0)), limited_files(SPILL_BYTES):
            sitting.play(RATE, SECONDS * 0.8, take)
        sitting.facts["unsent"] = sink.totals.unsent
        _expect(sitting, refused, "the disk was never full")
        sink.close()
        if not sitting.careless:
            sitting.ground.sink().send(played)


@contextmanager
def limited_files(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size until the block ends."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def spilling(at: Ground, spill: Spill) -> SpillingSink:
    """A sender that keeps on disk what the streams do not take."""
    return SpillingSink(
        at.sink(),
        spill,
        seconds=time.monotonic,
        stopped=lambda: False,
        say=lambda _: None,
    )


def _expect(sitting: Sitting, holds: object, otherwise: str) -> None:
    if not holds:
        sitting.complaints.append(otherwise)
