"""How a delivery of a stream reads."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from telemetra.adapters.kinesis_event import records_of
from telemetra.application.ports import Record
from telemetra.domain.errors import ParameterError
from telemetra.domain.events import Kind
from tests.contracts.samples import SEQUENCE

SHARD = "shardId-000000000003"


def delivery(stream: str, data: str = "", arrival_s: float = 1_795_459_620.001) -> dict[str, Any]:
    return {
        "eventID": f"{SHARD}:{SEQUENCE}",
        "eventSource": "aws:kinesis",
        "eventSourceARN": f"arn:aws:kinesis:us-east-1:000000000000:stream/{stream}",
        "kinesis": {
            "partitionKey": "17",
            "sequenceNumber": str(SEQUENCE),
            "approximateArrivalTimestamp": arrival_s,
            "data": data,
        },
    }


@pytest.mark.parametrize("prefix", ["telemetra", "my-own-prefix"])
@pytest.mark.parametrize("kind", list(Kind))
def test_a_record_knows_its_stream_shard_sequence_and_arrival(prefix: str, kind: Kind) -> None:
    payload = bytes(range(256))
    event = {"Records": [delivery(f"{prefix}-{kind}", b64encode(payload).decode())]}
    assert records_of(event) == [Record(kind, SHARD, SEQUENCE, 1_795_459_620_001, payload)]


@pytest.mark.parametrize("data", ["a", "====", "ab*d", "é", "YQ=", "YQ==\n"])
def test_broken_base64_has_no_bytes(data: str) -> None:
    assert records_of({"Records": [delivery("telemetra-chat", data)]})[0].data is None


def test_an_empty_record_has_no_bytes_but_is_whole() -> None:
    assert records_of({"Records": [delivery("telemetra-chat")]})[0].data == b""


def test_records_keep_their_order() -> None:
    events = [delivery("telemetra-chat", b64encode(bytes([number])).decode()) for number in range(9)]
    assert [record.data for record in records_of({"Records": events})] == [bytes([n]) for n in range(9)]


def test_a_stream_that_is_none_of_ours_is_named() -> None:
    with pytest.raises(ParameterError, match="telemetra-votes"):
        records_of({"Records": [delivery("telemetra-votes")]})
