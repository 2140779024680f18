"""Fold the records of one delivery into pane partials, so that any retry of it is a no-op."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from telemetra.application.advance import advance
from telemetra.application.decode import Batch, decode
from telemetra.application.ports import Directory, PaneChange, PaneStore, Record, Rejects
from telemetra.domain.delivery import delivery_id
from telemetra.domain.errors import ContentionError
from telemetra.domain.events import Kind
from telemetra.domain.hashing import KeyedHash
from telemetra.domain.partial import PaneKey
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
        delivery = delivery_of(records)
        return AggregateReport.total(
            [self._take(batch, delivery) for batch in decode(records, self._users, self._known)]
        )

    def _take(self, batch: Batch, delivery: str) -> AggregateReport:
        if batch.rejects:
            self._rejects.send(batch.rejects)
        folded = written = 0
        pending: set[PaneKey] = set()
        for attempt in range(MOST_ATTEMPTS):
            due = _due(batch, pending if attempt else None)
            changes, events = self._changes(batch, due, delivery, consistent=attempt > 0)
            pending = self._panes.write(changes) if changes else set()
            folded += sum(events)
            if not pending:
                written += len(changes)
                break
            refused = [count for change, count in zip(changes, events, strict=True) if change.key in pending]
            folded -= sum(refused)
            written += len(changes) - len(refused)
        else:
            message = (
                f"{len(pending)} rows, such as {min(pending)}, moved {MOST_ATTEMPTS} times while written"
            )
            raise ContentionError(message)
        if batch.metas:
            self._directory.describe(batch.metas)
        if batch.seen:
            self._directory.touch(batch.seen)
        total = sum(int(rows.count.sum()) for rows in batch.rows.values())
        newest = max(batch.seen.values(), default=None)
        return AggregateReport(folded, total - folded, len(batch.rejects), batch.late, written, newest)

    def _changes(
        self, batch: Batch, due: dict[Kind, list[int]], delivery: str, *, consistent: bool
    ) -> tuple[list[PaneChange], list[int]]:
        """Read the rows and fold into each what it does not know yet.

        A row may have been read stale: then it has moved, its write is refused, and it is read again.

        Args:
            batch: the events.
            due: rows to write, by kind.
            delivery: id of the delivery.
            consistent: whether no row may be read stale.

        Returns:
            The changes, and how many events were folded for each.
        """
        keys = [batch.rows[kind].keys[row] for kind, at in due.items() for row in at]
        stored = self._panes.load(keys, consistent=consistent)
        siblings = self._panes.siblings([key for key in keys if key not in stored] if stored else keys)
        changes: list[PaneChange] = []
        events: list[int] = []
        for kind, at in due.items():
            rows, fold = batch.rows[kind], batch.folds[kind]
            made, counts = advance(rows, at, fold, stored, siblings, delivery=delivery)
            changes += made
            events += counts
        return changes, events


def _due(batch: Batch, pending: Collection[PaneKey] | None) -> dict[Kind, list[int]]:
    """Return the rows to write, by kind: those of these keys, or all."""
    if pending is None:
        return {kind: list(range(len(rows.keys))) for kind, rows in batch.rows.items()}
    due = {
        kind: [row for row, key in enumerate(rows.keys) if key in pending]
        for kind, rows in batch.rows.items()
    }
    return {kind: rows for kind, rows in due.items() if rows}


def delivery_of(records: Sequence[Record]) -> str:
    """Return the id of a delivery; empty when there is none."""
    return delivery_id(records[-1].kind, records[-1].shard, records[-1].sequence) if records else ""
