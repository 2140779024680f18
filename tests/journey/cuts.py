"""A client that is cut again and again ends with the same view as one that never is."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress

from telemetra.adapters.clock import now_ms
from telemetra.client import AsyncClient, ChannelView, Live
from telemetra.client.live import Pace
from telemetra.domain.window import MINUTE_MS, floor_to
from tests.journey.running import RunningStack
from tests.journey.test_counting import chat, put

SPAN_MIN = 20
PACE = Pace(first_pause=0.02, longest_pause=0.2)


class Proxy:
    """Stands between a client and the origin, and cuts every connection when it is told to."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: set[asyncio.StreamWriter] = set()
        self._pouring: set[asyncio.Task[None]] = set()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            writer.transport.abort()
            return
        pair = {writer, there_writer}
        self._open |= pair
        poured = [
            asyncio.create_task(self._pour(reader, there_writer)),
            asyncio.create_task(self._pour(there_reader, writer)),
        ]
        self._pouring |= set(poured)
        await asyncio.gather(*poured)
        self._pouring -= set(poured)
        self._open -= pair

    async def _pour(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65_536):
                target.write(data)
                await target.drain()
        target.close()
        with suppress(OSError):
            await target.wait_closed()

    def cut(self) -> None:
        """Abort every connection."""
        for writer in list(self._open):
            writer.transport.abort()

    async def close(self) -> None:
        """Cut everything and wait until it is gone."""
        self.cut()
        await asyncio.gather(*self._pouring, return_exceptions=True)


async def follow(live: Live) -> None:
    async for _ in live.news():
        pass


async def views(
    stack: RunningStack, channel: str, cuts: int, seed: int, patience_s: float = 150
) -> tuple[ChannelView, ChannelView, int]:
    """Play late and new events while one of two clients is cut; return both views and its connections."""
    dice = random.Random(seed)
    port = int(stack.url.rpartition(":")[2])
    proxy = Proxy(port)
    server = await asyncio.start_server(proxy.handle, "127.0.0.1", 0)
    through = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    since_ms = floor_to(now_ms(), MINUTE_MS) - SPAN_MIN * MINUTE_MS
    async with server, AsyncClient(stack.url) as straight, AsyncClient(through, attempts=1) as cut:
        whole = Live(straight, channel, since_ms=since_ms, pace=PACE)
        torn = Live(cut, channel, since_ms=since_ms, pace=PACE)
        tasks = [asyncio.create_task(follow(live)) for live in (whole, torn)]
        for number in range(cuts):
            at_ms = since_ms + dice.randrange(SPAN_MIN * MINUTE_MS)
            events = [chat(channel, at_ms + each, f"{number}.{each}") for each in range(dice.randrange(1, 5))]
            await asyncio.to_thread(put, stack, *events)
            await asyncio.sleep(dice.uniform(0, 0.6))
            proxy.cut()
        for _ in range(round(patience_s / 0.2)):
            if settled(whole.view, torn.view):
                break
            await asyncio.sleep(0.2)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await proxy.close()
    return whole.view, torn.view, torn.connections


def settled(one: ChannelView, other: ChannelView) -> bool:
    return bool(one.minutes) and one.minutes == other.minutes and one.moments == other.moments
