"""From delivered records to events grouped by pane, with everything that cannot be counted set apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from telemetra.application.ports import Record, Reject
from telemetra.domain.errors import EventError, Reason, RecordError
from telemetra.domain.events import (
    Chat,
    Event,
    Kind,
    StreamMeta,
    Transaction,
    Viewer,
    decode_line,
    is_channel,
)
from telemetra.domain.hashing import record_hash
from telemetra.domain.partial import PaneKey
from telemetra.domain.summary import CONTENTS
from telemetra.domain.unpack import unpack
from telemetra.domain.window import FUTURE_LIMIT_MS, LATE_LIMIT_MS, PANE_MS, PAST_LIMIT_MS

_DECODERS: Final[dict[Kind, msgspec.json.Decoder[Any]]] = {
    Kind.CHAT: msgspec.json.Decoder(Chat),
    Kind.VIEWER: msgspec.json.Decoder(Viewer),
    Kind.TRANSACTION: msgspec.json.Decoder(Transaction),
    Kind.STREAM_META: msgspec.json.Decoder(StreamMeta),
}
_TYPES: Final[dict[Kind, type]] = {
    Kind.CHAT: Chat,
    Kind.VIEWER: Viewer,
    Kind.TRANSACTION: Transaction,
    Kind.STREAM_META: StreamMeta,
}


@dataclass(frozen=True, slots=True)
class Chunk:
    """The events that one record holds for one pane.

    Attributes:
        sequence: sequence number of the record.
        digest: 64-bit hash of the record's bytes.
        arrival_ms: arrival of the record.
        events: the events, in the record's order.
    """

    sequence: int
    digest: int
    arrival_ms: int
    events: list[Any]

    @property
    def mark_ms(self) -> int:
        """How far event time has come by this chunk: its newest event, never ahead of arrival."""
        newest: int = max(event.ts for event in self.events)
        return min(newest, self.arrival_ms)


@dataclass(slots=True)
class Batch:
    """What a delivery holds.

    Attributes:
        cells: chunks by row, each list in the order of delivery.
        metas: stream metadata, in the order of delivery.
        seen: channel to its newest acceptable event time, never ahead of arrival.
        rejects: lines and records that cannot be counted.
        late: events too late to fold; they are in the archive.
    """

    cells: dict[PaneKey, list[Chunk]] = field(default_factory=dict)
    metas: list[StreamMeta] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    late: int = 0


def decode(records: Sequence[Record]) -> Batch:
    """Unpack, decode, judge and group the records of one delivery; never raises for what they hold."""
    batch = Batch()
    for record in records:
        if record.data is None:
            batch.rejects.append(
                _reject(record, RecordError(Reason.BASE64, "the record is not base64"), None, b"")
            )
            continue
        try:
            payload = unpack(record.data)
        except RecordError as error:
            batch.rejects.append(_reject(record, error, None, record.data))
            continue
        events = _fast(record, payload)
        if events is None:
            events = list(_judged(record, payload, batch))
        _group(record, events, batch)
    return batch


def _fast(record: Record, payload: bytes) -> list[Event] | None:
    """Decode a record in which nothing is wrong; None when a line must be looked at by itself."""
    try:
        events: list[Event] = _DECODERS[record.kind].decode_lines(payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    instants = [event.ts for event in events]
    if not instants:
        return None
    early, late = record.arrival_ms - LATE_LIMIT_MS, record.arrival_ms + FUTURE_LIMIT_MS
    if min(instants) < early or max(instants) > late:
        return None
    return events if all(map(is_channel, {event.channel for event in events})) else None


def _judged(record: Record, payload: bytes, batch: Batch) -> Iterator[Event]:
    """Yield the acceptable events of a record line by line; note the others in ``batch``."""
    lines = payload.split(b"\n")
    if not payload.strip():
        batch.rejects.append(
            _reject(record, RecordError(Reason.EMPTY, "the record holds no line"), None, payload)
        )
        return
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            event = decode_line(line)
            _check(event, record)
        except EventError as error:
            batch.rejects.append(_reject(record, error, number, line))
            continue
        if event.ts < record.arrival_ms - LATE_LIMIT_MS:
            batch.late += 1
            continue
        yield event


def _check(event: Event, record: Record) -> None:
    if type(event) is not _TYPES[record.kind]:
        message = f"{type(event).__struct_config__.tag} does not belong on stream {record.kind}"
        raise EventError(Reason.STREAM, message)
    ts, arrival_ms = event.ts, record.arrival_ms
    if ts > arrival_ms + FUTURE_LIMIT_MS:
        message = f"ts {ts} is {ts - arrival_ms} ms after arrival; at most {FUTURE_LIMIT_MS} is accepted"
        raise EventError(Reason.FUTURE, message)
    if ts < arrival_ms - PAST_LIMIT_MS:
        message = f"ts {ts} is {arrival_ms - ts} ms before arrival; no stream keeps events that long"
        raise EventError(Reason.PAST, message)


def _group(record: Record, events: list[Event], batch: Batch) -> None:
    if not events:
        return
    if record.kind is Kind.STREAM_META:
        batch.metas.extend(event for event in events if isinstance(event, StreamMeta))
    panes: dict[tuple[str, int], list[Event]] = defaultdict(list)
    for event in events:
        panes[event.channel, event.ts - event.ts % PANE_MS].append(event)
    digest = record_hash(record.data or b"")
    for (channel, start_ms), held in panes.items():
        newest = min(max(event.ts for event in held), record.arrival_ms)
        batch.seen[channel] = max(newest, batch.seen.get(channel, 0))
        if record.kind in CONTENTS:
            chunk = Chunk(record.sequence, digest, record.arrival_ms, held)
            batch.cells.setdefault(PaneKey(channel, start_ms, record.kind, record.shard), []).append(chunk)


def _reject(record: Record, error: EventError, line: int | None, data: bytes) -> Reject:
    return Reject(record.kind, record.shard, record.sequence, line, error.reason, str(error), data)
