"""The IRC leg: anonymous, read only, over WebSocket."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from producer.sources.twitch.irc import lines, parse
from producer.sources.twitch.succession import succession
from producer.sources.twitch.values import FrameError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from random import Random

    from websockets.asyncio.client import ClientConnection

    from producer.sources.twitch.irc import Message
    from producer.sources.twitch.succession import Turn
    from producer.sources.twitch.tally import Tally

CHANNELS_A_CONNECTION: Final = 100

JOINS: Final = 20
"""Joins that Twitch takes in ``JOIN_WINDOW_S``."""

JOIN_WINDOW_S: Final = 10.0

_QUIET_S: Final = 90.0
_PONG_S: Final = 10.0
_MAX_FRAME: Final = 256 * 1024


class Pace:
    """Lets at most ``many`` pass in any ``window_s``; one for all connections of an address."""

    def __init__(self, many: int = JOINS, window_s: float = JOIN_WINDOW_S) -> None:
        self._window_s = window_s
        self._passed: deque[float] = deque(maxlen=many)
        self._gate = asyncio.Lock()

    async def turn(self) -> None:
        """Wait for a turn."""
        clock = asyncio.get_running_loop().time
        async with self._gate:
            if len(self._passed) == self._passed.maxlen:
                await asyncio.sleep(max(0.0, self._passed[0] + self._window_s - clock()))
            self._passed.append(clock())


class IrcClient:
    """Reads up to ``CHANNELS_A_CONNECTION`` channels over one connection at a time.

    Args:
        url: of the server.
        channels: to join.
        heard: takes each message.
        tally: counts frames, bad lines and connections.
        pace: of joins, shared by all clients.
        rng: for the anonymous name and the waits.
    """

    def __init__(
        self,
        url: str,
        channels: Sequence[str],
        *,
        heard: Callable[[Message], None],
        tally: Tally,
        pace: Pace,
        rng: Random,
    ) -> None:
        self._url = url
        self._channels = tuple(channels)
        self._heard = heard
        self._tally = tally
        self._pace = pace
        self._rng = rng

    async def run(self) -> None:
        """Read until cancelled, through drops and hand-overs."""
        await succession(self._serve, self._rng)

    async def _serve(self, turn: Turn) -> None:
        try:
            async with connect(
                self._url, ping_interval=None, compression=None, max_size=_MAX_FRAME, close_timeout=1
            ) as socket:
                self._tally.add("irc.connected")
                joining = asyncio.ensure_future(self._greet(socket))
                try:
                    await self._read(socket, turn)
                finally:
                    joining.cancel()
                    await asyncio.gather(joining, return_exceptions=True)
        except (OSError, InvalidHandshake, ConnectionClosed, TimeoutError) as error:
            self._tally.add(f"irc.ended.{type(error).__name__}")

    async def _greet(self, socket: ClientConnection) -> None:
        await socket.send("CAP REQ :twitch.tv/tags twitch.tv/commands")
        await socket.send(f"NICK justinfan{self._rng.randrange(10_000, 99_999)}")
        for channel in self._channels:
            await self._pace.turn()
            await socket.send(f"JOIN #{channel}")

    async def _read(self, socket: ClientConnection, turn: Turn) -> None:
        waiting = set(self._channels)
        asked = False
        while True:
            try:
                async with asyncio.timeout(_PONG_S if asked else _QUIET_S):
                    frame = await socket.recv(decode=False)
            except TimeoutError:
                if asked:
                    raise
                asked = True
                await socket.send("PING :telemetra")
                continue
            asked = False
            for message in self._messages(frame):
                match message.command:
                    case "PING":
                        await socket.send(f"PONG :{message.params[0] if message.params else ''}")
                    case "RECONNECT":
                        self._tally.add("irc.moved")
                        turn.moved.set()
                    case "JOIN" | "ROOMSTATE":
                        waiting.discard(message.channel)
                        if not waiting:
                            turn.ready.set()
                        self._heard(message)
                    case _:
                        self._heard(message)

    def _messages(self, frame: bytes) -> Iterator[Message]:
        for line in lines(frame):
            try:
                yield parse(line)
            except FrameError:
                self._tally.add("irc.bad")
