"""The samples are what they say: a log to replay, payloads of every trigger, one event put by hand."""

from __future__ import annotations

import base64
import json
import runpy
from itertools import pairwise
from pathlib import Path
from typing import Any

import boto3
import pytest
from jsonschema import Draft202012Validator
from moto import mock_aws

from producer.sources.replay import read_log
from telemetra.domain.events import Kind, decode_line
from telemetra.domain.unpack import unpack

Validators = dict[str, Draft202012Validator]


def test_the_chat_log_is_clean_and_plays_thirteen_minutes(folder: Path, validators: Validators) -> None:
    log = read_log((folder / "samples/chat.jsonl").read_bytes().splitlines(), "demo")
    assert not log.bad
    assert len(log.lines) > 290
    assert 12 * 60_000 < log.span_ms < 15 * 60_000
    for line in log.lines:
        event = json.loads(line.data)
        validators["chat.v1"].validate(event)
        assert set(event["emotes"]) <= set(event["text"].split())


def test_the_chat_log_holds_one_burst(folder: Path) -> None:
    log = read_log((folder / "samples/chat.jsonl").read_bytes().splitlines(), "demo")
    panes = [0] * (log.span_ms // 10_000 + 1)
    for line in log.lines:
        panes[line.ts // 10_000] += 1
    usual = sorted(panes)[len(panes) // 2]
    busy = [index for index, count in enumerate(panes) if count > 5 * usual]
    assert 2 <= len(busy) <= 4
    assert all(after - before == 1 for before, after in pairwise(busy))


@pytest.mark.parametrize("kind", list(Kind))
def test_a_kinesis_payload_holds_events_of_its_stream(
    folder: Path, validators: Validators, kind: Kind
) -> None:
    records = _payload(folder, f"kinesis_{kind}")["Records"]
    assert records
    for record in records:
        assert record["eventSourceARN"].endswith(f"/telemetra-{kind}")
        assert record["eventID"].split(":")[1] == record["kinesis"]["sequenceNumber"]
        lines = unpack(base64.b64decode(record["kinesis"]["data"])).splitlines()
        assert lines
        for line in lines:
            event = decode_line(line)
            validators[f"{kind}.v1"].validate(json.loads(line))
            age_ms = record["kinesis"]["approximateArrivalTimestamp"] * 1000 - event.ts
            assert 0 <= age_ms < 60_000


def test_the_other_payloads_have_the_shape_of_their_trigger(folder: Path) -> None:
    changes = _payload(folder, "dynamodb_panes")["Records"]
    assert {change["eventName"] for change in changes} == {"INSERT", "MODIFY", "REMOVE"}
    for message in _payload(folder, "sqs_ticks")["Records"]:
        assert set(json.loads(message["body"])) == {"channel", "minutes", "moments", "connections"}
    rest = _payload(folder, "rest_metrics")
    assert rest["resource"].format(**rest["pathParameters"]) == rest["path"]
    routes = {"connect": "$connect", "message": "$default", "disconnect": "$disconnect"}
    for name, route in routes.items():
        assert _payload(folder, f"socket_{name}")["requestContext"]["routeKey"] == route


def test_one_event_can_be_put_by_hand(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        client = boto3.client("kinesis")
        client.create_stream(StreamName="telemetra-chat", ShardCount=1)
        runpy.run_path(str(folder / "samples/put_one.py"))
        place = client.get_shard_iterator(
            StreamName="telemetra-chat", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
        )
        (record,) = client.get_records(ShardIterator=place["ShardIterator"])["Records"]
    assert decode_line(record["Data"]).channel == "my_channel"


def _payload(folder: Path, name: str) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads((folder / f"samples/{name}.json").read_text())
    return payload
