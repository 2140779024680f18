"""From the DynamoDB stream of the panes to the rows that changed."""

from __future__ import annotations

from typing import Any

from telemetra.domain.events import Kind
from telemetra.domain.partial import PaneKey


def touched_of(event: dict[str, Any]) -> set[PaneKey]:
    """Return the keys inserted or modified in a stream event; removals are the table's own expiry."""
    changes = (record for record in event["Records"] if record["eventName"] != "REMOVE")
    return {_key(change["dynamodb"]["Keys"]) for change in changes}


def _key(keys: dict[str, Any]) -> PaneKey:
    start, kind, shard = keys["slot"]["S"].split("#", 2)
    return PaneKey(keys["channel"]["S"], int(start), Kind(kind), shard)
