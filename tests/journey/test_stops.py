"""Stopping or killing a command half way loses nothing, and what is played again counts once."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from bench.holdings import events
from bench.sink.valve import Valve, Way
from local.waiting import holds_within
from producer.sources.twitch.standin.play import Player, StandIn
from producer.sources.twitch.standin.sayings import sayings
from producer.sources.twitch.standin.world import World
from telemetra.adapters.clock import now_ms
from telemetra.domain.window import HOUR_MS, MINUTE_MS, floor_to
from tests.journey.running import RunningStack
from tests.journey.test_archive import iso
from tests.journey.test_counting import ROOT, minutes, replay_is_through, settled

pytestmark = pytest.mark.journey

IN_FLIGHT = 50
"""Newest messages that may still be on their way to the command when it is told to stop."""


@contextmanager
def running(
    stack: RunningStack, folder: Path, *arguments: str, **extra: str
) -> Iterator[subprocess.Popen[str]]:
    """Run a command of the producer as a user would; it is gone at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "producer", *arguments], cwd=ROOT,
        env={**stack.environment, "TELEMETRA_STATE_DIR": str(folder), **extra},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Wait for its end and return the totals that it printed."""
    out, error = process.communicate(timeout=60)
    assert process.returncode == 0, error
    totals: dict[str, Any] = json.loads(out)
    assert totals["dropped"] == totals["unsent"] == totals["held"] == 0
    return totals


def heard(stack: RunningStack, text: str) -> list[dict[str, Any]]:
    """Return the chat on the stream whose event id or channel begins so."""
    return [
        event
        for event in events(stack.client("kinesis"), f"{stack.prefix}-chat")
        if event["event_id"].startswith(text) or event["channel"].startswith(text)
    ]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda one: one.name)
def test_a_replay_goes_on_where_it_was_stopped(
    stack: RunningStack, tmp_path: Path, number: signal.Signals
) -> None:
    channel, log = f"stopped_{number.name.lower()}", tmp_path / "log.jsonl"
    log.write_text("".join(f'{{"t": {n / 10}, "u": "u{n % 50}", "m": "hello {n}"}}\n' for n in range(3000)))
    start_ms = floor_to(now_ms() - 2 * HOUR_MS, MINUTE_MS) + 3_000
    command = ("replay", str(log), "--channel", channel, "--start", iso(start_ms), "--speed", "60", "--json")
    with running(stack, tmp_path, *command) as process:
        assert holds_within(lambda: len(heard(stack, channel)) > 500, 30)
        process.send_signal(number)
        if number is not signal.SIGKILL:
            assert 0 < ended(process)["sent"] == len(heard(stack, channel)) < 3000
    for _ in range(2):
        with running(stack, tmp_path, *command) as process:
            assert ended(process)["sent"] == 3000
    found = settled(stack, channel, floor_to(start_ms, MINUTE_MS), 3000)
    replay_is_through(stack)
    found = minutes(stack, channel, floor_to(start_ms, MINUTE_MS))
    assert sum(item["chat_count"] for item in found.values()) == 3000


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda one: one.name)
def test_a_load_that_is_stopped_while_the_stream_is_away_leaves_all_to_the_next_command(
    stack: RunningStack, tmp_path: Path, number: signal.Signals
) -> None:
    begun = now_ms()
    with Valve(int(stack.endpoint_url.rpartition(":")[2])) as valve:
        reach = {"AWS_ENDPOINT_URL": valve.url}
        load = ("load", "--rate", "500", "--channels", "3", "--json")
        with running(stack, tmp_path, *load, **reach) as process:
            assert holds_within(lambda: len(mine(stack, begun)) >= 1000, 30)
            valve.turn(Way.SHUT)
            assert holds_within(lambda: spilled(tmp_path) > 20_000, 30)
            process.send_signal(number)
            out, _ = process.communicate(timeout=60)
        if number is not signal.SIGKILL:
            totals = json.loads(out)
            assert process.returncode == 1
            assert totals["held"] > 0 == totals["dropped"]
        valve.turn(Way.OPEN)
        with running(stack, tmp_path, *load, "--seconds", "1", **reach) as process:
            assert ended(process)["recovered"] > 0
    first = min(start for start, _ in mine(stack, begun))
    numbers = [at for start, at in mine(stack, begun) if start == first]
    assert len(numbers) == len(set(numbers)) > 1000
    assert set(numbers) == set(range(len(numbers)))
    assert not list(tmp_path.rglob("*.spill"))


def mine(stack: RunningStack, begun_ms: int) -> list[tuple[int, int]]:
    """Return start and number of the loads that began since then, in the order of the stream."""
    found = [event["event_id"].split("-")[1:] for event in heard(stack, "load-")]
    return [(int(start), int(number)) for start, number in found if int(start) >= begun_ms]


def spilled(folder: Path) -> int:
    """Return the bytes that wait on disk."""
    return sum(path.stat().st_size for path in folder.rglob("*.spill"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda one: one.name)
def test_twitch_sends_what_it_has_heard_before_it_ends(
    stack: RunningStack, tmp_path: Path, number: signal.Signals
) -> None:
    channels = (f"heard_{number.name.lower()}",)

    async def run() -> tuple[World, str, str]:
        world = World(channels, now_ms)
        async with StandIn(world) as standin:
            reach = {"TELEMETRA_TWITCH_URL": standin.base, "TELEMETRA_TWITCH_TOKEN": "standin-token"}
            command = ("twitch", "--channel", channels[0], "--json")
            with running(stack, tmp_path, *command, **reach) as process:
                player = Player(standin)
                await player.ready()
                await player.play(islice(sayings(5, channels), 400))
                await player.settled()
                process.send_signal(number)
                out, error = await asyncio.to_thread(process.communicate, timeout=60)
        return world, out, error

    world, out, error = asyncio.run(run())
    assert json.loads(out)["dropped"] == 0
    assert '"twitch"' in error
    texts = [event["text"] for event in heard(stack, channels[0])]
    said = [told.saying.text for told in world.ledger]
    assert len(texts) == len(set(texts))
    assert set(said[:-IN_FLIGHT]) <= set(texts) <= set(said)
