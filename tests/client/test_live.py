"""A channel is followed across cuts, refusals and the end of a socket's life."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

import httpx
import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from telemetra.application.contract import examples, frames
from telemetra.client import ApiError, AsyncClient, Live
from telemetra.client.live import Pace

FAST = Pace(greeting=1, ping=0.05, renewal=0.2, first_pause=0.001, longest_pause=0.01)
NOW = examples.AT_MS + 90_000


def minute(version: int) -> frames.Minute:
    return frames.Minute("aurora", version, msgspec.structs.replace(examples.METRIC, version=version))


class Gateway:
    """A stage of sockets: greets, says one minute of a growing version, then does what it is told to."""

    def __init__(self, *, after: str = "cut", life_ms: int = 7_200_000, refuse: int = 0) -> None:
        self.after = after
        self.life_ms = life_ms
        self.refuse = refuse
        self.ends_ms = 0
        self.opened = 0
        self.pings = 0
        self.stored = 0

    async def handle(self, socket: ServerConnection) -> None:
        self.opened += 1
        ends_ms = self.ends_ms or self.clock() + self.life_ms
        greeting = frames.Subscribed("aurora", 0, frames.Subscription("viewer", ends_ms))
        self.stored += 10
        await socket.send(msgspec.json.encode([greeting, minute(self.stored + 1)]), text=True)
        await socket.send("no json")
        if self.after == "cut":
            socket.transport.abort()
            return
        async for _ in socket:
            self.pings += 1
            await socket.send(msgspec.json.encode(frames.Pong(None, 0, frames.Heartbeat(1))), text=True)

    def clock(self) -> int:
        return NOW + round(asyncio.get_running_loop().time() * 1000)

    def rest(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/moments"):
            return httpx.Response(200, json={"items": [], "cursor": None})
        assert request.headers["cache-control"] == "no-cache"
        items = {"items": [minute(self.stored).data], "cursor": None}
        return httpx.Response(200, content=msgspec.json.encode(items))

    def check(self, connection: ServerConnection, request: Request) -> Response | None:
        if self.refuse:
            return connection.respond(HTTPStatus(self.refuse), "no")
        return None

    @asynccontextmanager
    async def live(self) -> AsyncIterator[Live]:
        async with serve(self.handle, "127.0.0.1", 0, process_request=self.check) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            transport = httpx.MockTransport(self.rest)
            async with AsyncClient(f"http://127.0.0.1:{port}", transport=transport) as api:
                yield Live(api, "aurora", since_ms=examples.AT_MS, pace=FAST, clock=self.clock)


async def hear(live: Live, wanted: int) -> list[int]:
    versions = []
    async with asyncio.timeout(20):
        async for message in live.news():
            versions.append(message.version)
            if len(versions) == wanted:
                break
    return versions


def test_a_cut_is_followed_by_a_new_connection_that_fetches_what_was_missed() -> None:
    gateway = Gateway()

    async def follow() -> list[int]:
        async with gateway.live() as live:
            return await hear(live, 6)

    assert asyncio.run(follow()) == [10, 11, 20, 21, 30, 31]
    assert gateway.opened == 3


def test_the_next_connection_is_opened_before_the_life_of_one_is_over() -> None:
    gateway = Gateway(after="stay", life_ms=1_300)

    async def follow() -> list[int]:
        async with gateway.live() as live:
            return await hear(live, 4)

    assert asyncio.run(follow()) == [10, 11, 20, 21]
    assert gateway.opened == 2
    assert gateway.pings >= 5


def test_a_socket_whose_token_ends_is_renewed_once_and_then_followed_to_its_end() -> None:
    gateway = Gateway(after="stay")

    async def follow() -> None:
        async with gateway.live() as live:
            gateway.ends_ms = gateway.clock() + 1_500
            asyncio.get_running_loop().call_later(1.4, setattr, gateway, "refuse", 401)
            await hear(live, 99)

    with pytest.raises(ApiError) as caught:
        asyncio.run(follow())
    assert caught.value.status == 401
    assert gateway.opened == 2


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_for_good_is_an_error(status: int) -> None:
    async def follow() -> None:
        async with Gateway(refuse=status).live() as live:
            await hear(live, 1)

    with pytest.raises(ApiError) as caught:
        asyncio.run(follow())
    assert caught.value.status == status


def test_a_stage_that_is_busy_is_tried_again() -> None:
    gateway = Gateway(refuse=503)

    async def follow() -> list[int]:
        async with gateway.live() as live:
            loop = asyncio.get_running_loop()
            loop.call_later(0.1, setattr, gateway, "refuse", 0)
            return await hear(live, 2)

    assert asyncio.run(follow()) == [10, 11]
