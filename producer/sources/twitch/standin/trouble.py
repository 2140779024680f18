"""Faults as the stand-in makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import WSMsgType

from producer.sources.twitch.standin.eventsub_server import frame_of, hand_over, subscription_of
from producer.sources.twitch.standin.faults import HOLDS, Fault
from producer.sources.twitch.standin.world import until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from producer.sources.twitch.standin.world import Connection, World

CHAT: Final = "channel.chat.message"

_SKEWS_MS: Final = (-90_000, -20_000, 20_000, 45_000)
_CLOSES: Final = (0, 4000, 4002, 4005, 4006)
_GARBAGE: Final = (
    b"\xff\xfe\xf0\x28",
    b"@@@@",
    b"@a=b;;=;c :x",
    b'{"metadata":',
    b"[]",
    b'{"metadata":{},"payload":{}}',
    b"@" + b"t" * 17_000 + b" PRIVMSG #x :y",
    b"\r\n\r\n",
    b"PRIVMSG",
    b":x!x@x PRIVMSG #chan",
    b"SERVERCHANGE x",
)


class Trouble:
    """What goes wrong now in ``world``; ``base`` is where the server is."""

    def __init__(self, world: World, base: str) -> None:
        self._world = world
        self._base = base
        self._holding: dict[Fault, int] = {}
        self._acts: dict[Fault, Callable[[], Awaitable[None]]] = {
            Fault.MOVE_IRC: self._move_irc,
            Fault.MOVE_EVENTSUB: self._move_eventsub,
            Fault.DROP_IRC: self._drop_irc,
            Fault.DROP_EVENTSUB: self._drop_eventsub,
            Fault.REVOKE: self._revoke,
            Fault.TOO_MANY: self._too_many,
            Fault.GARBAGE: self._garbage,
            Fault.SKEW: self._skew,
            Fault.SLOW_IRC: self._slow_irc,
            Fault.SLOW_EVENTSUB: self._slow_eventsub,
        }

    def holds(self, fault: Fault) -> bool:
        """Say whether ``fault`` goes on."""
        return fault in self._holding

    async def make(self, fault: Fault) -> None:
        """Begin ``fault``; one that takes a leg away waits until both legs are read."""
        self._holding[fault] = HOLDS
        if act := self._acts.get(fault):
            await act()

    def pass_one(self) -> None:
        """Let one more message pass under what holds; end what has held long enough."""
        for fault in list(self._holding):
            self._holding[fault] -= 1
            if self._holding[fault] <= 0:
                del self._holding[fault]
                if fault is Fault.SKEW:
                    self._world.skew_ms = 0
                if fault in {Fault.SLOW_IRC, Fault.SLOW_EVENTSUB}:
                    for connection in self._world.connections():
                        connection.delay_s = 0.0

    async def both_ready(self) -> None:
        """Wait until every channel is read on both legs."""
        world = self._world
        await until(
            lambda: all(world.joined(name) and world.subscribed(name, CHAT) for name in world.channels)
        )

    async def _move_irc(self) -> None:
        await self.both_ready()
        for connection in self._world.irc:
            connection.put(":tmi.twitch.tv RECONNECT\r\n")

    async def _move_eventsub(self) -> None:
        await self.both_ready()
        for session in self._world.sessions.values():
            hand_over(self._world, session, self._base.replace("http", "ws", 1))

    async def _drop_irc(self) -> None:
        await self.both_ready()
        for connection in self._world.irc:
            connection.close()

    async def _drop_eventsub(self) -> None:
        await self.both_ready()
        for connection in self._sockets():
            connection.close(self._world.rng.choice(_CLOSES))

    async def _revoke(self) -> None:
        await self.both_ready()
        world = self._world
        for session, one in world.subscribed(world.channels[0], CHAT):
            del session.subscriptions[one.id]
            described = subscription_of(world, one, session, "version_removed")
            session.connection.put(frame_of(world, "revocation", {"subscription": described}))

    async def _too_many(self) -> None:
        self._world.rate_limited += 2

    async def _garbage(self) -> None:
        for connection in self._world.connections():
            for data in _GARBAGE:
                connection.put(data, self._world.rng.choice((WSMsgType.TEXT, WSMsgType.BINARY)))

    async def _skew(self) -> None:
        self._world.skew_ms = self._world.rng.choice(_SKEWS_MS)

    async def _slow_irc(self) -> None:
        for connection in self._world.irc:
            connection.delay_s = self._world.rng.uniform(0.05, 0.4)

    async def _slow_eventsub(self) -> None:
        for connection in self._sockets():
            connection.delay_s = self._world.rng.uniform(0.05, 0.4)

    def _sockets(self) -> list[Connection]:
        return [session.connection for session in self._world.sessions.values()]
