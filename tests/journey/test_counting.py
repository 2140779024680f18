"""What is put on the streams is counted exactly, whatever else comes with it."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import zlib
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import zstandard

from telemetra.adapters.clock import now_ms
from telemetra.domain.window import HOUR_MS, MINUTE_MS, floor_to
from tests.journey.running import RunningStack

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "events" / "samples" / "chat.jsonl"
SHARED = ROOT.parent / "shared" / "data" / "chat"
LOGS = [SAMPLE, *(SHARED / f"log{number}.jsonl" for number in (1, 3, 6))]


def replay(stack: RunningStack, log: Path, channel: str, start_ms: int) -> dict[str, Any]:
    """Run the command as a user would and return its totals."""
    start = datetime.fromtimestamp(start_ms / 1000, tz=UTC).isoformat()
    done = subprocess.run(
        [sys.executable, "-m", "producer", "replay", str(log), "--channel", channel, "--speed", "max",
         "--start", start, "--json"],
        cwd=ROOT, env=stack.environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    totals: dict[str, Any] = json.loads(done.stdout)
    return totals


def minutes(stack: RunningStack, channel: str, start_ms: int) -> dict[int, dict[str, Any]]:
    """Return the channel's minutes over ten hours from ``start_ms``, by start."""
    answer = httpx.get(
        f"{stack.url}/api/v1/streams/{channel}/metrics",
        params={"grain": "minute", "from": start_ms, "to": start_ms + 10 * HOUR_MS},
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
    return {item["start_ms"]: item for item in answer.json()["items"]}


def truth(log: Path, start_ms: int) -> tuple[Counter[int], dict[int, set[str]]]:
    """Count messages and chatters by event minute, one line after another."""
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    first = lines[0]["t"]
    counts: Counter[int] = Counter()
    chatters: defaultdict[int, set[str]] = defaultdict(set)
    for line in lines:
        minute = floor_to(start_ms + round((line["t"] - first) * 1000), MINUTE_MS)
        counts[minute] += 1
        chatters[minute].add(line["u"])
    return counts, chatters


def settled(stack: RunningStack, channel: str, start_ms: int, count: int) -> dict[int, dict[str, Any]]:
    """Wait until ``count`` messages are counted, and return the minutes."""

    def counted() -> dict[int, dict[str, Any]] | None:
        found = minutes(stack, channel, start_ms)
        return found if sum(item["chat_count"] for item in found.values()) >= count else None

    found: dict[int, dict[str, Any]] = stack.wait_for(counted, 60)
    return found


@pytest.mark.journey
@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.stem)
def test_a_replayed_log_is_counted_exactly_and_only_once(stack: RunningStack, log: Path) -> None:
    if not log.exists():
        pytest.skip(f"{log.name} is public data that is not part of the repository")
    channel = f"replay_{log.stem}"
    start_ms = floor_to(now_ms() - 9 * HOUR_MS, MINUTE_MS) + 7_000
    counts, chatters = truth(log, start_ms)
    for _ in range(2):
        replay(stack, log, channel, start_ms)
        found = settled(stack, channel, floor_to(start_ms, MINUTE_MS), counts.total())
        assert {start: item["chat_count"] for start, item in found.items()} == counts
        assert {start: item["unique_chatters"] for start, item in found.items()} == {
            start: len(users) for start, users in chatters.items()
        }
    replay_is_through(stack)
    found = minutes(stack, channel, floor_to(start_ms, MINUTE_MS))
    assert {start: item["chat_count"] for start, item in found.items()} == counts


def replay_is_through(stack: RunningStack) -> None:
    """Put one message behind everything else and wait until it is counted: nothing before it is under way."""
    channel, at_ms = f"marker_{now_ms()}", now_ms()
    put(stack, chat(channel, at_ms, "marker"))
    settled(stack, channel, floor_to(at_ms, MINUTE_MS), 1)


def chat(channel: str, ts: int, text: str, **changes: Any) -> dict[str, Any]:
    """Return one chat event."""
    return {
        "schema": "chat.v1", "event_id": f"{channel}-{ts}-{text[:20]}", "channel": channel, "ts": ts,
        "user_id": "u1", "user": "mira", "text": text, "emotes": [], "badges": [], "bits": 0, **changes,
    }  # fmt: skip


def put(stack: RunningStack, *records: dict[str, Any] | bytes) -> None:
    """Put records on the chat stream as they are, events as plain JSON."""
    entries = [
        {"Data": record if isinstance(record, bytes) else json.dumps(record).encode(), "PartitionKey": "7"}
        for record in records
    ]
    answer = stack.client("kinesis").put_records(StreamName=f"{stack.prefix}-chat", Records=entries)
    assert answer["FailedRecordCount"] == 0


def malformed(channel: str, at_ms: int) -> list[tuple[bytes, str]]:
    """Return bad records of every kind with the reason each must be given."""
    good = json.dumps(chat(channel, at_ms, "good")).encode()
    without = {key: value for key, value in chat(channel, at_ms, "x").items() if key != "user_id"}
    other = {"schema": "viewer.v1", "event_id": "v", "channel": channel, "ts": at_ms, "viewers": 3}
    return [
        (zstandard.compress(good)[:-5], "zstd"),
        (b"\x1f\x8b" + zlib.compress(good), "gzip"),
        (b"not json at all", "json"),
        (base64.b64encode(good) + b"!", "json"),
        (b"\0\0\0\0", "json"),
        (good.replace(b"good", b"go\0d"), "json"),
        (json.dumps(chat(channel, at_ms, "x", schema="chat.v9")).encode(), "schema"),
        (json.dumps(other).encode(), "stream"),
        (json.dumps(without).encode(), "schema"),
        (json.dumps(chat(channel, at_ms, "x", bits="many")).encode(), "schema"),
        (zstandard.compress(json.dumps(chat(channel, at_ms, "y" * 2_000_000)).encode()), "schema"),
        (json.dumps(chat("Not A Channel", at_ms, "x")).encode(), "channel"),
        (json.dumps(chat(channel, 0, "x")).encode(), "past"),
        (json.dumps(chat(channel, now_ms() + 3_600_000, "x")).encode(), "future"),
        (json.dumps(chat(channel, 2**52, "x")).encode(), "future"),
    ]


def rejects(stack: RunningStack, wanted: int) -> list[dict[str, Any]]:
    """Take messages off the reject queue until there are as many as wanted."""
    sqs, queue = stack.client("sqs"), stack.outputs["RejectsQueueUrl"]
    taken: list[dict[str, Any]] = []

    def drained() -> bool:
        messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            taken.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return len(taken) >= wanted

    stack.wait_for(drained, 60)
    return taken


@pytest.mark.journey
def test_a_hundred_bad_records_among_ten_thousand_lose_nothing(stack: RunningStack) -> None:
    channel, at_ms = "malformed", floor_to(now_ms() - HOUR_MS, MINUTE_MS)
    kinds = malformed(channel, at_ms)
    bad = [kinds[number % len(kinds)] for number in range(100)]
    good = [chat(channel, at_ms + number, f"hello {number}") for number in range(10_000)]
    packed = [
        zstandard.compress(b"\n".join(json.dumps(event).encode() for event in good[at : at + 100]))
        for at in range(0, len(good), 100)
    ]
    for (broken, _), whole in zip(bad, packed, strict=True):
        put(stack, broken, whole)
    found = settled(stack, channel, at_ms, len(good))
    assert sum(item["chat_count"] for item in found.values()) == len(good)
    taken = rejects(stack, len(bad))
    assert Counter(reject["reason"] for reject in taken) == Counter(reason for _, reason in bad)
    assert all(reject["shard"] and reject["sequence"] and reject["stream"] == "chat" for reject in taken)
    replay_is_through(stack)


@pytest.mark.journey
def test_a_batch_again_or_cut_in_two_changes_no_row(stack: RunningStack) -> None:
    channel, at_ms = "retried", floor_to(now_ms() - HOUR_MS, MINUTE_MS)
    records = [
        delivered(number, at_ms, [chat(channel, at_ms + number * 900, f"line {number}")])
        for number in range(40)
    ]
    invoke(stack, records)
    rows = panes(stack, channel)
    assert len(rows) == 4
    for batch in (records, records[:17], records[17:], records):
        invoke(stack, batch)
        assert panes(stack, channel) == rows


def delivered(number: int, arrival_ms: int, events: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one record as Lambda gets it."""
    data = "\n".join(map(json.dumps, events)).encode()
    sequence = 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898 + number
    return {
        "eventID": f"shardId-000000000000:{sequence}",
        "eventSource": "aws:kinesis",
        "eventSourceARN": "arn:aws:kinesis:us-east-1:000000000000:stream/telemetra-chat",
        "kinesis": {
            "partitionKey": "7", "sequenceNumber": str(sequence), "data": base64.b64encode(data).decode(),
            "approximateArrivalTimestamp": arrival_ms / 1000 + 60, "kinesisSchemaVersion": "1.0",
        },
    }  # fmt: skip


def invoke(stack: RunningStack, records: list[dict[str, Any]]) -> None:
    """Hand a delivery to the aggregate function itself."""
    answer = stack.client("lambda").invoke(
        FunctionName=f"{stack.prefix}-aggregate", Payload=json.dumps({"Records": records}).encode()
    )
    assert "FunctionError" not in answer, answer["Payload"].read()


def panes(stack: RunningStack, channel: str) -> list[dict[str, Any]]:
    """Return every stored partial of a channel."""
    answer = stack.client("dynamodb").query(
        TableName=f"{stack.prefix}-panes",
        KeyConditionExpression="channel = :channel",
        ExpressionAttributeValues={":channel": {"S": channel}},
        ConsistentRead=True,
    )
    items: list[dict[str, Any]] = answer["Items"]
    return items
