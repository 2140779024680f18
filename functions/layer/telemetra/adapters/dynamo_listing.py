"""The two indexes of the directory: all channels in order, and those that turned live or offline lately."""

from __future__ import annotations

from collections.abc import Iterator

from telemetra.adapters.tables import BUCKETS, TURNED, StreamRow
from telemetra.adapters.walks import OFFLINE, Walk, part_at

_END = "~"
"""Sorts after every name of a channel."""


class Listing:
    """Reads names in the order of a walk; every read is a ``Query``.

    Args:
        rows: the bound model.
    """

    def __init__(self, rows: type[StreamRow]) -> None:
        self._rows = rows

    def names(self, walk: Walk, wanted: int) -> list[tuple[int, str]]:
        """Return the next channels of a walk with the part each was in when it began."""
        found: list[tuple[int, str]] = []
        for part in range(walk.part, OFFLINE + 1):
            after = walk.after if part == walk.part else ""
            found += ((part, name) for name in self._part(walk, part, after, wanted - len(found)))
            if len(found) == wanted:
                break
        return found

    def _part(self, walk: Walk, part: int, after: str, wanted: int) -> list[str]:
        """Return the names of one part; a channel that has turned since is in the index, but elsewhere."""
        found: list[str] = []
        while len(found) < wanted:
            listed, end = self._listed(part, after, wanted)
            turned = self._turned(walk.as_of_ms)
            names = {name for name in listed if turned.get(name, part) == part}
            names |= {name for name, was in turned.items() if was == part and name > after}
            found += sorted(name for name in names if name <= end)
            if end == _END:
                break
            after = end
        return found[:wanted]

    def _listed(self, part: int, after: str, limit: int) -> tuple[set[str], str]:
        """Return names that stand in a part now, and the name up to which these are all there are."""
        names: set[str] = set()
        end = _END
        for number in range(BUCKETS):
            beyond = self._rows.rank.between(f"{part}#{after}", f"{part}#{_END}")
            page = [row.channel for row in self._rows.listing.query(number, beyond, limit=limit + 1)]
            names.update(name for name in page if name > after)
            if len(page) > limit:
                end = min(end, page[-1])
        return names, end

    def _turned(self, since_ms: int) -> dict[str, int]:
        """Return the part in which each channel that has turned since then was at that instant.

        It is asked after the listing, so that whoever is missing there has had the time to appear here.
        """
        return {row.channel: _was(row, since_ms) for row in self._newly(since_ms)}

    def _newly(self, since_ms: int) -> Iterator[StreamRow]:
        return self._rows.by_flip.query(TURNED, self._rows.flipped_ms > since_ms)


def _was(row: StreamRow, at_ms: int) -> int:
    return part_at(int(row.rank[0]), [int(flip) for flip in row.flips or ()], at_ms)
