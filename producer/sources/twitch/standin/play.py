"""The stand-in at work: its server, and the show that talks and goes wrong by script."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final, Self

from aiohttp import web

from producer.sources.twitch.standin.eventsub_server import chat_event, notification, serve_eventsub, stamp
from producer.sources.twitch.standin.faults import Fault, Step, script
from producer.sources.twitch.standin.http_server import HttpServer
from producer.sources.twitch.standin.irc_server import message_line, serve_irc
from producer.sources.twitch.standin.notices import tell_notice
from producer.sources.twitch.standin.sayings import sayings
from producer.sources.twitch.standin.trouble import CHAT, Trouble
from producer.sources.twitch.standin.world import Told, World, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from producer.sources.twitch.standin.world import Saying

_NOTICE_EACH: Final = 150
_AGAIN_MS: Final = 40


class StandIn:
    """The server, on 127.0.0.1 only; ``port`` 0 takes a free one."""

    def __init__(self, world: World, port: int = 0) -> None:
        self.world = world
        self.http = HttpServer(world)
        self._port = port
        app = web.Application()
        app.add_routes(
            [
                web.get("/", partial(serve_irc, world)),
                web.get("/irc", partial(serve_irc, world)),
                web.get("/ws", partial(serve_eventsub, world)),
                *self.http.routes(),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)

    @property
    def base(self) -> str:
        """The address, without a trailing slash."""
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for connection in self.world.connections():
            connection.close(1001)
        await self._runner.cleanup()


class Player:
    """Says messages on both legs and plays the faults of a script between them."""

    def __init__(self, standin: StandIn, steps: Iterable[Step] = ()) -> None:
        self._world = standin.world
        self._steps = {step.at: step.fault for step in steps}
        self._trouble = Trouble(standin.world, standin.base)

    async def play(self, spoken: Iterable[Saying], rate: float = 0) -> None:
        """Say each message; ``rate`` a second, 0 as fast as they are read."""
        for number, saying in enumerate(spoken):
            if fault := self._steps.get(number):
                await self._trouble.make(fault)
            await self.say(saying)
            if self._trouble.holds(Fault.REPEAT):
                await self.say(replace(saying, id=self._world.new_id(), first=False), later_ms=_AGAIN_MS)
            if number % _NOTICE_EACH == _NOTICE_EACH - 1:
                tell_notice(self._world, saying, number // _NOTICE_EACH)
            self._trouble.pass_one()
            await asyncio.sleep(1 / rate if rate else 0)

    async def ready(self) -> None:
        """Wait until every channel is read on both legs."""
        await self._trouble.both_ready()

    async def settled(self) -> None:
        """Wait until everything that was said has left."""
        await until(lambda: not any(connection.waiting for connection in self._world.connections()))

    async def say(self, saying: Saying, later_ms: int = 0) -> None:
        """Say one message to whoever reads its channel, waiting for a first reader.

        Args:
            saying: the message.
            later_ms: added to its time, for a second one that the clock could not tell from the first.
        """
        world = self._world
        await until(lambda: bool(world.joined(saying.channel) or world.subscribed(saying.channel, CHAT)))
        sent_ms = world.now_ms() + later_ms
        line = message_line(saying, sent_ms)
        readers = world.joined(saying.channel)
        times = 2 if self._trouble.holds(Fault.SAME_ID) else 1
        for connection in readers:
            for _ in range(times):
                connection.put(line)
            await connection.room()
        notified = world.subscribed(saying.channel, CHAT)
        sent = stamp(sent_ms + world.skew_ms)
        for session, one in notified:
            for event_id in self._ids(saying, times):
                event = chat_event(saying, event_id)
                frame = notification(world, one, session, event, message_timestamp=sent)
                session.connection.put(frame)
            await session.connection.room()
        world.ledger.append(Told(saying, bool(readers), bool(notified)))

    def _ids(self, saying: Saying, times: int) -> list[str]:
        if self._trouble.holds(Fault.OTHER_ID):
            return [self._world.new_id(), self._world.new_id()]
        return [saying.id] * times


@dataclass(frozen=True, slots=True)
class Show:
    """What the command plays; ``messages`` 0 has no end, ``faults`` None has none."""

    port: int
    channels: tuple[str, ...]
    rate: float
    messages: int
    faults: int | None
    seed: int


async def run_show(show: Show, now_ms: Callable[[], int], note: Callable[[str], None]) -> dict[str, int]:
    """Serve and talk; return what clients did, by name."""
    world = World(show.channels, now_ms, show.seed)
    endless = 1_000_000
    steps = () if show.faults is None else script(show.faults, show.messages or endless)
    async with StandIn(world, show.port) as standin:
        note(f"standing in for Twitch at {standin.base}; token standin-token; set TELEMETRA_TWITCH_URL to it")
        await until(lambda: any(world.irc.values()) or bool(world.sessions), patience_s=None)
        spoken = sayings(show.seed, show.channels)
        await Player(standin, steps).play(islice(spoken, show.messages or None), show.rate)
        await asyncio.sleep(1)
    return dict(world.counts) | {"said": len(world.ledger)}
