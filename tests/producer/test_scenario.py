"""Scenarios follow from their seed, keep their rate and keep to the contract."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from itertools import islice, pairwise
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from producer.event import SCHEMAS, Chat, Event, Transaction, to_line
from producer.sources.scenario import Scenario, find, names, parse, place, run
from producer.sources.scenario.channel import BLOCK_MS
from producer.sources.scenario.tables import tables
from producer.sources.words import channel_names
from telemetra.domain.events import decode_line

ROOT = Path(__file__).parents[2]
START = 1_795_456_812_345
MINUTE = 60_000


def scenario(name: str = "lively", seed: int = 7, rate: float = 8, channels: int = 2) -> Scenario:
    return place(find(name), seed, start_ms=START, names=channel_names(channels), rate=rate)


def chats(events: list[Event]) -> list[Chat]:
    return [event for event in events if isinstance(event, Chat)]


def digest(name: str) -> str:
    """Hash of the first 20 minutes of a scenario and of their truth."""
    whole, hasher = run(find(name), 11, lasts_ms=20 * MINUTE), hashlib.sha256()
    for event in whole:
        hasher.update(to_line(event).data)
    hasher.update(repr(whole.truth()).encode())
    return hasher.hexdigest()


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_a_seed_gives_the_same_bytes_in_every_process(hash_seed: str) -> None:
    said = subprocess.run(
        [sys.executable, "-c", "from tests.producer.test_scenario import digest; print(digest('mix'))"],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'functions/layer'}", "PYTHONHASHSEED": hash_seed},
        check=True,
        capture_output=True,
        text=True,
    )
    assert said.stdout.strip() == digest("mix")


def test_a_run_can_be_iterated_again() -> None:
    whole = run(find("raid"), 3, lasts_ms=2 * MINUTE)
    assert list(whole) == list(whole)
    assert sum(whole.truth().events.values()) == len(list(whole))


def test_another_seed_gives_other_events_and_other_moments() -> None:
    one, two = (run(find("mix"), seed) for seed in (7, 8))
    assert [event.ts for event in islice(one, 200)] != [event.ts for event in islice(two, 200)]
    assert [moment.start_ms for moment in one.moments] != [moment.start_ms for moment in two.moments]


@pytest.mark.parametrize("name", names())
def test_a_stretch_is_the_same_whether_or_not_what_came_before_was_made(name: str) -> None:
    middle, end = START + 16 * MINUTE + 15_500, START + 18 * MINUTE
    once = place(find(name), 7, start_ms=START)
    whole = [event for event in once.events(START + 15 * MINUTE, end) if event.ts >= middle]
    again = place(find(name), 7, start_ms=START)
    assert list(again.events(middle, end)) == whole


def test_a_block_is_a_pane_when_the_start_is_one() -> None:
    (channel, *_) = run(find("mix"), 7).scenario.channels
    for number in range(6):
        start = channel.start_ms + number * BLOCK_MS
        assert start % BLOCK_MS == 0
        assert all(start <= event.ts < start + BLOCK_MS for event in channel.block(number))


@pytest.mark.parametrize("rate", [0.5, 7.5, 20.0])
def test_a_steady_scenario_has_exactly_its_rate(rate: float) -> None:
    events = chats(list(scenario("steady", rate=rate).events(until_ms=START + MINUTE)))
    assert Counter(event.channel for event in events) == dict.fromkeys(channel_names(2), int(rate * 60))


def test_a_rate_is_that_of_the_busiest_channel_and_viewers_follow() -> None:
    usual, faster = (place(find("demo"), 7, start_ms=START, rate=rate) for rate in (None, 16.0))
    factor = 16 / usual.rate
    assert faster.rate == 16
    for before, after in zip(usual.channels, faster.channels, strict=True):
        assert after.rate == pytest.approx(before.rate * factor)
        assert after.viewers == pytest.approx(before.viewers * factor)


def test_more_channels_than_tables_use_the_tables_again_at_other_times() -> None:
    many = place(find("demo"), 7, start_ms=START, names=channel_names(7))
    assert [channel.name for channel in many.channels] == [*channel_names(7), "quiet_quill"]
    starts = Counter(moment.start_ms // 10_000 for moment in many.moments(START, START + 60 * MINUTE))
    assert max(starts.values()) <= 2


@pytest.mark.parametrize("name", names())
def test_every_event_keeps_the_contract(name: str) -> None:
    validators = {
        schema: Draft202012Validator(json.loads((ROOT / f"events/{schema}.schema.json").read_text()))
        for schema in SCHEMAS
    }
    spec = find(name)
    whole = place(spec, 7, start_ms=START, rate=2)
    first = min((moment.start_ms for moment in whole.moments(START, START + spec.lasts_ms)), default=START)
    seen = Counter[str]()
    for line in whole.lines(max(START, first - MINUTE), first + 2 * MINUTE):
        event = json.loads(line.data)
        validators[event["schema"]].validate(event)
        assert decode_line(line.data).ts == line.ts
        seen[event["schema"]] += 1
    assert set(seen) <= set(SCHEMAS)
    assert len(seen) >= 3


def test_channels_do_not_burst_together() -> None:
    moments = scenario(channels=3).moments(START, START + 8 * MINUTE)
    assert len(moments) == 3
    assert all(before.end_ms + MINUTE < after.start_ms for before, after in pairwise(moments))


def test_a_cheer_is_a_message_with_bits_and_a_payment() -> None:
    events = list(scenario(channels=1, rate=20).events(until_ms=START + 5 * MINUTE))
    bits = {event.event_id: event.bits for event in chats(events) if event.bits}
    cheers = [event for event in events if isinstance(event, Transaction) and event.type == "cheer"]
    assert bits
    assert {event.event_id.removesuffix("-bits"): event.amount_cents for event in cheers} == bits


def test_the_example_of_the_docs_can_be_played() -> None:
    page = (ROOT / "docs/scenarios.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)
    played = run(parse(example, name="example", file="example.toml"), 7)
    assert [moment.type for moment in played.moments] == ["raid", "raid"]


def test_the_docs_hold_the_tables_of_the_code() -> None:
    page = (ROOT / "docs/scenarios.md").read_text(encoding="utf-8")
    assert [of for of, table in tables().items() if f"\n{table}\n" not in page] == []
