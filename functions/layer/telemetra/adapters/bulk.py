"""Many rows in few calls: consistent reads by key."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, TypeAlias, TypeVar

from telemetra.adapters.failures import Patience, Sleep, guarded

T = TypeVar("T")

Item: TypeAlias = dict[str, dict[str, Any]]
"""A row, or its key, as DynamoDB writes it: ``{"channel": {"S": "alpha"}}``."""

KEYS_A_CALL: Final = 100


def chunks(values: Iterable[T], most: int) -> Iterator[list[T]]:
    """Split into lists of at most ``most``, in order.

    >>> list(chunks("abcde", 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    rest = iter(values)
    while chunk := list(islice(rest, most)):
        yield chunk


def batch_get(
    client: Any, table: str, keys: Sequence[Item], *, consistent: bool = True, sleep: Sleep = time.sleep
) -> Iterator[Item]:
    """Read the rows of these distinct keys, in no order; absent ones are left out.

    Raises:
        StoreUnavailableError: keys were left unprocessed attempt after attempt, or the call failed.
    """
    for chunk in chunks(keys, KEYS_A_CALL):
        pending = chunk
        patience = Patience(sleep)
        while True:
            with guarded(f"read {len(pending)} rows of {table}"):
                answer = client.batch_get_item(
                    RequestItems={table: {"Keys": pending, "ConsistentRead": consistent}}
                )
            yield from answer["Responses"].get(table, ())
            pending = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
            if not pending:
                break
            patience.wait(f"{table} left {len(pending)} keys unread")
