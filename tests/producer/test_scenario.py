"""Scenarios follow from their seed, keep their rate and keep to the contract."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice, pairwise
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from producer.event import SCHEMAS, Chat, Event, StreamMeta, Transaction, Viewer
from producer.sources.bursts import Burst
from producer.sources.scenario import Scenario, Style, plain
from producer.sources.words import Mood, channel_names
from telemetra.domain.events import decode_line

START = 1_795_456_812_345
MINUTE = 60_000


def scenario(style: Style = Style.LIVELY, seed: int = 7, rate: float = 8, channels: int = 2) -> Scenario:
    return plain(style, seed=seed, start_ms=START, channels=channel_names(channels), rate=rate)


def chats(events: list[Event]) -> list[Chat]:
    return [event for event in events if isinstance(event, Chat)]


def test_the_same_seed_gives_the_same_bytes() -> None:
    first, second = (b"\n".join(line.data for line in islice(scenario().lines(), 5_000)) for _ in range(2))
    assert first == second


def test_another_seed_gives_other_events() -> None:
    first, second = (
        [event.text for event in chats(list(islice(scenario(seed=seed).events(), 200)))] for seed in (7, 8)
    )
    assert first != second


def test_a_stretch_is_the_same_whether_or_not_what_came_before_was_made() -> None:
    middle, end = START + 95_500, START + 3 * MINUTE
    whole = [event for event in scenario().events(until_ms=end) if event.ts >= middle]
    assert list(scenario().events(middle, end)) == whole


def test_events_come_in_time_order_and_with_ids_of_their_own() -> None:
    events = list(scenario(channels=3).events(until_ms=START + 4 * MINUTE))
    assert all(before.ts <= after.ts for before, after in pairwise(events))
    assert len({event.event_id for event in events}) == len(events)


@pytest.mark.parametrize("rate", [0.5, 7.5, 20.0])
def test_a_steady_scenario_has_exactly_its_rate(rate: float) -> None:
    events = chats(list(scenario(Style.STEADY, rate=rate).events(until_ms=START + MINUTE)))
    assert Counter(event.channel for event in events) == dict.fromkeys(channel_names(2), int(rate * 60))


def test_every_event_keeps_the_contract() -> None:
    folder = Path(__file__).parents[2] / "events"
    validators = {
        name: Draft202012Validator(json.loads((folder / f"{name}.schema.json").read_text()))
        for name in SCHEMAS
    }
    bomb = Burst(channel_names(1)[0], "sub-bomb", START + 5_000, 30_000, 6.0, Mood.HYPE, "Pog", crowd=20)
    raid = Burst(channel_names(1)[0], "raid", START + 9_000, 30_000, 6.0, Mood.CALM, "HeyGuys", crowd=500)
    (channel,) = scenario(channels=1).channels
    planted = Scenario(START, (type(channel)(7, START, channel.name, 8.0, planted=(bomb, raid)),))
    seen = Counter[str]()
    for line in planted.lines(until_ms=START + 2 * MINUTE):
        event = json.loads(line.data)
        validators[event["schema"]].validate(event)
        assert decode_line(line.data).ts == line.ts
        seen[event["schema"]] += 1
    assert set(seen) == set(SCHEMAS)


def test_a_lively_scenario_bursts_within_two_minutes_and_calms_down() -> None:
    lively = scenario(channels=1)
    (burst, *_) = lively.bursts(START, START + 2 * MINUTE)
    seconds = Counter(
        (event.ts - START) // 1000 for event in chats(list(lively.events(until_ms=START + 4 * MINUTE)))
    )

    def rate(from_ms: int, until_ms: int) -> float:
        first, last = (from_ms - START) // 1000, (until_ms - START) // 1000
        return sum(seconds[second] for second in range(first, last)) / (last - first)

    assert 20_000 <= burst.end_ms - burst.start_ms <= 40_000
    assert 5 <= rate(burst.peak_ms, burst.end_ms) / 8 <= 9
    assert rate(START, burst.start_ms) / 8 < 1.6
    assert rate(burst.end_ms + 20_000, burst.end_ms + 50_000) / 8 < 1.6


def test_channels_do_not_burst_together() -> None:
    bursts = scenario(channels=3).bursts(START, START + 8 * MINUTE)
    assert len(bursts) == 3
    assert all(before.end_ms + MINUTE < after.start_ms for before, after in pairwise(bursts))


def test_a_raid_brings_viewers_and_says_where_from() -> None:
    name = "pixelforge"
    raid = Burst(name, "raid", START + 60_000, 35_000, 7.0, Mood.CALM, "HeyGuys", crowd=5_000)
    (channel,) = scenario(channels=1).channels
    calm = Scenario(START, (type(channel)(7, START, name, 2.0, planted=(raid,)),))
    events = list(calm.events(until_ms=START + 2 * MINUTE))
    viewers = [event for event in events if isinstance(event, Viewer)]
    before = max(event.viewers for event in viewers if event.ts < raid.start_ms)
    after = max(event.viewers for event in viewers if event.ts >= raid.start_ms)
    assert after - before > 4_000
    assert [event.raid.viewers for event in events if isinstance(event, StreamMeta) and event.raid] == [5_000]


def test_chat_looks_like_chat() -> None:
    said = chats(list(scenario(channels=1, rate=20).events(until_ms=START + 10 * MINUTE)))
    words = sorted(len(message.text.split()) for message in said)
    assert 2 <= words[len(words) // 2] <= 3
    mostly_emotes = sum(len(message.emotes) >= 0.7 * len(message.text.split()) for message in said) / len(
        said
    )
    assert 0.4 <= mostly_emotes <= 0.62
    talkers = [count for _, count in Counter(message.user_id for message in said).most_common(25)]
    assert 3 <= talkers[0] / talkers[-1] <= 14
    assert all(set(message.emotes) <= set(message.text.split()) for message in said)


def test_a_cheer_is_a_message_with_bits_and_a_payment() -> None:
    events = list(scenario(channels=1, rate=20).events(until_ms=START + 5 * MINUTE))
    bits = {event.event_id: event.bits for event in chats(events) if event.bits}
    cheers = [event for event in events if isinstance(event, Transaction) and event.type == "cheer"]
    assert bits
    assert {event.event_id.removesuffix("-bits"): event.amount_cents for event in cheers} == bits
