"""Helix: who is live with how many viewers, who a login is, and EventSub subscriptions."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeVar

import httpx
import msgspec

from producer.sources.twitch.values import Change
from telemetra.domain.errors import TelemetraError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

    from producer.sources.twitch.oauth import Tokens
    from producer.sources.twitch.tally import Tally

_T = TypeVar("_T")
_PAGE: Final = 100
_TRIES: Final = 6
_LONGEST_S: Final = 60.0
_BASE_S: Final = 0.5
_UNAUTHORIZED: Final = 401
_TOO_MANY: Final = 429
_ERRORS: Final = 400
_FAULTS: Final = 500


class HelixError(TelemetraError):
    """Helix refused a call, or gave no answer in several attempts (status 0).

    Attributes:
        status: of HTTP.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class User(msgspec.Struct, frozen=True):
    """A login and its id."""

    id: str
    login: str


class Stream(msgspec.Struct, frozen=True):
    """A channel that is live."""

    id: str
    user_login: str
    viewer_count: int
    title: str = ""
    game_name: str = ""
    language: str = ""

    def change(self, now_ms: int) -> Change:
        """Return what it says of the channel."""
        return Change(
            self.user_login.lower(),
            now_ms,
            f"{self.id}-{now_ms}-meta",
            live=True,
            title=self.title,
            category=self.game_name,
            language=self.language,
        )


class _Page(msgspec.Struct):
    data: msgspec.Raw


class _Made(msgspec.Struct):
    id: str


def wait_s(headers: Mapping[str, str], now_ms: int) -> float:
    """Return how long to wait before the next call, from ``Ratelimit-Remaining`` and ``Ratelimit-Reset``.

    At most a minute, whatever the two clocks think of each other.

    Example:
        >>> wait_s({"ratelimit-remaining": "0", "ratelimit-reset": "102"}, 100_500)
        1.5
        >>> wait_s({"ratelimit-remaining": "9", "ratelimit-reset": "102"}, 100_500)
        0.0
    """
    if headers.get("ratelimit-remaining", "") != "0":
        return 0.0
    try:
        reset_ms = float(headers.get("ratelimit-reset", "0")) * 1000
    except ValueError:
        return _BASE_S
    return min(max((reset_ms - now_ms) / 1000, 0.0), _LONGEST_S)


class Helix:
    """The API, for one token; calls wait while its points are used up."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        base: str,
        tokens: Tokens,
        *,
        tally: Tally,
        now_ms: Callable[[], int],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._http = http
        self._base = base
        self._tokens = tokens
        self._tally = tally
        self._now_ms = now_ms
        self._sleep = sleep
        self._not_before_ms = 0

    async def users(self, logins: Sequence[str]) -> dict[str, str]:
        """Return the id of each login that exists."""
        found: dict[str, str] = {}
        for page in _pages(logins):
            body = await self._call("GET", "users", [("login", login) for login in page])
            found |= {user.login.lower(): user.id for user in _data(body, tuple[User, ...])}
        return found

    async def streams(self, logins: Sequence[str]) -> list[Stream]:
        """Return the streams that are live."""
        found: list[Stream] = []
        for page in _pages(logins):
            named = [("user_login", login) for login in page]
            body = await self._call("GET", "streams", [("first", str(_PAGE)), *named])
            found += _data(body, tuple[Stream, ...])
        return found

    async def subscribe(self, wanted: Mapping[str, object], session_id: str) -> str:
        """Make an EventSub subscription for a socket and return its id."""
        transport = {"method": "websocket", "session_id": session_id}
        body = await self._call("POST", "eventsub/subscriptions", body={**wanted, "transport": transport})
        return _data(body, tuple[_Made, ...])[0].id

    async def _call(
        self,
        method: str,
        path: str,
        params: Sequence[tuple[str, str]] = (),
        body: Mapping[str, object] | None = None,
    ) -> bytes:
        """Call until answered.

        Raises:
            HelixError: refused, or never answered.
            UnauthenticatedError: the token has ended and cannot be refreshed.
        """
        reason = "no answer"
        renewed = False
        for attempt in range(_TRIES):
            await self._pause()
            token = self._tokens.access
            try:
                answer = await self._http.request(
                    method,
                    f"{self._base}/{path}",
                    params=list(params),
                    json=body,
                    headers={"Authorization": f"Bearer {token}", "Client-Id": self._tokens.client_id},
                )
            except httpx.TransportError as error:
                self._tally.add("helix.unreachable")
                reason = type(error).__name__
                await self._sleep(_BASE_S * 2**attempt)
                continue
            now = self._now_ms()
            self._not_before_ms = now + round(wait_s(answer.headers, now) * 1000)
            status = answer.status_code
            if status == _UNAUTHORIZED and not renewed:
                renewed = True
                await self._tokens.renew(token)
            elif status == _TOO_MANY or status >= _FAULTS:
                self._tally.add(f"helix.{status}")
                reason = f"status {status}"
                if self._not_before_ms <= now:
                    await self._sleep(_BASE_S * 2**attempt)
            elif status >= _ERRORS:
                message = f"{method} {path}: {status} {answer.text[:200]}"
                raise HelixError(status, message)
            else:
                return answer.content
        message = f"{method} {path}: {reason} in {_TRIES} attempts"
        raise HelixError(0, message)

    async def _pause(self) -> None:
        left_s = (self._not_before_ms - self._now_ms()) / 1000
        if left_s > 0:
            self._tally.add("helix.waited")
            await self._sleep(min(left_s, _LONGEST_S))


def _pages(logins: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(logins), _PAGE):
        yield logins[first : first + _PAGE]


def _data(body: bytes, wanted: type[_T]) -> _T:
    try:
        return msgspec.json.decode(msgspec.json.decode(body, type=_Page).data, type=wanted)
    except (msgspec.DecodeError, UnicodeDecodeError, IndexError) as error:
        message = f"an answer that is not documented: {error}"
        raise HelixError(0, message) from error
