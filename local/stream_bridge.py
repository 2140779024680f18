"""Stands for a part of DynamoDB that the emulator lacks: PartiQL writes show up in the table's stream.

MiniStack stores what INSERT, UPDATE and DELETE statements write without a stream record, so a function
that is mapped to the table would never hear of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Answer = tuple[int, dict[str, str], Any]
WRITES = ("_partiql_insert", "_partiql_update", "_partiql_delete")


def install() -> None:
    """Stand in front of the three kinds of PartiQL write."""
    from ministack.services import dynamodb

    for name in WRITES:
        setattr(dynamodb, name, _telling(dynamodb, getattr(dynamodb, name)))


def _telling(dynamodb: Any, write: Callable[..., Answer]) -> Callable[..., Answer]:
    """Make a write tell the stream what changed; the emulator replaces items whole, so none is copied."""

    def told(table: dict[str, Any], parsed: dict[str, Any], *rest: Any) -> Answer:
        partition, sort = _key(dynamodb, table, parsed)
        before = table["items"].get(partition, {}).get(sort)
        answer = write(table, parsed, *rest)
        after = table["items"].get(partition, {}).get(sort)
        if answer[0] == 200 and before is not after:  # noqa: PLR2004 - OK
            change = "REMOVE" if after is None else "MODIFY" if before else "INSERT"
            dynamodb._emit_stream_event(table["TableName"], change, before, after)  # noqa: SLF001
        return answer

    return told


def _key(dynamodb: Any, table: dict[str, Any], parsed: dict[str, Any]) -> tuple[Any, Any]:
    names = [table["pk_name"], table["sk_name"]]
    if parsed["op"] == "INSERT":
        item = parsed.get("item", {})
        values = item["M"] if set(item) == {"M"} else item
    else:
        values = {name: value for name, operator, value in parsed.get("conditions") or [] if operator == "="}
    extract = dynamodb._extract_key_val  # noqa: SLF001
    keys = [extract(values.get(name)) if name else "__no_sort__" for name in names]
    return keys[0], keys[1]
