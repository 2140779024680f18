"""From the bytes of a record to its NDJSON: plain, gzip or zstd, told apart by their magic bytes."""

from __future__ import annotations

import zlib
from typing import Final

import zstandard

from telemetra.domain.errors import Reason, RecordError

UNPACKED_LIMIT: Final = 4 * 1024 * 1024
"""Most bytes that one record may unpack to; a larger one is a reject, not an allocation."""

PLAIN_START: Final = b"{"
"""What a record begins with that holds its NDJSON as it is."""

_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_GZIP: Final = b"\x1f\x8b"

_decompressor: Final = zstandard.ZstdDecompressor()


def unpack(data: bytes) -> bytes:
    """Return the NDJSON that a record holds.

    Raises:
        RecordError: ``zstd`` or ``gzip`` when the frame is cut short or corrupt, ``size`` above the limit.
    """
    if data.startswith(_ZSTD):
        return _unzstd(data)
    if data.startswith(_GZIP):
        return _gunzip(data)
    if len(data) > UNPACKED_LIMIT:
        raise _too_large(len(data))
    return data


def _unzstd(data: bytes) -> bytes:
    try:
        size = zstandard.frame_content_size(data)
        if size > UNPACKED_LIMIT:
            raise _too_large(size)
        return _decompressor.decompress(data, max_output_size=UNPACKED_LIMIT, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise RecordError(
            Reason.ZSTD, f"not one whole zstd frame of at most {UNPACKED_LIMIT} bytes: {error}"
        ) from error


def _gunzip(data: bytes) -> bytes:
    member = zlib.decompressobj(wbits=31)
    try:
        raw = member.decompress(data, UNPACKED_LIMIT + 1)
    except zlib.error as error:
        raise RecordError(Reason.GZIP, f"not a gzip member: {error}") from error
    if len(raw) > UNPACKED_LIMIT:
        raise _too_large(len(raw))
    if not member.eof or member.unused_data:
        raise RecordError(Reason.GZIP, "the gzip member is cut short or followed by other bytes")
    return raw


def _too_large(size: int) -> RecordError:
    return RecordError(Reason.SIZE, f"unpacks to {size} bytes or more; the limit is {UNPACKED_LIMIT}")
