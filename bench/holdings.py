"""What a running stack holds: records of its streams, minutes of its tables, and what its API answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import msgspec

from telemetra.adapters.compact import expand
from telemetra.adapters.tables import MetricItem
from telemetra.domain.errors import RecordError
from telemetra.domain.hashing import record_hash
from telemetra.domain.summary import Summary
from telemetra.domain.unpack import unpack

if TYPE_CHECKING:
    from local.watch import Watch
    from telemetra.client import Client

_LIMIT: Final = 1_000


def records(kinesis: Any, stream: str) -> Iterator[bytes]:
    """Yield the data of every record of a stream, shard by shard, as put."""
    for shard in kinesis.list_shards(StreamName=stream)["Shards"]:
        iterator = kinesis.get_shard_iterator(
            StreamName=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while iterator:
            answer = kinesis.get_records(ShardIterator=iterator, Limit=_LIMIT)
            if not answer["Records"]:
                break
            yield from (record["Data"] for record in answer["Records"])
            iterator = answer.get("NextShardIterator")


def events(kinesis: Any, stream: str) -> Iterator[dict[str, Any]]:
    """Yield the events of a stream in order; a record that was put again in the same bytes is there once.

    What is no event of any kind, on a stream that others write rejects to, is passed over.
    """
    seen: set[int] = set()
    for data in records(kinesis, stream):
        mark = record_hash(data)
        if mark not in seen:
            seen.add(mark)
            yield from _events_of(data)


def _events_of(data: bytes) -> Iterator[dict[str, Any]]:
    try:
        lines = unpack(data).split(b"\n")
    except RecordError:
        return
    for line in lines:
        with suppress(msgspec.DecodeError):
            event = msgspec.json.decode(line)
            if isinstance(event, dict) and {"schema", "event_id", "channel"} <= event.keys():
                yield event


def minutes(dynamodb: Any, prefix: str, channel: str) -> dict[int, Summary]:
    """Return the minute rows of a channel by start, ms."""
    pages = dynamodb.get_paginator("query").paginate(
        TableName=f"{prefix}-metrics",
        KeyConditionExpression="channel = :channel AND begins_with(slot, :grain)",
        ExpressionAttributeValues={":channel": {"S": channel}, ":grain": {"S": "minute#"}},
        ConsistentRead=True,
    )  # fmt: skip
    name = str(MetricItem.data.attr_name)
    return {
        int(item["slot"]["S"].removeprefix("minute#")): Summary.decode(expand(item[name]["B"]))
        for page in pages
        for item in page["Items"]
    }


def counted(dynamodb: Any, prefix: str, channels: tuple[str, ...]) -> Counter[tuple[str, int]]:
    """Return the messages of each channel and minute as the tables say."""
    return Counter(
        {
            (channel, start): summary.chat.count
            for channel in channels
            for start, summary in minutes(dynamodb, prefix, channel).items()
            if summary.chat.count
        }
    )


def answered(
    watch: Watch | Client, channels: Iterable[str], from_ms: int, to_ms: int
) -> Counter[tuple[str, int]]:
    """Return the messages of each channel and minute as the API answers; open minutes are among them."""
    found: Counter[tuple[str, int]] = Counter()
    for channel in channels:
        path = f"/api/v1/streams/{channel}/metrics"
        answer = watch.get(path, grain="minute", **{"from": from_ms, "to": to_ms})
        for item in answer["items"] if answer else ():
            found[channel, item["start_ms"]] = item["chat_count"]
    return +found
