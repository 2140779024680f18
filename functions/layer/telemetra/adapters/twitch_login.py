"""Twitch's OAuth server and Helix, for people who sign in."""

from __future__ import annotations

import urllib.error
import urllib.request
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from telemetra.application.login import Grant, Identity
from telemetra.domain.errors import StoreUnavailableError, UnauthenticatedError

OAUTH: Final = "https://id.twitch.tv/oauth2"
HELIX: Final = "https://api.twitch.tv/helix"
TIMEOUT_S: Final = 5.0

_MOST_BYTES: Final = 1 << 20
_MOST_PAGES: Final = 20
_FAULTS: Final = 500
_TOO_MANY: Final = 429


class _Granted(msgspec.Struct):
    access_token: str
    id_token: str


class _Validated(msgspec.Struct):
    client_id: str
    login: str
    user_id: str


class _Moderated(msgspec.Struct):
    broadcaster_login: str


class _Pagination(msgspec.Struct):
    cursor: str = ""


class _Page(msgspec.Struct):
    data: list[_Moderated]
    pagination: _Pagination = msgspec.field(default_factory=_Pagination)


class TwitchLogin:
    """``Twitch`` over HTTP.

    Args:
        client_id: of the application.
        client_secret: reads its secret.
        base: a stand-in of Twitch; empty for Twitch itself.
    """

    def __init__(self, client_id: str, client_secret: Callable[[], str], *, base: str = "") -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._oauth = f"{base}/oauth2" if base else OAUTH
        self._helix = f"{base}/helix" if base else HELIX

    def authorize_url(self) -> str:
        return f"{self._oauth}/authorize"

    def issuer(self) -> str:
        return self._oauth

    def exchange(self, code: str, redirect_uri: str) -> Grant:
        form = {
            "client_id": self._client_id,
            "client_secret": self._client_secret(),
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
        }
        granted = _read(self._call(f"{self._oauth}/token", form=form), _Granted)
        return Grant(granted.access_token, _payload(granted.id_token))

    def identity(self, access_token: str) -> Identity:
        headers = {"Authorization": f"OAuth {access_token}"}
        found = _read(self._call(f"{self._oauth}/validate", headers), _Validated)
        return Identity(found.client_id, found.login, found.user_id)

    def moderated(self, access_token: str, user_id: str) -> set[str]:
        headers = {"Authorization": f"Bearer {access_token}", "Client-Id": self._client_id}
        query, found = {"user_id": user_id, "first": "100"}, set()
        for _ in range(_MOST_PAGES):
            url = f"{self._helix}/moderation/channels?{urlencode(query)}"
            page = _read(self._call(url, headers), _Page)
            found |= {item.broadcaster_login for item in page.data}
            if not page.pagination.cursor:
                break
            query["after"] = page.pagination.cursor
        return found

    def revoke(self, access_token: str) -> None:
        form = {"client_id": self._client_id, "token": access_token}
        self._call(f"{self._oauth}/revoke", form=form)

    def _call(
        self, url: str, headers: Mapping[str, str] | None = None, *, form: Mapping[str, str] | None = None
    ) -> bytes:
        body = None if form is None else urlencode(form).encode()
        request = urllib.request.Request(url, body, dict(headers or {}))  # noqa: S310 - a base of our own
        where = url.partition("?")[0]
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
                found: bytes = answer.read(_MOST_BYTES)
                return found
        except urllib.error.HTTPError as error:
            error.close()
            message = f"Twitch answered {error.code} at {where}"
            if error.code >= _FAULTS or error.code == _TOO_MANY:
                raise StoreUnavailableError(message) from error
            raise UnauthenticatedError(message) from error
        except (OSError, HTTPException) as error:
            message = f"Twitch does not answer at {where}"
            raise StoreUnavailableError(message) from error


def _read(body: bytes, wanted: Any) -> Any:
    try:
        return msgspec.json.decode(body, type=wanted)
    except (msgspec.DecodeError, UnicodeError) as error:
        message = "an answer of Twitch that is not documented"
        raise StoreUnavailableError(message) from error


def _payload(token: str) -> dict[str, Any]:
    """Return the claims of a JWT; nothing is verified."""
    parts = token.split(".")
    try:
        text = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = msgspec.json.decode(urlsafe_b64decode(text), type=dict[str, Any])
    except (IndexError, ValueError, msgspec.DecodeError) as error:
        message = "an id token of Twitch that is not documented"
        raise StoreUnavailableError(message) from error
    return claims
