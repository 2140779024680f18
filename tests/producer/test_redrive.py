"""Rejected lines leave the queue for a file, and come back corrected, once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
import zstandard
from moto import mock_aws
from typer.testing import CliRunner, Result

from producer.__main__ import app
from producer.rejects import lines_of
from telemetra.adapters.clients import client
from telemetra.adapters.sqs import SqsRejects
from telemetra.application.ports import Reject
from telemetra.config import Settings
from telemetra.domain.errors import Reason
from telemetra.domain.events import Kind

GOOD = {
    "schema": "chat.v1",
    "event_id": "1",
    "channel": "mira",
    "ts": 1_700_000_000_000,
    "user_id": "7",
    "user": "ada",
    "text": "hello",
    "emotes": [],
    "badges": [],
    "bits": 0,
}
BAD = {**GOOD, "ts": "yesterday"}
REJECT = Reject(
    Kind.CHAT, "shardId-000000000000", 5, 0, Reason.JSON, "ts: no number", json.dumps(BAD).encode()
)


class Stack:
    """Queue, bucket and stream of a deployment."""

    def __init__(self) -> None:
        self.sqs, self.s3 = boto3.client("sqs"), boto3.client("s3")
        self.kinesis = boto3.client("kinesis")
        self.url = self.sqs.create_queue(QueueName="telemetra-rejects")["QueueUrl"]
        self.s3.create_bucket(Bucket="rejects")
        self.kinesis.create_stream(StreamName="telemetra-chat", ShardCount=1)
        self.settings = replace(Settings.from_env({}), rejects_queue_url=self.url, rejects_bucket="rejects")

    def reject(self, *rejects: Reject) -> None:
        SqsRejects(self.settings).send(rejects)

    def depth(self) -> int:
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])["Attributes"]
        return sum(int(value) for name, value in attributes.items() if name.startswith("ApproximateNumber"))

    def records(self) -> list[bytes]:
        iterator = self.kinesis.get_shard_iterator(
            StreamName="telemetra-chat", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        return [record["Data"] for record in self.kinesis.get_records(ShardIterator=iterator)["Records"]]


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stack]:
    for name in ("AWS_ENDPOINT_URL", "TELEMETRA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "TELEMETRA_REJECTS_BUCKET": "rejects",
        "TELEMETRA_STATE_DIR": str(tmp_path / "state"),
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client.cache_clear()
        yield Stack()
    client.cache_clear()


def redrive(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["redrive", *map(str, arguments)])


def test_what_waits_is_counted_by_reason_and_goes_on_waiting(stack: Stack) -> None:
    stack.reject(REJECT, replace(REJECT, line=1), replace(REJECT, reason=Reason.ZSTD, detail="cut short"))
    told: dict[str, Any] = json.loads(redrive("--json").output)
    assert told["waiting"] == 3
    assert {(one["reason"], one["count"]) for one in told["reasons"]} == {(REJECT.reason, 2), ("zstd", 1)}
    assert "3 wait" in redrive().output
    assert stack.depth() == 3


def test_an_empty_queue_says_so(stack: Stack) -> None:
    assert redrive().output == "nothing waits\n"


def test_rejects_move_into_a_file_and_come_back_corrected(stack: Stack, tmp_path: Path) -> None:
    stack.reject(*[replace(REJECT, line=line) for line in range(25)])
    file = tmp_path / "rejects.ndjson"
    assert redrive("--out", file).exit_code == 0
    assert stack.depth() == 0
    rows = [json.loads(row) for row in file.read_text().splitlines()]
    assert sorted(row["line"] for row in rows) == list(range(25))
    for row in rows:
        row["text"] = json.dumps({**json.loads(row["text"]), "ts": GOOD["ts"], "event_id": str(row["line"])})
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    sent = redrive(file, "--json")
    assert sent.exit_code == 0, sent.output
    (record,) = stack.records()
    events = zstandard.ZstdDecompressor().decompress(record).splitlines()
    assert {json.loads(event)["event_id"] for event in events} == {str(line) for line in range(25)}


def test_the_same_file_gives_the_same_bytes_again(stack: Stack, tmp_path: Path) -> None:
    file = tmp_path / "fixed.ndjson"
    file.write_text(json.dumps(GOOD) + "\n" + json.dumps({**GOOD, "event_id": "2"}) + "\n")
    redrive(file)
    redrive(file)
    first, second = stack.records()
    assert first == second


def test_a_line_that_is_still_no_event_is_named_and_the_others_are_sent(stack: Stack, tmp_path: Path) -> None:
    file = tmp_path / "half.ndjson"
    file.write_text(json.dumps(GOOD) + "\n" + json.dumps(BAD) + "\n")
    sent = redrive(file)
    assert sent.exit_code == 1
    assert "event 2" in sent.output
    assert "1 of 2 are still no events" in sent.output
    assert len(stack.records()) == 1


def test_a_large_reject_comes_back_from_its_bucket_whole(stack: Stack, tmp_path: Path) -> None:
    large = replace(REJECT, data=b"x" * 150_000, line=None)
    stack.reject(large)
    redrive("--out", tmp_path / "rejects.ndjson")
    assert lines_of((tmp_path / "rejects.ndjson").read_text()) == [large.data]


def test_bytes_that_are_no_text_survive_the_file(stack: Stack, tmp_path: Path) -> None:
    stack.reject(replace(REJECT, data=b"\xff\xfe{"))
    redrive("--out", tmp_path / "rejects.ndjson")
    assert lines_of((tmp_path / "rejects.ndjson").read_text()) == [b"\xff\xfe{"]


def test_a_file_that_cannot_be_written_leaves_everything_in_the_queue(stack: Stack, tmp_path: Path) -> None:
    stack.reject(REJECT)
    answer = redrive("--out", tmp_path / "missing" / "rejects.ndjson")
    assert answer.exit_code == 1
    assert "0 are in it, the others wait in the queue" in answer.output
    assert stack.depth() == 1


def test_another_file_is_refused_with_its_line(stack: Stack, tmp_path: Path) -> None:
    file = tmp_path / "other.ndjson"
    file.write_text('\n{"a": 1}\n')
    answer = redrive(file)
    assert answer.exit_code == 2
    assert "line 2 is neither" in " ".join(answer.output.split())


def test_a_deployment_that_is_not_there_is_named(stack: Stack) -> None:
    answer = redrive("--prefix", "nowhere")
    assert answer.exit_code == 1
    assert "cannot read the rejects of nowhere" in answer.output
