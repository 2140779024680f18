"""Sets and tallies of many rows at once: one sort of 64-bit integers that begin with the row.

NumPy sorts plain integers with SIMD (Bramas, "A novel hybrid quicksort algorithm vectorized using AVX-512",
2017), some ten times faster than it sorts indices; a run of equal integers then is a count.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, repeat
from typing import Any, Final, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from telemetra.domain.distinct import EXACT_BOUND, HASH_BYTES, MEMBER_BYTES, Distinct
from telemetra.domain.tally import TALLY_KEYS, Column, Sliced, Tally, packed_entries, unpacked_entries
from telemetra.domain.vocabulary import VOCABULARY, Keys, Numbers

T = TypeVar("T", bound=np.generic)

NUMBER_BITS: Final = (VOCABULARY - 1).bit_length()
"""A number of a vocabulary fits into these."""

_HASH_BITS: Final = 8 * HASH_BYTES
_COUNT_BITS: Final = 32
_WORD_BITS: Final = 63
_EMPTY: Final = Tally()


class Numbering(Protocol):
    """Numbers for names, as vocabularies have them."""

    names: list[str]

    def __getitem__(self, name: str, /) -> int:
        """Return the number of a name, 0 when there is no room for it."""
        ...


def distincts(
    rows: Numbers, hashes: Keys, size: int, at: Numbers, held: Sequence[Distinct]
) -> list[Distinct]:
    """Return the sets of rows 0 to ``size`` - 1.

    Args:
        rows: row of each occurrence.
        hashes: its 40-bit hash.
        size: number of rows.
        at: rows that hold a set already, each once.
        held: those sets.
    """
    known = np.frombuffer(b"".join([one.members for one in held]), "<u8")
    known_rows = np.repeat(at, [len(one.members) // MEMBER_BYTES for one in held])
    every = np.concatenate((rows, known_rows)).view(np.uint64) << np.uint64(_HASH_BITS)
    pairs = distinct(every | np.concatenate((hashes, known)))
    members = (pairs & np.uint64((1 << _HASH_BITS) - 1)).astype("<u8").tobytes()
    bounds = _bounds(pairs >> np.uint64(_HASH_BITS), size) * MEMBER_BYTES
    sets = [Distinct(members[first:last]) for first, last in pairwise(bounds.tolist())]
    for row in np.flatnonzero(np.diff(bounds) > EXACT_BOUND * MEMBER_BYTES).tolist():
        sets[row] = Distinct.ordered(sets[row].members)
    for row, one in zip(at.tolist(), held, strict=True):
        if one.sketch:
            sets[row] = sets[row].merge(one)
    return sets


def tallies(pairs: Keys, names: Numbering, size: int, at: Numbers, held: Sequence[Tally]) -> list[Tally]:
    """Return the tallies of rows 0 to ``size`` - 1.

    Args:
        pairs: for each occurrence its row and the number of its name (``NUMBER_BITS`` wide) below, sorted.
        names: numbers of names; occurrences of number 0 have none, and count as error.
        size: number of rows.
        at: rows that hold a tally already, each once.
        held: those tallies.
    """
    entries = [_entries(one, names) for one in held]
    numbered = [place for place, one in enumerate(entries) if one is not None]
    starts = np.flatnonzero(firsts(pairs))
    counts = np.diff(starts, append=len(pairs))
    errors = np.zeros(size, np.int64)
    errors[at[numbered]] = [held[place].error for place in numbered]
    pairs, counts = _added(pairs[starts], counts, at[numbered], [one for one in entries if one is not None])
    rows, numbers = (pairs >> np.uint64(NUMBER_BITS)).view(np.int64), pairs & np.uint64(VOCABULARY - 1)
    unnamed = numbers == 0
    errors += np.bincount(rows[unnamed], counts[unnamed], size).astype(np.int64)
    counts[unnamed] = 0
    cuts = _cuts(rows, counts, size)
    counts -= cuts[rows]
    kept = np.flatnonzero(counts > 0)
    errors += cuts
    column = Column(names.names, packed_entries(numbers[kept].view(np.int64), counts[kept]))
    bounds = _bounds(rows[kept], size)
    filled = np.flatnonzero((np.diff(bounds) > 0) | (errors > 0))
    slices = map(Sliced, repeat(column), bounds[filled].tolist(), bounds[filled + 1].tolist())
    made = [_EMPTY] * size
    for row, tally in zip(filled.tolist(), map(Tally, slices, errors[filled].tolist()), strict=True):
        made[row] = tally
    for row, one, packed in zip(at.tolist(), held, entries, strict=True):
        if packed is None:
            made[row] = made[row].merge(one)
    return made


def _entries(tally: Tally, names: Numbering) -> Numbers | None:
    """Return numbers and counts of a tally; None when the vocabulary has no room for one of its names."""
    counts = tally.counts
    if isinstance(counts, Sliced) and counts.column.names is names.names:
        return counts.entries
    numbers = np.array([names[name] for name in counts], np.int64)
    if not numbers.all():
        return None
    return packed_entries(numbers, np.array(list(counts.values()), np.int64))


def _added(pairs: Keys, counts: Numbers, at: Numbers, entries: Sequence[Numbers]) -> tuple[Keys, Numbers]:
    """Return pairs of row and number, and their counts, with those of ``entries`` of rows ``at`` added."""
    if not entries:
        return pairs, counts
    numbers, more = unpacked_entries(np.concatenate(entries))
    more_pairs = np.repeat(at, [len(one) for one in entries]) << NUMBER_BITS | numbers
    pairs = np.concatenate((pairs, more_pairs.view(np.uint64)))
    order = stable_order(pairs.view(np.int64))
    pairs = pairs[order]
    starts = np.flatnonzero(firsts(pairs))
    return pairs[starts], np.add.reduceat(np.concatenate((counts, more))[order], starts)


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


def _bounds(rows: NDArray[np.integer], size: int) -> Numbers:
    """Return where each row begins in a sorted array of rows, and its length."""
    return np.searchsorted(rows, np.arange(size + 1, dtype=rows.dtype))


def _cuts(rows: Numbers, counts: Numbers, size: int) -> Numbers:
    """Return what every count of a row must lose for ``TALLY_KEYS`` names to be left."""
    cuts = np.zeros(size, np.int64)
    ends = np.searchsorted(rows, np.arange(1, size + 1))
    full = np.flatnonzero(np.diff(ends, prepend=0) > TALLY_KEYS)
    if len(full):
        ordered = np.sort((rows << _COUNT_BITS) | counts)
        cuts[full] = ordered[ends[full] - TALLY_KEYS - 1] & ((1 << _COUNT_BITS) - 1)
    return cuts
