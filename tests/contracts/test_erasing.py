"""What lies in the archive and among the rejects is rewritten without a user; nothing else of it changes."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import replace
from typing import Any

import pytest
import zstandard

from local.cloud import Cloud
from telemetra.adapters.erasing import (
    Bucket,
    RejectQueue,
    archive_keys,
    sweep_objects,
    without_frames,
    without_reject,
)
from telemetra.adapters.frames import SUFFIX, erased_in, read_frames, write_frames
from telemetra.adapters.s3 import S3Archive, S3ArchiveReader
from telemetra.application.forget import Eraser, Target
from telemetra.application.ports import Record
from telemetra.config import Settings
from telemetra.domain.errors import CorruptStateError
from telemetra.domain.events import Kind
from telemetra.domain.window import MINUTE_MS, floor_to
from tests.contracts.conftest import Queue
from tests.contracts.samples import NOW_MS, SEQUENCE, SHARD


def line(user_id: str, text: str = "hello") -> bytes:
    fields = {
        "schema": "chat.v1", "event_id": f"e{user_id}", "channel": "a", "ts": NOW_MS,
        "user_id": user_id, "user": f"name_{user_id}", "text": text,
    }  # fmt: skip
    return json.dumps(fields).encode()


MINE, OTHER = line("77", "my words"), line("8")
BOTH = Record(Kind.CHAT, SHARD, SEQUENCE, NOW_MS, zstandard.compress(MINE + b"\n" + OTHER))
ALONE = Record(Kind.CHAT, SHARD, SEQUENCE + 1, NOW_MS, MINE)
CLEAN = Record(Kind.CHAT, SHARD, SEQUENCE + 2, NOW_MS, zstandard.compress(OTHER))
MINUTE = ("a", floor_to(NOW_MS, MINUTE_MS))


def eraser() -> Eraser:
    return Eraser(Target("77", frozenset({"name_77"})))


@pytest.fixture
def wired(settings: Settings, queue: Queue, bucket: str) -> Settings:
    return replace(settings, rejects_queue_url=queue.url, rejects_bucket=bucket, archive_bucket=bucket)


def test_frames_without_a_user_keep_the_others_and_note_the_minute() -> None:
    stored = write_frames([BOTH, ALONE, CLEAN])
    after = without_frames(stored, eraser())
    first, second = read_frames(after)
    assert (first.sequence, second) == (BOTH.sequence, CLEAN)
    assert zstandard.decompress(first.data or b"") == OTHER
    assert erased_in(after) == {MINUTE}
    assert without_frames(after, eraser()) == after
    assert zstandard.ZstdDecompressor().stream_reader(after, read_across_frames=True).read() == OTHER * 2
    again = without_frames(after, Eraser(Target("8")))
    assert (list(read_frames(again)), erased_in(again)) == ([], {MINUTE})


def test_the_archive_is_rewritten_object_by_object_and_read_back(wired: Settings) -> None:
    archive, bucket = S3Archive(wired), Bucket(wired.archive_bucket, wired)
    archive.put([BOTH, ALONE])
    archive.put([CLEAN])
    keys = archive_keys(bucket)

    def rewrite(_: str, body: bytes) -> bytes:
        return without_frames(body, eraser())

    assert list(sweep_objects(bucket, keys, rewrite, write=False).values()) == [True, False]
    assert [one.sequence for one in S3ArchiveReader(wired).read()] == [SEQUENCE, SEQUENCE + 1, SEQUENCE + 2]
    assert list(sweep_objects(bucket, keys, rewrite, write=True).values()) == [True, False]
    reader = S3ArchiveReader(wired)
    assert [one.sequence for one in reader.read()] == [SEQUENCE, SEQUENCE + 2]
    assert reader.erased == {MINUTE}
    assert not any(sweep_objects(bucket, keys, rewrite, write=True).values())


def test_an_object_that_is_none_of_ours_is_named(wired: Settings, cloud: Cloud) -> None:
    key = f"raw/stream=chat/x{SUFFIX}"
    cloud.client("s3").put_object(Bucket=wired.archive_bucket, Key=key, Body=b"hello, archive")
    bucket = Bucket(wired.archive_bucket, wired)
    with pytest.raises(CorruptStateError, match=key):
        sweep_objects(bucket, [key], lambda _, body: without_frames(body, eraser()), write=True)


def reject(data: bytes | dict[str, str]) -> str:
    told = data if isinstance(data, dict) else b64encode(data).decode()
    return json.dumps({"stream": "chat", "shard": SHARD, "sequence": "1", "line": None, "data": told})


def test_rejects_of_the_user_go_and_the_others_stay_readable(
    wired: Settings, queue: Queue, cloud: Cloud
) -> None:
    bodies = [reject(MINE), reject(OTHER), reject(BOTH.data or b""), reject({"s3": "rejects/x"}), "no json"]
    for body in (*bodies, "user 77"):
        cloud.client("sqs").send_message(QueueUrl=queue.url, MessageBody=body)
    assert RejectQueue(wired).sweep(eraser(), {"rejects/x"}, write=False).changed == 4
    assert RejectQueue(wired).sweep(eraser(), write=False).changed == 3
    swept = RejectQueue(wired).sweep(eraser(), write=True)
    assert (swept.seen >= 6, swept.changed) == (True, 3)
    assert RejectQueue(wired).sweep(eraser(), write=True).changed == 0
    left = queue()
    assert {bodies[1], bodies[3], bodies[4]} <= set(left)
    (rewritten,) = set(left) - set(bodies)
    assert zstandard.decompress(b64decode(json.loads(rewritten)["data"])) == OTHER


def test_large_rejects_and_given_up_batches_are_rewritten_or_deleted(wired: Settings, cloud: Cloud) -> None:
    def batch(*records: bytes) -> bytes:
        payload = {"Records": [{"kinesis": {"data": b64encode(one).decode()}} for one in records]}
        return json.dumps({"version": "1.0", "payload": json.dumps(payload)}).encode()

    stored: dict[str, Any] = {
        "rejects/chat/1-whole": MINE,
        "rejects/chat/2-whole": OTHER,
        "aws/lambda/1": batch(MINE, OTHER),
        "aws/lambda/2": batch(OTHER),
        "aws/lambda/3": b"about 77",
    }
    for key, body in stored.items():
        cloud.client("s3").put_object(Bucket=wired.rejects_bucket, Key=key, Body=body)
    bucket = Bucket(wired.rejects_bucket, wired)
    told = sweep_objects(
        bucket, bucket.keys(), lambda key, body: without_reject(key, body, eraser()), write=True
    )
    assert [key for key, changed in told.items() if changed] == [
        "aws/lambda/1", "aws/lambda/3", "rejects/chat/1-whole",
    ]  # fmt: skip
    kept = bucket.keys()
    assert dict(zip(kept, map(bucket.read, kept), strict=True)) == {
        "rejects/chat/2-whole": OTHER,
        "aws/lambda/1": batch(OTHER),
        "aws/lambda/2": batch(OTHER),
    }
