"""A sink in memory, a world with channels, and a live run against the stand-in."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from random import Random
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import zstandard

from producer.sink import Totals
from producer.sources.twitch.endpoints import Endpoints
from producer.sources.twitch.live import Live, Wiring
from producer.sources.twitch.oauth import Grant, OAuth, Tokens
from producer.sources.twitch.standin.play import StandIn
from producer.sources.twitch.standin.world import World
from telemetra.adapters.clock import now_ms

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from pathlib import Path

    import httpx

    from producer.pack import Packed

CHANNELS = ("first_channel", "second_channel")


class MemorySink:
    """Keeps the events that were sent, decoded."""

    def __init__(self) -> None:
        self.totals = Totals()
        self.events: list[dict[str, Any]] = []

    def send(self, records: Iterable[Packed]) -> None:
        for record in records:
            rows = zstandard.ZstdDecompressor().decompress(record.data).split(b"\n")
            self.events += [msgspec.json.decode(row) for row in rows]
            self.totals.count(record)

    def of(self, schema: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["schema"] == schema]

    def said(self) -> Counter[tuple[str, str, str, bool]]:
        return Counter(
            (event["channel"], event["user_id"], event["text"], event.get("first", False))
            for event in self.of("chat.v1")
        )


def tokens(http: httpx.AsyncClient, where: Endpoints, access: str = "standin-token") -> Tokens:
    return Tokens(OAuth(http, where.oauth, "standin-client"), Grant(access, "standin-refresh"), None)


@asynccontextmanager
async def running(live: Live) -> AsyncIterator[None]:
    """Run ``live`` for the length of the block; it has sent everything at the end."""
    stop = asyncio.Event()
    task = asyncio.ensure_future(live.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


def wiring(standin: StandIn, folder: Path, **options: Any) -> Wiring:
    where = Endpoints.of(standin.base)
    return Wiring(where, folder, now_ms, Random(1), **({"beat_s": 0.05, "poll_s": 0.2} | options))


@pytest.fixture
def sink() -> MemorySink:
    return MemorySink()


@pytest.fixture
def world() -> World:
    return World(CHANNELS, now_ms)
