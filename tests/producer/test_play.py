"""Playing keeps time without drift, and stops with nothing due left behind."""

from __future__ import annotations

from itertools import pairwise

import pytest

from producer.event import Line
from producer.play import SystemBeat, play_at_once, play_on_time
from producer.sources.scenario import find, place
from telemetra.domain.events import Kind
from telemetra.domain.window import PANE_MS
from tests.producer.conftest import FakeBeat, MemorySink

ORIGIN = 1_795_456_800_000


def lines(count: int, every_ms: int = 100) -> list[Line]:
    return [Line(ORIGIN + index * every_ms, Kind.CHAT, "a", b"%d" % index) for index in range(count)]


def test_events_go_out_once_a_second_when_their_second_is_over(beat: FakeBeat, sink: MemorySink) -> None:
    assert play_on_time(lines(50), sink, beat, origin_ms=ORIGIN)
    assert [(at - 1000.0, record.events) for at, record in sink.sent] == [(n, 10) for n in (1, 2, 3, 4, 5)]


def test_slow_sends_do_not_add_up(beat: FakeBeat) -> None:
    sink = MemorySink(beat, send_takes_s=0.7)
    play_on_time(lines(600), sink, beat, origin_ms=ORIGIN)
    assert sink.sent[-1][0] - 1000.0 == pytest.approx(60.0)


def test_after_a_stall_everything_due_goes_out_at_once(beat: FakeBeat, sink: MemorySink) -> None:
    play_on_time(lines(100), sink, beat, origin_ms=ORIGIN + 5_000)
    assert [at - 1000.0 for at, _ in sink.sent] == [0, 0, 0, 0, 0, 1, 2, 3, 4, 5]


def test_what_became_due_before_the_call_goes_out_at_once(beat: FakeBeat, sink: MemorySink) -> None:
    play_on_time(lines(100), sink, beat, origin_ms=ORIGIN, origin_s=beat.now - 5.0)
    assert [at - 1000.0 for at, _ in sink.sent] == [0, 0, 0, 0, 0, 1, 2, 3, 4, 5]


def test_the_measured_rate_is_the_one_asked_for(beat: FakeBeat) -> None:
    sink = MemorySink(beat, send_takes_s=0.2)
    start = ORIGIN + 345
    scenario = place(find("steady"), 7, start_ms=start, names=("a", "b"), rate=9.5)
    until = start + 60_000
    play_on_time(scenario.lines(until_ms=until), sink, beat, origin_ms=start, until_ms=until)
    seconds = sink.sent[-1][0] - 1000.0
    assert sink.totals.events["chat"] / 2 / seconds == pytest.approx(9.5, rel=0.02)


def test_a_stop_sends_what_is_due_and_no_more(beat: FakeBeat, sink: MemorySink) -> None:
    beat.stop_at = 1002.55
    assert not play_on_time(lines(100), sink, beat, origin_ms=ORIGIN)
    assert sum(record.events for record in sink.records) == 26


def test_speed_divides_time_and_keeps_panes_apart(beat: FakeBeat, sink: MemorySink) -> None:
    play_on_time(lines(600), sink, beat, origin_ms=ORIGIN, speed=60)
    assert [at - 1000.0 for at, _ in sink.sent] == pytest.approx([n * PANE_MS / 60_000 for n in range(1, 7)])


def test_at_once_goes_pane_by_pane_over_all_streams(beat: FakeBeat, sink: MemorySink) -> None:
    scenario = place(find("lively"), 7, start_ms=ORIGIN, names=("a", "b", "c"), rate=2)
    play_at_once(scenario.lines(until_ms=ORIGIN + 120_000), sink, beat)
    order = list(scenario.lines(until_ms=ORIGIN + 120_000))
    assert sum(record.events for record in sink.records) == len(order)
    kinds = [record.kind for record in sink.records]
    chats = [index for index, kind in enumerate(kinds) if kind is Kind.CHAT]
    viewers = [index for index, kind in enumerate(kinds) if kind is Kind.VIEWER]
    for before, after in pairwise(index for index in chats if index - 1 not in chats):
        assert any(before < index < after for index in viewers)


def test_a_source_that_can_be_played_again_stops_between_slices(beat: FakeBeat, sink: MemorySink) -> None:
    beat.stop_at = 1002.55
    assert not play_on_time(lines(50), sink, beat, origin_ms=ORIGIN, whole=True)
    stopped = [record.data for record in sink.records]
    again = MemorySink(FakeBeat())
    play_on_time(lines(50), again, FakeBeat(), origin_ms=ORIGIN, whole=True)
    assert stopped == [record.data for record in again.records][:2]


def test_a_stopped_beat_waits_no_longer() -> None:
    beat = SystemBeat()
    assert not beat.wait(0)
    beat.stop()
    assert beat.wait(3600)
    assert beat.seconds() <= beat.seconds()
