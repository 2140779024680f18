"""Items as JSON or as a table, whole or with the fields that were asked for."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from telemetra.application.contract import shapes

Row = Mapping[str, Any]
Column = tuple[str, Callable[[Row], Any]]

METRIC_FIELDS: Final = shapes.Metric.__struct_fields__
MOMENT_FIELDS: Final = shapes.Moment.__struct_fields__
UNIQUES_FIELDS: Final = shapes.Uniques.__struct_fields__
CHANNEL_FIELDS: Final = shapes.Channel.__struct_fields__

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def page_json(items: Sequence[msgspec.Struct], cursor: str | None, fields: Sequence[str] = ()) -> str:
    """Return a page as JSON; no ``fields`` means all."""
    if not fields:
        return msgspec.json.encode({"items": items, "cursor": cursor}).decode()
    rows = [
        {name: getattr(item, name) for name in fields if getattr(item, name) is not msgspec.UNSET}
        for item in items
    ]
    return msgspec.json.encode({"items": rows, "cursor": cursor}).decode()


def metrics_csv(items: Sequence[shapes.Metric], fields: Sequence[str] = ()) -> str:
    """Return metrics as a table (RFC 4180) with a header.

    Viewers and sentiment take a column for each of their figures; emotes and money are lists of
    ``name:number``. What was never measured is empty.
    """
    columns = [
        column
        for field in fields or METRIC_FIELDS
        for column in _COLUMNS.get(field, [(field, _plain(field))])
    ]
    if not any(isinstance(item.revenue, shapes.Revenue) for item in items):
        columns = [column for column in columns if not column[0].startswith("revenue")]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([name for name, _ in columns])
    for item in items:
        row = msgspec.to_builtins(item)
        writer.writerow([value(row) for _, value in columns])
    return out.getvalue()


def _plain(field: str) -> Callable[[Row], Any]:
    def value(row: Row) -> Any:
        found = row[field]
        return str(found).lower() if isinstance(found, bool) else found

    return value


def _inner(field: str, name: str) -> Column:
    return f"{field}_{name}", lambda row: None if row[field] is None else row[field][name]


def _money(name: str) -> Column:
    return f"revenue_{name}", lambda row: _listed(row.get("revenue", {}).get(name, {}).items())


def _listed(pairs: Any) -> str:
    """Return ``name:number`` pairs; a spreadsheet must not take the first name for a formula."""
    text = " ".join(f"{name}:{number}" for name, number in pairs)
    return f"'{text}" if text.startswith(_FORMULA) else text


_COLUMNS: Final[Mapping[str, Sequence[Column]]] = {
    "viewers": [_inner("viewers", name) for name in ("min", "max", "mean", "last")],
    "sentiment": [_inner("sentiment", name) for name in ("mean", "coverage")],
    "emotes": [("emotes", lambda row: _listed((emote["name"], emote["count"]) for emote in row["emotes"]))],
    "revenue": [_money("cents"), _money("counts")],
}
