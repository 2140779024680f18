"""Fold the records of one delivery into pane partials, so that any retry of it is a no-op."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np

from telemetra.application.decode import Batch, Chunk, decode
from telemetra.application.ports import Directory, PaneChange, PaneStore, Record, Rejects
from telemetra.domain.errors import ContentionError
from telemetra.domain.events import Kind
from telemetra.domain.folds import Fold
from telemetra.domain.hashing import KeyedHash
from telemetra.domain.partial import RING_SIZE, PaneKey, Partial
from telemetra.domain.summary import Content, join
from telemetra.domain.users import Users
from telemetra.domain.vocabulary import Vocabulary

MOST_ATTEMPTS: Final = 8
"""Rounds of read, fold and conditional write before the batch is given back to the stream."""


@dataclass(frozen=True, slots=True)
class AggregateReport:
    """What became of one delivery, in events unless said otherwise.

    Attributes:
        folded: events added to partials.
        replayed: events skipped because their record had been folded before.
        rejected: lines and records sent to the reject queue.
        late: events dropped as too late.
        rows: partials written.
        newest_ms: newest event time seen, or None.
    """

    folded: int
    replayed: int
    rejected: int
    late: int
    rows: int
    newest_ms: int | None

    @classmethod
    def total(cls, parts: Sequence[AggregateReport]) -> AggregateReport:
        """Return the report of all parts of a delivery."""
        newest = [part.newest_ms for part in parts if part.newest_ms is not None]
        return cls(
            folded=sum(part.folded for part in parts),
            replayed=sum(part.replayed for part in parts),
            rejected=sum(part.rejected for part in parts),
            late=sum(part.late for part in parts),
            rows=sum(part.rows for part in parts),
            newest_ms=max(newest, default=None),
        )


class AggregateRecords:
    """The use case behind the aggregate function."""

    def __init__(
        self, panes: PaneStore, directory: Directory, rejects: Rejects, user_hash: KeyedHash
    ) -> None:
        """Take the ports, and the keyed hash that stands for user ids."""
        self._panes = panes
        self._directory = directory
        self._rejects = rejects
        self._users = Users(user_hash.__getitem__)
        self._known = Vocabulary()

    def __call__(self, records: Sequence[Record]) -> AggregateReport:
        """Fold one delivery.

        Raises:
            StoreUnavailableError: a port is down or throttled; deliver the batch again.
            ContentionError: other writers kept moving the same rows; deliver the batch again.
        """
        self._known = self._known.fresh()
        return AggregateReport.total(
            [self._take(batch) for batch in decode(records, self._users, self._known)]
        )

    def _take(self, batch: Batch) -> AggregateReport:
        if batch.rejects:
            self._rejects.send(batch.rejects)
        folded = rows = 0
        pending = set(batch.cells)
        for _ in range(MOST_ATTEMPTS):
            changes = self._changes(pending, batch)
            pending = self._panes.write([change for change, _ in changes]) if changes else set()
            written = [events for change, events in changes if change.key not in pending]
            folded += sum(written)
            rows += len(written)
            if not pending:
                break
        else:
            message = (
                f"{len(pending)} rows, such as {min(pending)}, moved {MOST_ATTEMPTS} times while written"
            )
            raise ContentionError(message)
        if batch.metas:
            self._directory.describe(batch.metas)
        if batch.seen:
            self._directory.touch(batch.seen)
        total = sum(chunk.count for chunks in batch.cells.values() for chunk in chunks)
        newest = max(batch.seen.values(), default=None)
        return AggregateReport(folded, total - folded, len(batch.rejects), batch.late, rows, newest)

    def _changes(self, keys: Collection[PaneKey], batch: Batch) -> list[tuple[PaneChange, int]]:
        """Read the rows and fold into each what it does not know yet; pairs of (change, events folded)."""
        stored = self._panes.load(keys)
        siblings = self._panes.siblings([key for key in keys if key not in stored])
        due: dict[Kind, list[_Row]] = {}
        for key in sorted(keys):
            before = stored.get(key)
            ring = before.ring if before else _inherited(siblings.get(key, ()))
            fresh = _fresh(batch.cells[key], before.upto if before else -1, ring)
            if fresh:
                due.setdefault(key.kind, []).append(_Row(key, before, ring, fresh))
        return [
            (PaneChange(row.key, row.before, row.after(content)), sum(chunk.count for chunk in row.fresh))
            for kind, rows in due.items()
            for row, content in zip(rows, _contents(batch.folds[kind], rows), strict=True)
        ]


class _Row(msgspec.Struct, frozen=True, gc=False):
    """A row that will change: as read, what it knows of records, and what is new to it."""

    key: PaneKey
    before: Partial | None
    ring: tuple[int, ...]
    fresh: list[Chunk]

    def after(self, content: Content) -> Partial:
        """Return the partial with ``content``, the fold of what is new, merged in."""
        before, fresh = self.before, self.fresh
        return Partial(
            content=content if before is None else join(before.content, content),
            upto=max([chunk.sequence for chunk in fresh]),
            ring=(*self.ring, *[chunk.digest for chunk in fresh])[-RING_SIZE:],
            version=before.version + 1 if before else 1,
            mark_ms=max(before.mark_ms if before else 0, *[chunk.mark_ms for chunk in fresh]),
            arrival_ms=max(before.arrival_ms if before else 0, *[chunk.arrival_ms for chunk in fresh]),
        )


def _contents(fold: Fold, rows: Sequence[_Row]) -> Sequence[Content]:
    """Fold the fresh chunks of each row, all rows at once."""
    cells = [chunk.cell for row in rows for chunk in row.fresh]
    row_of = np.full(fold.cells, -1, np.int64)
    row_of[cells] = np.repeat(np.arange(len(rows)), [len(row.fresh) for row in rows])
    return fold.contents(row_of, len(rows))


def _inherited(siblings: Sequence[Partial]) -> tuple[int, ...]:
    """Return the ring a new row starts with: what its sister shards, a parent among them, have folded."""
    return tuple(digest for partial in siblings for digest in partial.ring)[-RING_SIZE:]


def _fresh(chunks: Sequence[Chunk], upto: int, ring: tuple[int, ...]) -> list[Chunk]:
    """Keep the chunks beyond the row's mark whose record is not known by its bytes."""
    known = set(ring)
    fresh = []
    for chunk in chunks:
        if chunk.sequence > upto and chunk.digest not in known:
            known.add(chunk.digest)
            fresh.append(chunk)
    return fresh
