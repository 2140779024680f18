"""Ticks and rejects on SQS."""

from __future__ import annotations

import json
import time
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final

import msgspec

from telemetra.adapters.bulk import chunks
from telemetra.adapters.clients import client
from telemetra.adapters.failures import Patience, Sleep, guarded
from telemetra.adapters.objects import put_object
from telemetra.application.ports import Reject, Tick
from telemetra.config import Settings

ENTRIES_A_CALL: Final = 10
BYTES_A_CALL: Final = 250_000
"""Bodies of one call together; the service takes 262,144 bytes with what surrounds them."""

INLINE_BYTES: Final = 100_000
"""Longest rejected line or record that travels in its message."""


TICKS_A_MESSAGE: Final = 25
"""Each message is billed three times: sent, received, deleted."""


class SqsTicks:
    """``Ticks`` over one queue; a body is a JSON list of ticks, each an object of its own fields."""

    def __init__(self, settings: Settings, *, sleep: Sleep = time.sleep) -> None:
        self._queue = settings.ticks_queue_url
        self._endpoint = settings.aws_endpoint_url
        self._sleep = sleep

    def send(self, ticks: Sequence[Tick]) -> None:
        bodies = [json.dumps([asdict(tick) for tick in part]) for part in chunks(ticks, TICKS_A_MESSAGE)]
        send_all(client("sqs", self._endpoint), self._queue, bodies, sleep=self._sleep)


def ticks_of(body: str) -> list[Tick]:
    """Return the ticks of a message; one alone is how they were queued before."""
    found = msgspec.json.decode(body, type=list[Tick] | Tick)
    return found if isinstance(found, list) else [found]


class SqsRejects:
    """``Rejects`` over one queue, and a bucket for what is too long for it.

    A body is JSON ``{"stream", "shard", "sequence", "line", "reason", "detail", "data"}``: ``sequence`` a
    string of digits, ``data`` base64, or ``{"s3": key}`` when it lies in the bucket.
    """

    def __init__(self, settings: Settings, *, sleep: Sleep = time.sleep) -> None:
        self._queue = settings.rejects_queue_url
        self._bucket = settings.rejects_bucket
        self._endpoint = settings.aws_endpoint_url
        self._sleep = sleep

    def send(self, rejects: Sequence[Reject]) -> None:
        bodies = [self._body(reject) for reject in rejects]
        send_all(client("sqs", self._endpoint), self._queue, bodies, sleep=self._sleep)

    def _body(self, reject: Reject) -> str:
        fields = asdict(reject) | {"sequence": str(reject.sequence), "data": self._data(reject)}
        return json.dumps({"stream": fields.pop("kind"), **fields})

    def _data(self, reject: Reject) -> str | dict[str, str]:
        if len(reject.data) <= INLINE_BYTES:
            return b64encode(reject.data).decode()
        line = "whole" if reject.line is None else str(reject.line)
        key = f"rejects/{reject.kind}/{reject.shard}/{reject.sequence}-{line}"
        put_object(client("s3", self._endpoint), self._bucket, key, reject.data)
        return {"s3": key}


def send_all(sqs: Any, queue: str, bodies: Iterable[str], *, sleep: Sleep) -> None:
    """Send every body once or more; those that the queue did not take are sent again.

    Raises:
        StoreUnavailableError: some were not taken at the end; others were.
    """
    for batch in _batches(bodies):
        pending = {str(number): body for number, body in enumerate(batch)}
        patience = Patience(sleep)
        while True:
            with guarded(f"send {len(pending)} messages"):
                answer = sqs.send_message_batch(
                    QueueUrl=queue,
                    Entries=[{"Id": name, "MessageBody": body} for name, body in pending.items()],
                )
            failed = {entry["Id"]: entry["Code"] for entry in answer.get("Failed", ())}
            pending = {name: pending[name] for name in failed}
            if not pending:
                break
            patience.wait(f"{len(pending)} messages not taken: {', '.join(sorted(set(failed.values())))}")


def _batches(bodies: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for body in bodies:
        if batch and (len(batch) == ENTRIES_A_CALL or size + len(body) > BYTES_A_CALL):
            yield batch
            batch, size = [], 0
        batch.append(body)
        size += len(body)
    if batch:
        yield batch
