"""The stand-in's world: channels, connections of both legs, and a ledger of what was said on which."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import repeat
from random import Random
from typing import TYPE_CHECKING, Final
from uuid import UUID

from aiohttp import WSMsgType, web

if TYPE_CHECKING:
    from collections.abc import Callable

ME: Final = "900001"
"""The user whose token the OAuth server gives."""

_ROOM: Final = 256


def user_id_of(login: str) -> str:
    """Return the id of a login, the same on every run."""
    return str(100_000 + int.from_bytes(blake2b(login.encode(), digest_size=4).digest()) % 800_000)


async def until(true: Callable[[], bool], patience_s: float | None = 60.0) -> None:
    """Look every few milliseconds whether ``true`` holds.

    Raises:
        TimeoutError: it does not within ``patience_s``.
    """
    async with asyncio.timeout(patience_s):
        for _ in repeat(None):
            if true():
                return
            await asyncio.sleep(0.005)


@dataclass(frozen=True, slots=True)
class Saying:
    """One message as the stand-in says it; ``emotes`` are ``(id, start, end inclusive)`` in code points."""

    id: str
    channel: str
    login: str
    text: str
    emotes: tuple[tuple[str, int, int], ...] = ()
    bits: int = 0
    first: bool = False

    @property
    def user_id(self) -> str:
        return user_id_of(self.login)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a message: the legs that carried it to somebody."""

    saying: Saying
    irc: bool
    eventsub: bool


class Connection:
    """A client's socket; frames leave in order, ``delay_s`` after they were put."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self.delay_s = 0.0
        self.open = True
        self._frames: asyncio.Queue[tuple[float, bytes | None, WSMsgType]] = asyncio.Queue()
        self._pump = asyncio.ensure_future(self._run())
        self._code = 0
        self._sending = 0

    def put(self, frame: str | bytes, kind: WSMsgType = WSMsgType.TEXT) -> None:
        """Send ``frame``, as bytes just as they are."""
        if self.open:
            data = frame.encode() if isinstance(frame, str) else frame
            self._frames.put_nowait((asyncio.get_running_loop().time() + self.delay_s, data, kind))

    def close(self, code: int = 0) -> None:
        """Close after what was put; code 0 closes the TCP connection without a word."""
        if self.open:
            self.open = False
            self._code = code
            self._frames.put_nowait((0.0, None, WSMsgType.CLOSE))

    @property
    def waiting(self) -> int:
        """Frames that have not left."""
        return self._frames.qsize() + self._sending if self.open else 0

    async def room(self) -> None:
        """Wait until few frames wait."""
        await until(lambda: not self.open or self._frames.qsize() <= _ROOM)

    async def end(self) -> None:
        """Stop sending."""
        self.open = False
        self._pump.cancel()
        await asyncio.gather(self._pump, return_exceptions=True)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due, data, kind = await self._frames.get()
            self._sending = 1
            if due > loop.time():
                await asyncio.sleep(due - loop.time())
            if data is None:
                break
            try:
                await self.socket.send_frame(data, kind)
            except ConnectionError:
                self.open = False
                return
            self._sending = 0
        if self._code:
            await self.socket.close(code=self._code)
        elif self.socket._req is not None and self.socket._req.transport is not None:  # noqa: SLF001
            self.socket._req.transport.close()  # noqa: SLF001


@dataclass(slots=True)
class World:
    """Everything that the servers share.

    Attributes:
        channels: login names.
        now_ms: the wall clock.
        seed: of ids and people.
        skew_ms: added to EventSub's times.
        rate_limited: Helix calls still to be answered with 429.
        counts: what clients did, by name.
    """

    channels: tuple[str, ...]
    now_ms: Callable[[], int]
    seed: int = 7
    skew_ms: int = 0
    irc: dict[Connection, set[str]] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    rate_limited: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    ledger: list[Told] = field(default_factory=list)
    rng: Random = field(init=False)

    def __post_init__(self) -> None:
        self.rng = Random(f"{self.seed}/standin")

    def new_id(self) -> str:
        """Return a fresh id in the form of Twitch's."""
        return str(UUID(int=self.rng.getrandbits(128), version=4))

    def login_of(self, user_id: str) -> str | None:
        """Return the channel whose id it is."""
        return next((login for login in self.channels if user_id_of(login) == user_id), None)

    def connections(self) -> list[Connection]:
        """Return the connections of both legs."""
        return [*self.irc, *(session.connection for session in self.sessions.values())]

    def joined(self, channel: str) -> list[Connection]:
        """Return the open IRC connections that read ``channel``."""
        return [
            connection for connection, joined in self.irc.items() if connection.open and channel in joined
        ]

    def subscribed(self, channel: str, kind: str) -> list[tuple[Session, Subscription]]:
        """Return the live subscriptions of ``kind`` for ``channel``."""
        return [
            (session, one)
            for session in self.sessions.values()
            if session.connection.open
            for one in session.subscriptions.values()
            if one.type == kind and one.channel == channel
        ]


@dataclass(slots=True)
class Subscription:
    """A subscription as a client made it."""

    id: str
    type: str
    version: str
    condition: dict[str, str]
    channel: str


@dataclass(slots=True, eq=False)
class Session:
    """An EventSub session and the connection that serves it now."""

    id: str
    connection: Connection
    keepalive_s: int
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
