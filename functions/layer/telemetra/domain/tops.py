"""The most frequent names of many sliding windows at once.

Occurrences are sorted by name and place once; what a name counts in the window that ends where it occurs is
then the sum of at most six neighbours. These sums alone say how many it takes, at least, to be among the
first of a window, and few names get there in windows in which they occurred earlier only, so that hardly any
name is looked at six times.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain, count, islice, pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetra.domain.bulk import firsts
from telemetra.domain.figures import Ranking
from telemetra.domain.tally import Sliced, Tally, unpacked_entries
from telemetra.domain.vocabulary import Numbers
from telemetra.domain.window import PANES_A_WINDOW

_REACH: Final = PANES_A_WINDOW - 1
"""How far apart two panes of one window may be."""

_COUNT_BITS: Final = 24
_MOST_COUNT: Final = (1 << _COUNT_BITS) - 1
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

    def entries(self, tallies: Sequence[Tally]) -> tuple[list[int], Numbers, Numbers]:
        """Return of each name of each tally its rank, which points into ``names``, and its count.

        They come in another order, which is returned first: tallies that lie in columns are read at once.
        """
        order: list[int] = []
        numbers: list[Numbers] = []
        values: list[Numbers] = []
        listed: list[int] = []
        columns: defaultdict[int, list[int]] = defaultdict(list)
        slices: dict[int, Sliced] = {}
        for at, tally in enumerate(tallies):
            if isinstance(tally.counts, Sliced):
                slices[at] = tally.counts
                columns[id(tally.counts.column.names)].append(at)
            else:
                listed.append(at)
        for group in columns.values():
            packed = np.concatenate([slices[at].entries for at in group])
            number, value = unpacked_entries(packed)
            numbers.append(self._translated(slices[group[0]].column.names).take(number))
            values.append(value)
            order += group
        held = [tallies[at].counts for at in listed]
        total = sum(map(len, held))
        spelled = chain.from_iterable(held)
        numbers.append(np.fromiter(map(self._number.__getitem__, spelled), np.int64, total))
        values.append(np.fromiter(chain.from_iterable([counts.values() for counts in held]), np.int64, total))
        if len(self._number) > len(self.names):
            self.names = sorted([*self.names, *islice(self._number, len(self.names), None)])
            self._rank = np.empty(len(self.names), np.int64)
            self._rank[[self._number[name] for name in self.names]] = np.arange(len(self.names))
        return [*order, *listed], self._rank.take(np.concatenate(numbers)), np.concatenate(values)

    def _translated(self, names: Sequence[str]) -> Numbers:
        """Return the number here of each number of a vocabulary."""
        _, numbers = self._columns.get(id(names), (names, np.zeros(0, np.int64)))
        if len(numbers) < len(names):
            new = [self._number[name] for name in names[len(numbers) :]]
            numbers = np.concatenate((numbers, np.array(new, np.int64)))
            self._columns[id(names)] = names, numbers
        return numbers


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
        order, rank, value = ranks.entries(tallies)
        sizes = [len(tallies[place].counts) for place in order]
        place_bits = (size + PANES_A_WINDOW).bit_length()
        entries = ((rank << place_bits | np.repeat(at[order], sizes)) << _COUNT_BITS) | value
        entries.sort()
        pair, value = entries >> _COUNT_BITS, entries & _MOST_COUNT
        starts = np.flatnonzero(firsts(pair))
        if len(starts) < len(pair):
            pair, value = pair[starts], np.add.reduceat(value, starts)
        place = pair & ((1 << place_bits) - 1)
        until = np.minimum(np.diff(pair, append=np.iinfo(np.int64).max), PANES_A_WINDOW)
        until += place
        return cls(place, pair >> place_bits, value, pair, until)

    def sums(self) -> Numbers:
        """Return what the name of each counts in the window that begins to hold it."""
        sums = self.value.copy()
        for back in range(1, PANES_A_WINDOW):
            near = self.pair[back:] - self.pair[:-back] <= _REACH
            sums[back:] += self.value[:-back] * near
        return sums

    def later(self, at: Numbers, step: int) -> Numbers:
        """Return the same of the occurrences ``at``, ``step`` windows on."""
        sums, pair = self.value[at], self.pair[at]
        for back in range(1, PANES_A_WINDOW - step):
            before = np.maximum(at - back, 0)
            near = (pair - self.pair[before] <= _REACH - step) & (at >= back)
            sums += self.value[before] * near
        return sums

    def names_a_window(self, size: int) -> Numbers:
        """Return how many different names each window holds."""
        change = np.bincount(self.place, minlength=size + 1) - np.bincount(self.until, minlength=size + 1)
        return np.cumsum(change[:size])

    def contenders(self, size: int, most: int) -> tuple[Numbers, Numbers, Numbers]:
        """Return window, rank and sum of all that may be among the ``most`` greatest of a window."""
        sums = self.sums()
        least = _least(self.place, sums, size, most)
        at = np.flatnonzero(sums >= least[self.place])
        found = [(self.place[at], self.rank[at], sums[at])]
        for step in range(1, PANES_A_WINDOW):
            window = self.place + step
            at = np.flatnonzero((window < self.until) & (sums >= least.take(window, mode="clip")))
            later = self.later(at, step)
            enough = later >= least[window[at]]
            at = at[enough]
            found.append((window[at], self.rank[at], later[enough]))
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
    spelled = [names[at] for at in (best & ((1 << rank_bits) - 1)).tolist()]
    counts = _MOST_COUNT - ((best >> rank_bits) & _MOST_COUNT)
    pairs = list(zip(spelled, counts.tolist(), strict=True))
    bounds = [0, *np.cumsum(np.minimum(np.diff(starts), most)).tolist()]
    return [pairs[first:last] for first, last in pairwise(bounds)]


def _least(window: Numbers, sums: Numbers, size: int, most: int) -> NDArray[np.int64]:
    """Return a bound below the ``most`` greatest of these sums by window, by a histogram."""
    level = np.minimum(sums, _LEVELS - 1)
    levels = np.bincount(window * _LEVELS + level, minlength=size * _LEVELS)
    above = np.cumsum(levels.reshape(size, _LEVELS)[:, ::-1], axis=1)
    least: NDArray[np.int64] = _LEVELS - 1 - np.argmax(above >= most, axis=1)
    least[above[:, -1] < most] = 0
    return least
