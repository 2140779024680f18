"""What the event source mappings promise the handlers."""

from __future__ import annotations

import json

import pytest

from telemetra.adapters.webhooks import TIMEOUT_S
from telemetra.application.alerting import KNOWN_MS, pause_s
from telemetra.domain.window import SECOND_MS
from tests.stacks.resources import Stack

FOR_EVER = -1
STREAMS = {"Chat", "Viewer", "Transaction", "Meta"}


@pytest.mark.parametrize("function", ["Aggregate", "Archive"])
def test_each_of_the_four_streams_has_its_mapping(function: str, stacks: dict[str, Stack]) -> None:
    events = stacks["compute"].events("Kinesis")
    read = {name: event["Stream"] for (reader, name), event in events.items() if reader == function}
    assert read == {name: {"Ref": f"{name}StreamArn"} for name in STREAMS}


def test_every_stream_is_read_from_its_start_by_one_batch_a_shard(stacks: dict[str, Stack]) -> None:
    events = stacks["compute"].events("Kinesis") | stacks["compute"].events("DynamoDB")
    assert len(events) == 2 * len(STREAMS) + 1
    for event in events.values():
        assert event["StartingPosition"] == "TRIM_HORIZON"
        assert event["ParallelizationFactor"] == 1
        assert event["BisectBatchOnFunctionError"] is True
        assert "TumblingWindowInSeconds" not in event
        assert "FunctionResponseTypes" not in event


@pytest.mark.parametrize("function", ["Aggregate", "Summarize"])
def test_the_fold_is_retried_until_the_data_expires(function: str, stacks: dict[str, Stack]) -> None:
    events = stacks["compute"].events("Kinesis") | stacks["compute"].events("DynamoDB")
    for (reader, _), event in events.items():
        if reader == function:
            assert event["MaximumRetryAttempts"] == FOR_EVER
            assert event["MaximumRecordAgeInSeconds"] == FOR_EVER
            assert "DestinationConfig" not in event


def test_live_refresh_sets_how_long_aggregate_gathers(root: Stack, stacks: dict[str, Stack]) -> None:
    for (reader, _), event in stacks["compute"].events("Kinesis").items():
        wanted = {"Ref": "LiveRefreshSeconds"} if reader == "Aggregate" else 60
        assert event["MaximumBatchingWindowInSeconds"] == wanted
    assert root.body["Parameters"]["LiveRefreshSeconds"]["Default"] == 10


def test_summarize_sees_new_and_changed_panes_only(stacks: dict[str, Stack]) -> None:
    (event,) = stacks["compute"].events("DynamoDB").values()
    (one,) = event["FilterCriteria"]["Filters"]
    assert json.loads(one["Pattern"]) == {"eventName": ["INSERT", "MODIFY"]}


def test_summarize_is_told_of_every_minute(stacks: dict[str, Stack]) -> None:
    (schedule,) = stacks["compute"].events("Schedule").values()
    assert schedule["Schedule"] == "rate(1 minute)"


def test_archive_gives_up_a_batch_to_the_rejects_bucket_before_the_stream_does(
    root: Stack, stacks: dict[str, Stack]
) -> None:
    assert stacks["compute"].of_type("AWS::Serverless::Function")["Archive"]["Condition"] == "Archive"
    shortest_s = root.body["Parameters"]["RetentionHours"]["MinValue"] * 3600
    for (reader, _), event in stacks["compute"].events("Kinesis").items():
        if reader == "Archive":
            assert 0 < event["MaximumRecordAgeInSeconds"] < shortest_s
            assert event["MaximumRetryAttempts"] > 0
            assert event["DestinationConfig"]["OnFailure"]["Destination"] == {
                "Fn::Sub": "arn:${AWS::Partition}:s3:::${RejectsBucket}"
            }


def test_push_answers_for_each_tick_and_has_time_to(stacks: dict[str, Stack]) -> None:
    event = stacks["socket"].events("SQS")["Push", "Ticks"]
    queue = stacks["stream"].properties("AWS::SQS::Queue")["TicksQueue"]
    assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert queue["VisibilityTimeout"] >= 6 * stacks["socket"].functions()["Push"]["Timeout"]
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["TicksDeadQueue", "Arn"]}


def test_alerts_answer_for_each_errand_and_have_time_to(stacks: dict[str, Stack]) -> None:
    event = stacks["alert"].events("SQS")["Alert", "Errands"]
    timeout_s = stacks["alert"].body["Globals"]["Function"]["Timeout"]
    queue = stacks["stream"].properties("AWS::SQS::Queue")["AlertsQueue"]
    assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert timeout_s > event["BatchSize"] * 2 * TIMEOUT_S
    assert queue["VisibilityTimeout"] >= 6 * timeout_s
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["AlertsDeadQueue", "Arn"]}
    tried_for_s = sum(map(pause_s, range(1, queue["RedrivePolicy"]["maxReceiveCount"] + 1)))
    assert tried_for_s < min(queue["MessageRetentionPeriod"], KNOWN_MS // SECOND_MS)
