"""The client that blocks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, TypeVar

import httpx

from telemetra.application.contract import shapes
from telemetra.application.query import STEPS
from telemetra.client import calls
from telemetra.client.calls import AGAIN, ApiError, Call, Token, bearer, pause_s

T = TypeVar("T")


class Client:
    """Asks the API; a question is repeated when the server is busy or away.

    Example::

        with Client("http://127.0.0.1:3000") as api:
            for channel in api.streams():
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
        sleep: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._http = httpx.Client(base_url=url, timeout=timeout_s, transport=transport)
        self._token = token
        self._attempts = attempts
        self._sleep = sleep

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def health(self) -> shapes.Health:
        """Say how the product is."""
        return self._ask(calls.health())

    def streams(self) -> Iterator[shapes.Channel]:
        """Yield the channels, live ones first."""
        cursor: str | None = None
        while True:
            page = self._ask(calls.channels(cursor))
            yield from page.items
            cursor = page.cursor
            if cursor is None:
                return

    def metrics(
        self, channel: str, grain: str, start_ms: int, end_ms: int, *, afresh: bool = False
    ) -> list[shapes.Metric]:
        """Return a series of any length, oldest first."""
        parts = calls.spans(start_ms, end_ms, STEPS[grain])
        return [
            item
            for start, end in parts
            for item in self._ask(calls.metrics(channel, grain, start, end, afresh=afresh)).items
        ]

    def moments(
        self, channel: str, start_ms: int, end_ms: int, *, afresh: bool = False
    ) -> Iterator[shapes.Moment]:
        """Yield the moments of a range, newest first."""
        cursor: str | None = None
        while True:
            page = self._ask(calls.moments(channel, start_ms, end_ms, cursor, afresh=afresh))
            yield from page.items
            cursor = page.cursor
            if cursor is None:
                return

    def export(self, channel: str, form: str, start_ms: int, end_ms: int) -> str:
        """Return a stretch as the text of a file: ``csv``, ``html`` or ``edl``."""
        return self._ask(calls.export(channel, form, start_ms, end_ms))

    def get(self, path: str, **query: str | int) -> Any:
        """Return the JSON answer of any route."""
        return self._ask(calls.anything(path, {name: str(value) for name, value in query.items()}))

    def _ask(self, call: Call[T]) -> T:
        for attempt in range(self._attempts):
            response: httpx.Response | None = None
            last = attempt + 1 == self._attempts or not call.may_repeat
            try:
                response = self._http.request(
                    call.method, call.path, params=call.query, headers=call.headers | bearer(self._token)
                )
            except httpx.TransportError as error:
                if last:
                    raise ApiError(0, f"{self._http.base_url} does not answer: {error}") from error
            else:
                if last or response.status_code not in AGAIN:
                    return call.read(response)
            self._sleep(pause_s(attempt, response))
        message = "no attempt was allowed"
        raise ApiError(0, message)
