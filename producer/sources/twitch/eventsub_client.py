"""The EventSub leg: one user's socket, its subscriptions, and hand-over."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from producer.sources.twitch.eventsub import (
    CLOSE_CODES,
    MAX_FRAME,
    Moved,
    Notification,
    Revoked,
    Welcome,
    read_frame,
)
from producer.sources.twitch.helix import HelixError
from producer.sources.twitch.succession import succession
from producer.sources.twitch.values import FrameError
from telemetra.domain.errors import UnauthenticatedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from random import Random

    from websockets.asyncio.client import ClientConnection

    from producer.sources.twitch.eventsub import Frame
    from producer.sources.twitch.helix import Helix
    from producer.sources.twitch.succession import Turn
    from producer.sources.twitch.tally import Tally

KEEPALIVE_S: Final = 10
MAX_SUBSCRIPTIONS: Final = 300

_WELCOME_S: Final = 15.0
_SLACK_S: Final = 5.0
_TRIES: Final = 5
_CONFLICT: Final = 409
_LASTING: Final = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A subscription: its type, version and condition."""

    type: str
    version: str
    condition: tuple[tuple[str, str], ...]

    def plain(self) -> Mapping[str, object]:
        """Return it as Helix takes it, without a transport."""
        return {"type": self.type, "version": self.version, "condition": dict(self.condition)}


def wanted_of(broadcaster_id: str, user_id: str) -> list[Wanted]:
    """Return what to subscribe for a channel; payments only on the user's own, the rest needs no consent."""
    here = (("broadcaster_user_id", broadcaster_id),)
    found = [
        Wanted("channel.chat.message", "1", (*here, ("user_id", user_id))),
        Wanted("channel.chat.notification", "1", (*here, ("user_id", user_id))),
        Wanted("stream.online", "1", here),
        Wanted("stream.offline", "1", here),
        Wanted("channel.update", "2", here),
        Wanted("channel.raid", "1", (("to_broadcaster_user_id", broadcaster_id),)),
    ]
    if broadcaster_id == user_id:
        paid = ("subscribe", "subscription.message", "subscription.gift", "cheer")
        found += [Wanted(f"channel.{name}", "1", here) for name in paid]
    return found


class EventSubClient:
    """Reads the notifications of ``wanted`` over one socket at a time.

    Args:
        url: of the server.
        helix: makes the subscriptions.
        wanted: what to subscribe on every fresh connection, the most important first.
        heard: takes each notification.
        tally: counts frames, bad ones, subscriptions and ends by close code.
        rng: for the waits.
    """

    def __init__(
        self,
        url: str,
        helix: Helix,
        *,
        wanted: Sequence[Wanted],
        heard: Callable[[Notification], None],
        tally: Tally,
        rng: Random,
    ) -> None:
        self._url = url
        self._helix = helix
        self._wanted = tuple(wanted[:MAX_SUBSCRIPTIONS])
        self._heard = heard
        self._tally = tally
        self._rng = rng
        self._session = ""
        self._made: dict[str, Wanted] = {}
        self._waiting: asyncio.Queue[Wanted] = asyncio.Queue()
        self._subscribing: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Read until cancelled."""
        try:
            await succession(self._serve, self._rng)
        finally:
            if self._subscribing:
                self._subscribing.cancel()
                await asyncio.gather(self._subscribing, return_exceptions=True)

    async def _serve(self, turn: Turn) -> None:
        url = turn.url or f"{self._url}?keepalive_timeout_seconds={KEEPALIVE_S}"
        try:
            async with connect(
                url, ping_interval=None, compression=None, max_size=MAX_FRAME, close_timeout=1
            ) as socket:
                self._tally.add("eventsub.connected")
                await self._read(socket, turn)
        except ConnectionClosed as error:
            code = error.rcvd.code if error.rcvd else 1006
            self._tally.add(f"eventsub.ended.{code}.{CLOSE_CODES.get(code, 'closed').replace(' ', '_')}")
        except (OSError, InvalidHandshake, TimeoutError) as error:
            self._tally.add(f"eventsub.ended.{type(error).__name__}")

    async def _read(self, socket: ClientConnection, turn: Turn) -> None:
        patience_s = _WELCOME_S
        while True:
            async with asyncio.timeout(patience_s):
                data = await socket.recv(decode=False)
            try:
                frame = read_frame(data)
            except FrameError:
                self._tally.add("eventsub.bad")
                continue
            if isinstance(frame, Welcome):
                patience_s = frame.keepalive_s + _SLACK_S
                self._welcomed(frame, turn)
            else:
                self._act(frame, turn)

    def _welcomed(self, frame: Welcome, turn: Turn) -> None:
        self._session = frame.session_id
        if turn.url is None:
            self._made.clear()
            self._waiting = asyncio.Queue()
            for one in self._wanted:
                self._waiting.put_nowait(one)
            if self._subscribing:
                self._subscribing.cancel()
            self._subscribing = asyncio.ensure_future(self._subscribe(self._waiting))
        turn.ready.set()

    def _act(self, frame: Frame, turn: Turn) -> None:
        match frame:
            case Notification():
                self._heard(frame)
            case Moved(url):
                self._tally.add("eventsub.moved")
                turn.next_url = url
                turn.moved.set()
            case Revoked(subscription_id, _, status):
                self._tally.add(f"eventsub.revoked.{status}")
                if found := self._made.pop(subscription_id, None):
                    self._waiting.put_nowait(found)
            case _:
                pass

    async def _subscribe(self, waiting: asyncio.Queue[Wanted]) -> None:
        """Make the subscriptions that wait, for whichever session is the present one."""
        tries: Counter[Wanted] = Counter()
        while True:
            one = await waiting.get()
            tries[one] += 1
            try:
                made = await self._helix.subscribe(one.plain(), self._session)
            except HelixError as error:
                if error.status == _CONFLICT:
                    continue
                self._tally.add(f"eventsub.refused.{error.status}.{one.type}")
                if error.status not in _LASTING and tries[one] < _TRIES:
                    await asyncio.sleep(self._rng.uniform(0.5, 1) * tries[one])
                    waiting.put_nowait(one)
            except UnauthenticatedError:
                self._tally.add("eventsub.unauthenticated")
                return
            else:
                self._made[made] = one
                self._tally.add("eventsub.subscribed")
