"""Stored bytes rewritten without what an `Eraser` takes out: the archive, and what was rejected."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from msgspec import structs

from telemetra.adapters.clients import client
from telemetra.adapters.failures import guarded
from telemetra.adapters.frames import SUFFIX, erased_in, read_frames, write_frames
from telemetra.adapters.objects import put_object
from telemetra.application.forget import Eraser
from telemetra.config import Settings
from telemetra.domain.errors import CorruptStateError

_HIDDEN_S: Final = 300
_ARCHIVED: Final = "raw/"
_REJECTED: Final = "rejects/"


@dataclass(slots=True)
class Swept:
    """What a pass over stored things did.

    Attributes:
        seen: objects or messages that were read.
        changed: of them, those that held the target.
    """

    seen: int = 0
    changed: int = 0


class Bucket:
    """The objects of one bucket, each read whole and written back or deleted in one call."""

    def __init__(self, name: str, settings: Settings) -> None:
        """Take the bucket's name; the endpoint is that of the settings."""
        self._name = name
        self._s3 = client("s3", settings.aws_endpoint_url)

    def keys(self, prefix: str = "") -> list[str]:
        """Return the keys that begin with ``prefix``."""
        with guarded(f"list {self._name}"):
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=prefix)
            return [str(entry["Key"]) for page in pages for entry in page.get("Contents", ())]

    def read(self, key: str) -> bytes:
        """Return an object."""
        with guarded(f"read {key}"):
            body: bytes = self._s3.get_object(Bucket=self._name, Key=key)["Body"].read()
        return body

    def replace(self, key: str, body: bytes | None) -> None:
        """Write an object anew; None deletes it."""
        if body is not None:
            put_object(self._s3, self._name, key, body)
            return
        with guarded(f"delete {key}"):
            self._s3.delete_object(Bucket=self._name, Key=key)


def archive_keys(bucket: Bucket) -> list[str]:
    """Return the objects of the archive."""
    return [key for key in bucket.keys(_ARCHIVED) if key.endswith(SUFFIX)]


def sweep_objects(
    bucket: Bucket,
    keys: list[str],
    rewrite: Callable[[str, bytes], bytes | None],
    *,
    write: bool,
) -> dict[str, bool]:
    """Rewrite objects one by one; return each key with whether it changed.

    Raises:
        StoreUnavailableError: the bucket cannot be read or written.
        CorruptStateError: an object is none of ours; its key is named.
    """
    told = {}
    for key in keys:
        body = bucket.read(key)
        try:
            after = rewrite(key, body)
        except CorruptStateError as error:
            message = f"{key}: {error}"
            raise CorruptStateError(message) from error
        told[key] = after != body
        if write and told[key]:
            bucket.replace(key, after)
    return told


def without_frames(stored: bytes, eraser: Eraser) -> bytes:
    """Return an object of the archive without the target; what is left notes the minutes it was taken from.

    Raises:
        CorruptStateError: it is none of ours.
    """
    before, cells = list(read_frames(stored)), set(eraser.gone.cells)
    eraser.gone.cells.clear()
    after = [structs.replace(one, data=eraser.record(one.data or b"")) for one in before]
    touched = set(eraser.gone.cells)
    eraser.gone.cells |= cells
    return stored if after == before else write_frames(after, erased_in(stored) | touched)


def without_reject(key: str, stored: bytes, eraser: Eraser) -> bytes | None:
    """Return an object of the rejects' bucket without the target; None when nothing is left."""
    return eraser.record(stored) if key.startswith(_REJECTED) else _without_batch(stored, eraser)


def _without_batch(stored: bytes, eraser: Eraser) -> bytes | None:
    """Return a batch that the archive gave up, as Lambda keeps it, without the target."""
    try:
        kept = json.loads(stored)
        payload = json.loads(kept["payload"])
        records = [(record, b64decode(record["kinesis"]["data"])) for record in payload["Records"]]
    except (ValueError, KeyError, TypeError):
        return eraser.record(stored)
    after = [(record, eraser.record(data)) for record, data in records]
    if [data for _, data in after] == [data for _, data in records]:
        return stored
    for record, data in after:
        record["kinesis"]["data"] = b64encode(data or b"").decode()
    payload["Records"] = [record for record, data in after if data is not None]
    return json.dumps(kept | {"payload": json.dumps(payload)}).encode()


class RejectQueue:
    """The queue of rejected lines."""

    def __init__(self, settings: Settings) -> None:
        """Take the queue and the endpoint of the settings."""
        self._queue = settings.rejects_queue_url
        self._sqs = client("sqs", settings.aws_endpoint_url)

    def sweep(self, eraser: Eraser, gone: Collection[str] = (), *, write: bool) -> Swept:
        """Take every message once, and put back what may stay; what names an object that is ``gone`` may not.

        A message that holds more than the target is sent anew before the old one is deleted: a crash between
        leaves two, which are known by their place. Others become visible again at the end.

        Raises:
            StoreUnavailableError: the queue cannot be read or written.
        """
        swept, handles = Swept(), []
        with guarded("sweep the rejects"):
            for message in self._messages():
                swept.seen += 1
                body, handle = str(message["Body"]), message["ReceiptHandle"]
                after = _without_message(body, eraser, gone)
                if after == body or not write:
                    swept.changed += after != body
                    handles.append(handle)
                    continue
                swept.changed += 1
                if after is not None:
                    self._sqs.send_message(QueueUrl=self._queue, MessageBody=after)
                self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=handle)
            for handle in handles:
                self._sqs.change_message_visibility(
                    QueueUrl=self._queue, ReceiptHandle=handle, VisibilityTimeout=0
                )
        return swept

    def _messages(self) -> Iterator[dict[str, Any]]:
        seen: set[str] = set()
        while messages := self._sqs.receive_message(
            QueueUrl=self._queue, MaxNumberOfMessages=10, VisibilityTimeout=_HIDDEN_S, WaitTimeSeconds=1
        ).get("Messages"):
            fresh = [message for message in messages if message["MessageId"] not in seen]
            seen |= {message["MessageId"] for message in messages}
            yield from fresh
            if not fresh:
                return


def _without_message(body: str, eraser: Eraser, gone: Collection[str]) -> str | None:
    """Return the body of a reject without the target; None when nothing is left."""
    try:
        fields = json.loads(body)
        data = fields["data"]
        if isinstance(data, dict):
            return None if data["s3"] in gone else body
        before = b64decode(data)
    except (ValueError, KeyError, TypeError):
        kept = eraser.lines(body.encode())
        return None if kept is None else kept.decode()
    after = eraser.record(before)
    if after == before:
        return body
    return None if after is None else json.dumps(fields | {"data": b64encode(after).decode()})
