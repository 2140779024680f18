"""A meter inside the embedded cloud that books every write and read of a table as DynamoDB bills it.

The emulator reports the capacity of single writes with true sizes, those of index entries included, but says
one unit of every statement of a ``BatchExecuteStatement``, whatever it writes. So the meter stands in front
of the writes themselves and applies one rule to all, that of the vendor's price list:

- one unit for each started KB of the larger of the row before and the row after, names included;
- for each index, one more write of an entry that changed, two when its key moved, none when it did not;
- a refused write costs what the row that refused it weighs, at least one unit;
- a PartiQL statement costs what the plain write costs;
- a read costs one unit for each started 4 KB: of each row that is asked for by its key, there or not, and of
  all rows together that a query finds; half of it when the read need not be consistent. What a query's filter
  drops is not seen here: our filters drop expired rows only.

Run as ``python -m bench.units.meter HOST PORT`` in the emulator's place.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from local import emulator

Answer = tuple[int, dict[str, str], Any]
Row = Mapping[str, Any] | None

LEDGER = "writes.jsonl"
"""File below the emulator's temporary directory: one JSON object a write or read."""

REFUSALS = ("ConditionalCheckFailedException", "DuplicateItemException")
OK = 200

_STATEMENTS = ("_partiql_insert", "_partiql_update", "_partiql_delete")
_WRITES = {"_put_item": "Item", "_update_item": "Key", "_delete_item": "Key"}
_UNMETERED = (
    "_batch_write_item",
    "_transact_write_items",
    "_transact_get_items",
    "_execute_transaction",
)


class Meter:
    """Books writes and reads of the emulator's DynamoDB in a file."""

    def __init__(self, dynamodb: Any, ledger: IO[str]) -> None:
        """Take the emulator's module and the file to append to."""
        self._dynamodb = dynamodb
        self._ledger = ledger

    def install(self) -> None:
        """Stand in front of every way to write and to read rows by key."""
        module = self._dynamodb
        for name in _STATEMENTS:
            setattr(module, name, self._statement(getattr(module, name)))
        for name, part in _WRITES.items():
            setattr(module, name, self._write(getattr(module, name), part))
        for name in _UNMETERED:
            setattr(module, name, self._refuse(name))
        for name in ("_get_item", "_batch_get_item", "_query"):
            setattr(module, name, getattr(self, name)(getattr(module, name)))

    def _get_item(self, read: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
        def metered(data: dict[str, Any]) -> Answer:
            answer = read(data)
            if answer[0] == OK:
                self._read(data["TableName"], data["Key"], consistent=bool(data.get("ConsistentRead")))
            return answer

        return metered

    def _batch_get_item(self, read: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
        def metered(data: dict[str, Any]) -> Answer:
            answer = read(data)
            if answer[0] == OK:
                for name, wanted in data["RequestItems"].items():
                    for key in wanted["Keys"]:
                        self._read(name, key, consistent=bool(wanted.get("ConsistentRead")))
            return answer

        return metered

    def _query(self, read: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
        def metered(data: dict[str, Any]) -> Answer:
            answer = read(data)
            if answer[0] == OK:
                found = json.loads(answer[2])["Items"]
                size = sum(self._size(row) for row in found)
                values = data["ExpressionAttributeValues"]
                partition = next(iter(next(iter(values.values())).values()))
                index = data.get("IndexName", "")
                what = {"table": data["TableName"], "index": index, "partition": partition, "sort": "query"}
                self._enter_read(what, size, consistent=bool(data.get("ConsistentRead")))
            return answer

        return metered

    def _read(self, name: str, key: Mapping[str, Any], *, consistent: bool) -> None:
        table = self._dynamodb._tables[name]  # noqa: SLF001
        partition = next(iter(key[table["pk_name"]].values()))
        sort = next(iter(key[table["sk_name"]].values())) if table["sk_name"] else ""
        what = {"table": name, "index": "", "partition": partition, "sort": sort}
        self._enter_read(what, self._size(self._stored(table, key)), consistent=consistent)

    def _enter_read(self, what: dict[str, Any], size: int, *, consistent: bool) -> None:
        units = read_units(size, consistent=consistent)
        self._enter({**what, "read": True, "refused": False, "bytes": size, "units": units})

    def _statement(self, write: Callable[..., Answer]) -> Callable[..., Answer]:
        def metered(table: Any, parsed: dict[str, Any], *rest: Any) -> Answer:
            if parsed["op"] == "INSERT":
                item = parsed.get("item", {})
                key = item["M"] if set(item) == {"M"} else item
            else:
                equal = parsed.get("conditions") or []
                key = {name: value for name, operator, value in equal if operator == "="}
            return self._booked(table, key, lambda: write(table, parsed, *rest))

        return metered

    def _write(self, write: Callable[[Any], Answer], part: str) -> Callable[[Any], Answer]:
        def metered(data: dict[str, Any]) -> Answer:
            table = self._dynamodb._tables.get(data.get("TableName"))  # noqa: SLF001
            if table is None:
                return write(data)
            return self._booked(table, data.get(part, {}), lambda: write(data))

        return metered

    def _refuse(self, name: str) -> Callable[[Any], Answer]:
        def refused(_: Any) -> Answer:
            message = f"{name} is not metered"
            raise NotImplementedError(message)

        return refused

    def _booked(self, table: dict[str, Any], key: Mapping[str, Any], write: Callable[[], Answer]) -> Answer:
        before = self._stored(table, key)
        answer = write()
        written = answer[0] == OK
        if written or any(name in str(answer[2]) for name in REFUSALS):
            after = self._stored(table, key) if written else before
            self._book(table, key, before, after, refused=not written)
        return answer

    def _stored(self, table: dict[str, Any], key: Mapping[str, Any]) -> Row:
        extract = self._dynamodb._extract_key_val  # noqa: SLF001
        sort = table["sk_name"]
        rows = table["items"].get(extract(key.get(table["pk_name"])), {})
        row: Row = rows.get(extract(key.get(sort)) if sort else "__no_sort__")
        return dict(row) if row else None

    def _book(
        self, table: dict[str, Any], key: Mapping[str, Any], before: Row, after: Row, *, refused: bool
    ) -> None:
        size = max(self._size(before), self._size(after))
        entry = {
            "table": table["TableName"],
            "index": "",
            "partition": next(iter(key[table["pk_name"]].values())),
            "sort": next(iter(key[table["sk_name"]].values())) if table["sk_name"] else "",
            "refused": refused,
        }
        self._enter({**entry, "bytes": size, "units": started_kb(size)})
        for index in table.get("GlobalSecondaryIndexes") or []:
            units = int(self._dynamodb._index_write_units(table, index, before, after))  # noqa: SLF001
            if units:
                self._enter({**entry, "index": index["IndexName"], "bytes": size, "units": units})

    def _size(self, row: Row) -> int:
        return int(self._dynamodb._item_size_bytes(dict(row))) if row else 0  # noqa: SLF001

    def _enter(self, entry: dict[str, Any]) -> None:
        self._ledger.write(json.dumps(entry) + "\n")


def started_kb(size: int) -> int:
    """Return write units of one row or entry.

    >>> started_kb(0), started_kb(1024), started_kb(1025)
    (1, 1, 2)
    """
    return max(1, -(-size // 1024))


def read_units(size: int, *, consistent: bool) -> float:
    """Return read units of rows of so many bytes together.

    >>> read_units(0, consistent=True), read_units(4096, consistent=False), read_units(4097, consistent=True)
    (1, 0.5, 2)
    """
    units = max(1, -(-size // 4096))
    return units if consistent else units / 2


def main() -> None:
    """Run the emulator with the meter on."""
    emulator.require_pin()
    dynamodb = import_module("ministack.services.dynamodb")
    ledger = Path(tempfile.gettempdir()) / LEDGER
    Meter(dynamodb, ledger.open("a", buffering=1, encoding="utf-8")).install()
    emulator.main()


if __name__ == "__main__":
    main()
