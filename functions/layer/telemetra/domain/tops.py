"""The most frequent names of many sliding windows at once.

Occurrences are sorted by name and place once; what a name counts in the window that ends where it occurs is
then the sum of at most six neighbours. These sums alone say how many it takes, at least, to be among the
first of a window, and few names get there in windows in which they occurred earlier only, so that hardly any
name is looked at six times.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import count, islice, pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetra.domain.bulk import distinct, firsts, stable_order
from telemetra.domain.figures import Ranking
from telemetra.domain.tally import Sliced, Tally, unpacked_entries
from telemetra.domain.vocabulary import Numbers
from telemetra.domain.window import PANES_A_WINDOW

_REACH: Final = PANES_A_WINDOW - 1
"""How far apart two panes of one window may be."""

_COUNT_BITS: Final = 24
_MOST_COUNT: Final = (1 << _COUNT_BITS) - 1
_LISTED: Final = 0
"""Stands for a tally that lies in no column."""

_LEVELS: Final = 64
"""Sums told apart where the few greatest are looked for; larger ones are all kept."""


class Ranks:
    """Names and their ranks in alphabetical order, which shift as new names are met."""

    def __init__(self) -> None:
        """Start without a name."""
        self._number: defaultdict[str, int] = defaultdict(count().__next__)
        self._rank = np.zeros(0, np.int64)
        self._columns: dict[int, tuple[Sequence[str], Numbers]] = {}
        self.names: list[str] = []

    def entries(self, tallies: Sequence[Tally], at: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Return for each name of each tally where the tally enters, the name's rank in ``names``, its count.

        They come in no order; tallies that lie in one column are read at once.

        Args:
            tallies: names and counts.
            at: where each enters.
        """
        held = [tally.counts for tally in tallies]
        column = np.array(
            [id(counts.column) if type(counts) is Sliced else _LISTED for counts in held], np.int64
        )
        listed = [row for row in np.flatnonzero(column == _LISTED).tolist() if held[row]]
        spelled = [held[row] for row in listed]
        places = [np.repeat(at[listed], list(map(len, spelled)))]
        numbers = [np.array([self._number[name] for counts in spelled for name in counts], np.int64)]
        values = [np.array([value for counts in spelled for value in counts.values()], np.int64)]
        for one in distinct(column[column != _LISTED]).tolist():
            group = np.flatnonzero(column == one)
            sizes, entries, names = _read([held[row] for row in group.tolist()])
            number, value = unpacked_entries(entries)
            places.append(np.repeat(at[group], sizes))
            numbers.append(self._translated(names).take(number))
            values.append(value)
        if len(self._number) > len(self.names):
            self.names = sorted([*self.names, *islice(self._number, len(self.names), None)])
            self._rank = np.empty(len(self.names), np.int64)
            self._rank[[self._number[name] for name in self.names]] = np.arange(len(self.names))
        return np.concatenate(places), self._rank.take(np.concatenate(numbers)), np.concatenate(values)

    def _translated(self, names: Sequence[str]) -> Numbers:
        """Return the number here of each number of a vocabulary."""
        _, numbers = self._columns.get(id(names), (names, np.zeros(0, np.int64)))
        if len(numbers) < len(names):
            new = [self._number[name] for name in names[len(numbers) :]]
            numbers = np.concatenate((numbers, np.array(new, np.int64)))
            self._columns[id(names)] = names, numbers
        return numbers


def _read(slices: Sequence[Any]) -> tuple[Numbers, Numbers, Sequence[str]]:
    """Return the size of each of these slices of one column, all their entries in turn, and its names."""
    first = np.array([one.first for one in slices])
    sizes = np.array([one.last for one in slices]) - first
    before = np.cumsum(sizes) - sizes
    at = np.repeat(first - before, sizes)
    at += np.arange(len(at))
    column = slices[0].column
    return sizes, column.entries.take(at), column.names


class Occurrences(NamedTuple):
    """Names at places, one at most of each pair, by name and then by place; all arrays run alike.

    Attributes:
        place: the first window that holds the occurrence; it is in the five after, too.
        rank: of its name.
        value: how often it occurs there.
        pair: rank and place in one; the difference of two is how far apart they are, and large between names.
        until: one past the last window in which there is no later one of its name.
    """

    place: Numbers
    rank: Numbers
    value: Numbers
    pair: Numbers
    until: Numbers

    @classmethod
    def of(cls, tallies: Sequence[Tally], at: Numbers, size: int, ranks: Ranks) -> Occurrences:
        """Sort the names of tallies, each of which enters at its window ``at`` of ``size``."""
        place, rank, value = ranks.entries(tallies, at)
        place_bits = (size + PANES_A_WINDOW).bit_length()
        entries = ((rank << place_bits | place) << _COUNT_BITS) | value
        entries.sort()
        pair, value = entries >> _COUNT_BITS, entries & _MOST_COUNT
        starts = np.flatnonzero(firsts(pair))
        if len(starts) < len(pair):
            pair, value = pair[starts], np.add.reduceat(value, starts)
        place = pair & ((1 << place_bits) - 1)
        until = np.minimum(np.diff(pair, append=np.iinfo(np.int64).max), PANES_A_WINDOW)
        until += place
        return cls(place, pair >> place_bits, value, pair, until)

    def gaps(self) -> list[NDArray[np.uint8]]:
        """Return how far back the five occurrences before each are; what is beyond reach is just that."""
        gaps = []
        for back in range(1, PANES_A_WINDOW):
            gap = np.full(len(self.pair), PANES_A_WINDOW, np.uint8)
            gap[back:] = np.minimum(self.pair[back:] - self.pair[:-back], PANES_A_WINDOW)
            gaps.append(gap)
        return gaps

    def names_a_window(self, size: int) -> Numbers:
        """Return how many different names each window holds."""
        change = np.bincount(self.place, minlength=size + 1) - np.bincount(self.until, minlength=size + 1)
        return np.cumsum(change[:size])

    def contenders(self, size: int, most: int) -> tuple[Numbers, Numbers, Numbers]:
        """Return window, rank and sum of all that may be among the ``most`` greatest of a window."""
        gaps = self.gaps()
        until_here = np.zeros(len(self.value) + 1, np.int64)
        np.cumsum(self.value, out=until_here[1:])

        def sums(step: int, at: Numbers) -> Numbers:
            """Return what the names of occurrences ``at`` count ``step`` windows on."""
            near = np.zeros(len(self.value), np.uint8)
            for gap in gaps[: _REACH - step]:
                near += gap <= _REACH - step
            total: Numbers = until_here.take(at + 1) - until_here.take(at - near.take(at))
            return total

        first = sums(0, np.arange(len(self.value)))
        least = _least(self.place, first, size, most)
        at = np.flatnonzero(first >= least.take(self.place))
        found = [(self.place[at], self.rank[at], first[at])]
        for step in range(1, PANES_A_WINDOW):
            window = self.place + step
            at = np.flatnonzero((window < self.until) & (first >= least.take(window, mode="clip")))
            window = window.take(at)
            later = sums(step, at)
            enough = later >= least.take(window)
            found.append((window[enough], self.rank[at[enough]], later[enough]))
        window, rank, total = (np.concatenate(column) for column in zip(*found, strict=True))
        return window, rank, total


def tops(occurrences: Occurrences, names: Sequence[str], size: int, most: int) -> list[Ranking]:
    """Return the ``most`` frequent names of each window, ties by name."""
    window, rank, total = occurrences.contenders(size, most)
    rank_bits = len(names).bit_length()
    ordered = (((window << _COUNT_BITS) | (_MOST_COUNT - total)) << rank_bits) | rank
    ordered.sort()
    window = ordered >> (_COUNT_BITS + rank_bits)
    starts = np.searchsorted(window, np.arange(size + 1))
    best = ordered[np.arange(len(ordered)) - starts[window] < most]
    pairs = _pairs(best & ((1 << rank_bits + _COUNT_BITS) - 1), rank_bits, names)
    bounds = [0, *np.cumsum(np.minimum(np.diff(starts), most)).tolist()]
    return [pairs[first:last] for first, last in pairwise(bounds)]


def _pairs(packed: Numbers, rank_bits: int, names: Sequence[str]) -> list[tuple[str, int]]:
    """Return name and count of each; the same ones, which abound where counts are small, are made once."""
    order = stable_order(packed)
    ordered = packed[order]
    new = firsts(ordered)
    kinds = ordered[new]
    ranks = (kinds & ((1 << rank_bits) - 1)).tolist()
    counts = (_MOST_COUNT - (kinds >> rank_bits)).tolist()
    made = np.empty(len(kinds), object)
    made[:] = list(zip([names[rank] for rank in ranks], counts, strict=True))
    which = np.empty(len(packed), np.int64)
    which[order] = np.cumsum(new) - 1
    pairs: list[tuple[str, int]] = made[which].tolist()
    return pairs


def _least(window: Numbers, sums: Numbers, size: int, most: int) -> NDArray[np.int64]:
    """Return a bound below the ``most`` greatest of these sums by window, by a histogram."""
    level = np.minimum(sums, _LEVELS - 1)
    levels = np.bincount(window * _LEVELS + level, minlength=size * _LEVELS)
    above = np.cumsum(levels.reshape(size, _LEVELS)[:, ::-1], axis=1)
    least: NDArray[np.int64] = _LEVELS - 1 - np.argmax(above >= most, axis=1)
    least[above[:, -1] < most] = 0
    return least
