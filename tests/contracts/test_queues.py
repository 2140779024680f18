"""What the queues of ticks and rejects do."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from local.cloud import Cloud
from telemetra.adapters.memory import MemoryRejects, MemoryTicks
from telemetra.adapters.sqs import INLINE_BYTES, TICKS_A_MESSAGE, SqsRejects, SqsTicks, send_all
from telemetra.application.ports import Reject, Tick
from telemetra.config import Settings
from telemetra.domain.errors import Reason, StoreUnavailableError
from telemetra.domain.events import Kind
from tests.contracts.conftest import Queue
from tests.contracts.samples import NOW_MS, SEQUENCE, SHARD

REJECT = Reject(Kind.CHAT, SHARD, SEQUENCE, 4, Reason.JSON, "not a JSON object: ✨", b'{"schema": \xff\x00')


@pytest.fixture
def wired(settings: Settings, queue: Queue, bucket: str) -> Settings:
    return replace(settings, ticks_queue_url=queue.url, rejects_queue_url=queue.url, rejects_bucket=bucket)


class Choosy:
    """A queue that does not take some entries the first few times."""

    def __init__(self, refuses: Callable[[int, str], bool]) -> None:
        self._refuses = refuses
        self.calls: list[list[str]] = []
        self.taken: list[str] = []

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803
        self.calls.append([entry["MessageBody"] for entry in Entries])
        failed = [
            {"Id": entry["Id"], "Code": "InternalError", "SenderFault": False}
            for entry in Entries
            if self._refuses(len(self.calls), entry["MessageBody"])
        ]
        refused = {entry["Id"] for entry in failed}
        self.taken += [entry["MessageBody"] for entry in Entries if entry["Id"] not in refused]
        return {"Successful": [], **({"Failed": failed} if failed else {})}


def test_every_tick_arrives_with_all_it_says(wired: Settings, queue: Queue) -> None:
    ticks = [
        Tick(f"channel_{number}", (NOW_MS,), (NOW_MS + 1,), ("c=1", "c=2"), deliveries=("chat-1",))
        for number in range(28)
    ]
    SqsTicks(wired).send(ticks)
    SqsTicks(wired).send([])
    bodies = [json.loads(body) for body in queue()]
    assert sorted(map(len, bodies)) == [3, TICKS_A_MESSAGE]
    told = sorted((tick for body in bodies for tick in body), key=lambda tick: int(tick["channel"][8:]))
    assert told == [
        {
            "channel": tick.channel,
            "minutes": [NOW_MS],
            "moments": [NOW_MS + 1],
            "connections": ["c=1", "c=2"],
            "greet": False,
            "deliveries": ["chat-1"],
        }
        for tick in ticks
    ]


def test_a_reject_travels_with_its_bytes_and_where_they_came_from(wired: Settings, queue: Queue) -> None:
    SqsRejects(wired).send([REJECT])
    (body,) = map(json.loads, queue())
    assert b64decode(body.pop("data")) == REJECT.data
    assert body == {
        "stream": "chat",
        "shard": SHARD,
        "sequence": str(SEQUENCE),
        "line": 4,
        "reason": "json",
        "detail": "not a JSON object: ✨",
    }


def test_what_is_too_long_for_a_message_lies_in_the_bucket(
    wired: Settings, queue: Queue, cloud: Cloud
) -> None:
    sizes = [INLINE_BYTES, INLINE_BYTES + 1, INLINE_BYTES, INLINE_BYTES]
    rejects = [
        replace(REJECT, line=None, sequence=SEQUENCE + n, data=b"x" * size) for n, size in enumerate(sizes)
    ]
    SqsRejects(wired).send(rejects)
    bodies = sorted(map(json.loads, queue()), key=lambda body: int(body["sequence"]))
    assert [b64decode(body["data"]) for body in (bodies[0], *bodies[2:])] == [b"x" * INLINE_BYTES] * 3
    key = bodies[1]["data"]["s3"]
    assert key == f"rejects/chat/{SHARD}/{SEQUENCE + 1}-whole"
    stored = cloud.client("s3").get_object(Bucket=wired.rejects_bucket, Key=key)["Body"].read()
    assert stored == rejects[1].data


def test_calls_hold_ten_entries_and_no_more_bytes_than_the_service_takes() -> None:
    queue = Choosy(lambda call, body: False)
    send_all(queue, "q", ["a" * 133_400] * 3 + ["b"] * 25, sleep=lambda seconds: None)
    assert all(len(call) <= 10 and sum(map(len, call)) < 262_144 for call in queue.calls)
    assert len(queue.taken) == 28


def test_only_entries_that_were_not_taken_are_sent_again() -> None:
    queue = Choosy(lambda call, body: body == "b" and call < 3)
    slept: list[float] = []
    send_all(queue, "q", ["a", "b", "c"], sleep=slept.append)
    assert queue.calls == [["a", "b", "c"], ["b"], ["b"]]
    assert sorted(queue.taken) == ["a", "b", "c"]
    assert len(slept) == 2


def test_an_entry_never_taken_is_an_unavailable_store() -> None:
    queue = Choosy(lambda call, body: True)
    with pytest.raises(StoreUnavailableError, match="2 messages not taken: InternalError"):
        send_all(queue, "q", ["a", "b"], sleep=lambda seconds: None)


def test_memory_keeps_each_reject_once_and_ticks_in_order() -> None:
    rejects, ticks = MemoryRejects(), MemoryTicks()
    rejects.send([REJECT, replace(REJECT, line=5)])
    rejects.send([REJECT])
    ticks.send([Tick("alpha"), Tick("beta")])
    assert rejects.kept == [REJECT, replace(REJECT, line=5)]
    assert ticks.sent == [Tick("alpha"), Tick("beta")]
