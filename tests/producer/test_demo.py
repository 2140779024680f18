"""The demo's truth is what a plain count of its records gives."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from producer.demo import OFFLINE, DemoTruth, demo_scenario, go_live, send_demo
from producer.sources.words import channel_names
from telemetra.domain.events import Kind
from telemetra.domain.unpack import unpack
from telemetra.domain.window import PANE_MS
from tests.producer.conftest import FakeBeat, MemorySink

NOW = 1_795_460_412_345
MINUTE = 60_000
CHANNELS = channel_names(3)


@pytest.fixture
def told(sink: MemorySink, beat: FakeBeat, tmp_path: Path) -> DemoTruth:
    path = tmp_path / "deep" / "truth.json"
    truth = send_demo(sink, now_ms=NOW, seed=7, channels=CHANNELS, rate=2, truth_path=path, beat=beat)
    assert msgspec.json.decode(path.read_bytes(), type=DemoTruth) == truth
    return truth


def test_the_truth_is_a_plain_count_of_what_was_sent(told: DemoTruth, sink: MemorySink) -> None:
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


def test_a_record_holds_one_pane_of_one_key(told: DemoTruth, sink: MemorySink) -> None:
    assert told.channels
    last = 0
    for record in sink.records:
        panes = {json.loads(row)["ts"] // PANE_MS for row in unpack(record.data).splitlines()}
        assert len(panes) == 1
        assert last <= max(panes)
        last = max(panes)


def test_the_demo_shows_an_hour_of_live_channels_and_one_gone_offline(told: DemoTruth) -> None:
    assert set(told.channels) == {*CHANNELS, OFFLINE}
    for name in CHANNELS:
        minutes = told.channels[name].minutes
        assert [minute.start_ms for minute in minutes] == list(
            range(told.start_ms, NOW - NOW % MINUTE, MINUTE)
        )
    assert len(told.channels[OFFLINE].minutes) == 22


def test_at_least_four_bursts_are_planted_well_above_the_usual_rate() -> None:
    scenario = demo_scenario(now_ms=NOW, seed=7, channels=CHANNELS, rate=8)
    bursts = scenario.bursts(scenario.start_ms, NOW)
    assert sum(burst.type == "hype" for burst in bursts) >= 4
    assert {burst.type for burst in bursts} == {"hype", "raid", "sub-bomb"}
    for burst in bursts:
        assert burst.start_ms >= scenario.start_ms + 5 * MINUTE
        window = list(scenario.lines(burst.start_ms - 60_000, burst.end_ms))
        chats = [line.ts for line in window if line.channel == burst.channel and line.kind is Kind.CHAT]
        before = sum(ts < burst.start_ms for ts in chats) / 60
        during = sum(ts >= burst.start_ms for ts in chats) / (burst.end_ms - burst.start_ms) * 1000
        assert 4.5 <= during / before <= 9


def test_the_first_burst_comes_within_two_minutes_of_going_live(sink: MemorySink, beat: FakeBeat) -> None:
    scenario = demo_scenario(now_ms=NOW, seed=7, channels=CHANNELS, rate=2)
    (first, *_) = scenario.bursts(NOW, NOW + 2 * MINUTE)
    assert first.end_ms < NOW + 2 * MINUTE
    assert go_live(sink, scenario, beat, from_ms=NOW, until_ms=NOW + 2 * MINUTE)
    sent = [json.loads(row) for record in sink.records for row in unpack(record.data).splitlines()]
    assert {event["channel"] for event in sent} == set(CHANNELS)
    assert min(event["ts"] for event in sent) >= NOW


def test_the_offline_channel_says_so_last(sink: MemorySink, told: DemoTruth) -> None:
    metas = [
        json.loads(row)
        for record in sink.records
        if record.kind is Kind.STREAM_META
        for row in unpack(record.data).splitlines()
    ]
    last = {meta["channel"]: meta["live"] for meta in sorted(metas, key=lambda meta: int(meta["ts"]))}
    assert last == {**dict.fromkeys(CHANNELS, True), OFFLINE: False}
    assert told.channels[OFFLINE].moments


def test_the_default_demo_is_sixty_to_ninety_thousand_events() -> None:
    scenario = demo_scenario(now_ms=NOW, seed=7, channels=CHANNELS, rate=8)
    assert 60_000 <= sum(1 for _ in scenario.events(until_ms=NOW)) <= 90_000
