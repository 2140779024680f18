"""Alarms watch things that exist, and say what silence means."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from telemetra.observe import NAMESPACE, Metric
from tests.house.repository import ROOT
from tests.stacks.resources import Stack

ALARM = "AWS::CloudWatch::Alarm"
WATCHED = {
    ("IteratorAge", "aggregate"),
    ("IteratorAge", "summarize"),
    ("IteratorAge", "archive"),
    ("LagMs", "aggregate"),
    ("EventsFolded", "aggregate"),
    ("LatePercent", "aggregate"),
    ("PushGonePercent", "push"),
    ("Duration", "push"),
    ("5XXError", "rest"),
    ("WriteThrottleEvents", "panes"),
    ("ApproximateNumberOfMessagesVisible", "rejects"),
    ("ApproximateNumberOfMessagesVisible", "ticks-dead"),
    ("ApproximateNumberOfMessagesVisible", "alerts-dead"),
}


def said(value: Any) -> str:
    """A name without its prefix."""
    return value if isinstance(value, str) else str(value["Fn::Sub"]).removeprefix("${Prefix}-")


def named(stack: Stack, kind: str, attribute: str) -> set[str]:
    return {item[attribute]["Fn::Sub"].removeprefix("${Prefix}-") for item in stack.properties(kind).values()}


@pytest.fixture
def functions(stacks: dict[str, Stack]) -> set[str]:
    return {
        name
        for stack in ("compute", "serve", "socket", "alert")
        for name in named(stacks[stack], "AWS::Serverless::Function", "FunctionName")
    }


def test_every_alarm_takes_two_of_three_minutes_and_says_what_silence_means(stacks: dict[str, Stack]) -> None:
    for name, alarm in stacks["watch"].properties(ALARM).items():
        assert (alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"], alarm["Period"]) == (2, 3, 60)
        assert alarm["TreatMissingData"] == ("breaching" if name == "NoDataAlarm" else "notBreaching")
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}]
        assert alarm["AlarmDescription"]


def test_every_alarm_watches_something_of_the_templates(
    stacks: dict[str, Stack], functions: set[str]
) -> None:
    known = {
        "FunctionName": functions,
        "QueueName": named(stacks["stream"], "AWS::SQS::Queue", "QueueName"),
        "TableName": named(stacks["store"], "AWS::DynamoDB::Table", "TableName"),
        "ApiName": named(stacks["serve"], "AWS::Serverless::Api", "Name"),
        "service": functions,
    }
    for alarm in stacks["watch"].properties(ALARM).values():
        (dimension,) = alarm["Dimensions"]
        assert said(dimension["Value"]) in known[dimension["Name"]]


def test_every_metric_of_ours_that_the_template_names_is_one_that_the_code_counts(
    stacks: dict[str, Stack],
) -> None:
    alarms = stacks["watch"].properties(ALARM).values()
    watched = {alarm["MetricName"] for alarm in alarms if alarm["Namespace"] == NAMESPACE}
    (board,) = stacks["watch"].properties("AWS::CloudWatch::Dashboard").values()
    widgets = json.loads(board["DashboardBody"]["Fn::Sub"])["widgets"]
    shown = {
        line[1]
        for widget in widgets
        for line in widget["properties"].get("metrics", [])
        if line[0] == NAMESPACE
    }
    assert watched
    assert watched | shown <= {metric.title for metric in Metric}


def test_age_errors_and_given_up_messages_are_all_watched(
    stacks: dict[str, Stack], functions: set[str]
) -> None:
    watched = {
        (alarm["MetricName"], said(alarm["Dimensions"][0]["Value"]))
        for alarm in stacks["watch"].properties(ALARM).values()
    }
    assert watched >= WATCHED | {("Errors", name) for name in functions}


def test_every_alarm_has_its_section_in_the_runbook(stacks: dict[str, Stack]) -> None:
    page = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", page, flags=re.MULTILINE | re.DOTALL))
    alarms = {said(alarm["AlarmName"]) for alarm in stacks["watch"].properties(ALARM).values()}
    assert sections.keys() == alarms
    for text in sections.values():
        assert [word in text for word in ("**Means**", "**Look**", "**Do**")] == [True] * 3


def test_what_is_left_out_is_not_watched(stacks: dict[str, Stack]) -> None:
    alarms = stacks["watch"].of_type(ALARM)
    for stack in ("compute", "serve", "socket", "alert"):
        for name, function in stacks[stack].of_type("AWS::Serverless::Function").items():
            assert alarms[f"{name}ErrorsAlarm"].get("Condition") == function.get("Condition")
