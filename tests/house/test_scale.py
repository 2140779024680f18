"""The dollars on the page about scale are those of the cost model."""

from __future__ import annotations

import re

import pytest

from local.cost.designs import DESIGNS
from local.cost.prices import list_prices
from local.cost.workload import SHARD_BYTES, SHARD_RECORDS, Workload, flows
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


def test_the_first_limits_are_those_of_the_model() -> None:
    load = Workload()
    limits = {row[0]: row[1] for row in TABLES[1]}
    events = round(SHARD_BYTES * load.packing / load.event_bytes, -3)
    assert limits[f"{events:,.0f} packed events/s of one stream"] == "a shard takes 1 MB/s"
    assert f"{SHARD_RECORDS:,} plain records/s" in limits
    assert load.units / 60 < 1
    assert f"one takes about {events:,.0f} packed events/s" in (ROOT / "docs/deploy.md").read_text()


def test_the_load_that_the_page_names_is_the_one_it_is_worked_out_for() -> None:
    load = Workload()
    words = " ".join(PAGE.split())
    assert load.events_per_channel_s == 10
    assert (
        "with ten events a second on an active channel, 100 dashboards and a live refresh of ten seconds"
        in words
    )
    assert (load.dashboards, load.live_refresh_s) == (100, 10)
