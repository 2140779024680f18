"""Live runs against the stand-in without faults, the command, and what a server may do to a client."""

from __future__ import annotations

import asyncio
import json
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

import httpx
import pytest
from typer.testing import CliRunner
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from producer.__main__ import app
from producer.sources.twitch.endpoints import Endpoints
from producer.sources.twitch.irc_client import Pace
from producer.sources.twitch.live import Live, Wiring
from producer.sources.twitch.merge import Counts
from producer.sources.twitch.standin.play import Player, Show, StandIn, run_show
from producer.sources.twitch.standin.sayings import sayings
from producer.sources.twitch.standin.world import World, until
from producer.sources.twitch.succession import Turn, succession
from telemetra.adapters.clock import now_ms
from telemetra.domain.events import decode_line
from tests.twitch.conftest import CHANNELS, MemorySink, running, tokens, wiring

if TYPE_CHECKING:
    from pathlib import Path


def test_chat_needs_no_account(world: World, sink: MemorySink, tmp_path: Path) -> None:
    async def run() -> Live:
        async with StandIn(world) as standin:
            live = Live(CHANNELS, sink, wiring(standin, tmp_path), None)
            async with running(live):
                await until(lambda: all(world.joined(name) for name in CHANNELS))
                await Player(standin).play(islice(sayings(3, CHANNELS), 650))
                for connection in world.irc:
                    connection.put(
                        "@ban-duration=5;target-user-id=7;tmi-sent-ts=5 :t CLEARCHAT #first_channel :x\r\n"
                    )
                await until(lambda: live.tally["removals.timeout"] == 1)
            return live

    live = asyncio.run(run())
    assert len(sink.of("chat.v1")) == 650
    assert not world.sessions
    assert {event["channel"] for event in sink.of("stream_meta.v1")} == set(CHANNELS)
    assert all(event["live"] for event in sink.of("stream_meta.v1"))
    assert sum("raid" in event for event in sink.of("stream_meta.v1")) == 1
    assert sum(event["type"] in {"sub", "gift"} for event in sink.of("transaction.v1")) == 2
    cheered = sum(bool(event["bits"]) for event in sink.of("chat.v1"))
    assert sum(event["type"] == "cheer" for event in sink.of("transaction.v1")) == cheered
    (removal,) = (tmp_path / "removals.ndjson").read_text().splitlines()
    assert json.loads(removal)["user_id"] == "7"
    assert '"futurekind"' in (tmp_path / "notices.ndjson").read_text()
    assert (tmp_path / "removals.ndjson").stat().st_mode & 0o777 == 0o600
    assert live.intake.chats.counts == Counts(sightings=650, released=650)


def test_a_token_adds_viewers_and_titles_and_no_doubles(
    world: World, sink: MemorySink, tmp_path: Path
) -> None:
    async def run() -> None:
        async with StandIn(world) as standin, httpx.AsyncClient() as http:
            wired = wiring(standin, tmp_path)
            live = Live((*CHANNELS, "nobody"), sink, wired, tokens(http, wired.where))
            async with running(live):
                player = Player(standin)
                await player.ready()
                await player.play(islice(sayings(3, CHANNELS), 450))
                await player.settled()
                await until(lambda: len(sink.of("viewer.v1")) >= 4)
            assert live.tally["unknown_channel.nobody"] == 1

    asyncio.run(run())
    assert len(sink.of("chat.v1")) == 450
    metas = [event for event in sink.of("stream_meta.v1") if event["live"]]
    assert {event["category"] for event in metas} == {"Just Chatting"}
    assert sum("raid" in event for event in metas) == 1
    assert sum(event["type"] in {"sub", "gift"} for event in sink.of("transaction.v1")) == 2
    for event in sink.events:
        decode_line(json.dumps(event).encode())


def test_the_show_of_the_command_is_read_to_its_end(sink: MemorySink, tmp_path: Path) -> None:
    notes: list[str] = []

    async def run() -> dict[str, int]:
        show = Show(port=0, channels=CHANNELS[:1], rate=500, messages=60, faults=1, seed=7)
        playing = asyncio.ensure_future(run_show(show, now_ms, notes.append))
        await until(lambda: bool(notes))
        where = Endpoints.of(notes[0].split()[5].rstrip(";"))
        async with httpx.AsyncClient() as http:
            wired = Wiring(where, tmp_path, now_ms, Random(1), beat_s=0.05)
            async with running(Live(CHANNELS[:1], sink, wired, tokens(http, where))):
                return await playing

    assert asyncio.run(run())["said"] == len(sink.of("chat.v1")) >= 60


def test_joins_keep_to_the_limit() -> None:
    async def run() -> float:
        pace, clock = Pace(4, 0.2), asyncio.get_running_loop().time
        began = clock()
        for _ in range(9):
            await pace.turn()
        return clock() - began

    assert asyncio.run(run()) >= 0.39


def test_a_fresh_connection_follows_one_that_ended_and_errors_that_are_fatal_end_it() -> None:
    turns: list[Turn] = []

    async def serve(turn: Turn) -> None:
        turns.append(turn)
        turn.ready.set()
        if len(turns) == 3:
            message = "fatal"
            raise ValueError(message)

    with pytest.raises(ValueError, match="fatal"):
        asyncio.run(succession(serve, Random(1)))
    assert len(turns) == 3


def test_the_former_connection_stays_when_its_successor_fails() -> None:
    ended: list[str] = []

    async def serve(turn: Turn) -> None:
        if turn.url:
            ended.append("successor")
            return
        turn.ready.set()
        turn.next_url = "next"
        turn.moved.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("former")

    async def run() -> None:
        task = asyncio.ensure_future(succession(serve, Random(1)))
        await until(lambda: ended == ["successor"])
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    assert ended == ["successor", "former"]


@pytest.mark.parametrize(("path", "words", "code"), [("/ws?reconnect=no", "", 4007), ("/ws", "hello", 4001)])
def test_the_stand_in_closes_as_twitch_does(world: World, path: str, words: str, code: int) -> None:
    async def run() -> int:
        async with StandIn(world) as standin, connect(standin.base.replace("http", "ws") + path) as socket:
            if words:
                await socket.send(words)
            try:
                while True:
                    await socket.recv()
            except ConnectionClosed as error:
                return error.rcvd.code if error.rcvd else 0

    assert asyncio.run(run()) == code


def test_the_stand_in_listens_on_this_machine_only(world: World) -> None:
    async def run() -> str:
        async with StandIn(world) as standin:
            return standin.base

    assert asyncio.run(run()).startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("twitch",), "--channel is needed"),
        (("twitch", "--channel", "No Channel"), "expected 1 to 64"),
        (("twitch", "--login"), "TELEMETRA_TWITCH_CLIENT_ID is empty"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(arguments: tuple[str, ...], sentence: str) -> None:
    ran = CliRunner().invoke(app, arguments, env={"TELEMETRA_TWITCH_CLIENT_ID": ""})
    assert ran.exit_code == 2
    assert sentence in " ".join(ran.stderr.replace("│", " ").split())


def test_an_address_elsewhere_is_refused() -> None:
    environ = {"TELEMETRA_TWITCH_URL": "http://example.com"}
    ran = CliRunner().invoke(app, ("twitch", "--channel", "x"), env=environ)
    assert ran.exit_code == 2
    assert "a stand-in at http://127.0.0.1:PORT is expected" in ran.stderr
