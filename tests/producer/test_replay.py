"""Replay moves logs in time, exactly, and says what it skipped."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from producer.pack import pack, slices
from producer.sources.replay import read_log, start_of_replay
from telemetra.domain.events import decode_line

SAMPLE = Path(__file__).parents[2] / "events/samples/chat.jsonl"
VIEWER = b'{"schema":"viewer.v1","event_id":"v","channel":"a","ts":5000,"viewers":9,"note":{"kept":true}}'


def test_the_same_log_at_the_same_start_packs_to_the_same_records() -> None:
    first, second = (
        [
            pack(part.lines)
            for part in slices(read_log(SAMPLE.read_bytes().splitlines(), "demo").shifted(1_795_456_800_000))
        ]
        for _ in range(2)
    )
    assert first == second


def test_ids_differ_by_channel_and_line_and_nothing_else() -> None:
    rows = [b'{"t":1,"u":"x","m":"hi"}'] * 2
    one, again, other = (read_log(rows, channel) for channel in ("a", "a", "b"))
    ids = [decode_line(line.data).event_id for line in (*one.lines, *other.lines)]
    assert one == again
    assert len(set(ids)) == 4


def test_a_chat_log_line_becomes_an_event() -> None:
    row = '{"t":1.2345,"u":"u1","m":"hé Kappa","e":["Kappa"],"bits":5,"sub":1,"mod":1}'.encode()
    (line,) = read_log([row], "a").shifted(1_000_000)
    assert json.loads(line.data) == {
        "schema": "chat.v1",
        "event_id": json.loads(line.data)["event_id"],
        "channel": "a",
        "ts": 1_001_234,
        "user_id": "u1",
        "user": "u1",
        "text": "hé Kappa",
        "emotes": ["Kappa"],
        "badges": ["moderator/1", "subscriber/1"],
        "bits": 5,
    }


def test_contract_events_keep_everything_but_their_time() -> None:
    log = read_log([VIEWER])
    assert log.shifted(0)[0].data == VIEWER
    (moved,) = log.shifted(60_000)
    assert json.loads(moved.data) == json.loads(VIEWER) | {"ts": 65_000}
    assert (moved.ts, moved.kind, moved.channel) == (65_000, "viewer", "a")


def test_a_channel_can_be_set_for_contract_events() -> None:
    (line,) = read_log([VIEWER], "b").lines
    assert (line.channel, decode_line(line.data).channel) == ("b", "b")


def test_lines_are_put_in_time_order() -> None:
    rows = [b'{"t":%d,"u":"x","m":"hi"}' % second for second in (3, 1, 2)]
    log = read_log(rows, "a")
    assert [line.ts for line in log.lines] == [1_000, 2_000, 3_000]
    assert log.span_ms == 2_000


def test_bad_lines_are_named_with_what_was_expected() -> None:
    rows = [
        b"",
        b"{",
        b"[]",
        b'{"t":-1,"u":"x","m":"y"}',
        b'{"schema":"chat.v9"}',
        b'{"t":1,"u":"x","m":"y"}',
        b"\xff",
    ]
    log = read_log(rows, "a")
    assert len(log.lines) == 1
    assert [bad.number for bad in log.bad] == [2, 3, 4, 5, 7]
    assert log.bad[1].expected == "expected a JSON object, not list"
    assert "`t`" in log.bad[2].expected
    assert "chat.v9" in log.bad[3].expected


def test_a_chat_log_without_a_channel_says_what_it_needs() -> None:
    (bad,) = read_log([b'{"t":1,"u":"x","m":"y"}']).bad
    assert "--channel" in bad.expected


@given(st.integers(0, 10**9), st.integers(10**12, 2 * 10**12))
def test_at_once_the_last_event_falls_within_the_minute_before_now(span_ms: int, now_ms: int) -> None:
    start = start_of_replay(span_ms, now_ms=now_ms, speed=None)
    assert start % 60_000 == 0
    assert now_ms - 60_000 < start + span_ms <= now_ms


@given(st.integers(0, 10**9), st.integers(10**12, 2 * 10**12), st.floats(0.1, 1000))
def test_on_time_the_last_event_falls_on_the_end_of_the_replay(
    span_ms: int, now_ms: int, speed: float
) -> None:
    start = start_of_replay(span_ms, now_ms=now_ms, speed=speed)
    assert now_ms + span_ms / speed - 1_002 < start + span_ms <= now_ms + span_ms / speed + 1
