"""What is read back from a stream that others write to, too."""

from __future__ import annotations

import json
from typing import Any

import zstandard

from bench.holdings import events


def event(number: int) -> bytes:
    return json.dumps({"schema": "chat.v1", "event_id": str(number), "channel": "mira"}).encode()


class Stream:
    """One shard with records that are read in one go."""

    def __init__(self, *records: bytes) -> None:
        self._records = records

    def list_shards(self, **_: str) -> dict[str, Any]:
        return {"Shards": [{"ShardId": "shardId-000000000000"}]}

    def get_shard_iterator(self, **_: str) -> dict[str, str]:
        return {"ShardIterator": "0"}

    def get_records(self, **_: object) -> dict[str, Any]:
        return {"Records": [{"Data": data} for data in self._records]}


def ids(*records: bytes) -> list[str]:
    return [one["event_id"] for one in events(Stream(*records), "telemetra-chat")]


def test_events_come_in_order_and_a_repeated_record_once() -> None:
    packed = zstandard.compress(event(1) + b"\n" + event(2))
    assert ids(packed, event(3), packed) == ["1", "2", "3"]


def test_what_is_no_event_is_passed_over() -> None:
    cut = zstandard.compress(event(1) * 50)[:40]
    assert ids(cut, b"smoke", b"[]", b'{"a": 1}', event(2) + b"\nno json\n" + event(3)) == ["2", "3"]
