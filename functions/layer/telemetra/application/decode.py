"""From delivered records to batches of folded columns, with everything that cannot be counted set apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

import msgspec
import numpy as np

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
from telemetra.domain.hashing import record_hash
from telemetra.domain.partial import PaneKey
from telemetra.domain.unpack import unpack
from telemetra.domain.users import Users
from telemetra.domain.vocabulary import Numbers, Vocabulary
from telemetra.domain.window import FUTURE_LIMIT_MS, LATE_LIMIT_MS, PANE_MS, PAST_LIMIT_MS

WARM_BYTES: Final = 192 * 1024
"""Unpacked bytes decoded before their events go into columns: then what is touched twice is still cached."""

BATCH_BYTES: Final = 24 * 1024 * 1024
"""Unpacked bytes of one batch; a delivery that holds more is folded and written in several."""

_TYPES: Final[dict[Kind, type]] = {
    Kind.CHAT: Chat,
    Kind.VIEWER: Viewer,
    Kind.TRANSACTION: Transaction,
    Kind.STREAM_META: StreamMeta,
}
_DECODERS: Final[dict[Kind, msgspec.json.Decoder[Any]]] = {
    kind: msgspec.json.Decoder(shape) for kind, shape in _TYPES.items()
}


class Chunk(msgspec.Struct, frozen=True, gc=False):
    """The events that one record holds for one pane of one channel.

    Attributes:
        sequence: sequence number of the record.
        digest: 64-bit hash of the record's bytes.
        arrival_ms: arrival of the record.
        mark_ms: how far event time has come by this chunk: its newest event, never ahead of arrival.
        count: events.
        cell: its number in the fold of its kind.
    """

    sequence: int
    digest: int
    arrival_ms: int
    mark_ms: int
    count: int
    cell: int


@dataclass(slots=True)
class Batch:
    """What a delivery, or a part of a large one, holds.

    Attributes:
        cells: chunks by row, each list in the order of delivery.
        folds: the events themselves, by kind.
        metas: stream metadata, in the order of delivery.
        seen: channel to its newest acceptable event time, never ahead of arrival.
        rejects: lines and records that cannot be counted.
        late: events too late to fold; they are in the archive.
    """

    cells: dict[PaneKey, list[Chunk]] = field(default_factory=dict)
    folds: dict[Kind, Fold] = field(default_factory=dict)
    metas: list[StreamMeta] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    late: int = 0


def decode(records: Sequence[Record], users: Users, known: Vocabulary) -> Iterator[Batch]:
    """Unpack, decode, judge and group the records of one delivery; never raises for what they hold.

    Yields at least one batch, and a further one whenever ``BATCH_BYTES`` have been unpacked.
    """
    reader = _Reader(users, known)
    for record in records:
        if reader.size >= BATCH_BYTES:
            yield reader.finish()
            reader = _Reader(users, known)
        reader.take(record)
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
    """Builds one batch; ``size`` is how many bytes it has unpacked."""

    def __init__(self, users: Users, known: Vocabulary) -> None:
        self.size = 0
        self._users = users
        self._known = known
        self._batch = Batch()
        self._channels = _Channels()
        self._cells: dict[Kind, int] = dict.fromkeys(Kind, 0)
        self._warm: list[tuple[Record, list[Any]]] = []
        self._warm_until = WARM_BYTES

    def take(self, record: Record) -> None:
        """Read one record."""
        if self._warm and (self.size >= self._warm_until or record.kind is not self._warm[-1][0].kind):
            self._fold()
        payload = self._unpacked(record)
        if payload is None:
            return
        self.size += len(payload)
        try:
            events = _DECODERS[record.kind].decode_lines(payload)
        except (msgspec.DecodeError, UnicodeDecodeError):
            events = []
        self._warm.append((record, events or self._judged(record, payload)))

    def finish(self) -> Batch:
        """Return the batch."""
        self._fold()
        return self._batch

    def _unpacked(self, record: Record) -> bytes | None:
        if record.data is None:
            error = RecordError(Reason.BASE64, "the record is not base64")
            self._batch.rejects.append(_reject(record, error, None, b""))
            return None
        try:
            return unpack(record.data)
        except RecordError as error:
            self._batch.rejects.append(_reject(record, error, None, record.data))
            return None

    def _judged(self, record: Record, payload: bytes) -> list[Event]:
        """Return the acceptable events of a record, line by line; note the others in the batch."""
        if not payload.strip():
            error = RecordError(Reason.EMPTY, "the record holds no line")
            self._batch.rejects.append(_reject(record, error, None, payload))
        accepted = []
        for number, line in enumerate(payload.split(b"\n")):
            if not line.strip():
                continue
            try:
                event = decode_line(line)
                _check(event, record)
            except EventError as error:
                self._batch.rejects.append(_reject(record, error, number, line))
                continue
            if event.ts < record.arrival_ms - LATE_LIMIT_MS:
                self._batch.late += 1
            else:
                accepted.append(event)
        return accepted

    def _fold(self) -> None:
        """Group what is warm by record, channel and pane, and take it into its fold."""
        warm, self._warm, self._warm_until = self._warm, [], self.size + WARM_BYTES
        events = list(chain.from_iterable(held for _, held in warm))
        if not events:
            return
        sizes = np.fromiter((len(held) for _, held in warm), np.int64, len(warm))
        owner = np.repeat(np.arange(len(warm)), sizes)
        instant = np.array([event.ts for event in events], np.int64)
        channel = np.array([self._channels[event.channel] for event in events], np.int64)
        arrival = np.array([record.arrival_ms for record, _ in warm], np.int64)[owner]
        wrong = (instant < arrival - LATE_LIMIT_MS) | (instant > arrival + FUTURE_LIMIT_MS) | (channel < 0)
        if wrong.any():
            self._fold_again(warm, set(owner[wrong].tolist()))
            return
        kind = warm[0][0].kind
        if kind is Kind.STREAM_META:
            self._batch.metas.extend(events)
        fold = self._batch.folds.get(kind) or fold_of(kind, self._users, self._known)
        cells = self._group([record for record, _ in warm], owner, channel, instant)
        if fold is not None:
            self._batch.folds[kind] = fold
            fold.add(events, cells)

    def _fold_again(self, warm: list[tuple[Record, list[Any]]], doubtful: set[int]) -> None:
        """Fold again, with the records in which something is wrong judged line by line."""
        for at, (record, events) in enumerate(warm):
            judged = self._judged(record, self._unpacked(record) or b"") if at in doubtful else events
            self._warm.append((record, judged))
        self._fold()

    def _group(
        self, records: Sequence[Record], owner: Numbers, channel: Numbers, instant: Numbers
    ) -> Numbers:
        """Note the chunks of the warm events; return the cell of each event."""
        kind = records[0].kind
        pane = instant // PANE_MS
        first = pane.min()
        width, panes = len(self._channels.names), int(pane.max() - first) + 1
        place = (owner * width + channel) * panes + (pane - first)
        order = np.argsort(place, kind="stable")
        place = place[order]
        starts = np.flatnonzero(np.diff(place, prepend=-1))
        counts = np.diff(starts, append=len(place))
        newest = np.maximum.reduceat(instant[order], starts)
        before = self._cells[kind]
        self._cells[kind] += len(starts)
        cells = np.empty(len(place), np.int64)
        cells[order] = np.repeat(np.arange(before, before + len(starts)), counts)
        rows, pane_at = np.divmod(place[starts], panes)
        owners, channels = np.divmod(rows, width)
        self._note(
            records,
            zip(
                owners.tolist(),
                channels.tolist(),
                ((pane_at + first) * PANE_MS).tolist(),
                newest.tolist(),
                counts.tolist(),
                strict=True,
            ),
            before,
        )
        return cells

    def _note(
        self, records: Sequence[Record], found: Iterator[tuple[int, int, int, int, int]], cell: int
    ) -> None:
        cells, seen, names = self._batch.cells, self._batch.seen, self._channels.names
        kind = records[0].kind
        counted = kind is not Kind.STREAM_META
        digests = [record_hash(record.data or b"") for record in records] if counted else []
        for owner, channel, start_ms, newest, count in found:
            record, name = records[owner], names[channel]
            mark_ms = min(newest, record.arrival_ms)
            if mark_ms > seen.get(name, 0):
                seen[name] = mark_ms
            if counted:
                chunk = Chunk(record.sequence, digests[owner], record.arrival_ms, mark_ms, count, cell)
                cells.setdefault(PaneKey(name, start_ms, kind, record.shard), []).append(chunk)
                cell += 1


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
