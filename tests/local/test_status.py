"""What `status` says of rejects, and whether anybody can say."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.status import rejected, text

REPORT: dict[str, Any] = {
    "running": True,
    "url": "http://127.0.0.1:3000",
    "endpoint_url": "http://127.0.0.1:4566",
    "health": "ok",
    "messages_per_s": 12.34,
    "lag": [{"stream": "chat", "shard": "shardId-000000000000", "lag_ms": 40}],
    "minutes": 3,
    "moments": 1,
    "rejects": 2,
    "channels": ["aurora_plays"],
    "alarms": ["telemetra-rejects"],
    "memory_mb": {"cloud": 120.0, "up": 60.4},
}


class Queue:
    """A queue with some messages, of which one is being looked at."""

    def __init__(self, *, gone: bool = False) -> None:
        self._gone = gone

    def client(self, service: str) -> Queue:
        assert service == "sqs"
        return self

    def get_queue_attributes(self, QueueUrl: str, AttributeNames: list[str]) -> dict[str, Any]:  # noqa: N803
        if self._gone:
            raise ClientError({"Error": {"Code": "QueueDoesNotExist"}}, "GetQueueAttributes")
        return {"Attributes": dict(zip(AttributeNames, ("2", "1"), strict=True))}


def test_rejects_that_someone_looks_at_still_wait() -> None:
    assert rejected(Queue(), "rejects") == 3  # type: ignore[arg-type]


def test_a_queue_that_does_not_answer_is_unknown_not_empty() -> None:
    assert rejected(Queue(gone=True), "rejects") is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "line",
    [
        "Dashboard  http://127.0.0.1:3000 (ok)",
        "Flow       12.3 messages/s",
        "Rejects    2 wait; `./telemetra redrive` says why",
        "Alarms     telemetra-rejects",
        "Memory     180 MB: cloud 120, up 60",
        "Lag        chat shardId-000000000000 40 ms",
    ],
)
def test_the_report_has_a_line_for_each_thing_that_is_asked(line: str) -> None:
    assert line in text(REPORT).splitlines()


def test_what_nobody_knows_is_said_so() -> None:
    assert "Rejects    unknown: the queue does not answer" in text({**REPORT, "rejects": None})
