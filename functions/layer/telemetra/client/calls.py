"""What is asked of the API and how its answers are read, for both clients."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Generic, TypeAlias, TypeVar

import httpx
import msgspec

from telemetra.application.contract import shapes
from telemetra.domain.errors import TelemetraError

T = TypeVar("T")

AGAIN: Final = frozenset({429, 502, 503, 504})
"""Statuses after which the same question may have another answer."""

LONGEST_PAUSE_S: Final = 8.0
MOST_POINTS: Final = 1_500
ITEMS_A_PAGE: Final = 100

_jitter: Final = random.SystemRandom()


class ApiError(TelemetraError):
    """The API refused, or could not be reached.

    Attributes:
        status: HTTP status; 0 when there was no answer.
    """

    def __init__(self, status: int, message: str) -> None:
        """Keep the status beside the sentence."""
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request, and the type that its answer is read as; ``bytes`` and ``str`` are taken as they are.

    ``afresh`` asks for an answer that is not remembered, as one that fills a gap must be.
    """

    path: str
    answer: type[T]
    query: dict[str, str]
    method: str = "GET"
    afresh: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """Headers of the request."""
        return {"Cache-Control": "no-cache"} if self.afresh else {}

    @property
    def may_repeat(self) -> bool:
        """Whether asking twice does no harm."""
        return self.method == "GET" or self.path.endswith("/ws-ticket")

    def read(self, response: httpx.Response) -> T:
        """Return the answer.

        Raises:
            ApiError: it is a refusal, or not what was asked for.
        """
        if response.status_code != HTTPStatus.OK:
            raise ApiError(response.status_code, refusal(response))
        if self.answer is str:
            return response.text  # type: ignore[return-value]
        try:
            return msgspec.json.decode(response.content, type=self.answer)
        except msgspec.DecodeError as error:
            message = f"{self.path} answered what is not in the contract: {error}"
            raise ApiError(response.status_code, message) from error


Token: TypeAlias = str | Callable[[], str] | None
"""An access token, what gives one that is valid now, or None where access is open."""


def bearer(token: Token) -> dict[str, str]:
    """Return the header that shows a token.

    >>> bearer("a"), bearer(lambda: "b"), bearer(None)
    ({'Authorization': 'Bearer a'}, {'Authorization': 'Bearer b'}, {})
    """
    if token is None:
        return {}
    return {"Authorization": f"Bearer {token if isinstance(token, str) else token()}"}


def refusal(response: httpx.Response) -> str:
    """Return why a request was not answered, in the server's words where it gives any."""
    try:
        problem = msgspec.json.decode(response.content, type=shapes.Problem)
    except msgspec.DecodeError:
        return f"{response.request.url.path} answered {response.status_code}"
    return f"{problem.title}: {problem.detail}"


def pause_s(attempt: int, response: httpx.Response | None) -> float:
    """Return how long to wait before the attempt after this one: what the server asks for, or a doubling."""
    asked = response.headers.get("Retry-After", "") if response is not None else ""
    usual = min(0.25 * 2.0**attempt, LONGEST_PAUSE_S)
    return max(usual * _jitter.uniform(0.5, 1), float(asked) if asked.isdecimal() else 0)


def health() -> Call[shapes.Health]:
    """Ask how the product is."""
    return Call("/api/v1/health", shapes.Health, {})


def channels(cursor: str | None) -> Call[shapes.Page[shapes.Channel]]:
    """Ask for a page of the directory."""
    return Call("/api/v1/streams", shapes.Page[shapes.Channel], _page(cursor))


def metrics(
    channel: str, grain: str, start_ms: int, end_ms: int, *, afresh: bool
) -> Call[shapes.Page[shapes.Metric]]:
    """Ask for a series."""
    query = {"grain": grain, "from": str(start_ms), "to": str(end_ms)}
    path = f"/api/v1/streams/{channel}/metrics"
    return Call(path, shapes.Page[shapes.Metric], query, afresh=afresh)


def moments(
    channel: str, start_ms: int, end_ms: int, cursor: str | None, *, afresh: bool
) -> Call[shapes.Page[shapes.Moment]]:
    """Ask for a page of moments."""
    query = {"from": str(start_ms), "to": str(end_ms), **_page(cursor)}
    path = f"/api/v1/streams/{channel}/moments"
    return Call(path, shapes.Page[shapes.Moment], query, afresh=afresh)


def export(channel: str, form: str, start_ms: int, end_ms: int) -> Call[str]:
    """Ask for a file."""
    query = {"format": form, "from": str(start_ms), "to": str(end_ms)}
    return Call(f"/api/v1/streams/{channel}/export", str, query)


class Ticket(msgspec.Struct, frozen=True):
    """What opens a socket."""

    ticket: str


def ticket() -> Call[Ticket]:
    """Ask for a ticket."""
    return Call("/api/v1/ws-ticket", Ticket, {}, method="POST")


def anything(path: str, query: dict[str, str]) -> Call[Any]:
    """Ask for an answer of no particular type."""
    return Call(path, Any, query)


def spans(start_ms: int, end_ms: int, step_ms: int) -> list[tuple[int, int]]:
    """Cut a range so that each part is answered whole.

    >>> spans(0, 3_000, 1)
    [(0, 1500), (1500, 3000)]
    """
    length = MOST_POINTS * step_ms
    return [(at, min(at + length, end_ms)) for at in range(start_ms, end_ms, length)]


def _page(cursor: str | None) -> dict[str, str]:
    limit = {"limit": str(ITEMS_A_PAGE)}
    return limit if cursor is None else {**limit, "cursor": cursor}
