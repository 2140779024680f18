"""Each invocation says one line, and the line is what CloudWatch makes metrics of."""

from __future__ import annotations

import json
from typing import Any

import pytest

from telemetra.observe import Metric, Observer
from tests.house.repository import ROOT


def printed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_one_line_carries_facts_and_metrics(capsys: pytest.CaptureFixture[str]) -> None:
    with Observer("aggregate").invocation() as tally:
        tally.count(Metric.EVENTS_FOLDED, 5)
        tally.count(Metric.EVENTS_FOLDED, 2)
        tally.fact("stream", "chat")
    (line,) = printed(capsys)
    assert line["stream"] == "chat"
    assert line["service"] == "aggregate"
    assert line["EventsFolded"] == [7]
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive == {
        "Namespace": "Telemetra",
        "Dimensions": [["service"]],
        "Metrics": [{"Name": "EventsFolded", "Unit": "Count"}],
    }


def test_an_invocation_that_counts_nothing_still_says_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    with Observer("push").invocation():
        pass
    (line,) = printed(capsys)
    assert "_aws" not in line


def test_a_failure_is_logged_with_its_counts_and_raised(capsys: pytest.CaptureFixture[str]) -> None:
    def push() -> None:
        with Observer("push").invocation() as tally:
            tally.count(Metric.PUSH_GONE)
            raise OSError("table away")

    with pytest.raises(OSError, match="table away"):
        push()
    (line,) = printed(capsys)
    assert line["level"] == "ERROR"
    assert line["error"] == "OSError: table away"
    assert line["PushGone"] == [1]


def test_only_the_first_invocation_is_cold(capsys: pytest.CaptureFixture[str]) -> None:
    observer = Observer("api")
    for _ in range(2):
        with observer.invocation():
            pass
    assert [line["cold_start"] for line in printed(capsys)] == [True, False]


def test_a_lag_keeps_its_greatest_value(capsys: pytest.CaptureFixture[str]) -> None:
    with Observer("summarize").invocation() as tally:
        for lag_ms in (40, 900, 3):
            tally.greatest(Metric.LAG_MS, lag_ms)
    assert printed(capsys)[0]["LagMs"] == [900]


def test_every_metric_is_counted_by_a_function() -> None:
    handlers = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "functions").glob("*/*.py"))
    assert [metric.name for metric in Metric if f"Metric.{metric.name}" not in handlers] == []


def test_every_metric_has_its_own_title() -> None:
    assert len({metric.title for metric in Metric}) == len(Metric)
