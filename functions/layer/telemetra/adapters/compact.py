"""Stored bytes made shorter where it pays: DynamoDB bills each started KB of a row at every write."""

from __future__ import annotations

from typing import Final

import zstandard

from telemetra.domain.errors import CorruptStateError

WORTH_BYTES: Final = 512
"""Below this length names hardly repeat, and what is left are hashes."""

LIMIT: Final = 4 * 1024 * 1024
"""Most bytes that a stored value may unpack to; a row of 400 KB of real content stays far below."""

_MAGIC: Final = b"\x28\xb5\x2f\xfd"
_LEVEL: Final = 9


def squeeze(data: bytes) -> bytes:
    """Return a zstd frame if that is shorter, else the bytes as they are.

    The two are told apart by the first byte: encoded values start with their version, which is below 0x28.
    """
    if len(data) < WORTH_BYTES:
        return data
    packed = zstandard.ZstdCompressor(level=_LEVEL).compress(data)
    return packed if len(packed) < len(data) else data


def expand(data: bytes) -> bytes:
    """Undo ``squeeze``; raises ``CorruptStateError`` when a frame is cut short or corrupt."""
    if not data.startswith(_MAGIC):
        return data
    try:
        return zstandard.ZstdDecompressor().decompress(data, max_output_size=LIMIT)
    except zstandard.ZstdError as error:
        message = f"stored value: {error}"
        raise CorruptStateError(message) from error
