"""64-bit keys of strings that lie in one buffer: their bytes while they fit, a hash of them otherwise.

The hash is FNV's xor and multiply, eight bytes at a time, with a shift; its lowest byte is 1, with which no
word begins.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Numbers = NDArray[np.int64]

PADDING: Final = bytes(8)
"""What must follow the buffer."""

_WORD: Final = 8
_MASKS: Final = np.array([(1 << 8 * size) - 1 for size in range(_WORD + 1)], np.uint64)
_MIX: Final = 0x9E3779B97F4A7C15
_SHIFT: Final = 29
_LOW: Final = (1 << 64) - 1
_MARK: Final = 1


def keys_of(data: NDArray[np.uint8], starts: Numbers, ends: Numbers) -> Keys:
    """Return the keys of the strings that begin and end at these places."""
    eights = np.ndarray((len(data) - _WORD + 1,), "<u8", data, strides=(1,))
    sizes = ends - starts
    keys: Keys = eights[starts] & _MASKS.take(np.minimum(sizes, _WORD))
    long = np.flatnonzero(sizes > _WORD)
    start, left = starts[long], sizes[long]
    hashed = np.zeros(len(long), np.uint64)
    at = np.arange(len(long))
    while len(at):
        part = eights[start[at]] & _MASKS.take(np.minimum(left[at], _WORD))
        mixed = (hashed[at] ^ part) * np.uint64(_MIX)
        hashed[at] = mixed ^ (mixed >> np.uint64(_SHIFT))
        start += _WORD
        left -= _WORD
        at = at[left[at] > 0]
    keys[long] = hashed & np.uint64(_LOW ^ 0xFF) | np.uint64(_MARK)
    return keys


def key_of(data: bytes) -> int:
    """Return the key of one string."""
    if len(data) <= _WORD:
        return int.from_bytes(data, "little")
    key = 0
    for at in range(0, len(data), _WORD):
        key = (key ^ int.from_bytes(data[at : at + _WORD], "little")) * _MIX & _LOW
        key ^= key >> _SHIFT
    return key & ~0xFF | _MARK
