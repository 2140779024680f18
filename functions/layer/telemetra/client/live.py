"""Follow a channel over its socket: reconnect with back-fill, so that a cut loses nothing."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from telemetra.adapters.clock import now_ms
from telemetra.application.contract import frames
from telemetra.application.query import ceil_to
from telemetra.client.asynchronous import AsyncClient
from telemetra.client.calls import ApiError
from telemetra.client.view import ChannelView
from telemetra.domain.window import MINUTE_MS, SECOND_MS, floor_to

PING: Final = msgspec.json.encode(frames.Ping()).decode()

_jitter: Final = random.SystemRandom()
_decoder: Final = msgspec.json.Decoder(frames.ServerMessage | list[frames.ServerMessage])


@dataclass(frozen=True, slots=True)
class Pace:
    """The client's times, seconds.

    Attributes:
        greeting: longest wait for ``subscribed``.
        ping: silence of ours before we ping, well within the gateway's 10 minutes.
        renewal: how long before the socket's end the next one is opened.
        first_pause: wait after the first failure; it doubles.
        longest_pause: longest wait between two tries.
    """

    greeting: float = 20
    ping: float = 240
    renewal: float = 60
    first_pause: float = 0.5
    longest_pause: float = 30


class Live:
    """Keeps a ``ChannelView`` true: subscribes, fetches what came before, and merges what is told.

    Example::

        async with AsyncClient("http://127.0.0.1:3000") as api:
            async for message in Live(api, "aurora_plays").news():
                print(message)

    Args:
        api: client of the REST routes.
        channel: what to follow.
        since_ms: what is shown begins here; the start of the last hour when it is None.
        pace: the client's times.
        clock: current instant, ms.
    """

    def __init__(
        self,
        api: AsyncClient,
        channel: str,
        *,
        since_ms: int | None = None,
        pace: Pace | None = None,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self.view = ChannelView()
        self.connections = 0
        self._api = api
        self._channel = channel
        self._pace = pace or Pace()
        self._clock = clock
        self._ends_ms = 0
        self._since_ms = floor_to(clock(), MINUTE_MS) - 60 * MINUTE_MS if since_ms is None else since_ms

    async def news(self) -> AsyncGenerator[frames.ServerMessage, None]:
        """Yield what is new to the view, for ever; cancel it to stop.

        Raises:
            ApiError: the API refuses for good: no token, or not for this channel.
        """
        failures = 0
        while True:
            try:
                async with connect(await self._address(), max_size=None) as socket:
                    self.connections += 1
                    async with aclosing(self._heard(socket)) as heard:
                        async for message in heard:
                            failures = 0
                            yield message
            except ApiError as error:
                if error.status in {401, 403}:
                    raise
                failures += 1
            except InvalidHandshake as error:
                status = getattr(getattr(error, "response", None), "status_code", 0)
                if status in {401, 403}:
                    raise ApiError(status, f"the socket of {self._channel} is refused: {error}") from error
                failures += 1
            except (WebSocketException, OSError, TimeoutError):
                failures += 1
            await asyncio.sleep(self._pause_s(failures))

    def _pause_s(self, failures: int) -> float:
        if failures == 0:
            return 0
        usual = min(self._pace.first_pause * 2.0 ** (failures - 1), self._pace.longest_pause)
        return usual * _jitter.uniform(0.5, 1)

    async def _address(self) -> str:
        ticket = f"?ticket={await self._api.ticket()}" if self._api.has_token else ""
        return f"{self._api.socket_origin}/ws/live/{self._channel}{ticket}"

    async def _heard(self, socket: ClientConnection) -> AsyncGenerator[frames.ServerMessage, None]:
        """Yield the news of one connection until it is cut, or so near its end that the next is due."""
        until_ms: int | None = None
        pinged_ms = began_ms = self._clock()
        while until_ms is None or self._clock() < until_ms:
            wait_s = self._pace.ping if until_ms is not None else self._pace.greeting
            if until_ms is not None:
                wait_s = max(min(wait_s, (until_ms - self._clock()) / SECOND_MS), 0.001)
            try:
                async with asyncio.timeout(wait_s):
                    said = await socket.recv()
            except TimeoutError:
                if until_ms is None:
                    raise
                said = "[]"
            for message in messages_of(said):
                if isinstance(message, frames.Subscribed):
                    until_ms = max(self._renewal_ms(message.data.expires_ms), began_ms + SECOND_MS)
                    async for older in self._missed():
                        yield older
                if self.view.take(message):
                    yield message
            if self._clock() - pinged_ms >= self._pace.ping * SECOND_MS:
                pinged_ms = self._clock()
                await socket.send(PING)

    def _renewal_ms(self, ends_ms: int) -> int:
        """Return when the next connection is due: before this one ends, unless that would end no later."""
        before_ms, self._ends_ms = self._ends_ms, ends_ms
        renewal_ms = round(self._pace.renewal * SECOND_MS)
        return ends_ms - renewal_ms if ends_ms > before_ms else ends_ms + SECOND_MS

    async def _missed(self) -> AsyncIterator[frames.ServerMessage]:
        """Fetch everything that is shown: a late event may have changed any of it meanwhile."""
        end_ms = ceil_to(self._clock() + 1, MINUTE_MS)
        for metric in await self._api.metrics(self._channel, "minute", self._since_ms, end_ms, afresh=True):
            if self.view.take_minute(metric):
                yield frames.Minute(self._channel, metric.version, metric)
        async for moment in self._api.moments(self._channel, self._since_ms, end_ms, afresh=True):
            if self.view.take_moment(moment):
                yield frames.MomentNews(self._channel, moment.version, moment)


def messages_of(said: str | bytes) -> Iterator[frames.ServerMessage]:
    """Yield the messages of a frame; one of a newer contract than ours is passed over."""
    try:
        found = _decoder.decode(said)
    except msgspec.DecodeError:
        return
    yield from found if isinstance(found, list) else [found]
