"""Versioned bytes for stored values: one version byte, then MessagePack of plain arrays.

Readers accept every version they know; a golden copy of each stays in the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from telemetra.domain.errors import CorruptStateError

_encoder: Final = msgspec.msgpack.Encoder()


def seal(version: int, value: Any) -> bytes:
    """Encode ``value`` (tuples, lists, ints, strings, bytes, None) behind its version byte."""
    return bytes((version,)) + _encoder.encode(value)


def unseal(data: bytes, versions: Mapping[int, Any], what: str) -> tuple[int, Any]:
    """Decode sealed bytes into the shape that their version names.

    Args:
        data: what ``seal`` wrote.
        versions: version byte to the (msgspec-readable) type of the value.
        what: name of the value, for the error.

    Raises:
        CorruptStateError: unknown version, truncated bytes, or values of another shape.
    """
    shape = versions.get(data[0]) if data else None
    if shape is None:
        message = f"{what}: unknown version {data[:1].hex() or 'of no bytes'}"
        raise CorruptStateError(message)
    try:
        return data[0], msgspec.msgpack.decode(memoryview(data)[1:], type=shape)
    except msgspec.DecodeError as error:
        message = f"{what}: {error}"
        raise CorruptStateError(message) from error
