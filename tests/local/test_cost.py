"""The bill: quantities times list prices, worked out by hand for fixed loads."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from typer.testing import CliRunner

from local.__main__ import app
from local.cost import services
from local.cost.designs import DESIGNS, naive, ours, ours_on_demand, self_hosted
from local.cost.estimate import Line
from local.cost.measured import MINUTES, OTHER_UNITS, measure
from local.cost.prices import list_prices
from local.cost.workload import Workload
from local.errors import LocalError
from telemetra.domain.window import MINUTE_MS

PRICES = list_prices()
LARGE = Workload(events_per_s=10_000, events_per_channel_s=10)
PINNED = replace(LARGE, write_units=40.0, read_units=60.0)

FIXED = [
    # Chat is 0.65 MB/s in 64 records a second, one shard at 70 %; the other three need one each.
    ("shards", services.streams_provisioned, LARGE, "shard-hours", 4 * 730 * 0.015),
    # 64 records of 10 KB each on every stream: one unit of 25 KB each.
    ("puts", services.streams_provisioned, LARGE, "million PUT units", 64 * 4 * 2.628 * 0.014),
    (
        "a week of retention",
        services.streams_provisioned,
        replace(LARGE, retention_hours=168),
        "shard-hours of longer retention",
        4 * 730 * 0.02,
    ),
    # 1,000 channels at 40 units a minute are 666.7 a second, provisioned to be used to 70 %.
    (
        "writes",
        services.tables_provisioned,
        PINNED,
        "write capacity-hours",
        40_000 / 60 / 0.7 * 730 * 0.00065,
    ),
    ("reads", services.tables_provisioned, PINNED, "read capacity-hours", 60_000 / 60 / 0.7 * 730 * 0.00013),
    ("writes on demand", services.tables_on_demand, PINNED, "million write units", 40 * 43.8 * 0.625),
    # 6,000 ticks a minute, 25 a message; sent, received and deleted ten at a time.
    ("ticks", services.queues, LARGE, "million requests", 262.8 * 3 / 25 / 10 * 0.40),
    # A live window every ten seconds and a minute: 7 messages a minute for 100 dashboards.
    ("pushes", services.sockets, LARGE, "million messages", 100 * 43_800 * 7 / 1e6),
    ("open sockets", services.sockets, LARGE, "million connection-minutes", 4.38 * 0.25),
    # 2.46 MB/s packed 3.4 to 1, kept for 30 days.
    ("archive", services.archive, LARGE, "GB-months", 2.46e6 / 3.4 * 30 * 86_400 / 1e9 * 0.023),
    ("objects", services.archive, LARGE, "thousand puts", 4 * 43.8 * 0.005),
]


def amount(lines: list[Line], what: str) -> float:
    return next(line.usd for line in lines if line.what == what)


@pytest.mark.parametrize(
    ("price", "workload", "what", "dollars"), [case[1:] for case in FIXED], ids=[case[0] for case in FIXED]
)
def test_a_fixed_load_costs_what_the_list_says(price, workload: Workload, what: str, dollars: float) -> None:  # type: ignore[no-untyped-def]
    assert amount(price(workload, PRICES), what) == pytest.approx(dollars, rel=1e-6)


def test_the_naive_design_pays_a_kilobyte_an_event_and_five_in_firehose() -> None:
    by_service = naive(LARGE, PRICES).by_service
    in_gb = 10_000 * 2_628_000 * 1_000 / 1e9
    out_gb = 10_000 * 2_628_000 * 246 * 2 / 1e9
    assert by_service["Kinesis"] == pytest.approx(4 * 730 * 0.04 + in_gb * 0.08 + out_gb * 0.04)
    assert by_service["Firehose"] == pytest.approx(in_gb * 5 * 0.029)


def test_a_cluster_costs_the_same_at_ten_events_as_at_a_thousand() -> None:
    few, many = (self_hosted(Workload(events_per_s=rate), PRICES).usd for rate in (10, 1_000))
    assert few == many


def test_packing_is_what_makes_the_stream_cheap() -> None:
    assert naive(LARGE, PRICES).by_service["Kinesis"] > 40 * ours(LARGE, PRICES).by_service["Kinesis"]


def test_provisioned_capacity_is_cheaper_than_on_demand_for_a_steady_load() -> None:
    assert ours(LARGE, PRICES).usd < 0.7 * ours_on_demand(LARGE, PRICES).usd


def test_a_shorter_live_refresh_costs_more_writes_and_pushes() -> None:
    slow, fast = (ours(replace(LARGE, live_refresh_s=refresh), PRICES).by_service for refresh in (10, 1))
    assert fast["DynamoDB"] > 2 * slow["DynamoDB"]
    assert fast["WebSocket"] > 5 * slow["WebSocket"]


def test_without_an_archive_nothing_is_paid_to_s3() -> None:
    assert "S3" not in ours(replace(LARGE, archive_days=0), PRICES).by_service


def test_every_price_has_a_source_and_every_line_its_price() -> None:
    assert all(price.source and price.usd > 0 for price in PRICES.of.values())
    listed = {price.usd for price in PRICES.of.values()}
    assert {line.price for design in DESIGNS.values() for line in design(LARGE, PRICES).lines} <= listed


def test_the_command_prints_every_design_for_scripts() -> None:
    answer = CliRunner().invoke(app, ["cost", "--events-per-second", "10000", "--json"])
    told = json.loads(answer.output)
    assert [one["design"] for one in told["estimates"]] == [
        "ours, provisioned",
        "ours, on demand",
        "naive serverless",
        "self-hosted",
    ]
    for one in told["estimates"]:
        assert one["usd_per_month"] == pytest.approx(sum(one["by_service"].values()), abs=0.05)


class Answers:
    """A running stack with one channel that writes and one that is quiet."""

    def live_channels(self) -> list[str]:
        return ["mira", "quiet"]

    def get(self, path: str, **query: str | int) -> Any:
        assert query == {"grain": "minute", "from": 0, "to": MINUTES * MINUTE_MS}
        return {"items": [{"chat_count": 600}] * MINUTES} if "mira" in path else None


class Rows:
    """Pane rows: two writes of a row of one KB and a byte, five of a short one."""

    def get_paginator(self, name: str) -> Rows:
        assert name == "query"
        return self

    def paginate(self, **query: Any) -> list[dict[str, Any]]:
        assert query["TableName"] == "telemetra-panes"
        return [{"Items": [{"v": {"N": "2"}, "d": {"B": bytes(1021)}}]}, {"Items": [{"v": {"N": "5"}}]}]


def test_a_running_stack_is_charged_for_the_writes_that_its_rows_count() -> None:
    found = measure(Answers(), Rows(), "telemetra", (MINUTES + 1) * MINUTE_MS)  # type: ignore[arg-type]
    assert (found.channels, found.messages_per_s) == (1, 10.0)
    assert found.write_units == pytest.approx((2 * 2 + 5) / MINUTES + OTHER_UNITS)


def test_a_stack_that_nobody_writes_to_has_no_bill() -> None:
    class Silence(Answers):
        def live_channels(self) -> list[str]:
            return ["quiet"]

    with pytest.raises(LocalError, match="no channel has written in the last 5 minutes"):
        measure(Silence(), Rows(), "telemetra", (MINUTES + 1) * MINUTE_MS)  # type: ignore[arg-type]


def test_an_unknown_design_is_refused_with_the_names_there_are() -> None:
    answer = CliRunner().invoke(app, ["cost", "--design", "spark"])
    assert answer.exit_code == 2
    assert "ours, on-demand, naive, self-hosted" in " ".join(answer.output.split())
