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
        self._warm: list[tuple[Record, bytes]] = []
        self._warm_until = WARM_BYTES

    def take(self, record: Record) -> None:
        """Read one record."""
        if self._warm and (self.size >= self._warm_until or record.kind is not self._warm[-1][0].kind):
            self._fold()
        payload = self._unpacked(record)
        if payload is not None:
            self.size += len(payload)
            self._warm.append((record, payload))

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
        """Decode what is warm, group it by record, channel and pane, and take it into its fold."""
        warm, self._warm, self._warm_until = self._warm, [], self.size + WARM_BYTES
        records = [record for record, _ in warm]
        if not records:
            return
        events, sizes = _decoded(records[0].kind, [payload for _, payload in warm])
        if not events or not self._acceptable(records, events, sizes):
            parts = [self._judged(record, payload) for record, payload in warm]
            events, sizes = list(chain.from_iterable(parts)), [len(part) for part in parts]
        if events:
            self._take_in(records, events, sizes)

    def _acceptable(self, records: list[Record], events: list[Any], sizes: list[int]) -> bool:
        """Say whether every event may count."""
        if not all(self._channels[name] >= 0 for name in {event.channel for event in events}):
            return False
        instant = np.array([event.ts for event in events], np.int64)
        arrival = np.repeat(np.array([record.arrival_ms for record in records], np.int64), sizes)
        behind = arrival - instant
        return bool(behind.max() <= LATE_LIMIT_MS and behind.min() >= -FUTURE_LIMIT_MS)

    def _take_in(self, records: list[Record], events: list[Any], sizes: list[int]) -> None:
        kind = records[0].kind
        if kind is Kind.STREAM_META:
            self._batch.metas.extend(events)
        instant = np.array([event.ts for event in events], np.int64)
        names = [event.channel for event in events]
        channel = np.fromiter(map(self._channels.__getitem__, names), np.int64, len(names))
        cells = self._group(records, np.repeat(np.arange(len(records)), sizes), channel, instant)
        fold = self._batch.folds.get(kind) or fold_of(kind, self._users, self._known)
        if fold is not None:
            self._batch.folds[kind] = fold
            fold.add(events, cells)

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
            arrival_ms = record.arrival_ms
            mark_ms = min(newest, arrival_ms)
            if mark_ms > seen.get(name, 0):
                seen[name] = mark_ms
            if counted:
                chunk = Chunk(record.sequence, digests[owner], arrival_ms, mark_ms, count, cell)
                cell += 1
                chunks = cells.get((name, start_ms, kind, record.shard))  # type: ignore[call-overload]
                if chunks is None:
                    cells[PaneKey(name, start_ms, kind, record.shard)] = [chunk]
                else:
                    chunks.append(chunk)


def _decoded(kind: Kind, payloads: list[bytes]) -> tuple[list[Any], list[int]]:
    """Return the events of payloads and how many each holds; none when a line must be looked at by itself."""
    decode_lines = _DECODERS[kind].decode_lines
    try:
        events = decode_lines(b"\n".join(payloads))
        sizes = [payload.count(b"\n") + 1 for payload in payloads]
        if sum(sizes) != len(events):
            sizes = [len(decode_lines(payload)) for payload in payloads]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return [], []
    return (events, sizes) if all(sizes) else ([], [])


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
