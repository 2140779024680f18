"""Alarms watch things that exist, and say what silence means."""

from __future__ import annotations

import pytest

from tests.stacks.resources import Stack

ALARM = "AWS::CloudWatch::Alarm"
WATCHED = {
    ("IteratorAge", "aggregate"),
    ("IteratorAge", "summarize"),
    ("IteratorAge", "archive"),
    ("ApproximateNumberOfMessagesVisible", "rejects"),
    ("ApproximateNumberOfMessagesVisible", "ticks-dead"),
    ("ApproximateNumberOfMessagesVisible", "alerts-dead"),
}


def named(stack: Stack, kind: str, attribute: str) -> set[str]:
    return {item[attribute]["Fn::Sub"].removeprefix("${Prefix}-") for item in stack.properties(kind).values()}


@pytest.fixture
def functions(stacks: dict[str, Stack]) -> set[str]:
    return {
        name
        for stack in ("compute", "serve", "alert")
        for name in named(stacks[stack], "AWS::Serverless::Function", "FunctionName")
    }


def test_every_alarm_takes_two_of_three_minutes_and_says_what_silence_means(stacks: dict[str, Stack]) -> None:
    for alarm in stacks["watch"].properties(ALARM).values():
        assert (alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"], alarm["Period"]) == (2, 3, 60)
        assert alarm["TreatMissingData"] == "notBreaching"
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}]
        assert alarm["AlarmDescription"]


def test_every_alarm_watches_a_function_or_queue_of_the_templates(
    stacks: dict[str, Stack], functions: set[str]
) -> None:
    known = {"FunctionName": functions, "QueueName": named(stacks["stream"], "AWS::SQS::Queue", "QueueName")}
    for alarm in stacks["watch"].properties(ALARM).values():
        (dimension,) = alarm["Dimensions"]
        assert dimension["Value"]["Fn::Sub"].removeprefix("${Prefix}-") in known[dimension["Name"]]


def test_age_errors_and_given_up_messages_are_all_watched(
    stacks: dict[str, Stack], functions: set[str]
) -> None:
    watched = {
        (alarm["MetricName"], alarm["Dimensions"][0]["Value"]["Fn::Sub"].removeprefix("${Prefix}-"))
        for alarm in stacks["watch"].properties(ALARM).values()
    }
    assert watched == WATCHED | {("Errors", name) for name in functions}


def test_what_is_left_out_is_not_watched(stacks: dict[str, Stack]) -> None:
    alarms = stacks["watch"].of_type(ALARM)
    for stack in ("compute", "serve", "alert"):
        for name, function in stacks[stack].of_type("AWS::Serverless::Function").items():
            assert alarms[f"{name}ErrorsAlarm"].get("Condition") == function.get("Condition")
