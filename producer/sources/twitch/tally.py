"""Counts by name, for the totals and the tests."""

from __future__ import annotations

from collections import Counter


class Tally:
    """Counts what happened; names have dots, as ``irc.bad``."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, name: str, many: int = 1) -> None:
        """Count ``many`` of ``name``."""
        self._counts[name] += many

    def __getitem__(self, name: str) -> int:
        return self._counts[name]

    def plain(self) -> dict[str, int]:
        """Return all counts, by name."""
        return dict(sorted(self._counts.items()))
