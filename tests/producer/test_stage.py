"""A scenario played with a past: its truth is what a plain count of its records gives."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from producer.sources.scenario import Scenario, find
from producer.stage import Stage, placed_live
from producer.truth import Truth
from telemetra.domain.events import Kind
from telemetra.domain.unpack import unpack
from telemetra.domain.window import PANE_MS
from tests.producer.conftest import FakeBeat, MemorySink

NOW = 1_795_460_412_345
MINUTE = 60_000
OFFLINE = "quiet_quill"


def demo(rate: float | None = None) -> Scenario:
    return placed_live(find("demo"), now_ms=NOW, seed=7, rate=rate)


LIVE = [channel.name for channel in demo().channels if channel.name != OFFLINE]


@pytest.fixture
def told(sink: MemorySink, beat: FakeBeat, tmp_path: Path) -> Truth:
    stage = Stage(demo(rate=2), sink, beat)
    assert stage.send_history(NOW)
    path = tmp_path / "deep" / "truth.json"
    stage.truth(NOW).write(path)
    assert [file.name for file in path.parent.iterdir()] == ["truth.json"]
    return msgspec.json.decode(path.read_bytes(), type=Truth)


def test_the_truth_is_a_plain_count_of_what_was_sent(told: Truth, sink: MemorySink) -> None:
    counts = Counter[tuple[str, int]]()
    users: dict[tuple[str, int], set[str]] = {}
    cents = Counter[tuple[str, int, str]]()
    for record in sink.records:
        for row in unpack(record.data).splitlines():
            event = json.loads(row)
            minute = (event["channel"], event["ts"] // MINUTE * MINUTE)
            assert event["ts"] < NOW
            if record.kind is Kind.CHAT:
                counts[minute] += 1
                users.setdefault(minute, set()).add(event["user_id"])
            elif record.kind is Kind.TRANSACTION:
                cents[*minute, event["currency"]] += event["amount_cents"]
    for name, channel in told.channels.items():
        for true in channel.minutes:
            key = (name, true.start_ms)
            assert (true.chat_count, true.unique_chatters) == (counts[key], len(users.get(key, set())))
            assert all(cents[(*key, currency)] == total for currency, total in true.cents.items())
    whole = sum(minute.chat_count for channel in told.channels.values() for minute in channel.minutes)
    assert whole == sum(count for (_, start), count in counts.items() if start + MINUTE <= NOW)
    assert sum(told.events.values()) == sum(sink.totals.events.values())


def test_a_record_holds_one_pane_of_one_key(told: Truth, sink: MemorySink) -> None:
    assert told.channels
    last = 0
    for record in sink.records:
        panes = {json.loads(row)["ts"] // PANE_MS for row in unpack(record.data).splitlines()}
        assert len(panes) == 1
        assert last <= max(panes)
        last = max(panes)


def test_the_demo_shows_an_hour_of_live_channels_and_one_gone_offline(told: Truth) -> None:
    assert set(told.channels) == {*LIVE, OFFLINE}
    assert len(LIVE) == 3
    for name in LIVE:
        minutes = told.channels[name].minutes
        assert [minute.start_ms for minute in minutes] == list(
            range(told.start_ms, NOW - NOW % MINUTE, MINUTE)
        )
    assert len(told.channels[OFFLINE].minutes) == 22


def test_the_past_of_the_demo_holds_moments_of_many_kinds(told: Truth) -> None:
    planted = [moment for channel in told.channels.values() for moment in channel.moments]
    assert {moment.type for moment in planted} >= {
        "hype", "laughter", "outrage", "raid", "sub-bomb", "copypasta", "poll", "lull",
    }  # fmt: skip
    assert all(told.start_ms + 5 * MINUTE <= each.start_ms <= each.peak_ms < each.end_ms for each in planted)


def test_the_first_moment_comes_within_two_minutes_of_going_live(sink: MemorySink, beat: FakeBeat) -> None:
    scenario = demo(rate=2)
    (first, *_) = scenario.moments(NOW, NOW + 2 * MINUTE)
    assert first.end_ms < NOW + 2 * MINUTE
    stage = Stage(scenario, sink, beat)
    assert stage.go_live(NOW, until_ms=NOW + 2 * MINUTE)
    sent = [json.loads(row) for record in sink.records for row in unpack(record.data).splitlines()]
    assert {event["channel"] for event in sent} == set(LIVE)
    assert min(event["ts"] for event in sent) >= NOW
    minutes = [
        minute for channel in stage.truth(NOW + 2 * MINUTE).channels.values() for minute in channel.minutes
    ]
    assert any(minute.start_ms > NOW for minute in minutes)


def test_the_truth_begins_where_the_sending_did(sink: MemorySink, beat: FakeBeat) -> None:
    stage = Stage(demo(rate=2), sink, beat)
    stage.go_live(NOW, until_ms=NOW + 2 * MINUTE)
    told = stage.truth(NOW + 2 * MINUTE)
    assert told.start_ms == NOW
    moments = [moment for channel in told.channels.values() for moment in channel.moments]
    assert moments
    assert all(moment.start_ms >= NOW for moment in moments)


def test_the_offline_channel_says_so_last(sink: MemorySink, told: Truth) -> None:
    metas = [
        json.loads(row)
        for record in sink.records
        if record.kind is Kind.STREAM_META
        for row in unpack(record.data).splitlines()
    ]
    last = {meta["channel"]: meta["live"] for meta in sorted(metas, key=lambda meta: int(meta["ts"]))}
    assert last == {**dict.fromkeys(LIVE, True), OFFLINE: False}
    assert [change.type for change in told.channels[OFFLINE].changes] == ["offline"]


def test_the_default_demo_is_sixty_to_a_hundred_thousand_events() -> None:
    assert 60_000 <= sum(1 for _ in demo().events(until_ms=NOW)) <= 100_000
