"""The client that does not block."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from types import TracebackType
from typing import Any, TypeVar

import httpx

from telemetra.application.contract import shapes
from telemetra.application.query import STEPS
from telemetra.client import calls
from telemetra.client.calls import AGAIN, ApiError, Call, Token, bearer, pause_s

T = TypeVar("T")


class AsyncClient:
    """Asks the API; a question is repeated when the server is busy or away.

    Example::

        async with AsyncClient("http://127.0.0.1:3000") as api:
            async for channel in api.streams():
                print(channel.stream_id, channel.live)

    Args:
        url: the one origin.
        token: access token, or what gives one that is valid now; None where access is open.
        attempts: tries of one question, the first included.
        timeout_s: longest wait for one answer.
        sleep: waits between attempts.
        transport: carries the requests; None for the network.
    """

    def __init__(
        self,
        url: str,
        token: Token = None,
        *,
        attempts: int = 4,
        timeout_s: float = 10,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=timeout_s, transport=transport)
        self._token = token
        self._attempts = attempts
        self._sleep = sleep

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def health(self) -> shapes.Health:
        """Say how the product is."""
        return await self._ask(calls.health())

    async def streams(self) -> AsyncIterator[shapes.Channel]:
        """Yield the channels, live ones first."""
        cursor: str | None = None
        while True:
            page = await self._ask(calls.channels(cursor))
            for item in page.items:
                yield item
            cursor = page.cursor
            if cursor is None:
                return

    async def metrics(
        self, channel: str, grain: str, start_ms: int, end_ms: int, *, afresh: bool = False
    ) -> list[shapes.Metric]:
        """Return a series of any length, oldest first."""
        parts = calls.spans(start_ms, end_ms, STEPS[grain])
        return [
            item
            for start, end in parts
            for item in (await self._ask(calls.metrics(channel, grain, start, end, afresh=afresh))).items
        ]

    async def moments(
        self, channel: str, start_ms: int, end_ms: int, *, afresh: bool = False
    ) -> AsyncIterator[shapes.Moment]:
        """Yield the moments of a range, newest first."""
        cursor: str | None = None
        while True:
            page = await self._ask(calls.moments(channel, start_ms, end_ms, cursor, afresh=afresh))
            for item in page.items:
                yield item
            cursor = page.cursor
            if cursor is None:
                return

    async def export(self, channel: str, form: str, start_ms: int, end_ms: int) -> str:
        """Return a stretch as the text of a file: ``csv``, ``html`` or ``edl``."""
        return await self._ask(calls.export(channel, form, start_ms, end_ms))

    async def ticket(self) -> str:
        """Return a ticket that opens a socket, within a minute."""
        return (await self._ask(calls.ticket())).ticket

    @property
    def socket_origin(self) -> str:
        """Where sockets are opened."""
        url = self._http.base_url
        scheme = "wss" if url.scheme == "https" else "ws"
        return f"{scheme}://{url.netloc.decode()}"

    @property
    def has_token(self) -> bool:
        """Whether the client speaks for somebody."""
        return self._token is not None

    async def get(self, path: str, **query: str | int) -> Any:
        """Return the JSON answer of any route."""
        return await self._ask(calls.anything(path, {name: str(value) for name, value in query.items()}))

    async def _ask(self, call: Call[T]) -> T:
        for attempt in range(self._attempts):
            response: httpx.Response | None = None
            last = attempt + 1 == self._attempts or not call.may_repeat
            try:
                response = await self._http.request(
                    call.method, call.path, params=call.query, headers=call.headers | bearer(self._token)
                )
            except httpx.TransportError as error:
                if last:
                    raise ApiError(0, f"{self._http.base_url} does not answer: {error}") from error
            else:
                if last or response.status_code not in AGAIN:
                    return call.read(response)
            await self._sleep(pause_s(attempt, response))
        message = "no attempt was allowed"
        raise ApiError(0, message)
