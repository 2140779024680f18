"""The stand-in on a thread of its own, for those who wait for its answers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from producer.sources.twitch.standin.play import StandIn
from producer.sources.twitch.standin.world import World
from telemetra.adapters.clock import now_ms
from tests.twitch.conftest import CHANNELS


@contextmanager
def threaded() -> Iterator[StandIn]:
    """Run it until the block ends; its first channel is who signs in."""
    loop, made = asyncio.new_event_loop(), StandIn(World(CHANNELS, now_ms=now_ms))
    made.http.sign_in.moderated = ("aurora", "pixel", "third")
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(made.__aenter__(), loop).result(10)
    try:
        yield made
    finally:
        asyncio.run_coroutine_threadsafe(made.__aexit__(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
