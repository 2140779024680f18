"""Packing: many events of one partition key in one record, the same bytes for the same events.

A record is a zstd frame of newline-delimited JSON, at most 256 KB raw and 200 KB compressed. Events are cut
into event-time slices that never straddle a pane, so that a pane packs alike whenever it is packed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Final
from zlib import crc32

import zstandard

from telemetra.domain.events import Kind
from telemetra.domain.window import PANE_MS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from producer.event import Line

BUCKETS: Final = 64
"""Partition keys of channels that are not salted."""

MAX_RAW: Final = 256 * 1024
MAX_COMPRESSED: Final = 200 * 1024

_LEVEL: Final = 3


@dataclass(frozen=True, slots=True)
class Packed:
    """One record: its stream, partition key and bytes, and what is inside."""

    kind: Kind
    key: str
    data: bytes
    events: int
    raw_bytes: int


@dataclass(frozen=True, slots=True)
class Slice:
    """The events of ``[end_ms - width, end_ms)``, in time order."""

    end_ms: int
    lines: tuple[Line, ...]


@cache
def bucket(channel: str) -> int:
    """Return the bucket of ``channel``, 0 to 63, the same on every machine.

    Example:
        >>> bucket("aurora_plays") == bucket("aurora_plays") < BUCKETS
        True
    """
    return int.from_bytes(blake2b(channel.encode(), digest_size=8).digest()) % BUCKETS


def partition_key(line: Line, salt: int = 1) -> str:
    """Return ``str(bucket)``, or ``channel#k`` for chat when channels are salted over ``salt`` keys."""
    if salt > 1 and line.kind is Kind.CHAT:
        return f"{line.channel}#{crc32(line.data) % salt}"
    return str(bucket(line.channel))


def slices(lines: Iterable[Line], width_ms: int = PANE_MS) -> Iterator[Slice]:
    """Cut ``lines``, in time order, at the multiples of ``width_ms``; empty slices are left out.

    Args:
        lines: events by ascending ``ts``.
        width_ms: a divisor of the pane, so that no record straddles two panes.

    Raises:
        ValueError: the width does not divide the pane.
    """
    if width_ms < 1 or PANE_MS % width_ms:
        message = f"slice of {width_ms} ms does not divide the pane of {PANE_MS} ms"
        raise ValueError(message)
    held: list[Line] = []
    end = 0
    for line in lines:
        if line.ts >= end:
            if held:
                yield Slice(end, tuple(held))
                held = []
            end = line.ts - line.ts % width_ms + width_ms
        held.append(line)
    if held:
        yield Slice(end, tuple(held))


def pack(lines: Iterable[Line], salt: int = 1) -> list[Packed]:
    """Pack ``lines`` by stream and partition key, each key's events in the order given."""
    groups: dict[tuple[Kind, str], list[bytes]] = {}
    for line in lines:
        groups.setdefault((line.kind, partition_key(line, salt)), []).append(line.data)
    compressor = zstandard.ZstdCompressor(level=_LEVEL)
    return [
        record
        for (kind, key), data in sorted(groups.items())
        for chunk in _bounded(data)
        for record in _records(compressor, kind, key, chunk)
    ]


def _bounded(data: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Cut where the joined lines would pass ``MAX_RAW``."""
    first = size = 0
    for index, line in enumerate(data):
        if size + len(line) + 1 > MAX_RAW and index > first:
            yield data[first:index]
            first, size = index, 0
        size += len(line) + 1
    yield data[first:]


def _records(
    compressor: zstandard.ZstdCompressor, kind: Kind, key: str, lines: Sequence[bytes]
) -> Iterator[Packed]:
    """Compress ``lines`` to one record, or halve them until each record fits."""
    raw = b"\n".join(lines)
    data = compressor.compress(raw)
    if len(data) > MAX_COMPRESSED and len(lines) > 1:
        middle = len(lines) // 2
        yield from _records(compressor, kind, key, lines[:middle])
        yield from _records(compressor, kind, key, lines[middle:])
    else:
        yield Packed(kind, key, data, len(lines), len(raw))
