"""The page of the operator draws what the template's CloudWatch dashboard draws."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.watching.board import Widget, widgets_of
from local.watching.collect import WATCH, Collector
from local.watching.lines import points
from local.watching.series import Point, Series, name_of
from local.watching.watchman import SHOWN_MINUTES, operation
from telemetra.domain.window import MINUTE_MS
from telemetra.observe import Metric, Observer
from tests.house.repository import ROOT

WIDGETS = {widget.title: widget for widget in widgets_of("telemetra", {}, WATCH)}
ASKED = {
    "API latency": ("ms", ["p50", "p99"]),
    "API requests": ("", ["count", "5XX error", "4XX error"]),
    "API errors": ("%", ["5XX", "4XX"]),
    "API cache": ("", ["cache hits", "cache misses"]),
    "Events folded": ("/s", ["events"]),
    "Events rejected, late, seen before": ("", ["events rejected", "events late dropped", "events replayed"]),
    "Function duration": ("ms", ["aggregate p50", "aggregate p99", "summarize p99"]),
    "Lag of events": ("ms", ["aggregate p50", "aggregate p99", "summarize"]),
    "Sockets and pushes": (
        "",
        ["sockets opened", "sockets closed", "push sent", "push gone", "push failed"],
    ),
    "Push latency": ("ms", ["p50", "p99"]),
    "Errors and throttles of functions": (
        "",
        [
            *(f"{name} errors" for name in ("aggregate", "summarize", "push", "api")),
            *(f"{name} throttles" for name in ("aggregate", "summarize")),
        ],
    ),
}


def values(widget: Widget, series: Series, minute_ms: int = 0) -> dict[str, float | None]:
    return {line.label: line.value(series, minute_ms) for line in widget.drawn(series)}


@pytest.mark.parametrize("title", sorted(ASKED))
def test_a_widget_of_the_template_has_its_unit_and_its_lines(title: str) -> None:
    widget = WIDGETS[title]
    assert (widget.unit, [line.label for line in widget.drawn(Series())]) == ASKED[title]


def test_every_widget_of_the_template_is_read() -> None:
    template = (ROOT / "stacks" / "watch.yaml").read_text(encoding="utf-8")
    assert len(WIDGETS) == template.count('"title": ')
    assert all(widget.lines for title, widget in WIDGETS.items() if "each shard" not in title)


def test_a_share_is_a_percentage_and_a_rate_is_a_second_s() -> None:
    series = Series()
    faults = name_of("AWS/ApiGateway", "5XXError", {"ApiName": "telemetra-rest"})
    folded = name_of("Telemetra", "EventsFolded", {"service": "aggregate"})
    series.add(Point(faults, each, float(each == 0)) for each in range(40))
    series.add(Point(folded, each, 300.0) for each in range(3))
    assert values(WIDGETS["API errors"], series) == {"5XX": 2.5, "4XX": None}
    assert values(WIDGETS["Events folded"], series) == {"events": 15.0}


def test_each_shard_has_a_line_with_its_greatest_lag(capsys: pytest.CaptureFixture[str]) -> None:
    series = Series()
    for stream, shard, lag_ms in (("chat", 0, 900), ("chat", 0, 400), ("chat", 11, 50), ("viewer", 0, 70)):
        with Observer("aggregate").invocation() as tally:
            tally.fact("stream", stream)
            tally.fact("shard", f"shardId-{shard:012d}")
            tally.greatest(Metric.LAG_MS, lag_ms)
        series.add(points(capsys.readouterr().out, "telemetra-aggregate", 1))
    widget = WIDGETS["Greatest lag of each shard"]
    assert widget.unit == "ms"
    assert values(widget, series) == {"chat 0": 900, "chat 11": 50, "viewer 0": 70}


def test_what_the_page_is_told_has_each_minute_of_each_line() -> None:
    watched = Collector(None, None, None, "telemetra", [], widgets=[WIDGETS["API latency"]])
    latency = name_of("AWS/ApiGateway", "Latency", {"ApiName": "telemetra-rest"})
    watched.series.add([Point(latency, 59 * MINUTE_MS, 12.5)])
    told: dict[str, Any] = json.loads(json.dumps(operation(watched, 60 * MINUTE_MS)))
    (widget,) = told["widgets"]
    assert (widget["title"], widget["unit"]) == ("API latency", "ms")
    assert [line["label"] for line in widget["lines"]] == ["p50", "p99"]
    for line in widget["lines"]:
        assert len(line["values"]) == len(told["minutes"]) == SHOWN_MINUTES
        assert line["values"][-1] == 12.5
        assert set(line["values"][:-1]) == {None}
