"""The archive of raw records on S3."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from telemetra.adapters.clients import client
from telemetra.adapters.failures import guarded
from telemetra.adapters.frames import SUFFIX, erased_in, read_frames, write_frames
from telemetra.adapters.objects import put_object
from telemetra.application.forget import Cell
from telemetra.application.ports import Record
from telemetra.config import Settings
from telemetra.domain.errors import CorruptStateError
from telemetra.domain.window import HOUR_MS, SECOND_MS, floor_to

_KEY: Final = re.compile(
    r"raw/stream=(?P<kind>\w+)/date=(?P<date>[\d-]+)/hour=(?P<hour>\d\d)"
    rf"/(?P<shard>\w+-\d+)-(?P<sequence>\d+)(-\d+)?{re.escape(SUFFIX)}"
)


class S3Archive:
    """``Archive`` over one bucket: one object a stream, shard and delivery.

    An object is named by its first and its last record, so that it is only ever overwritten by the same
    records; a delivery that is repeated with other bounds lies beside it.
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
            put_object(
                client("s3", self._endpoint),
                self._bucket,
                archive_key(batch[0], batch[-1]),
                write_frames(batch),
            )


class S3ArchiveReader:
    """Reads the archive back.

    Attributes:
        erased: channels and minutes from which something was taken out, of what was read so far.
    """

    def __init__(self, settings: Settings) -> None:
        """Take the name of the bucket and the endpoint."""
        self.erased: set[Cell] = set()
        self._bucket = settings.archive_bucket
        self._endpoint = settings.aws_endpoint_url

    def read(self, start_ms: int | None = None, end_ms: int | None = None) -> Iterator[Record]:
        """Yield each record of the hours that hold arrivals in ``[start_ms, end_ms)`` once.

        They come stream by stream and shard by shard, by ascending sequence number. Deliveries that were
        repeated or cut differently lie in several objects; what has been yielded is passed over.

        Raises:
            StoreUnavailableError: the bucket cannot be read.
            CorruptStateError: an object is none of ours; its key is named.
        """
        objects = sorted(self._objects(start_ms, end_ms))
        for _, group in groupby(objects, key=lambda found: found[:2]):
            last = -1
            for _, _, _, key in group:
                for record in self._records(key):
                    if record.sequence > last:
                        last = record.sequence
                        yield record

    def _records(self, key: str) -> Iterator[Record]:
        with guarded(f"read {key}"):
            body: bytes = self._client().get_object(Bucket=self._bucket, Key=key)["Body"].read()
        try:
            self.erased |= erased_in(body)
            yield from read_frames(body)
        except CorruptStateError as error:
            message = f"{key}: {error}"
            raise CorruptStateError(message) from error

    def _objects(self, start_ms: int | None, end_ms: int | None) -> Iterator[tuple[str, str, int, str]]:
        """Yield stream, shard, first sequence number and key of the objects of these hours."""
        low = None if start_ms is None else floor_to(start_ms, HOUR_MS) - HOUR_MS
        with guarded(f"list {self._bucket}"):
            pages = (
                self._client().get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix="raw/")
            )
            for page in pages:
                for entry in page.get("Contents", ()):
                    key = str(entry["Key"])
                    match = _KEY.fullmatch(key)
                    if match is None:
                        continue
                    hour = datetime.fromisoformat(f"{match['date']}T{match['hour']}:00:00+00:00")
                    at_ms = round(hour.timestamp()) * SECOND_MS
                    if (low is None or low <= at_ms) and (end_ms is None or at_ms < end_ms):
                        yield match["kind"], match["shard"], int(match["sequence"]), key

    def _client(self) -> Any:
        return client("s3", self._endpoint)


def archive_key(first: Record, last: Record) -> str:
    """Return the object key of a batch by its first record and its last.

    >>> from telemetra.domain.events import Kind
    >>> one = Record(Kind.CHAT, "shardId-000000000000", 4957, 1_700_000_000_000, b"")
    >>> archive_key(one, one)
    'raw/stream=chat/date=2023-11-14/hour=22/shardId-000000000000-4957-4957.ndz'
    """
    hour = datetime.fromtimestamp(first.arrival_ms / SECOND_MS, UTC)
    place = f"raw/stream={first.kind}/date={hour:%Y-%m-%d}/hour={hour:%H}"
    return f"{place}/{first.shard}-{first.sequence}-{last.sequence}{SUFFIX}"
