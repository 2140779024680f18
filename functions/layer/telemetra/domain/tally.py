"""Counts by name: exact up to a bound, then the heavy hitters with a stated error.

Beyond the bound this is the mergeable Misra-Gries summary (Agarwal et al., "Mergeable summaries", PODS 2012):
the true count of a kept name lies in ``[count, count + error]``, and every name left out counts at most
``error``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, ItemsView, Iterable, Iterator, Mapping, Sequence
from operator import lt
from typing import Final, NamedTuple, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from telemetra.domain.errors import CorruptStateError

TALLY_KEYS: Final = 256
"""Names kept; up to here every count is exact and all laws hold exactly."""

_COUNT_BITS: Final = 40

PackedTally: TypeAlias = tuple[int, list[str], list[int]]


class Counts(Mapping[str, int]):
    """Name to count, kept as two lists until a single name is asked for."""

    __slots__ = ("_counts", "_index", "_names")

    def __init__(self, names: list[str], counts: list[int]) -> None:
        """Take different names and as many counts."""
        self._names = names
        self._counts = counts
        self._index: dict[str, int] | None = None

    def __getitem__(self, name: str) -> int:
        """Return the count of a name."""
        if self._index is None:
            self._index = dict(zip(self._names, self._counts, strict=True))
        return self._index[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return how many names there are."""
        return len(self._names)

    def items(self) -> ItemsView[str, int]:
        """Return pairs of name and count."""
        return dict(zip(self._names, self._counts, strict=True)).items()

    def values(self) -> Collection[int]:  # type: ignore[override]
        """Return the counts, in the order of the names."""
        return self._counts

    def __repr__(self) -> str:
        """Show as a dictionary."""
        return repr(dict(self))


class Column(NamedTuple):
    """What many tallies count, one after the other.

    Attributes:
        names: name by number, of a whole vocabulary.
        entries: number and count of a name, packed by ``packed_entries``.
    """

    names: Sequence[str]
    entries: NDArray[np.int64]


class Sliced(Mapping[str, int]):
    """Name to count, a part of a column until it is looked at: most are read but once."""

    __slots__ = ("_listed", "column", "first", "last")

    def __init__(self, column: Column, first: int, last: int) -> None:
        """Take the part from ``first`` to ``last`` of a column."""
        self.column = column
        self.first = first
        self.last = last
        self._listed: Counts | None = None

    @property
    def entries(self) -> NDArray[np.int64]:
        """Numbers and counts."""
        return self.column.entries[self.first : self.last]

    @property
    def listed(self) -> Counts:
        """The same with names."""
        if self._listed is None:
            numbers, counts = unpacked_entries(self.entries)
            names = self.column.names
            self._listed = Counts([names[number] for number in numbers.tolist()], counts.tolist())
        return self._listed

    def __getitem__(self, name: str) -> int:
        """Return the count of a name."""
        return self.listed[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self.listed)

    def __len__(self) -> int:
        """Return how many names there are."""
        return self.last - self.first

    def items(self) -> ItemsView[str, int]:
        """Return pairs of name and count."""
        return self.listed.items()

    def values(self) -> Collection[int]:  # type: ignore[override]
        """Return the counts, in the order of the names."""
        return self.listed.values()

    def __repr__(self) -> str:
        """Show as a dictionary."""
        return repr(dict(self))


def packed_entries(numbers: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pack numbers of names and their counts into one integer each."""
    return (numbers << _COUNT_BITS) | counts


def unpacked_entries(entries: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Undo ``packed_entries``."""
    return entries >> _COUNT_BITS, entries & ((1 << _COUNT_BITS) - 1)


class Tally(msgspec.Struct, frozen=True, gc=False):
    """A bounded multiset of names.

    Attributes:
        counts: name to count, at most ``TALLY_KEYS`` names, every count > 0.
        error: how much any true count may exceed what is kept; 0 while nothing was left out.
    """

    counts: Mapping[str, int] = msgspec.field(default_factory=dict)
    error: int = 0

    def add(self, names: Iterable[str]) -> Tally:
        """Return the tally with each name counted once more per occurrence."""
        counts = Counter(names)
        return self.merge(Tally(counts) if len(counts) <= TALLY_KEYS else _cut(counts, 0))

    def merge(self, other: Tally) -> Tally:
        """Return the tally of both multisets read as one."""
        few, many = (self, other) if len(self.counts) < len(other.counts) else (other, self)
        if not few.counts and not few.error:
            return many
        added, kept = dict(few.counts.items()), dict(many.counts.items())
        counts = added | kept
        for name in added.keys() & kept.keys():
            counts[name] += added[name]
        error = self.error + other.error
        return Tally(counts, error) if len(counts) <= TALLY_KEYS else _cut(counts, error)

    def top(self, most: int) -> list[tuple[str, int]]:
        """Return at most ``most`` (name, count) pairs, largest first, ties by name."""
        return sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))[:most]

    def packed(self) -> PackedTally:
        """Return a canonical plain form: equal tallies give equal values."""
        items = sorted(self.counts.items())
        return self.error, [name for name, _ in items], [count for _, count in items]

    @classmethod
    def unpacked(cls, form: PackedTally) -> Tally:
        """Undo ``packed``.

        Raises:
            CorruptStateError: names and counts differ in number, names are out of order or too many, or a
                count is below 1.
        """
        error, names, counts = form
        ordered = all(map(lt, names, names[1:]))
        positive = error >= 0 and min(counts, default=1) > 0
        if not (len(names) == len(counts) <= TALLY_KEYS and ordered and positive):
            message = f"tally: {len(names)} names with {len(counts)} counts and an error of {error}"
            raise CorruptStateError(message)
        return cls(Counts(names, counts), error)


def _cut(counts: Mapping[str, int], error: int) -> Tally:
    """Take from every count what leaves ``TALLY_KEYS`` names or fewer above zero."""
    cut = sorted(counts.values(), reverse=True)[TALLY_KEYS]
    return Tally({name: count - cut for name, count in counts.items() if count > cut}, error + cut)
