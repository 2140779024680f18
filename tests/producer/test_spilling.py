"""An outage costs no event, no memory and no order; only disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from producer.pace import FLOOR, Pace
from producer.pack import Packed
from producer.sink import KinesisSink, SinkError
from producer.spill import Spill
from producer.spilling import GRACE_S, SpillingSink
from telemetra.domain.events import Kind
from tests.producer.conftest import FakeBeat, FakeKinesis

AWAY = EndpointConnectionError(endpoint_url="http://127.0.0.1:9")


class Outage:
    """A sink whose stream can be taken away."""

    def __init__(self, kinesis: FakeKinesis, beat: FakeBeat, directory: Path) -> None:
        self.said: list[str] = []
        self.kinesis = kinesis
        self.stopped = False
        inner = KinesisSink(
            kinesis, lambda kind: f"test-{kind}", sleep=beat.wait, seconds=beat.seconds, rng=Random(1)
        )
        self.spill = Spill(directory)
        self.sink = SpillingSink(
            inner,
            self.spill,
            seconds=beat.seconds,
            stopped=lambda: self.stopped,
            say=self.said.append,
        )

    def leave(self) -> None:
        self.kinesis.raises = [AWAY] * 10_000

    def come_back(self) -> None:
        self.kinesis.raises = []

    def accepted(self, key: str) -> list[bytes]:
        entries = self.kinesis.accepted.get("test-chat", [])
        return [entry["Data"] for entry in entries if entry["PartitionKey"] == key]


@pytest.fixture
def outage(kinesis: FakeKinesis, beat: FakeBeat, tmp_path: Path) -> Iterator[Outage]:
    made = Outage(kinesis, beat, tmp_path / "spill")
    yield made
    made.spill.close()


def second(number: int) -> list[Packed]:
    return [Packed(Kind.CHAT, key, f"{key}-{number}".encode(), 3, 30) for key in "ab"]


def test_while_the_stream_is_there_nothing_touches_the_disk(outage: Outage, tmp_path: Path) -> None:
    for number in range(5):
        outage.sink.send(second(number))
    outage.sink.close()
    assert outage.accepted("a") == [b"a-%d" % number for number in range(5)]
    assert outage.sink.totals.spilled == 0
    assert list(tmp_path.iterdir()) == []


def test_after_an_outage_everything_arrives_in_order(outage: Outage, beat: FakeBeat) -> None:
    for number in range(90):
        if number == 10:
            outage.leave()
        if number == 70:
            outage.come_back()
        outage.sink.send(second(number))
        beat.wait(1.0)
    outage.sink.close()
    for key in "ab":
        assert outage.accepted(key) == [f"{key}-{number}".encode() for number in range(90)]
    totals = outage.sink.totals
    assert totals.events == {"chat": 90 * 6}
    assert totals.spilled >= 60 * 6
    assert totals.held == totals.dropped == totals.unsent == 0
    assert len(outage.said) == 2
    assert "takes no more (Could not connect" in outage.said[0]
    assert "the streams are back" in outage.said[1]


def test_a_send_into_an_outage_returns_within_seconds(outage: Outage, beat: FakeBeat) -> None:
    outage.leave()
    before = beat.now
    for number in range(60):
        outage.sink.send(second(number))
    assert beat.now - before < 10


def test_what_is_held_at_the_end_goes_out_first_in_the_next_run(
    outage: Outage, kinesis: FakeKinesis, beat: FakeBeat, tmp_path: Path
) -> None:
    outage.leave()
    outage.sink.send(second(0))
    before = beat.now
    outage.sink.close()
    assert GRACE_S < beat.now - before < GRACE_S + 5
    assert outage.sink.totals.held == 6
    outage.come_back()
    again = Outage(kinesis, beat, tmp_path / "spill")
    assert "6 events of an earlier run wait" in again.said[0]
    again.sink.send(second(1))
    again.sink.close()
    assert again.accepted("a") == [b"a-0", b"a-1"]
    assert again.sink.totals.recovered == 6
    assert again.sink.totals.held == 0


def test_a_run_stopped_in_an_outage_ends_at_once_and_keeps_the_rest(outage: Outage, beat: FakeBeat) -> None:
    outage.leave()
    outage.sink.send(second(0))
    outage.stopped = True
    before = beat.now
    outage.sink.close()
    assert beat.now - before < 1
    assert outage.sink.totals.held == 6


def test_a_run_that_is_stopped_after_an_outage_still_sends_what_is_on_disk(
    outage: Outage, beat: FakeBeat
) -> None:
    outage.leave()
    for number in range(3):
        outage.sink.send(second(number))
    outage.come_back()
    beat.wait(5.0)
    outage.sink.send(second(3))
    outage.stopped = True
    outage.sink.close()
    assert outage.accepted("a") == [f"a-{number}".encode() for number in range(4)]


def test_one_throttled_key_delays_no_other(outage: Outage, kinesis: FakeKinesis, beat: FakeBeat) -> None:
    until = beat.now + 20
    kinesis.refuses = lambda _call, entry: entry["PartitionKey"] == "b" and beat.now < until
    for number in range(30):
        outage.sink.send(second(number))
        beat.wait(1.0)
    outage.sink.close()
    for key in "ab":
        assert outage.accepted(key) == [f"{key}-{number}".encode() for number in range(30)]


def test_a_missing_stream_is_an_error_and_not_an_outage(outage: Outage) -> None:
    outage.kinesis.raises = [ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "PutRecords")]
    with pytest.raises(SinkError, match="cannot put records"):
        outage.sink.send(second(0))


def test_a_full_disk_is_an_error_that_names_the_place(
    kinesis: FakeKinesis, beat: FakeBeat, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    outage = Outage(kinesis, beat, tmp_path / "file")
    outage.leave()
    with pytest.raises(SinkError, match=r"cannot keep records in .*file"):
        outage.sink.send(second(0))
    assert outage.sink.totals.unsent == 6


def test_pace_is_unlimited_until_refused_then_cut_and_forgotten() -> None:
    pace = Pace()
    for now in range(10):
        pace.sent(now, 1_000_000, refused=False)
        assert pace.delay(now) == 0
    pace.sent(10, 1_000_000, refused=True)
    assert pace.limit is not None
    assert FLOOR < pace.limit < 1_000_000
    assert pace.delay(10) > 0
    slow = pace.limit
    pace.sent(11, 10_000, refused=False)
    assert slow < pace.limit
    for now in range(12, 80):
        pace.sent(now, 10_000, refused=False)
    assert pace.delay(80) == 0
    assert pace.limit is None


def test_pace_settles_below_what_the_stream_takes() -> None:
    pace, now, taken = Pace(), 0.0, 0
    bucket = 1_000_000.0
    refusals = 0
    while now < 120:
        step = max(0.05, pace.delay(now))
        now += step
        bucket = min(1_000_000.0, bucket + 1_000_000 * step)
        refused = bucket < 200_000
        refusals += refused
        size = 0 if refused else 200_000
        bucket -= size
        taken += size
        pace.sent(now, size, refused=refused)
    assert taken > 0.6 * 120 * 1_000_000
    assert refusals < 60
