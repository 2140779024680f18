"""The sink re-sends what was refused, nothing else, in order per key, and gives up with a reason."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from producer.pack import Packed
from producer.sink import ATTEMPTS, MAX_BYTES, MAX_RECORDS, KinesisSink, SinkError
from telemetra.domain.events import Kind
from tests.producer.conftest import FakeKinesis


def record(key: str, number: int = 0, size: int = 1, kind: Kind = Kind.CHAT) -> Packed:
    data = f"{key}-{number}".encode().ljust(size, b".")
    return Packed(kind, key, data, events=2, raw_bytes=size)


def sink_on(kinesis: FakeKinesis) -> tuple[KinesisSink, list[float]]:
    slept: list[float] = []
    sink = KinesisSink(
        kinesis, lambda kind: f"test-{kind}", sleep=slept.append, seconds=lambda: sum(slept), rng=Random(1)
    )
    return sink, slept


def data_of(entries: list[dict[str, Any]]) -> list[bytes]:
    return [entry["Data"] for entry in entries]


def test_only_refused_entries_are_sent_again(kinesis: FakeKinesis) -> None:
    sink, slept = sink_on(kinesis)
    kinesis.refuses = lambda call, entry: call == 0 and entry["PartitionKey"] in ("b", "d")
    sink.send([record(key) for key in "abcde"])
    assert [data_of(call) for call in kinesis.calls] == [
        [b"a-0", b"b-0", b"c-0", b"d-0", b"e-0"],
        [b"b-0", b"d-0"],
    ]
    assert len(slept) == 1
    assert sink.totals.retried == 2
    assert sink.totals.records == 5
    assert sink.totals.events == {"chat": 10}
    assert sink.totals.dropped == sink.totals.unsent == 0


def test_nothing_newer_of_a_key_passes_what_was_refused(kinesis: FakeKinesis) -> None:
    sink, _ = sink_on(kinesis)
    chance = Random(3)
    kinesis.refuses = lambda _call, _entry: chance.random() < 0.4
    sink.send([record(key, number) for number in range(20) for key in "abc"])
    accepted = kinesis.accepted["test-chat"]
    for key in "abc":
        of_key = [entry["Data"] for entry in accepted if entry["PartitionKey"] == key]
        assert of_key == [f"{key}-{number}".encode() for number in range(20)]
    assert sink.totals.records == 60


def test_one_call_carries_all_keys_of_a_stream(kinesis: FakeKinesis) -> None:
    sink, _ = sink_on(kinesis)
    sink.send([record(str(key), kind=kind) for kind in Kind for key in range(64)])
    assert [len(call) for call in kinesis.calls] == [64] * 4
    assert set(kinesis.accepted) == {f"test-{kind}" for kind in Kind}


def test_calls_are_split_at_500_records_and_5_mb(kinesis: FakeKinesis) -> None:
    sink, _ = sink_on(kinesis)
    sink.send([record(str(key)) for key in range(MAX_RECORDS + 1)])
    assert [len(call) for call in kinesis.calls] == [MAX_RECORDS, 1]
    kinesis.calls.clear()
    sink.send([record(str(key), size=200 * 1024) for key in range(60)])
    sizes = [sum(len(entry["Data"]) + len(entry["PartitionKey"]) for entry in call) for call in kinesis.calls]
    assert len(sizes) == 3
    assert max(sizes) <= MAX_BYTES


def test_waits_grow_and_stay_below_the_ceiling(kinesis: FakeKinesis) -> None:
    sink, slept = sink_on(kinesis)
    kinesis.refuses = lambda call, _entry: call < ATTEMPTS - 1
    sink.send([record("a")])
    assert len(slept) == ATTEMPTS - 1
    assert all(wait <= min(5.0, 0.1 * 2**failures) for failures, wait in enumerate(slept, start=1))


def test_an_unreachable_endpoint_is_given_up_with_what_was_not_sent(kinesis: FakeKinesis) -> None:
    sink, _ = sink_on(kinesis)
    kinesis.raises = [EndpointConnectionError(endpoint_url="http://127.0.0.1:9") for _ in range(ATTEMPTS)]
    with pytest.raises(SinkError, match="test-chat took nothing in 10 attempts: Could not connect"):
        sink.send([record("a"), record("b")])
    assert sink.totals.unsent == 4
    assert sink.totals.records == 0


def test_a_call_that_fails_once_is_made_again(kinesis: FakeKinesis) -> None:
    sink, _ = sink_on(kinesis)
    kinesis.raises = [ClientError({"Error": {"Code": "InternalFailure", "Message": "oops"}}, "PutRecords")]
    sink.send([record("a")])
    assert data_of(kinesis.accepted["test-chat"]) == [b"a-0"]


@pytest.mark.parametrize(
    "error",
    [ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "PutRecords"), NoCredentialsError()],
)
def test_what_waiting_cannot_cure_fails_at_once(kinesis: FakeKinesis, error: Exception) -> None:
    sink, slept = sink_on(kinesis)
    kinesis.raises = [error]
    with pytest.raises(SinkError, match="cannot put records on stream test-chat"):
        sink.send([record("a")])
    assert not slept
