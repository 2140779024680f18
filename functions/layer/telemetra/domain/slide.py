"""Sliding windows in bulk: the figures of every window over many channels' panes at once.

    panes    |--0--|--1--|--2--|--3--|--4--|--5--|--6--|
    window         [=================================)       ends with pane 6, holds panes 1 to 6

A window ends with each pane that has data in it or in one of the five before. Sums are differences of running
sums. A chatter counts at the last of his panes inside a window: seen in pane p and next in pane q, he counts
in the windows that end with panes p to min(p + 5, q - 1), which is one more difference of running sums, and
exact however many chatters there are, as long as every pane is. A view that is to say what merging pane by
pane says (``View.bounded``) gets the windows beyond a bound merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import chain, compress, groupby
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from telemetra.domain.bulk import distinct, firsts, stable_order
from telemetra.domain.chat import ChatPane
from telemetra.domain.distinct import EXACT_BOUND, HASH_BYTES, Distinct
from telemetra.domain.figures import TOP, Figures, Ranking
from telemetra.domain.revenue import RevenuePane
from telemetra.domain.sentiment import SENTIMENT_UNIT
from telemetra.domain.summary import Content
from telemetra.domain.tally import TALLY_KEYS, Tally
from telemetra.domain.tops import Occurrences, Ranks, tops
from telemetra.domain.viewers import ViewerPane
from telemetra.domain.vocabulary import Numbers
from telemetra.domain.window import MINUTE_MS, PANE_MS, PANES_A_WINDOW

Row = tuple[str, int, Content, int]
"""(channel, start of its pane in ms, content, version)."""

Flags = NDArray[np.bool_]

_BLOCK: Final = 1_536
"""Windows worked on at once, unless one channel has more: what is sorted then stays in the cache."""

_HASH_BITS: Final = 8 * HASH_BYTES


class Sliding(msgspec.Struct, frozen=True, gc=False):
    """One window.

    Attributes:
        channel: channel id.
        start_ms: start of its first pane.
        version: sum of the versions of its rows; a larger one has seen more.
        figures: what its panes say.
    """

    channel: str
    start_ms: int
    version: int
    figures: Figures

    @property
    def end_ms(self) -> int:
        """End of its last pane, exclusive."""
        return self.start_ms + MINUTE_MS


class View(NamedTuple):
    """Which windows are wanted, and what of them.

    Attributes:
        first_ms: where the first may start.
        end_ms: before which they start; None means no end.
        emotes: emotes listed.
        tokens: tokens listed.
        bounded: whether chatters and emotes beyond their bounds are what merging pane by pane leaves of them.
    """

    first_ms: int = 0
    end_ms: int | None = None
    emotes: int = TOP
    tokens: int = TOP
    bounded: bool = False


_ALL: Final = View()


def slide(rows: Iterable[Row], view: View = _ALL) -> Iterator[Sliding]:
    """Yield the windows over these rows, by channel and time; any number of rows may share a pane."""
    held = list(rows)
    if held:
        ordered = _Ordered.of(held)
        ranks = _NameRanks(Ranks(), Ranks())
        for start, end in ordered.blocks():
            yield from _Block(ordered.part(start, end), view, ranks).windows()


class _Ordered(NamedTuple):
    """Rows by channel and time.

    Attributes:
        rows: the rows.
        channel: number of each row's channel in ``names``.
        pane: its pane, in panes since the epoch.
        names: of the channels.
    """

    rows: list[Row]
    channel: Numbers
    pane: Numbers
    names: list[str]

    @classmethod
    def of(cls, rows: list[Row]) -> _Ordered:
        """Sort rows."""
        names = sorted({row[0] for row in rows})
        number = {name: at for at, name in enumerate(names)}
        channel = np.array([number[row[0]] for row in rows], np.int64)
        pane = np.array([row[1] for row in rows], np.int64) // PANE_MS
        first = pane.min()
        order = stable_order(channel * (pane.max() - first + 1) + pane - first)
        return cls([rows[at] for at in order.tolist()], channel[order], pane[order], names)

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Yield bounds of rows to work on together: whole channels, with not too many windows."""
        starts = np.flatnonzero(firsts(self.channel))
        ends = np.append(starts[1:], len(self.rows))
        spans = np.minimum(self.pane[ends - 1] - self.pane[starts], (ends - starts) * PANES_A_WINDOW)
        begin = windows = 0
        for start, longest in zip(starts.tolist(), (spans + PANES_A_WINDOW).tolist(), strict=True):
            if windows and windows + longest > _BLOCK:
                yield begin, start
                begin, windows = start, 0
            windows += longest
        yield begin, len(self.rows)

    def part(self, start: int, end: int) -> _Ordered:
        """Return some of the rows."""
        return _Ordered(self.rows[start:end], self.channel[start:end], self.pane[start:end], self.names)


class _NameRanks(NamedTuple):
    """The names that all blocks of one call hold."""

    emotes: Ranks
    tokens: Ranks


class _Block:
    """Rows of some channels, with a place for each of their windows."""

    def __init__(self, ordered: _Ordered, view: View, ranks: _NameRanks) -> None:
        rows, channel, pane, names = ordered
        self.channels = names[channel[0] : channel[-1] + 1]
        self.first_pane = int(pane.min())
        self.stride = int(pane.max()) - self.first_pane + PANES_A_WINDOW
        place = (channel - channel[0]) * self.stride + pane - self.first_pane
        steps = np.arange(PANES_A_WINDOW)
        self.places = distinct((place[:, None] + steps).ravel())
        self.size = len(self.places)
        self.at = np.searchsorted(self.places, place)
        self.rows = rows
        self.view = view
        self.ranks = ranks
        self.starts = (self.places % self.stride + self.first_pane - PANES_A_WINDOW + 1) * PANE_MS
        self.wanted = self.starts >= view.first_ms
        if view.end_ms is not None:
            self.wanted &= self.starts < view.end_ms
        self.bounded = self.wanted & view.bounded
        self._of: dict[type, list[int]] = {ChatPane: [], ViewerPane: [], RevenuePane: []}
        for at, row in enumerate(rows):
            self._of[type(row[2])].append(at)

    def windows(self) -> Iterator[Sliding]:
        """Yield the windows that are wanted, in order."""
        names = [self.channels[channel] for channel in (self.places // self.stride).tolist()]
        versions = self._sums(self.at, [row[3] for row in self.rows])
        figures = map(Figures, *chain(self._chat(), self._viewers(), self._revenue()))
        windows = map(Sliding, names, self.starts.tolist(), versions.tolist(), figures)
        return compress(windows, self.wanted.tolist())

    def _held(self, kind: type) -> tuple[list[Any], Numbers]:
        """Return the contents of one kind, and the first window that each is in."""
        of = self._of[kind]
        return [self.rows[at][2] for at in of], self.at[of]

    def _chat(self) -> Iterator[Iterable[object]]:
        panes, at = self._held(ChatPane)
        count = self._sums(at, [pane.count for pane in panes])
        scored = self._sums(at, [pane.scored for pane in panes])
        sentiment = self._sums(at, [pane.sentiment for pane in panes])
        length = self._sums(at, [pane.length for pane in panes])
        yield count.tolist()
        yield from self._uniques([pane.chatters for pane in panes], at)
        yield self._tops([pane.emotes for pane in panes], at, self.ranks.emotes, self.view.emotes)
        yield self._tops([pane.tokens for pane in panes], at, self.ranks.tokens, self.view.tokens)
        with np.errstate(divide="ignore", invalid="ignore"):
            mood, coverage = sentiment / scored / SENTIMENT_UNIT, scored / count
            mean_length = length / count
        yield _absent(mood.tolist(), scored)
        yield np.where(count > 0, coverage, 0.0).tolist()
        yield _absent(mean_length.tolist(), count)

    def _viewers(self) -> Iterator[Iterable[object]]:
        panes, at = self._held(ViewerPane)
        count = self._sums(at, [pane.count for pane in panes])
        total = self._sums(at, [pane.total for pane in panes])
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = total / count
        yield _absent(mean.tolist(), count)
        read = [row for row, pane in enumerate(panes) if pane.count]
        held, places = [panes[row] for row in read], at[read]
        low = -self._greatest(places, [-pane.low for pane in held])
        peak = self._greatest(places, [pane.high for pane in held])
        by_time = sorted(range(len(held)), key=lambda row: held[row].last)
        newest = self._greatest(places[by_time], range(len(held)))
        last = np.array([0, *(held[row].last[2] for row in by_time)])[np.where(count > 0, newest + 1, 0)]
        for column in (low, peak, last):
            yield _absent(column.tolist(), count)

    def _revenue(self) -> Iterator[Iterable[object]]:
        panes, at = self._held(RevenuePane)
        sales, cents = _Entries(), _Entries()
        for place, pane in zip(at.tolist(), panes, strict=True):
            for (kind, currency), (count, amount) in pane.sums.items():
                sales.add(kind, place, count)
                cents.add(currency, place, amount)
        yield self._totals(sales)
        yield self._totals(cents)

    def _totals(self, entries: _Entries) -> list[dict[str, int]]:
        """Return the sums by name in each window; a name is there when one of its panes has it."""
        totals: list[dict[str, int]] = [{} for _ in range(self.size)]
        for name in sorted(entries):
            at, values = (np.array(column, np.int64) for column in entries[name])
            present = self._sums(at, np.ones(len(at), np.int64)) > 0
            sums = self._sums(at, values)
            for window, total in zip(np.flatnonzero(present).tolist(), sums[present].tolist(), strict=True):
                totals[window][name] = total
        return totals

    def _sums(self, at: Numbers, values: Sequence[int] | Numbers) -> Numbers:
        """Return the sum over each window of values that enter at window ``at``."""
        change = np.zeros(self.size + 1, np.int64)
        added = np.array(values, np.int64)
        np.add.at(change, at, added)
        np.subtract.at(change, at + PANES_A_WINDOW, added)
        sums: Numbers = np.cumsum(change[:-1])
        return sums

    def _greatest(self, at: Numbers, values: Sequence[int]) -> Numbers:
        """Return the greatest in each window of values that enter at window ``at``."""
        greatest = np.full(self.size, np.iinfo(np.int64).min + 1)
        entering = np.array(values, np.int64)
        for step in range(PANES_A_WINDOW):
            np.maximum.at(greatest, at + step, entering)
        return greatest

    def _uniques(self, sets: Sequence[Distinct], at: Numbers) -> Iterator[list[int] | list[bool]]:
        """Yield how many different hashes each window holds, then whether that is exact."""
        hashes = np.frombuffer(b"".join([one.members for one in sets]), "<u8")
        place = np.repeat(at, [len(one.members) // 8 for one in sets])
        channel = self.places[place] // self.stride
        bits = self.size.bit_length()
        packed = (channel.view(np.uint64) << np.uint64(_HASH_BITS)) | hashes
        packed = distinct((packed << np.uint64(bits)) | place.view(np.uint64))
        place = (packed & np.uint64((1 << bits) - 1)).view(np.int64)
        packed >>= np.uint64(bits)
        again = np.flatnonzero(packed[1:] == packed[:-1])
        until = place + PANES_A_WINDOW
        until[again] = np.minimum(until[again], place[again + 1])
        change = np.bincount(place, minlength=self.size + 1) - np.bincount(until, minlength=self.size + 1)
        counts = np.cumsum(change[:-1])
        exact = np.ones(self.size, np.bool_)
        beyond = self._sketched(sets, at) & self.wanted | self.bounded & (counts > EXACT_BOUND)
        for window in np.flatnonzero(beyond).tolist():
            counts[window] = reduce(Distinct.merge, [sets[row] for row in _over(at, window)]).finish()
            exact[window] = False
        yield counts.tolist()
        yield exact.tolist()

    def _tops(self, tallies: Sequence[Tally], at: Numbers, ranks: Ranks, most: int) -> list[Ranking]:
        """Return the ``most`` frequent names of each window."""
        if not most:
            return [[] for _ in range(self.size)]
        found = Occurrences.of(tallies, at, self.size, ranks)
        ranking = tops(found, ranks.names, self.size, most)
        if self.view.bounded:
            beyond = self.bounded & (found.names_a_window(self.size) > TALLY_KEYS)
            for window in np.flatnonzero(beyond).tolist():
                panes = groupby(_over(at, window), at.__getitem__)
                parts = [reduce(Tally.merge, [tallies[row] for row in rows]) for _, rows in panes]
                ranking[window] = reduce(Tally.merge, parts).top(most)
        return ranking

    def _sketched(self, sets: Sequence[Distinct], at: Numbers) -> Flags:
        """Say which windows hold a pane whose set is a sketch."""
        return self._sums(at, [not one.exact for one in sets]) > 0


class _Entries(dict[str, tuple[list[int], list[int]]]):
    """By name: the windows at which values enter, and the values."""

    def add(self, name: str, at: int, value: int) -> None:
        """Note a value."""
        if name not in self:
            self[name] = [], []
        places, values = self[name]
        places.append(at)
        values.append(value)


def _over(at: Numbers, window: int) -> list[int]:
    """Return which of the rows that enter at window ``at`` are in a window."""
    rows: list[int] = np.flatnonzero((at <= window) & (window < at + PANES_A_WINDOW)).tolist()
    return rows


def _absent(values: Sequence[float], count: Numbers) -> list[float | None]:
    """Return the values, None where there was nothing to count."""
    return [value if there else None for value, there in zip(values, (count > 0).tolist(), strict=True)]
