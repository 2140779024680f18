"""Log lines become metrics, and metrics become alarms by the template's own rules."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from local.watching.alarms import Alarm, State
from local.watching.collect import Collector, alarms_of
from local.watching.lines import points
from local.watching.prometheus import text
from local.watching.series import KEPT_MINUTES, Point, Series, name_of
from local.watching.watchman import operation
from telemetra.domain.window import MINUTE_MS
from telemetra.observe import Metric, Observer

ERRORS = name_of("AWS/Lambda", "Errors", {"FunctionName": "telemetra-push"})
NOW = 100 * MINUTE_MS + 5_000
ALARMS = {alarm.name: alarm for alarm in alarms_of("telemetra", {})}
TWO_OF_THREE = Alarm(
    "errors",
    "push fails",
    ERRORS,
    "Sum",
    "GreaterThanThreshold",
    0,
    3,
    2,
    "missing",
)


def held(*values: float | None, name: Any = ERRORS) -> Series:
    """Values of the last whole minutes, the newest last; None is a minute without data."""
    series = Series()
    first = 100 - len(values)
    series.add(
        Point(name, (first + at) * MINUTE_MS + 1, value)
        for at, value in enumerate(values)
        if value is not None
    )
    return series


@pytest.mark.parametrize(
    ("values", "missing", "state"),
    [
        ((0, 0, 0), "missing", State.OK),
        ((0, 0, 1), "missing", State.OK),
        ((1, 0, 1), "missing", State.ALARM),
        ((1, 1, 0), "missing", State.ALARM),
        ((None, None, None), "missing", State.UNKNOWN),
        ((None, None, None), "ignore", State.ALARM),
        ((None, None, None), "notBreaching", State.OK),
        ((None, None, None), "breaching", State.ALARM),
        ((1, None, None), "notBreaching", State.OK),
        ((1, None, None), "breaching", State.ALARM),
        ((0, 0, None), "breaching", State.OK),
    ],
)
def test_an_alarm_rings_when_two_of_three_minutes_breach(
    values: tuple[float | None, ...], missing: str, state: State
) -> None:
    alarm = replace(TWO_OF_THREE, missing=missing)
    assert alarm.state(held(*values), NOW, State.ALARM) is state


def test_the_minute_that_is_not_over_does_not_count() -> None:
    series = held(0, 0, 0)
    series.add([Point(ERRORS, NOW, 9.0)])
    assert TWO_OF_THREE.state(series, NOW) is State.OK


def test_another_function_of_the_same_metric_rings_nothing() -> None:
    other = name_of("AWS/Lambda", "Errors", {"FunctionName": "telemetra-api"})
    assert TWO_OF_THREE.state(held(5, 5, 5, name=other), NOW) is State.UNKNOWN


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        ("Sum", 10.0),
        ("Average", 2.5),
        ("Minimum", 1.0),
        ("Maximum", 4.0),
        ("SampleCount", 4.0),
        ("p50", 2.0),
        ("p99", 4.0),
    ],
)
def test_a_minute_has_each_statistic(statistic: str, expected: float) -> None:
    series = Series()
    series.add(Point(ERRORS, at, value) for at, value in enumerate((3, 1, 4, 2)))
    assert series.statistic(ERRORS, statistic, 0) == expected


def test_an_unknown_statistic_is_named() -> None:
    with pytest.raises(ValueError, match="Median is no statistic"):
        held(1).statistic(ERRORS, "Median", 99 * MINUTE_MS)


def test_only_the_last_hour_is_kept() -> None:
    series = Series()
    series.add(Point(ERRORS, minute * MINUTE_MS, 1) for minute in range(KEPT_MINUTES + 5))
    assert series.statistic(ERRORS, "Sum", 4 * MINUTE_MS) is None
    assert series.statistic(ERRORS, "Sum", 5 * MINUTE_MS) == 1
    assert series.totals[ERRORS] == KEPT_MINUTES + 5


def said(capsys: pytest.CaptureFixture[str], *, fails: bool = False, **facts: object) -> str:
    """The line that an invocation of ours prints."""
    with suppress(ZeroDivisionError), Observer("aggregate").invocation() as tally:
        tally.count(Metric.EVENTS_FOLDED, 7)
        tally.greatest(Metric.LAG_MS, 1_250)
        for name, value in facts.items():
            tally.fact(name, value)
        tally.fact("share", 1 / (not fails))
    return capsys.readouterr().out


def measured(line: str, **of: Any) -> dict[tuple[str, str], float]:
    found = points(line, "telemetra-aggregate", 60_000, **of)
    return {(point.name.namespace, point.name.metric): point.value for point in found}


def test_a_line_gives_its_embedded_metrics_and_what_lambda_counts(capsys: pytest.CaptureFixture[str]) -> None:
    found = measured(said(capsys))
    assert found["Telemetra", "EventsFolded"] == 7
    assert found["AWS/Lambda", "Invocations"] == 1
    assert found["AWS/Lambda", "Errors"] == 0
    assert found["AWS/Lambda", "IteratorAge"] == 1_250
    assert found["AWS/Lambda", "Duration"] >= 0


def test_a_failed_invocation_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert measured(said(capsys, fails=True))["AWS/Lambda", "Errors"] == 1


@pytest.mark.parametrize(
    ("status", "faults", "refusals"), [(200, 0, 0), (404, 0, 1), (500, 1, 0), (503, 1, 0)]
)
def test_an_answer_counts_by_its_status(
    capsys: pytest.CaptureFixture[str], status: int, faults: int, refusals: int
) -> None:
    found = measured(said(capsys, status=status), api="telemetra-rest")
    assert found["AWS/ApiGateway", "Count"] == 1
    assert (found["AWS/ApiGateway", "5XXError"], found["AWS/ApiGateway", "4XXError"]) == (faults, refusals)


def test_a_crashed_api_is_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert measured(said(capsys, fails=True), api="telemetra-rest")["AWS/ApiGateway", "5XXError"] == 1


@pytest.mark.parametrize("line", ["START RequestId: 1", "[]", '{"message": "not ours"}', '"text"'])
def test_other_lines_measure_nothing(line: str) -> None:
    assert measured(line) == {}


FUNCTIONS = (
    "aggregate",
    "alert",
    "summarize",
    "archive",
    "push",
    "api",
    "authorizer",
    "connect",
    "message",
    "disconnect",
)
BREACH = {
    "telemetra-aggregate-age": ("AWS/Lambda", "IteratorAge", {"FunctionName": "telemetra-aggregate"}, 60_001),
    "telemetra-summarize-age": ("AWS/Lambda", "IteratorAge", {"FunctionName": "telemetra-summarize"}, 60_001),
    "telemetra-archive-age": ("AWS/Lambda", "IteratorAge", {"FunctionName": "telemetra-archive"}, 600_001),
    **{
        f"telemetra-{name}-errors": ("AWS/Lambda", "Errors", {"FunctionName": f"telemetra-{name}"}, 1)
        for name in FUNCTIONS
    },
    **{
        f"telemetra-{name}-throttles": ("AWS/Lambda", "Throttles", {"FunctionName": f"telemetra-{name}"}, 1)
        for name in ("aggregate", "summarize", "push", "api")
    },
    "telemetra-lag": ("Telemetra", "LagMs", {"service": "aggregate"}, 30_001),
    "telemetra-no-data": ("Telemetra", "EventsFolded", {"service": "aggregate"}, 0),
    "telemetra-late": ("Telemetra", "LatePercent", {"service": "aggregate"}, 2.5),
    **{
        f"telemetra-{table}-{kind.lower()}-throttles": (
            "AWS/DynamoDB",
            f"{kind}ThrottleEvents",
            {"TableName": f"telemetra-{table}"},
            1,
        )
        for table in ("panes", "metrics")
        for kind in ("Write", "Read")
    },
    "telemetra-api-faults": ("AWS/ApiGateway", "5XXError", {"ApiName": "telemetra-rest"}, 1),
    "telemetra-push-gone": ("Telemetra", "PushGonePercent", {"service": "push"}, 60),
    "telemetra-push-slow": ("AWS/Lambda", "Duration", {"FunctionName": "telemetra-push"}, 5_001),
    "telemetra-rejects": (
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        {"QueueName": "telemetra-rejects"},
        1,
    ),
    **{
        f"telemetra-{queue}": (
            "AWS/SQS",
            "ApproximateNumberOfMessagesVisible",
            {"QueueName": f"telemetra-{queue}"},
            1,
        )
        for queue in ("ticks-dead", "alerts-dead")
    },
}


def calm(alarm: Alarm, series: Series, minute: int) -> None:
    """Give the metric of an alarm a value that is fine."""
    fine = 1_000.0 if alarm.compare == "LessThanThreshold" else 0.0
    series.add([Point(alarm.metric, minute * MINUTE_MS, fine)])


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_every_alarm_of_the_template_rings_by_its_datapoints_and_falls_silent_again(name: str) -> None:
    alarm, series = ALARMS[name], Series()
    for minute in range(3):
        calm(alarm, series, minute)
    assert alarm.state(series, 3 * MINUTE_MS) is State.OK
    namespace, metric, dimensions, value = BREACH[name]
    for minute in (3, 4):
        series.add([Point(name_of(namespace, metric, dimensions), minute * MINUTE_MS, value)])
    assert alarm.state(series, 5 * MINUTE_MS) is State.ALARM
    for minute in (5, 6):
        calm(alarm, series, minute)
    assert alarm.state(series, 7 * MINUTE_MS) is State.OK


def test_an_archive_that_is_off_is_not_watched() -> None:
    names = {alarm.name for alarm in alarms_of("telemetra", {"EnableArchive": "false"})}
    assert {name for name in ALARMS if "archive" in name} == ALARMS.keys() - names


def test_prometheus_can_read_what_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    series = Series()
    for _ in range(2):
        series.add(points(said(capsys), "telemetra-aggregate", 60_000))
    told = text(series, {"telemetra-push-errors": State.ALARM, "telemetra-lag": State.OK})
    families = {family.name: family for family in text_string_to_metric_families(told)}
    (folded,) = families["telemetra_events_folded"].samples
    assert (folded.value, folded.labels) == (14, {"service": "aggregate"})
    (lag,) = families["telemetra_lag_ms"].samples
    assert lag.value == 1_250
    alarms = {sample.labels["alarm"]: sample.value for sample in families["telemetra_alarm"].samples}
    assert alarms == {"telemetra-push-errors": 1, "telemetra-lag": 0}


class Cloud:
    """Logs of one function, queues of a fixed depth, and the states that were set."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.set: list[tuple[str, str]] = []
        self.depth = 0

    def get_paginator(self, operation: str) -> Any:
        cloud = self

        class Pages:
            def paginate(self, **query: Any) -> list[dict[str, Any]]:
                if operation == "describe_log_groups":
                    return [{"logGroups": [{"logGroupName": query["logGroupNamePrefix"] + "push"}]}]
                return [{"events": [e for e in cloud.events if e["timestamp"] >= query["startTime"]]}]

        return Pages()

    def get_queue_url(self, QueueName: str) -> dict[str, str]:  # noqa: N803 - boto's own name
        return {"QueueUrl": QueueName}

    def get_queue_attributes(self, QueueUrl: str, AttributeNames: list[str]) -> dict[str, Any]:  # noqa: N803
        depth = self.depth if QueueUrl.endswith("rejects") else 0
        return {"Attributes": {name: str(depth) for name in AttributeNames}}

    def set_alarm_state(self, **told: str) -> None:
        self.set.append((told["AlarmName"], told["StateValue"]))


def collector(cloud: Cloud) -> Collector:
    chosen = [ALARMS["telemetra-push-errors"], ALARMS["telemetra-rejects"]]
    return Collector(cloud, cloud, cloud, "telemetra", chosen)


def test_a_line_that_is_read_again_counts_once(capsys: pytest.CaptureFixture[str]) -> None:
    cloud = Cloud()
    cloud.events = [{"timestamp": 10_000, "message": said(capsys, fails=True)}]
    watched = collector(cloud)
    for now_ms in (10_500, 11_000, 12_000):
        watched.look(now_ms)
    assert watched.series.totals[ERRORS] == 1


def test_an_alarm_is_told_when_it_changes_and_only_then() -> None:
    cloud = Cloud()
    watched = collector(cloud)
    for minute in range(3):
        watched.look(minute * MINUTE_MS + 1_000)
    assert ("telemetra-rejects", "OK") in cloud.set
    cloud.set.clear()
    cloud.depth = 3
    for minute in range(3, 6):
        watched.look(minute * MINUTE_MS + 1_000)
    assert cloud.set == [("telemetra-rejects", "ALARM")]
    cloud.depth = 0
    for minute in range(6, 9):
        watched.look(minute * MINUTE_MS + 1_000)
    assert cloud.set[1:] == [("telemetra-rejects", "OK")]


def test_what_the_operator_sees_has_each_minute_of_each_alarm() -> None:
    cloud = Cloud()
    watched = collector(cloud)
    cloud.depth = 3
    for minute in range(4):
        watched.look(minute * MINUTE_MS + 1_000)
    told = json.loads(json.dumps(operation(watched, 4 * MINUTE_MS)))
    (rejects,) = (alarm for alarm in told["alarms"] if alarm["name"] == "telemetra-rejects")
    assert rejects["state"] == "ALARM"
    assert rejects["values"][-4:] == [3, 3, 3, 3]
