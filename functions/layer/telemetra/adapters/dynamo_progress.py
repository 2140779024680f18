"""How far each shard has been folded, in the table of streams.

A row is keyed by a name that no channel can have, and is not in the listing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from telemetra.adapters.bulk import Item, batch_get
from telemetra.adapters.clients import client
from telemetra.adapters.clock import now_ms
from telemetra.adapters.failures import guarded
from telemetra.application.health import Slot
from telemetra.config import Settings


class DynamoProgress:
    """``Progress`` over the table of streams.

    Args:
        settings: prefix of the table's name and endpoint.
        clock: current instant, ms.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], int] = now_ms) -> None:
        self._table = settings.table("streams")
        self._endpoint = settings.aws_endpoint_url
        self._clock = clock

    def note(self, slot: Slot, sequence: str) -> None:
        item = {
            "channel": {"S": _key(slot)},
            "upto": {"S": sequence},
            "updated_at": {"N": str(self._clock())},
        }
        with guarded(f"note {_key(slot)}"):
            client("dynamodb", self._endpoint).put_item(TableName=self._table, Item=item)

    def load(self, slots: Collection[Slot]) -> dict[Slot, str]:
        keys: list[Item] = [{"channel": {"S": _key(slot)}} for slot in slots]
        items = batch_get(client("dynamodb", self._endpoint), self._table, keys)
        found = {item["channel"]["S"]: item["upto"]["S"] for item in items}
        return {slot: found[_key(slot)] for slot in slots if _key(slot) in found}


def _key(slot: Slot) -> str:
    kind, shard = slot
    return f"-{kind.value}#{shard}"
