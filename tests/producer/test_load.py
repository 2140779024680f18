"""A load is offered at its rate, however slow the stream is."""

from __future__ import annotations

import json

import pytest

from producer.load import Load, play_load
from telemetra.domain.events import Chat, decode_line
from telemetra.domain.unpack import unpack
from tests.producer.conftest import FakeBeat, MemorySink

START = 1_795_456_800_000


def test_every_line_is_a_chat_event_of_the_contract_and_known_by_its_id() -> None:
    load = Load(500, 3, seed=7)
    lines = [line for beat in range(4) for line in load.lines(START, beat)]
    events = [decode_line(line.data) for line in lines]
    assert all(isinstance(event, Chat) for event in events)
    assert len({event.event_id for event in events}) == len(events) == 2_000
    assert [event.ts for event in events] == [START + number * 2 for number in range(2_000)]
    assert len({event.channel for event in events}) == 3


def test_the_same_seed_says_the_same() -> None:
    assert Load(9, 2, seed=1).lines(START, 0) == Load(9, 2, seed=1).lines(START, 0)


def test_a_rate_below_one_a_second_is_kept_over_time() -> None:
    load = Load(0.3, 1, seed=7)
    assert sum(len(load.lines(START, beat)) for beat in range(100)) == 30


def test_a_slow_stream_is_sent_as_much_and_the_lateness_is_told(beat: FakeBeat) -> None:
    sink = MemorySink(beat, send_takes_s=1.5)
    late = play_load(Load(100, 2, seed=7), sink, beat, start_ms=START, seconds=10)
    assert sink.totals.events == {"chat": 1_000}
    assert late.beats == [500 * number for number in range(10)]
    assert (late.at(0.5), late.at(1.0)) == (2_500, 4_500)


def test_the_measured_rate_is_the_one_asked_for_over_a_minute(beat: FakeBeat) -> None:
    sink = MemorySink(beat, send_takes_s=0.2)
    begun = beat.now
    play_load(Load(237.5, 10, seed=7), sink, beat, start_ms=START, seconds=60)
    assert sink.totals.events["chat"] / (beat.now - begun) == pytest.approx(237.5, rel=0.02)
    stamps = [json.loads(row)["ts"] for record in sink.records for row in unpack(record.data).splitlines()]
    assert len(stamps) / (max(stamps) + 1 - START) * 1_000 == pytest.approx(237.5, rel=0.02)


def test_a_stop_ends_it(beat: FakeBeat, sink: MemorySink) -> None:
    beat.stop_at = beat.now + 3.5
    late = play_load(Load(10, 1, seed=7), sink, beat, start_ms=START, seconds=0)
    assert len(late.beats) == 3
    assert sink.totals.events == {"chat": 30}
