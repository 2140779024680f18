"""From delivered records to batches of folded columns, with everything that cannot be counted set apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any, Final

import msgspec
import numpy as np

from telemetra.application.chunks import Chunks, Delivered, Rows
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
from telemetra.domain.folds import Fold, fold_of
from telemetra.domain.unpack import PLAIN_START, unpack
from telemetra.domain.users import Users
from telemetra.domain.vocabulary import Vocabulary
from telemetra.domain.window import FUTURE_LIMIT_MS, LATE_LIMIT_MS, PAST_LIMIT_MS

WARM_BYTES: Final = 192 * 1024
"""Unpacked bytes decoded before their events go into columns: then what is touched twice is still cached."""

BATCH_BYTES: Final = 24 * 1024 * 1024
"""Unpacked bytes of one batch; a delivery that holds more is folded and written in several."""

_FEED: Final = ord("\n")
_RUN: Final = 640
"""Plain records looked at together; as a rule one event each, so that they nearly fill ``WARM_BYTES``."""

_TYPES: Final[dict[Kind, type]] = {
    Kind.CHAT: Chat,
    Kind.VIEWER: Viewer,
    Kind.TRANSACTION: Transaction,
    Kind.STREAM_META: StreamMeta,
}
_DECODERS: Final[dict[Kind, msgspec.json.Decoder[Any]]] = {
    kind: msgspec.json.Decoder(shape) for kind, shape in _TYPES.items()
}


@dataclass(slots=True)
class Batch:
    """What a delivery, or a part of a large one, holds.

    Attributes:
        rows: the rows that it touches, by kind.
        folds: the events themselves, by kind.
        metas: stream metadata, in the order of delivery.
        seen: channel to its newest acceptable event time, never ahead of arrival.
        rejects: lines and records that cannot be counted.
        late: events too late to fold; they are in the archive.
    """

    rows: dict[Kind, Rows]
    folds: dict[Kind, Fold]
    metas: list[StreamMeta]
    seen: dict[str, int]
    rejects: list[Reject]
    late: int


def decode(records: Sequence[Record], users: Users, known: Vocabulary) -> Iterator[Batch]:
    """Unpack, decode, judge and group the records of one delivery; never raises for what they hold.

    Yields at least one batch, and a further one whenever ``BATCH_BYTES`` have been unpacked.
    """
    taken, first = 0, True
    while first or taken < len(records):
        reader = _Reader(users, known)
        taken, first = reader.read(records, taken), False
        yield reader.finish()


class _Channels(dict[str, int]):
    """Channel to its number in a batch; -1 for a malformed id."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def __missing__(self, name: str) -> int:
        if not is_channel(name):
            return -1
        self[name] = number = len(self.names)
        self.names.append(name)
        return number


class _Reader:
    """Builds one batch."""

    def __init__(self, users: Users, known: Vocabulary) -> None:
        self._users = users
        self._known = known
        self._channels = _Channels()
        self._records: list[Record] = []
        self._chunks: dict[Kind, list[Chunks]] = {}
        self._folds: dict[Kind, Fold] = {}
        self._metas: list[StreamMeta] = []
        self._rejects: list[Reject] = []
        self._late = 0

    def read(self, records: Sequence[Record], start: int) -> int:
        """Read records from ``start`` on until a batch is full; return where the next begins."""
        size, at = 0, start
        while at < len(records) and size < BATCH_BYTES:
            warm, payloads, at = self._gathered(records, at)
            if warm:
                self._fold(warm, payloads)
                size += sum(map(len, payloads))
        return at

    def _gathered(self, records: Sequence[Record], start: int) -> tuple[list[Record], list[bytes], int]:
        """Return records of one kind to decode together, what each holds, and where the next begin."""
        kind = records[start].kind
        if _holds_plain(records[start]):
            run = records[start : start + _RUN]
            plain = [record.data for record in run if record.data is not None]
            whole = len(plain) == len(run) and all(map(bytes.startswith, plain, repeat(PLAIN_START)))
            if whole and sum(map(len, plain)) <= WARM_BYTES and {record.kind for record in run} == {kind}:
                return list(run), plain, start + len(run)
        warm: list[Record] = []
        payloads: list[bytes] = []
        size = 0
        for at in range(start, len(records)):
            record = records[at]
            if size >= WARM_BYTES or record.kind is not kind:
                return warm, payloads, at
            payload = self._unpacked(record)
            if payload is not None:
                warm.append(record)
                payloads.append(payload)
                size += len(payload)
        return warm, payloads, len(records)

    def finish(self) -> Batch:
        """Return the batch."""
        delivered = Delivered.of(self._records)
        names = self._channels.names
        rows = {}
        newest = np.zeros(len(names), np.int64)
        for kind, parts in self._chunks.items():
            chunks = Chunks.joined(parts)
            mark_ms = np.minimum(chunks.newest_ms, delivered.arrival_ms[chunks.record])
            np.maximum.at(newest, chunks.channel, mark_ms)
            if kind in self._folds:
                rows[kind] = Rows.of(kind, chunks, names, delivered)
        return Batch(
            rows=rows,
            folds=self._folds,
            metas=self._metas,
            seen={name: mark for name, mark in zip(names, newest.tolist(), strict=True) if mark},
            rejects=self._rejects,
            late=self._late,
        )

    def _unpacked(self, record: Record) -> bytes | None:
        if record.data is None:
            error = RecordError(Reason.BASE64, "the record is not base64")
            self._rejects.append(_reject(record, error, None, b""))
            return None
        try:
            return unpack(record.data)
        except RecordError as error:
            self._rejects.append(_reject(record, error, None, record.data))
            return None

    def _judged(self, record: Record, payload: bytes) -> list[Event]:
        """Return the acceptable events of a record, line by line; note the others in the batch."""
        if not payload.strip():
            error = RecordError(Reason.EMPTY, "the record holds no line")
            self._rejects.append(_reject(record, error, None, payload))
        accepted = []
        for number, line in enumerate(payload.split(b"\n")):
            if not line.strip():
                continue
            try:
                event = decode_line(line)
                _check(event, record)
            except EventError as error:
                self._rejects.append(_reject(record, error, number, line))
                continue
            if event.ts < record.arrival_ms - LATE_LIMIT_MS:
                self._late += 1
            else:
                accepted.append(event)
        return accepted

    def _fold(self, records: list[Record], payloads: list[bytes]) -> None:
        """Decode records of one kind, group by record, channel and pane, and take it all into its fold."""
        events, sizes = _decoded(records[0].kind, payloads)
        if not events or not self._take_in(records, events, sizes):
            parts = list(map(self._judged, records, payloads))
            events, sizes = list(chain.from_iterable(parts)), [len(part) for part in parts]
            if events:
                self._take_in(records, events, sizes)

    def _take_in(self, records: list[Record], events: list[Any], sizes: list[int]) -> bool:
        """Group events and take them into their fold, unless one of them must not count."""
        size = len(events)
        instant = np.fromiter([event.ts for event in events], np.int64, size)
        names = [event.channel for event in events]
        channel = np.fromiter(map(self._channels.__getitem__, names), np.int64, size)
        owner = np.repeat(np.arange(len(records)), sizes)
        behind = np.array([record.arrival_ms for record in records], np.int64)[owner] - instant
        if channel.min() < 0 or behind.max() > LATE_LIMIT_MS or behind.min() < -FUTURE_LIMIT_MS:
            return False
        kind = records[0].kind
        if kind is Kind.STREAM_META:
            self._metas.extend(events)
        chunks, cells = Chunks.of(owner + len(self._records), channel, instant)
        parts = self._chunks.setdefault(kind, [])
        cells += sum(len(part.record) for part in parts)
        parts.append(chunks)
        self._records += records
        fold = self._folds.get(kind) or fold_of(kind, self._users, self._known)
        if fold is not None:
            self._folds[kind] = fold
            fold.add(events, cells)
        return True


def _holds_plain(record: Record) -> bool:
    return record.data is not None and record.data.startswith(PLAIN_START)


def _decoded(kind: Kind, payloads: list[bytes]) -> tuple[list[Any], list[int]]:
    """Return the events of payloads and how many each holds; none when a line must be looked at by itself."""
    decode_lines = _DECODERS[kind].decode_lines
    joined = b"\n".join(payloads)
    try:
        events = decode_lines(joined)
        if len(payloads) == 1:
            return events, [len(events)]
        if len(events) == len(payloads) == _lines(joined):
            return events, [1] * len(payloads)
        sizes = list(map(_lines, payloads))
        if sum(sizes) != len(events):
            sizes = [len(decode_lines(payload)) for payload in payloads]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return [], []
    return (events, sizes) if all(sizes) else ([], [])


def _lines(payload: bytes) -> int:
    """Return how many lines there are, empty ones too; ``bytes.count`` takes ten times as long."""
    return int(np.count_nonzero(np.frombuffer(payload, np.uint8) == _FEED)) + 1


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


def _reject(record: Record, error: EventError, line: int | None, data: bytes) -> Reject:
    return Reject(record.kind, record.shard, record.sequence, line, error.reason, str(error), data)
