"""Lambda payloads from an event file: records of a stream as the event source mapping delivers them."""

from __future__ import annotations

import base64
import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import msgspec
import zstandard

RAW_LIMIT: Final = 256 * 1024
"""Bytes of events in one packed record."""

PAYLOAD_LIMIT: Final = 6 * 1024 * 1024
"""Bytes of one invocation, base64 and envelope included."""

_ENVELOPE: Final = 550
"""Bytes that one record takes beside its data."""

_BUCKETS: Final = 64


class Packing(StrEnum):
    """How events become records."""

    ZSTD = "zstd"
    GZIP = "gzip"
    NDJSON = "ndjson"
    PLAIN = "plain"


class _Head(msgspec.Struct):
    schema: str
    channel: str
    ts: int


def records(path: Path, packing: Packing) -> Iterator[tuple[str, bytes, int]]:
    """Yield (kind, data, newest event time) of each record, in order of completion."""
    head = msgspec.json.Decoder(_Head)
    pending: defaultdict[tuple[str, int], list[bytes]] = defaultdict(list)
    sizes: defaultdict[tuple[str, int], int] = defaultdict(int)
    newest = 0
    with path.open("rb") as file:
        for line in file:
            event = head.decode(line)
            newest = max(newest, event.ts)
            kind = event.schema.removesuffix(".v1")
            if packing is Packing.PLAIN:
                yield kind, line.rstrip(b"\n"), newest
                continue
            bucket = int.from_bytes(blake2b(event.channel.encode(), digest_size=4).digest(), "big") % _BUCKETS
            key = kind, bucket
            if sizes[key] + len(line) > RAW_LIMIT:
                yield kind, _packed(pending.pop(key), packing), newest
                sizes[key] = 0
            pending[key].append(line.rstrip(b"\n"))
            sizes[key] += len(line)
    for (kind, _), held in pending.items():
        yield kind, _packed(held, packing), newest


def payloads(path: Path, packing: Packing) -> Iterator[bytes]:
    """Yield the invocation payloads, as JSON bytes, in order of completion."""
    batches: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    sizes: defaultdict[str, int] = defaultdict(int)
    for number, (kind, data, arrival_ms) in enumerate(records(path, packing)):
        size = len(data) * 4 // 3 + _ENVELOPE
        if sizes[kind] + size > PAYLOAD_LIMIT:
            yield _payload(batches.pop(kind))
            sizes[kind] = 0
        batches[kind].append(_record(kind, number, data, arrival_ms))
        sizes[kind] += size
    for batch in batches.values():
        yield _payload(batch)


def _packed(lines: Iterable[bytes], packing: Packing) -> bytes:
    raw = b"\n".join(lines)
    if packing is Packing.ZSTD:
        return zstandard.compress(raw, 3)
    return gzip.compress(raw, 6, mtime=0) if packing is Packing.GZIP else raw


def _payload(batch: list[dict[str, Any]]) -> bytes:
    return json.dumps({"Records": batch}).encode()


def _record(kind: str, number: int, data: bytes, arrival_ms: int) -> dict[str, Any]:
    sequence = 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898 + number
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": "17",
            "sequenceNumber": str(sequence),
            "data": base64.b64encode(data).decode(),
            "approximateArrivalTimestamp": arrival_ms / 1000,
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"shardId-000000000000:{sequence}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": "arn:aws:iam::000000000000:role/telemetra",
        "awsRegion": "us-east-1",
        "eventSourceARN": f"arn:aws:kinesis:us-east-1:000000000000:stream/telemetra-{kind}",
    }
