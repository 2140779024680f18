"""The spill: packed records on disk, in order, while the streams are away.

    directory := segment*                                 `500000000000.spill`, read by ascending name
    segment   := u64 position of the first entry not sent, entry*
    entry     := u32 length of head, u32 length of data, u32 CRC-32 of both, head (JSON), data

Records keep their bytes and partition key, so what is sent twice after a crash is recognised downstream.
Entries are in the file system's cache when ``append`` returns: they outlive the process, not a power cut.
"""

from __future__ import annotations

import fcntl
import os
import struct
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final
from zlib import crc32

import msgspec

from producer.pack import Packed
from telemetra.domain.events import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SEGMENT_BYTES: Final = 64 * 1024 * 1024
"""A segment that has grown so large is followed by a new one, and deleted once sent."""

BATCH_BYTES: Final = 4 * 1024 * 1024
"""Most bytes of data that ``first`` reads."""

SUFFIX: Final = ".spill"
_MIDDLE: Final = 500_000_000_000
_START: Final = struct.Struct("<Q")
_ENTRY: Final = struct.Struct("<III")


class _Head(msgspec.Struct, frozen=True):
    kind: str
    key: str
    events: int
    raw_bytes: int


class Spill:
    """A first-in-first-out of records below ``directory``, for one process at a time.

    Each process takes the first place below ``directory`` that no other holds, and with it what an
    earlier one left there. Nothing is created before something is spilled.

    Attributes:
        events: how many events wait.
    """

    def __init__(self, directory: Path) -> None:
        self._root = directory
        self._place: Path | None = None
        self._lock: IO[bytes] | None = None
        self._writer: IO[bytes] | None = None
        self._read_to: tuple[Path, int, int] | None = None
        self.events = 0
        if directory.is_dir():
            self._claim(left_only=True)

    @property
    def directory(self) -> Path:
        """Where the records are."""
        return self._place or self._root

    def append(self, records: Iterable[Packed]) -> None:
        """Keep ``records`` behind all others.

        Raises:
            OSError: the disk is full or refuses.
        """
        if self._place is None:
            self._claim(left_only=False)
        for record in records:
            writer = self._segment()
            writer.write(_entry(record))
            self.events += record.events
        if self._writer:
            self._writer.flush()

    def first(self) -> list[Packed]:
        """Return the oldest records, at most ``BATCH_BYTES``; they stay until ``forget_first``."""
        for segment in self._segments():
            batch: list[Packed] = []
            size = at = 0
            for record, end in entries(segment):
                if batch and size + len(record.data) > BATCH_BYTES:
                    break
                batch.append(record)
                size, at = size + len(record.data), end
            if batch:
                self._read_to = segment, at, sum(record.events for record in batch)
                return batch
            if self._writer is None or Path(self._writer.name) != segment:
                segment.unlink()
        self.events = 0
        return []

    def forget_first(self, left: Sequence[Packed] = ()) -> None:
        """Forget what ``first`` returned, except ``left``, which stays in front of all others."""
        if self._read_to is None:
            return
        segment, at, events = self._read_to
        self._read_to = None
        if left:
            front = segment.with_stem(_stem(int(self._segments()[0].stem) - 1))
            front.write_bytes(segment_of(left))
        self.events -= events - sum(record.events for record in left)
        if at < segment.stat().st_size:
            _mark(segment, at)
            return
        if self._writer and Path(self._writer.name) == segment:
            self._writer.close()
            self._writer = None
        segment.unlink()

    def close(self) -> None:
        """Let go of the place; what waits there stays, an empty place goes."""
        if self._writer:
            self._writer.close()
            self._writer = None
        if self._lock and self._place:
            if not self._segments():
                (self._place / "lock").unlink(missing_ok=True)
                for directory in (self._place, self._root, self._root.parent):
                    with suppress(OSError):
                        directory.rmdir()
            self._lock.close()
        self._lock = self._place = None

    def _claim(self, *, left_only: bool) -> None:
        """Lock the first free place; with ``left_only`` the first free one where something was left."""
        for number in count():
            place = self._root / str(number)
            if left_only and not place.is_dir():
                return
            place.mkdir(parents=True, exist_ok=True)
            if left_only and not _segments(place):
                continue
            lock = (place / "lock").open("ab")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                continue
            self._place, self._lock = place, lock
            self.events = sum(record.events for segment in _segments(place) for record, _ in entries(segment))
            return

    def _segments(self) -> list[Path]:
        return _segments(self._place) if self._place else []

    def _segment(self) -> IO[bytes]:
        """Return the segment to write to; one that an earlier process left is not written to again."""
        if self._writer and self._writer.tell() < SEGMENT_BYTES:
            return self._writer
        if self._writer:
            self._writer.close()
        present = self._segments()
        number = int(present[-1].stem) + 1 if present else _MIDDLE
        self._writer = (self.directory / f"{_stem(number)}{SUFFIX}").open("wb")
        self._writer.write(_START.pack(_START.size))
        return self._writer


def _stem(number: int) -> str:
    return f"{number:012d}"


def _segments(place: Path) -> list[Path]:
    return sorted(place.glob(f"*{SUFFIX}"))


def _entry(record: Packed) -> bytes:
    head = msgspec.json.encode(_Head(record.kind, record.key, record.events, record.raw_bytes))
    check = crc32(record.data, crc32(head))
    return _ENTRY.pack(len(head), len(record.data), check) + head + record.data


def segment_of(records: Iterable[Packed]) -> bytes:
    """Return the bytes of a segment in which nothing has been sent."""
    return _START.pack(_START.size) + b"".join(map(_entry, records))


def entries(segment: Path) -> Iterator[tuple[Packed, int]]:
    """Yield the records not sent yet, each with where it ends; an entry cut short by a crash ends it."""
    with segment.open("rb") as file:
        start = file.read(_START.size)
        if len(start) < _START.size:
            return
        at: int = _START.unpack(start)[0]
        file.seek(at)
        while len(prefix := file.read(_ENTRY.size)) == _ENTRY.size:
            head_size, data_size, check = _ENTRY.unpack(prefix)
            head, data = file.read(head_size), file.read(data_size)
            if len(data) < data_size or crc32(data, crc32(head)) != check:
                return
            at += _ENTRY.size + head_size + data_size
            told = msgspec.json.decode(head, type=_Head)
            yield Packed(Kind(told.kind), told.key, data, told.events, told.raw_bytes), at


def _mark(segment: Path, at: int) -> None:
    """Note in the segment that what lies before ``at`` was sent."""
    with segment.open("r+b") as file:
        os.pwrite(file.fileno(), _START.pack(at), 0)
