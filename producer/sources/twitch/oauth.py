"""OAuth: the device flow, refresh, and a token file that only its owner reads."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

import httpx
import msgspec

from producer.sources.twitch.values import FrameError
from telemetra.domain.errors import UnauthenticatedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

SCOPES: Final = ("user:read:chat", "bits:read", "channel:read:subscriptions")

_DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
_SLOWER_S: Final = 5.0
_OK: Final = 200


_T = TypeVar("_T")


class Grant(msgspec.Struct, frozen=True):
    """An access token and what refreshes it; not shown by ``repr``."""

    access_token: str
    refresh_token: str = ""

    def __repr__(self) -> str:
        return "Grant(...)"


class Identity(msgspec.Struct, frozen=True):
    """Whose token it is and of which application."""

    client_id: str
    login: str
    user_id: str
    scopes: tuple[str, ...] = ()


class DeviceCode(msgspec.Struct, frozen=True):
    """What a person opens and types; ``interval`` and ``expires_in`` in seconds."""

    device_code: str
    user_code: str
    verification_uri: str
    interval: float = 5
    expires_in: float = 1800


class _Refused(msgspec.Struct):
    message: str = ""


def read(body: bytes, wanted: type[_T]) -> _T:
    """Read an answer of the OAuth server.

    Raises:
        FrameError: it is something else; the message holds none of it.
    """
    try:
        return msgspec.json.decode(body, type=wanted)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"not a {wanted.__name__} of the OAuth server"
        raise FrameError(message) from error


class TokenFile:
    """The grant of the device flow, kept with mode 0600."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Grant | None:
        """Return the grant, or None without a usable one."""
        try:
            return read(self._path.read_bytes(), Grant)
        except (OSError, FrameError):
            return None

    def save(self, grant: Grant) -> None:
        """Replace the grant in one step."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = self._path.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(msgspec.json.encode(grant))
        new.replace(self._path)


@dataclass(slots=True)
class OAuth:
    """The OAuth server, for one application.

    Attributes:
        http: the client.
        base: address of the server.
        client_id: of the application.
        secret: of the application; a public one has none.
    """

    http: httpx.AsyncClient
    base: str
    client_id: str
    secret: str = field(default="", repr=False)

    async def device(
        self, show: Callable[[DeviceCode], None], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> Grant:
        """Run the device flow until the person agrees.

        Args:
            show: tells the person where to go.
            sleep: waits between the questions.

        Raises:
            UnauthenticatedError: the code expired or was refused.
        """
        asked = await self._post("device", {"scopes": " ".join(SCOPES)})
        if asked.status_code != _OK:
            message = f"Twitch gives no device code: {_reason(asked)}"
            raise UnauthenticatedError(message)
        code = read(asked.content, DeviceCode)
        show(code)
        interval, left_s = max(code.interval, 0.01), code.expires_in
        form = {"scopes": " ".join(SCOPES), "device_code": code.device_code, "grant_type": _DEVICE_GRANT}
        while left_s > 0:
            await sleep(interval)
            left_s -= interval
            answer = await self._post("token", form)
            if answer.status_code == _OK:
                return read(answer.content, Grant)
            reason = _reason(answer)
            if reason == "slow_down":
                interval += _SLOWER_S
            elif reason != "authorization_pending":
                message = f"Twitch refused the device code: {reason}"
                raise UnauthenticatedError(message)
        message = "the device code expired before it was used; run the command again"
        raise UnauthenticatedError(message)

    async def refresh(self, grant: Grant) -> Grant:
        """Return a new grant.

        Raises:
            UnauthenticatedError: the refresh token is missing or no longer valid.
        """
        form = {"grant_type": "refresh_token", "refresh_token": grant.refresh_token}
        answer = await self._post("token", form) if grant.refresh_token else None
        if answer is None or answer.status_code != _OK:
            message = "the Twitch token has ended; run `telemetra twitch --login`"
            raise UnauthenticatedError(message)
        fresh = read(answer.content, Grant)
        return Grant(fresh.access_token, fresh.refresh_token or grant.refresh_token)

    async def identity(self, grant: Grant) -> Identity | None:
        """Return whose token it is, or None when it has ended."""
        headers = {"Authorization": f"OAuth {grant.access_token}"}
        answer = await self.http.get(f"{self.base}/validate", headers=headers)
        return read(answer.content, Identity) if answer.status_code == _OK else None

    async def _post(self, path: str, form: dict[str, str]) -> httpx.Response:
        named = {"client_id": self.client_id} | ({"client_secret": self.secret} if self.secret else {})
        return await self.http.post(f"{self.base}/{path}", data=named | form)


class Tokens:
    """The access token in use; refreshed once for all who find it ended at the same time."""

    def __init__(self, oauth: OAuth, grant: Grant, file: TokenFile | None) -> None:
        self._oauth = oauth
        self._grant = grant
        self._file = file
        self._lock = asyncio.Lock()

    @property
    def access(self) -> str:
        """The access token."""
        return self._grant.access_token

    @property
    def client_id(self) -> str:
        """The application that the token is for."""
        return self._oauth.client_id

    async def renew(self, ended: str) -> None:
        """Refresh unless ``ended`` is no longer the token in use.

        Raises:
            UnauthenticatedError: it cannot be refreshed.
        """
        async with self._lock:
            if self._grant.access_token == ended:
                self._grant = await self._oauth.refresh(self._grant)
                if self._file:
                    self._file.save(self._grant)

    async def identify(self) -> Identity:
        """Return whose token it is, refreshing one that has ended.

        Raises:
            UnauthenticatedError: it cannot be refreshed.
        """
        found = await self._oauth.identity(self._grant)
        if found is None:
            await self.renew(self._grant.access_token)
            found = await self._oauth.identity(self._grant)
        if found is None:
            message = "Twitch does not accept the token; run `telemetra twitch --login`"
            raise UnauthenticatedError(message)
        self._oauth.client_id = found.client_id
        return found


def _reason(answer: httpx.Response) -> str:
    try:
        return read(answer.content, _Refused).message or str(answer.status_code)
    except FrameError:
        return str(answer.status_code)
