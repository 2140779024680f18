"""Sockets on a running stack: crowds, cuts and hostile clients."""

from __future__ import annotations

import asyncio
import json
import random

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.journey.crowd import crowd
from tests.journey.cuts import views
from tests.journey.running import RunningStack

CLIENTS, ROUNDS = 100, 3
CUTS = 8
HOSTILE = 150


@pytest.mark.journey
def test_a_crowd_is_told_everything_and_its_dead_are_forgotten(stack: RunningStack) -> None:
    found = crowd(stack, CLIENTS, ROUNDS)
    assert (found.missed, found.remembered) == (0, found.living)


@pytest.mark.journey
def test_a_client_that_is_cut_ends_with_the_view_of_one_that_is_not(stack: RunningStack) -> None:
    whole, torn, connections = asyncio.run(views(stack, "torn", CUTS, seed=1))
    assert whole.minutes == torn.minutes
    assert connections > 1
    start_ms, end_ms = min(whole.minutes), max(whole.minutes) + 60_000
    query = {"from": start_ms, "to": end_ms}
    stored = httpx.get(f"{stack.url}/api/v1/streams/torn/metrics", params=query).json()["items"]
    assert {item["start_ms"]: item["chat_count"] for item in stored} == {
        start: minute.chat_count for start, minute in whole.minutes.items()
    }


def nasty(dice: random.Random) -> str | bytes:
    """Return a frame that no good client sends."""
    kind = dice.randrange(6)
    if kind == 0:
        return dice.randbytes(dice.randrange(1, 200))
    if kind == 1:
        return "".join(map(chr, (dice.randrange(1, 0xD7FF) for _ in range(50))))
    if kind == 2:
        return json.dumps(dice.choice([None, 7, [], {}, "x", [[]], {"action": None}, {"action": {"a": 1}}]))
    if kind == 3:
        return json.dumps({"action": dice.choice(["x", "SUBSCRIBE", "", "pin\0g", "subscribe" * 90])})
    if kind == 4:
        return json.dumps(
            {"action": "subscribe", "stream_id": dice.choice([None, 1, "", "A B", "x" * 99, {}])}
        )
    return "[" * 5_000


async def assault(url: str, count: int, seed: int) -> tuple[int, int]:
    """Send hostile frames; return how many were answered by a typed error, and how many were not."""
    dice, errors, others = random.Random(seed), 0, 0
    async with connect(url, max_size=None, compression=None) as socket:
        for _ in range(count):
            await socket.send(nasty(dice))
            async with asyncio.timeout(30):
                message = json.loads(await socket.recv())
            if message["type"] == "error" and set(message["data"]) == {"code", "message"}:
                errors += 1
            else:
                others += 1
    return errors, others


@pytest.mark.journey
def test_hostile_frames_are_answered_by_typed_errors_and_disturb_nobody(stack: RunningStack) -> None:
    url = f"ws{stack.url.removeprefix('http')}/ws"

    async def play() -> tuple[int, int]:
        async with connect(url) as good:
            found = await assault(url, HOSTILE, seed=1)
            await good.send(json.dumps({"action": "ping"}))
            async with asyncio.timeout(30):
                assert json.loads(await good.recv())["type"] == "pong"
        return found

    errors, others = asyncio.run(play())
    assert (errors, others) == (HOSTILE, 0)


@pytest.mark.journey
def test_a_frame_of_200_kb_ends_the_connection_that_sent_it_alone(stack: RunningStack) -> None:
    url = f"ws{stack.url.removeprefix('http')}/ws"

    async def play() -> int:
        async with connect(url) as good, connect(url, compression=None) as bad:
            await bad.send("x" * 200_000)
            with pytest.raises(ConnectionClosed):
                await bad.recv()
            await good.send(json.dumps({"action": "ping"}))
            assert json.loads(await good.recv())["type"] == "pong"
            return bad.close_code or 0

    assert asyncio.run(play()) == 1009
