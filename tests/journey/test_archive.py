"""What was archived says what the tables say, and puts them right where they were tampered with."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from local.embedded import embedded
from local.settings import surroundings
from telemetra.adapters.clock import now_ms
from telemetra.domain.window import HOUR_MS, MINUTE_MS, floor_to
from tests.journey.running import RunningStack
from tests.journey.test_counting import ROOT, SAMPLE, minutes, replay, settled, truth

CHANNEL = "archived"


@dataclass(frozen=True, slots=True)
class Kept:
    """A stack with an archive, and a log that was replayed on it.

    Attributes:
        start_ms: first event of the log.
        count: messages of the log.
    """

    stack: RunningStack
    start_ms: int
    count: int

    def recompute(self, *options: str) -> tuple[int, dict[str, Any]]:
        """Run the command; return its exit code and what it found."""
        done = producer(self.stack, "recompute", "--channel", CHANNEL, "--json", *options)
        assert done.stdout, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return done.returncode, found

    def agreed(self) -> dict[str, Any]:
        """Wait until all minutes but the last have closed and are archived; return what was found then."""
        expected = len(truth(SAMPLE, self.start_ms)[0])

        def through() -> dict[str, Any] | None:
            _, found = self.recompute()
            return found if found["minutes"] >= expected - 1 and not found["behind"] else None

        found: dict[str, Any] = self.stack.wait_for(through, 90)
        return found


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """The sample, sent twice, its records delivered again in other batches to both functions."""
    with embedded(tmp_path_factory.mktemp("archive") / "state", archive=True) as started:
        stack = RunningStack.of(started, surroundings().child_environment({}))
        start_ms = floor_to(now_ms() - 3 * HOUR_MS, MINUTE_MS) + 7_000
        counts, _ = truth(SAMPLE, start_ms)
        for _ in range(2):
            replay(stack, SAMPLE, CHANNEL, start_ms)
        settled(stack, CHANNEL, floor_to(start_ms, MINUTE_MS), counts.total())
        records = delivered(stack)
        for low, high in ((0, 3), (0, 1), (1, 3), (2, len(records)), (0, len(records)), (4, 5)):
            deliver(stack, records[low:high])
        yield Kept(stack, start_ms, counts.total())


def producer(stack: RunningStack, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the producer as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "producer", *arguments],
        cwd=ROOT, env=stack.environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def delivered(stack: RunningStack) -> list[dict[str, Any]]:
    """Return what is on the chat stream as Lambda gets it."""
    kinesis, name = stack.client("kinesis"), f"{stack.prefix}-chat"
    (shard,) = kinesis.list_shards(StreamName=name)["Shards"]
    iterator = kinesis.get_shard_iterator(
        StreamName=name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    return [
        {
            "eventID": f"{shard['ShardId']}:{record['SequenceNumber']}",
            "eventSource": "aws:kinesis",
            "eventSourceARN": f"arn:aws:kinesis:us-east-1:000000000000:stream/{name}",
            "kinesis": {
                "partitionKey": record["PartitionKey"],
                "sequenceNumber": record["SequenceNumber"],
                "data": base64.b64encode(record["Data"]).decode(),
                "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"].timestamp(),
                "kinesisSchemaVersion": "1.0",
            },
        }
        for record in kinesis.get_records(ShardIterator=iterator, Limit=1000)["Records"]
    ]


def deliver(stack: RunningStack, records: list[dict[str, Any]]) -> None:
    """Hand one delivery to the function that counts and to the one that keeps."""
    for function in ("aggregate", "archive"):
        answer = stack.client("lambda").invoke(
            FunctionName=f"{stack.prefix}-{function}", Payload=json.dumps({"Records": records}).encode()
        )
        assert "FunctionError" not in answer, answer["Payload"].read()


def stored_minutes(stack: RunningStack) -> list[dict[str, Any]]:
    """Return the channel's minute rows as they are in the table, oldest first."""
    answer = stack.client("dynamodb").query(
        TableName=f"{stack.prefix}-metrics",
        KeyConditionExpression="channel = :channel AND begins_with(slot, :grain)",
        ExpressionAttributeValues={":channel": {"S": CHANNEL}, ":grain": {"S": "minute#"}},
        ConsistentRead=True,
    )
    items: list[dict[str, Any]] = answer["Items"]
    return items


def summary_name(item: dict[str, Any]) -> str:
    """Return the name of the attribute that holds the summary."""
    (name,) = (name for name, value in item.items() if "B" in value)
    return name


@pytest.mark.journey
def test_after_duplicates_and_other_batches_the_archive_agrees_with_the_tables(kept: Kept) -> None:
    found = kept.agreed()
    assert found["differences"] == []
    assert found["records"] > 0
    assert kept.recompute()[0] == 0


@pytest.mark.journey
@pytest.mark.parametrize("unreadable", [False, True], ids=["wrong", "unreadable"])
def test_a_tampered_minute_is_reported_and_put_right(kept: Kept, unreadable: bool) -> None:
    kept.agreed()
    first, second, *_ = stored_minutes(kept.stack)
    name = summary_name(first)
    tampered = {**first, name: {"B": b"\x7f garbage"} if unreadable else second[name]}
    kept.stack.client("dynamodb").put_item(TableName=f"{kept.stack.prefix}-metrics", Item=tampered)

    code, found = kept.recompute()
    assert code == 1
    (difference,) = found["differences"]
    assert (difference["grain"], difference["start_ms"]) == ("minute", floor_to(kept.start_ms, MINUTE_MS))
    assert ("row" if unreadable else "chat.count") in difference["fields"]
    shown = producer(kept.stack, "recompute", "--channel", CHANNEL)
    assert "1 differences" in shown.stdout

    code, found = kept.recompute("--repair")
    assert (code, found["repaired"], found["refused"]) == (0, 1, 0)
    assert kept.recompute()[1]["differences"] == []
    counts, _ = truth(SAMPLE, kept.start_ms)
    shown_now = minutes(kept.stack, CHANNEL, floor_to(kept.start_ms, MINUTE_MS))
    assert {start: item["chat_count"] for start, item in shown_now.items()} == counts


@pytest.mark.journey
def test_the_archive_replays_each_record_once(kept: Kept) -> None:
    kept.agreed()
    start = kept.start_ms + HOUR_MS
    done = producer(
        kept.stack, "replay", "--archive", "--only", CHANNEL, "--channel", "again", "--json",
        "--start", iso(start),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    totals = json.loads(done.stdout)
    assert totals["skipped"] == totals["dropped"] == 0
    counts, _ = truth(SAMPLE, start)
    found = settled(kept.stack, "again", floor_to(start, MINUTE_MS), kept.count)
    assert totals["sent"] == kept.count
    assert {at: item["chat_count"] for at, item in found.items()} == counts


def iso(at_ms: int) -> str:
    """Return epoch ms as the command takes it."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat()
