"""Many conditional writes in few calls; every row is judged alone.

``BatchExecuteStatement`` is billed as plain writes, not as a transaction, and answers for each statement.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeVar

from telemetra.adapters.bulk import Item, chunks
from telemetra.adapters.failures import Patience, Sleep, guarded
from telemetra.domain.errors import StoreUnavailableError

K = TypeVar("K", bound=Hashable)

STATEMENTS_A_CALL: Final = 25

_THROTTLED: Final = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceeded",
        "RequestLimitExceeded",
        "Throttling",
        "ThrottlingError",
        "TransactionConflict",
    }
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One PartiQL statement and the values of its question marks."""

    text: str
    parameters: Sequence[Mapping[str, Any]]


class Outcome(Enum):
    """What became of a statement."""

    DONE = "done"
    STALE = "ConditionalCheckFailed"
    """An update found no row, or one that does not meet its condition."""
    PRESENT = "DuplicateItem"
    """An insert found a row."""


@dataclass(frozen=True, slots=True)
class Upsert:
    """A row to write if it is newer than the stored one.

    Attributes:
        insert: creates the row.
        update: replaces an older one; its condition compares the row's version or mark.
        insert_first: whether the row is likely to be absent; a wrong guess costs one more statement.
    """

    insert: Statement
    update: Statement
    insert_first: bool = False


def insert(table: str, row: Item) -> Statement:
    r"""Return the statement that creates a row and finds ``PRESENT`` if there is one.

    >>> insert("demo-panes", {"channel": {"S": "alpha"}, "version": {"N": "1"}}).text
    'INSERT INTO "demo-panes" VALUE {\'channel\': ?, \'version\': ?}'
    """
    fields = ", ".join(f"'{name}': ?" for name in row)
    return Statement(f'INSERT INTO "{table}" VALUE {{{fields}}}', tuple(row.values()))


def update(table: str, key: Item, changes: Item, *, where: str, value: Mapping[str, Any]) -> Statement:
    """Return the statement that changes an existing row if the comparison ``where`` with ``value`` holds.

    >>> update("t", {"channel": {"S": "a"}}, {"n": {"N": "2"}}, where='"n" <', value={"N": "2"}).text
    'UPDATE "t" SET "n" = ? WHERE "channel" = ? AND "n" < ?'
    """
    sets = " ".join(f'SET "{name}" = ?' for name in changes)
    names = " AND ".join(f'"{name}" = ?' for name in key)
    return Statement(
        f'UPDATE "{table}" {sets} WHERE {names} AND {where} ?', (*changes.values(), *key.values(), value)
    )


def execute(client: Any, statements: Mapping[K, Statement], *, sleep: Sleep = time.sleep) -> dict[K, Outcome]:
    """Run statements on distinct rows and say what became of each.

    Throttled ones are tried again, alone, with growing pauses.

    Raises:
        StoreUnavailableError: still throttled at the end, or any other error; some rows may be written.
    """
    outcomes: dict[K, Outcome] = {}
    for chunk in chunks(statements.items(), STATEMENTS_A_CALL):
        pending = dict(chunk)
        patience = Patience(sleep)
        while pending:
            judged, throttled = _call(client, pending)
            outcomes |= judged
            pending = {key: pending[key] for key in throttled}
            if pending:
                patience.wait(f"{len(pending)} writes throttled: {next(iter(throttled.values()))}")
    return outcomes


def upsert(client: Any, rows: Mapping[K, Upsert], *, sleep: Sleep = time.sleep) -> set[K]:
    """Write each row unless the stored one is as new; return the keys of those refused.

    A failed update alone does not say whether the row is absent or newer, so the insert is tried before the
    row counts as refused; whoever finds the row present updates once more.
    """
    inserting = {key for key, row in rows.items() if row.insert_first}
    present: set[K] = set()
    refused: set[K] = set()
    pending = dict(rows)
    while pending:
        outcomes = execute(
            client,
            {key: row.insert if key in inserting else row.update for key, row in pending.items()},
            sleep=sleep,
        )
        for key, outcome in outcomes.items():
            if outcome is Outcome.DONE:
                del pending[key]
            elif outcome is Outcome.PRESENT:
                present.add(key)
                inserting.discard(key)
            elif key in present:
                refused.add(key)
                del pending[key]
            else:
                inserting.add(key)
    return refused


def _call(client: Any, statements: Mapping[K, Statement]) -> tuple[dict[K, Outcome], dict[K, str]]:
    request = [
        {"Statement": statement.text, "Parameters": list(statement.parameters)}
        for statement in statements.values()
    ]
    with guarded(f"write {len(request)} rows"):
        answers = client.batch_execute_statement(Statements=request)["Responses"]
    outcomes: dict[K, Outcome] = {}
    throttled: dict[K, str] = {}
    for key, answer in zip(statements, answers, strict=True):
        error = answer.get("Error")
        if error is None:
            outcomes[key] = Outcome.DONE
        elif error["Code"] in (Outcome.STALE.value, Outcome.PRESENT.value):
            outcomes[key] = Outcome(error["Code"])
        elif error["Code"] in _THROTTLED:
            throttled[key] = error["Code"]
        else:
            message = f"write of {key}: {error['Code']}: {error.get('Message', '')}"
            raise StoreUnavailableError(message)
    return outcomes, throttled
