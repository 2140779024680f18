"""The format of an archive object: Kinesis records side by side, each readable alone.

    object := (header data)* mark?
    header := zstd skippable frame (0x184D2A50, u32 length, JSON), little-endian
    data   := zstd frame
    mark   := header with the JSON {"erased": [[channel, start], ...]}: minutes (ms) in which something was
              taken out of the object on somebody's wish

The JSON of a record's header is ``{"kind", "shard", "sequence", "arrival_ms", "bytes", "wrapped"}``:
``sequence`` a string of digits, ``bytes`` the length of the data that follow, ``wrapped`` whether the record
was no zstd frame when it was put and has been compressed for the archive. Decoders skip the headers, so
``zstd -dc`` prints the events.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Collection, Iterable, Iterator
from typing import Final

import zstandard

from telemetra.application.forget import Cell
from telemetra.application.ports import Record
from telemetra.domain.errors import CorruptStateError
from telemetra.domain.events import Kind

SUFFIX: Final = ".ndz"

_SKIPPABLE: Final = 0x184D2A50
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_PREFIX: Final = struct.Struct("<II")


def write_frames(records: Iterable[Record], erased: Collection[Cell] = ()) -> bytes:
    """Return the object that keeps these records; those whose bytes were lost on the way are left out.

    Args:
        records: what to keep.
        erased: channels and minutes from which something was taken out before.
    """
    compressor = zstandard.ZstdCompressor()
    parts: list[bytes] = []
    for record in records:
        if record.data is None:
            continue
        wrapped = not record.data.startswith(_ZSTD)
        data = compressor.compress(record.data) if wrapped else record.data
        header = json.dumps(
            {
                "kind": record.kind,
                "shard": record.shard,
                "sequence": str(record.sequence),
                "arrival_ms": record.arrival_ms,
                "bytes": len(data),
                "wrapped": wrapped,
            }
        ).encode()
        parts += (_PREFIX.pack(_SKIPPABLE, len(header)), header, data)
    if erased:
        mark = json.dumps({"erased": sorted(erased)}).encode()
        parts += (_PREFIX.pack(_SKIPPABLE, len(mark)), mark)
    return b"".join(parts)


def read_frames(stored: bytes) -> Iterator[Record]:
    """Undo ``write_frames``: yield the records as they were put.

    Raises:
        CorruptStateError: the object is cut short, or is none of ours.
    """
    return (found for found in _parts(stored) if isinstance(found, Record))


def erased_in(stored: bytes) -> set[Cell]:
    """Return the channels and minutes from which something was taken out.

    Raises:
        CorruptStateError: the object is cut short, or is none of ours.
    """
    marks = (found for found in _parts(stored) if not isinstance(found, Record))
    return {cell for mark in marks for cell in mark}


def _parts(stored: bytes) -> Iterator[Record | list[Cell]]:
    at = 0
    while at < len(stored):
        try:
            found, at = _read(stored, at)
        except (struct.error, ValueError, KeyError, zstandard.ZstdError) as error:
            message = f"archive object at byte {at}: {error}"
            raise CorruptStateError(message) from error
        yield found


def _read(stored: bytes, at: int) -> tuple[Record | list[Cell], int]:
    magic, length = _PREFIX.unpack_from(stored, at)
    if magic != _SKIPPABLE:
        message = f"no header but {magic:#x}"
        raise ValueError(message)
    at += _PREFIX.size
    header = json.loads(stored[at : at + length])
    at += length
    if "erased" in header:
        return [(str(channel), int(start)) for channel, start in header["erased"]], at
    end = at + header["bytes"]
    data = stored[at:end]
    if len(data) < header["bytes"]:
        message = f"{len(data)} of {header['bytes']} bytes"
        raise ValueError(message)
    if header["wrapped"]:
        data = zstandard.ZstdDecompressor().decompress(data)
    record = Record(
        kind=Kind(header["kind"]),
        shard=header["shard"],
        sequence=int(header["sequence"]),
        arrival_ms=header["arrival_ms"],
        data=data,
    )
    return record, end
