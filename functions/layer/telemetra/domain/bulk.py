"""Sets and tallies of many rows at once: one sort of 64-bit integers that begin with the row.

NumPy sorts plain integers with SIMD (Bramas, "A novel hybrid quicksort algorithm vectorized using AVX-512",
2017), some ten times faster than it sorts indices; a run of equal integers then is a count.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from telemetra.domain.distinct import HASH_BYTES, Distinct
from telemetra.domain.tally import TALLY_KEYS, Counts, Tally
from telemetra.domain.vocabulary import Keys, Numbers

T = TypeVar("T", bound=np.generic)

NUMBER_BITS: Final = 17
"""A number of a vocabulary fits into these."""

_HASH_BITS: Final = 8 * HASH_BYTES
_COUNT_BITS: Final = 32
_WORD_BITS: Final = 63


def distincts(rows: Numbers, hashes: Keys, size: int) -> list[Distinct]:
    """Return the sets of rows 0 to ``size`` - 1, given a row and a 40-bit hash for each occurrence."""
    pairs = distinct((rows.astype(np.uint64) << np.uint64(_HASH_BITS)) | hashes)
    members = (pairs & np.uint64((1 << _HASH_BITS) - 1)).astype("<u8").tobytes()
    bounds = (8 * np.array(_bounds(pairs >> np.uint64(_HASH_BITS), size))).tolist()
    return [Distinct.ordered(members[first:last]) for first, last in pairwise(bounds)]


def tallies(pairs: Keys, names: Sequence[str], size: int) -> list[Tally]:
    """Return the tallies of rows 0 to ``size`` - 1.

    Args:
        pairs: for each occurrence its row and the number of its name (``NUMBER_BITS`` wide) below, sorted.
        names: name by number; occurrences of number 0 have none, and count as error.
        size: number of rows.
    """
    starts = np.flatnonzero(firsts(pairs))
    counts = np.diff(starts, append=len(pairs))
    rows = (pairs[starts] >> np.uint64(NUMBER_BITS)).view(np.int64)
    numbers = (pairs[starts] & np.uint64((1 << NUMBER_BITS) - 1)).view(np.int64)
    unnamed = numbers == 0
    errors = np.bincount(rows[unnamed], counts[unnamed], size).astype(np.int64)
    counts[unnamed] = 0
    cuts = _cuts(rows, counts, size)
    counts = counts - cuts[rows]
    kept = np.flatnonzero(counts > 0)
    spelled = [names[number] for number in numbers[kept].tolist()]
    found, errors = counts[kept].tolist(), (errors + cuts).tolist()
    bounds = _bounds(rows[kept], size)
    return [
        Tally(Counts(spelled[first:last], found[first:last]), error)
        for (first, last), error in zip(pairwise(bounds), errors, strict=True)
    ]


def firsts(ordered: NDArray[Any]) -> NDArray[np.bool_]:
    """Say which members of a sorted array differ from the one before."""
    differs = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=differs[1:])
    return differs


def stable_order(values: Numbers) -> Numbers:
    """Return the order that sorts these natural numbers, equal ones as they are.

    The places go along in the low bits of what is sorted, so numbers beyond what they leave sort more slowly.
    """
    bits = len(values).bit_length()
    if int(values.max(initial=0)).bit_length() + bits > _WORD_BITS:
        return np.argsort(values, kind="stable")
    packed = (values << bits) | np.arange(len(values))
    packed.sort()
    packed &= (1 << bits) - 1
    return packed


def distinct(values: NDArray[T]) -> NDArray[T]:
    """Return the different values, sorted; ``numpy.unique`` would hash them, which is slower than sorting."""
    ordered = np.sort(values)
    return ordered[firsts(ordered)]


def _bounds(rows: NDArray[np.integer], size: int) -> list[int]:
    """Return where each row begins in a sorted array of rows, and its length."""
    bounds: list[int] = np.searchsorted(rows, np.arange(size + 1, dtype=rows.dtype)).tolist()
    return bounds


def _cuts(rows: Numbers, counts: Numbers, size: int) -> Numbers:
    """Return what every count of a row must lose for ``TALLY_KEYS`` names to be left."""
    cuts = np.zeros(size, np.int64)
    ends = np.searchsorted(rows, np.arange(1, size + 1))
    full = np.flatnonzero(np.diff(ends, prepend=0) > TALLY_KEYS)
    if len(full):
        ordered = np.sort((rows << _COUNT_BITS) | counts)
        cuts[full] = ordered[ends[full] - TALLY_KEYS - 1] & ((1 << _COUNT_BITS) - 1)
    return cuts
