"""Every row says when it was written first and last."""

from __future__ import annotations

from collections.abc import Callable

from telemetra.adapters.dynamo_panes import DynamoPaneStore
from telemetra.adapters.tables import TABLES, bound
from telemetra.application.ports import PaneChange
from telemetra.config import Settings
from telemetra.domain.events import Kind
from tests.contracts.samples import NOW_MS, pane_key, partial


def test_every_model_has_both_timestamps() -> None:
    for model in TABLES.values():
        assert {"created_at", "updated_at"} <= set(model.get_attributes()), model.__name__


def test_a_second_write_keeps_when_the_row_was_created(table: Callable[[str], Settings]) -> None:
    made = table("panes")
    key, first = pane_key("stamped", NOW_MS, Kind.VIEWER), partial(Kind.VIEWER, upto=1)
    DynamoPaneStore(made, clock=lambda: NOW_MS).write([PaneChange(key, None, first)])
    second = partial(Kind.VIEWER, upto=2)
    assert not DynamoPaneStore(made, clock=lambda: NOW_MS + 5).write([PaneChange(key, first, second)])
    model = bound(TABLES["panes"], made.table("panes"), made.aws_endpoint_url)
    (row,) = model.query("stamped")
    stamps = row.attribute_values
    assert (stamps["created_at"], stamps["updated_at"]) == (NOW_MS, NOW_MS + 5)
