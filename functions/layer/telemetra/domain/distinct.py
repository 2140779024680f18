"""How many different hashes: exact up to a bound, then a CPC sketch in canonical form.

CPC (Lang, "Back to the future: an even more nearly optimal cardinality estimation algorithm", 2017) with lg_k
12 stays near 0.9 % rms error after merging, in about 2.5 KB. Its bytes depend on the order of updates until
the sketch has passed through a union once; that form is canonical, so equal sets have equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

import datasketches
import msgspec
import numpy as np
from numpy.typing import NDArray

from telemetra.domain.errors import CorruptStateError

EXACT_BOUND: Final = 256
"""Distinct hashes kept as they are; above it only the sketch remains."""

LG_K: Final = 12
HASH_BYTES: Final = 5
"""A hash is an unsigned 40-bit integer: 30,000 of them collide once in 2,400 sets."""

_HASH: Final = np.dtype("<u8")
MEMBER_BYTES: Final = _HASH.itemsize

PackedDistinct: TypeAlias = tuple[bytes, bytes]


class Distinct(msgspec.Struct, frozen=True, gc=False):
    """A set of 40-bit hashes that remembers its size.

    Attributes:
        members: the exact members in order, eight bytes each, or empty once there is a sketch.
        sketch: canonical CPC bytes, or empty while exact.
    """

    members: bytes = b""
    sketch: bytes = b""

    @classmethod
    def of(cls, hashes: Iterable[int]) -> Distinct:
        """Return the set of these hashes."""
        return cls.ordered(np.array(sorted(set(hashes)), _HASH).tobytes())

    @classmethod
    def ordered(cls, members: bytes) -> Distinct:
        """Return the set of these members: different ones, in order, as ``members`` holds them."""
        if len(members) <= EXACT_BOUND * _HASH.itemsize:
            return cls(members)
        return cls(sketch=_sketch(np.frombuffer(members, _HASH)))

    def add(self, hashes: Iterable[int]) -> Distinct:
        """Return the set with these hashes as members too."""
        return self.merge(Distinct.of(hashes))

    def merge(self, other: Distinct) -> Distinct:
        """Return the union."""
        if not other.sketch and not other.members:
            return self
        if not self.sketch and not self.members:
            return other
        if not self.sketch and not other.sketch:
            both = np.frombuffer(self.members + other.members, _HASH).copy()
            both.sort()
            differs = both[1:] != both[:-1]
            return Distinct.ordered(both[:1].tobytes() + both[1:][differs].tobytes())
        joined = datasketches.cpc_union(LG_K)
        for side in (self, other):
            joined.update(
                _fresh(np.frombuffer(side.members, _HASH))
                if side.members
                else datasketches.cpc_sketch.deserialize(side.sketch)
            )
        return Distinct(sketch=bytes(joined.get_result().serialize()))

    @property
    def exact(self) -> bool:
        """Whether ``finish`` is a count and not an estimate."""
        return not self.sketch

    def finish(self) -> int:
        """Return the number of distinct hashes, rounded when estimated."""
        if self.exact:
            return len(self.members) // _HASH.itemsize
        estimate: float = datasketches.cpc_sketch.deserialize(self.sketch).get_estimate()
        return round(estimate)

    def packed(self) -> PackedDistinct:
        """Return a canonical plain form: the hashes in order, 40 bits big-endian each, and the sketch."""
        octets = np.frombuffer(self.members, _HASH).astype(">u8").view(np.uint8)
        return octets.reshape(-1, _HASH.itemsize)[:, -HASH_BYTES:].tobytes(), self.sketch

    @classmethod
    def unpacked(cls, form: PackedDistinct) -> Distinct:
        """Undo ``packed``.

        Raises:
            CorruptStateError: the hashes are cut short, too many or out of order, or the sketch is none.
        """
        packed, sketch = form
        size, rest = divmod(len(packed), HASH_BYTES)
        if rest or size > EXACT_BOUND or (packed and sketch):
            message = f"distinct: {len(packed)} bytes of hashes beside {len(sketch)} of sketch"
            raise CorruptStateError(message)
        if sketch:
            _validated(sketch)
        octets = np.zeros((size, _HASH.itemsize), np.uint8)
        octets[:, -HASH_BYTES:] = np.frombuffer(packed, np.uint8).reshape(size, HASH_BYTES)
        hashes = octets.view(">u8").ravel()
        if np.any(hashes[1:] <= hashes[:-1]):
            message = "distinct: the hashes are out of order"
            raise CorruptStateError(message)
        return cls(hashes.astype(_HASH).tobytes(), sketch)


def _fresh(hashes: NDArray[np.uint64]) -> datasketches.cpc_sketch:
    sketch = datasketches.cpc_sketch(LG_K)
    for value in hashes.tolist():
        sketch.update(value)
    return sketch


def _sketch(hashes: NDArray[np.uint64]) -> bytes:
    joined = datasketches.cpc_union(LG_K)
    joined.update(_fresh(hashes))
    return bytes(joined.get_result().serialize())


def _validated(sketch: bytes) -> None:
    try:
        datasketches.cpc_sketch.deserialize(sketch)
    except (RuntimeError, ValueError, IndexError) as error:
        message = f"distinct: not a CPC sketch: {error}"
        raise CorruptStateError(message) from error
