"""From rows of a batch, and what is stored of them, to the changes that advance them, all rows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise, repeat
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from telemetra.application.chunks import Rows
from telemetra.application.ports import PaneChange
from telemetra.domain.bulk import firsts
from telemetra.domain.folds import Fold
from telemetra.domain.partial import RING_SIZE, PaneKey, Partial
from telemetra.domain.vocabulary import Numbers

Ring: TypeAlias = tuple[int, ...]
Before: TypeAlias = Sequence[Partial | None]


def advance(
    rows: Rows,
    at: list[int],
    fold: Fold,
    stored: Mapping[PaneKey, Partial],
    siblings: Mapping[PaneKey, Sequence[Partial]],
    *,
    delivery: str,
) -> tuple[list[PaneChange], list[int]]:
    """Fold into each row what it does not know yet.

    Args:
        rows: the rows of one kind.
        at: which of them, in order.
        fold: the events of that kind.
        stored: the rows as read.
        siblings: for a row that is not stored, those of its sister shards.
        delivery: id of the delivery that the events came with.

    Returns:
        The changes, and how many events were folded for each.
    """
    keys = [rows.keys[row] for row in at]
    before: list[Partial | None] = [stored.get(key) for key in keys] if stored else [None] * len(keys)
    related = any(siblings.values())
    rings = _rings(before, [siblings.get(key, ()) for key in keys] if related else [()] * len(keys))
    fresh = np.flatnonzero(_fresh(rows, at, _uptos(before), rings))
    begins = firsts(rows.row[fresh])
    starts = np.flatnonzero(begins)
    if not len(starts):
        return [], []
    due = np.searchsorted(at, rows.row[fresh[starts]]).tolist()
    before = [before[row] for row in due]
    row_of = np.full(fold.cells, -1, np.int64)
    row_of[rows.cell[fresh]] = np.cumsum(begins) - 1
    digests = rows.digest[fresh].tolist()
    bounds = pairwise([*starts.tolist(), len(fresh)])
    after = map(
        Partial,
        fold.contents(row_of, len(due), [row and row.content for row in before]),
        [rows.delivered.sequences[rank] for rank in np.maximum.reduceat(rows.rank[fresh], starts).tolist()],
        [
            (*rings[row], *digests[first:last])[-RING_SIZE:]
            for row, (first, last) in zip(due, bounds, strict=True)
        ],
        [row.version + 1 if row else 1 for row in before],
        _greatest(rows.mark_ms[fresh], starts, [row.mark_ms if row else 0 for row in before]),
        _greatest(rows.arrival_ms[fresh], starts, [row.arrival_ms if row else 0 for row in before]),
        repeat(delivery),
    )
    changes = list(map(PaneChange, [keys[row] for row in due], before, after))
    return changes, np.add.reduceat(rows.count[fresh], starts).tolist()


def _uptos(before: Before) -> list[int]:
    """Return the mark of each row: records up to this sequence number are known."""
    return [row.upto if row else -1 for row in before]


def _rings(before: Before, siblings: Sequence[Sequence[Partial]]) -> list[Ring]:
    """Return the hashes of the records that each row knows."""
    return [
        row.ring if row else _inherited(sisters) if sisters else ()
        for row, sisters in zip(before, siblings, strict=True)
    ]


def _inherited(siblings: Sequence[Partial]) -> Ring:
    """Return the ring a new row starts with: what its sister shards, a parent among them, have folded."""
    return tuple([digest for partial in siblings for digest in partial.ring][-RING_SIZE:])


def _fresh(rows: Rows, at: list[int], uptos: Sequence[int], rings: Sequence[Ring]) -> NDArray[np.bool_]:
    """Say which chunks are of these rows, beyond the row's mark, and of a record not known by its bytes.

    Nearly always that is all chunks of a row; only where its least sequence number or the hash of some record
    of the batch says otherwise, they are looked at one by one.
    """
    wanted = np.zeros(len(rows.keys), np.bool_)
    wanted[at] = True
    fresh: NDArray[np.bool_] = wanted[rows.row]
    delivered = rows.delivered
    sequences, known = delivered.sequences, delivered.known
    least = np.minimum.reduceat(rows.rank, rows.bounds[:-1])[at].tolist()
    for row, upto, ring, rank in zip(at, uptos, rings, least, strict=True):
        if upto >= sequences[rank] or delivered.repeats or not known.isdisjoint(ring):
            part = slice(rows.bounds[row], rows.bounds[row + 1])
            fresh[part] = _unknown(sequences, rows.rank[part], rows.digest[part].tolist(), upto, ring)
    return fresh


def _unknown(
    sequences: Sequence[int], ranks: Numbers, digests: Sequence[int], upto: int, ring: Ring
) -> list[bool]:
    """Say which chunks of one row are beyond its mark, and of a record that neither its ring nor it holds."""
    known = set(ring)
    fresh = []
    for rank, digest in zip(ranks.tolist(), digests, strict=True):
        fresh.append(sequences[rank] > upto and digest not in known)
        if fresh[-1]:
            known.add(digest)
    return fresh


def _greatest(values: Numbers, starts: Numbers, before: Sequence[int]) -> list[int]:
    """Return for each row the greatest of its new values and the one it had."""
    greatest: list[int] = np.maximum(np.maximum.reduceat(values, starts), before).tolist()
    return greatest
