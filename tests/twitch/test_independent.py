"""Clients that others wrote read the stand-in: tmi.js its chat, twurple its EventSub and Helix."""

from __future__ import annotations

import asyncio
import json
import shutil
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from producer.sources.twitch.standin.faults import Fault, Step
from producer.sources.twitch.standin.play import Player, StandIn
from producer.sources.twitch.standin.sayings import sayings
from producer.sources.twitch.standin.world import World, user_id_of
from telemetra.adapters.clock import now_ms
from telemetra.config import environment

HERE = Path(__file__).parent
CHANNEL = "first_channel"
MESSAGES = 60


async def converse(world: World) -> dict[str, Any]:
    """Let the clients hear ``MESSAGES`` messages, with a hand-over of EventSub among them."""
    async with StandIn(world) as standin:
        port = standin.base.rpartition(":")[2]
        client = await asyncio.create_subprocess_exec(
            "node",
            str(HERE / "conversations.mjs"),
            port,
            CHANNEL,
            str(MESSAGES),
            env={**environment(), "TWURPLE_MOCK_API_PORT": port},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        player = Player(standin, (Step(20, Fault.MOVE_EVENTSUB),))
        try:
            async with asyncio.timeout(60):
                assert client.stderr is not None
                assert await client.stderr.readline() == b"ready\n"
                await player.ready()
                await player.play(islice(sayings(7, world.channels), MESSAGES), rate=60)
                out, error = await client.communicate()
        finally:
            if client.returncode is None:
                client.kill()
                await client.communicate()
    assert client.returncode == 0, error.decode()
    heard: dict[str, Any] = json.loads(out)
    return heard


@pytest.mark.skipif(
    shutil.which("node") is None or not (HERE / "node_modules").is_dir(),
    reason="the clients are installed by make test",
)
def test_independent_clients_understand_the_stand_in() -> None:
    world = World((CHANNEL,), now_ms)
    heard = asyncio.run(converse(world))
    said = {told.saying.id: told.saying for told in world.ledger}
    for leg in ("irc", "eventsub"):
        assert {one["id"]: (one["text"], one["user"]) for one in heard[leg]} == {
            key: (saying.text, saying.user_id) for key, saying in said.items()
        }
    for one in heard["irc"]:
        saying = said[one["id"]]
        places = sorted(place for places in (one["emotes"] or {}).values() for place in places)
        assert places == sorted(f"{start}-{end}" for _, start, end in saying.emotes)
        assert one["first"] == saying.first
    assert heard["users"] == [user_id_of(CHANNEL)]
    assert heard["streams"][0][0] == CHANNEL
    assert heard["connects"] == 2
