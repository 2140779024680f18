"""The archive of raw records on S3."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby

from telemetra.adapters.clients import client
from telemetra.adapters.frames import write_frames
from telemetra.adapters.objects import put_object
from telemetra.application.ports import Record
from telemetra.config import Settings
from telemetra.domain.window import SECOND_MS


class S3Archive:
    """``Archive`` over one bucket: one object a stream, shard and delivery.

    A retry starts where the failed delivery did and goes on until all its records were delivered, so an
    object is either overwritten by its own records and more, or followed by those it lost.
    """

    def __init__(self, settings: Settings) -> None:
        self._bucket = settings.archive_bucket
        self._endpoint = settings.aws_endpoint_url

    def put(self, records: Sequence[Record]) -> None:
        ordered = sorted(records, key=lambda record: (record.kind, record.shard, record.sequence))
        for _, group in groupby(ordered, key=lambda record: (record.kind, record.shard)):
            batch = [record for record in group if record.data is not None]
            if not batch:
                continue
            put_object(client("s3", self._endpoint), self._bucket, archive_key(batch[0]), write_frames(batch))


def archive_key(first: Record) -> str:
    """Return the object key of a batch by its first record.

    >>> from telemetra.domain.events import Kind
    >>> archive_key(Record(Kind.CHAT, "shardId-000000000000", 4957, 1_700_000_000_000, b""))
    'raw/stream=chat/date=2023-11-14/hour=22/shardId-000000000000-4957.ndz'
    """
    hour = datetime.fromtimestamp(first.arrival_ms / SECOND_MS, UTC)
    return f"raw/stream={first.kind}/date={hour:%Y-%m-%d}/hour={hour:%H}/{first.shard}-{first.sequence}.ndz"
