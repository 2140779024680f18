"""Scripted faults between the stand-in and the sink: nothing lost, nothing doubled, flags kept."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

import httpx
import pytest

from producer.sources.twitch.live import Live
from producer.sources.twitch.merge import Merger
from producer.sources.twitch.standin.faults import script
from producer.sources.twitch.standin.play import Player, StandIn
from producer.sources.twitch.standin.sayings import sayings
from producer.sources.twitch.standin.world import World
from telemetra.adapters.clock import now_ms
from tests.twitch.conftest import CHANNELS, MemorySink, running, tokens, wiring

if TYPE_CHECKING:
    from pathlib import Path

    from producer.sink import Sink
    from producer.sources.twitch.values import Sighting


class Forgetful(Merger):
    """Gives every sighting."""

    def see(self, sighting: Sighting, now_ms: int) -> None:
        self._ready.append(sighting.event)


async def play(
    seed: int,
    messages: int,
    folder: Path,
    sink: Sink,
    *,
    merger: Merger | None = None,
    channels: tuple[str, ...] = CHANNELS,
) -> tuple[World, Live]:
    world = World(channels, now_ms, seed)
    async with StandIn(world) as standin, httpx.AsyncClient() as http:
        wired = wiring(standin, folder, hold_ms=3_000)
        live = Live(channels, sink, wired, tokens(http, wired.where))
        live.intake.chats = merger or live.intake.chats
        async with running(live):
            player = Player(standin, script(seed, messages))
            await player.ready()
            await player.play(islice(sayings(seed, channels), messages))
            await player.settled()
    return world, live


def expected(world: World) -> Counter[tuple[str, str, str, bool]]:
    return Counter(
        (told.saying.channel, told.saying.user_id, told.saying.text, told.saying.first and told.irc)
        for told in world.ledger
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_a_script_of_faults_loses_and_doubles_nothing(seed: int, sink: MemorySink, tmp_path: Path) -> None:
    world, live = asyncio.run(play(seed, 500, tmp_path, sink))
    missing, extra = expected(world) - sink.said(), sink.said() - expected(world)
    assert (missing, extra) == (Counter(), Counter()), live.tally.plain()
    assert len(world.ledger) >= 500
    assert any(told.saying.first for told in world.ledger)


def test_without_the_merge_messages_are_doubled(sink: MemorySink, tmp_path: Path) -> None:
    world, _ = asyncio.run(play(3, 100, tmp_path, sink, merger=Forgetful()))
    assert (sink.said() - expected(world)).total() > 50
