"""Counts by name: exact up to a bound, then the heavy hitters with a stated error.

Beyond the bound this is the mergeable Misra-Gries summary (Agarwal et al., "Mergeable summaries", PODS 2012):
the true count of a kept name lies in ``[count, count + error]``, and every name left out counts at most
``error``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

TALLY_KEYS: Final = 256
"""Names kept; up to here every count is exact and all laws hold exactly."""

PackedTally: TypeAlias = tuple[int, list[str], list[int]]


@dataclass(frozen=True, slots=True)
class Tally:
    """A bounded multiset of names.

    Attributes:
        counts: name to count, at most ``TALLY_KEYS`` names, every count > 0.
        error: how much any true count may exceed what is kept; 0 while nothing was left out.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    error: int = 0

    def add(self, names: Iterable[str]) -> Tally:
        """Return the tally with each name counted once more per occurrence."""
        counts = Counter(self.counts)
        counts.update(names)
        return _bounded(counts, self.error)

    def merge(self, other: Tally) -> Tally:
        """Return the tally of both multisets read as one."""
        if not other.counts and not other.error:
            return self
        if not self.counts and not self.error:
            return other
        counts = Counter(self.counts)
        counts.update(other.counts)
        return _bounded(counts, self.error + other.error)

    def top(self, most: int) -> list[tuple[str, int]]:
        """Return at most ``most`` (name, count) pairs, largest first, ties by name."""
        return sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))[:most]

    def packed(self) -> PackedTally:
        """Return a canonical plain form: equal tallies give equal values."""
        names = sorted(self.counts)
        return self.error, names, [self.counts[name] for name in names]

    @classmethod
    def unpacked(cls, form: PackedTally) -> Tally:
        """Undo ``packed``."""
        error, names, counts = form
        return cls(dict(zip(names, counts, strict=True)), error)


def _bounded(counts: Counter[str], error: int) -> Tally:
    if len(counts) <= TALLY_KEYS:
        return Tally(dict(counts), error)
    cut = sorted(counts.values(), reverse=True)[TALLY_KEYS]
    return Tally({name: count - cut for name, count in counts.items() if count > cut}, error + cut)
