"""The dollars on the page about scale are those of the cost model."""

from __future__ import annotations

import re

import pytest

from local.cost.designs import DESIGNS
from local.cost.prices import list_prices
from local.cost.workload import Workload, flows
from tests.house.repository import ROOT

PAGE = (ROOT / "docs/scale.md").read_text(encoding="utf-8")
TABLES = [
    [[cell.strip() for cell in row.strip("|").split("|")] for row in table.strip().splitlines()[2:]]
    for table in re.findall(r"((?:^\|.*\n)+)", PAGE, flags=re.MULTILINE)
]


def number(text: str) -> int:
    return int(text.replace(",", ""))


@pytest.mark.parametrize("row", TABLES[0], ids=lambda row: row[0])
def test_each_load_costs_what_the_model_says(row: list[str]) -> None:
    load = Workload(events_per_s=number(row[0]))
    dollars = [round(design(load, list_prices()).usd) for design in DESIGNS.values()]
    written = [load.channels, flows(load)["chat"].shards, round(load.channels * load.units / 60), *dollars]
    assert [number(cell) for cell in row[1:]] == written


@pytest.mark.parametrize("row", TABLES[2], ids=lambda row: row[0])
def test_each_crowd_of_dashboards_costs_what_the_model_says(row: list[str]) -> None:
    load = Workload(events_per_s=10_000, dashboards=number(row[0]))
    estimate = DESIGNS["ours"](load, list_prices())
    messages = round(load.dashboards * (60 / load.live_refresh_s + 1) / 60)
    sockets = round(estimate.by_service["WebSocket"])
    assert [number(cell) for cell in row[1:]] == [messages, sockets, round(estimate.usd)]
