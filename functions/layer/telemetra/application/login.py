"""Signing in with Twitch: OpenID Connect's authorization code flow, with this deployment's client secret.

Nothing is stored between the two steps. ``state`` is a signed token of ten minutes that holds the nonce and
the challenge of the browser which began, so that only that browser can finish. The id token comes straight
from Twitch over TLS, which stands in place of its signature (OpenID Connect Core 1.0, 3.1.3.7, 6).
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, Final, NoReturn, Protocol
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from telemetra.application.access import EVERY_CHANNEL, Role
from telemetra.application.query import channel_id
from telemetra.application.tokens import Claims, TokenRing
from telemetra.domain.errors import NotFoundError, ParameterError, TooLargeError, UnauthenticatedError
from telemetra.domain.window import HOUR_MS, MINUTE_MS, SECOND_MS

STATE_AUDIENCE: Final = "telemetra-login"
STATE_MS: Final = 10 * MINUTE_MS
SESSION_MS: Final = 12 * HOUR_MS
SCOPES: Final = "openid user:read:moderated_channels"
MOST_BYTES: Final = 8 * 1024

_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_NONCE_BYTES: Final = 16

Text = Annotated[str, Meta(min_length=1, max_length=4_096)]


class WantedLogin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the browser brings back: the code, the state it began with, and what its challenge was made of.

    ``channel`` asks for the rights in one channel; the person's own when it is absent.
    """

    code: Text
    state: Text
    verifier: Annotated[str, Meta(min_length=43, max_length=128)]
    channel: Annotated[str, Meta(max_length=80)] | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What Twitch gave for a code: an access token, and the claims of the id token."""

    access_token: str
    claims: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose access token it is, and of which application."""

    client_id: str
    login: str
    user_id: str


class Twitch(Protocol):
    """Twitch, as far as signing in needs it.

    Methods raise ``UnauthenticatedError`` when Twitch refuses, ``StoreUnavailableError`` when it is down.
    """

    def authorize_url(self) -> str:
        """Return where a person agrees, without a query."""

    def issuer(self) -> str:
        """Return the issuer that id tokens name."""

    def exchange(self, code: str, redirect_uri: str) -> Grant:
        """Return what the code stands for."""

    def identity(self, access_token: str) -> Identity:
        """Return whose token it is."""

    def moderated(self, access_token: str, user_id: str) -> set[str]:
        """Return the logins of the channels that the person moderates."""

    def revoke(self, access_token: str) -> None:
        """Give the token back."""


@dataclass(frozen=True, slots=True)
class Application:
    """The application registered with Twitch; an empty ``client_id`` turns signing in off.

    Attributes:
        client_id: of the application.
        redirect_uri: where Twitch sends the browser back to, as registered.
        admins: logins with every right.
    """

    client_id: str
    redirect_uri: str
    admins: Collection[str]


class SignIn:
    """The use cases of the routes of signing in."""

    def __init__(
        self,
        twitch: Twitch,
        ring: TokenRing,
        application: Application,
        *,
        new_nonce: Callable[[], str] = lambda: secrets.token_urlsafe(_NONCE_BYTES),
    ) -> None:
        """Take Twitch, the keys that sign and the application."""
        self._twitch = twitch
        self._ring = ring
        self._application = application
        self._new_nonce = new_nonce

    def begin(self, challenge: str | None, now_ms: int) -> dict[str, Any]:
        """Return where to send the person; ``challenge`` is the base64url SHA-256 of a secret of the browser.

        Raises:
            NotFoundError: this deployment has no application with Twitch.
            ParameterError: the challenge is not one.
        """
        self._require()
        if challenge is None or not _CHALLENGE.fullmatch(challenge):
            message = f"challenge is {str(challenge)[:80]!r}: 43 characters of base64url are expected"
            raise ParameterError(message)
        nonce, expires_ms = self._new_nonce(), now_ms + STATE_MS
        claims = Claims(f"{challenge}.{nonce}", Role.VIEWER, frozenset(), expires_ms)
        state = self._ring.sign(claims, now_ms=now_ms, audience=STATE_AUDIENCE)
        query = {
            "response_type": "code",
            "client_id": self._application.client_id,
            "redirect_uri": self._application.redirect_uri,
            "scope": SCOPES,
            "state": state,
            "nonce": nonce,
        }
        return {
            "authorize_url": f"{self._twitch.authorize_url()}?{urlencode(query)}",
            "state": state,
            "expires_ms": expires_ms,
        }

    def finish(self, body: bytes, now_ms: int) -> dict[str, Any]:
        """Return a token for the person who agreed.

        Raises:
            NotFoundError: this deployment has no application with Twitch.
            UnauthenticatedError: state, verifier, code or nonce are not of one sign-in, or Twitch refuses.
            TooLargeError, ParameterError: the body is too long, or not what is wanted.
        """
        self._require()
        wanted = _wanted(body)
        nonce = self._nonce(wanted, now_ms)
        grant = self._twitch.exchange(wanted.code, self._application.redirect_uri)
        identity = self._twitch.identity(grant.access_token)
        self._check(grant.claims, identity, nonce, now_ms)
        role, channels = self._rights(identity, grant.access_token, wanted.channel)
        self._twitch.revoke(grant.access_token)
        expires_ms = now_ms + SESSION_MS
        claims = Claims(f"twitch:{identity.user_id}", role, channels, expires_ms)
        return {
            "token": self._ring.sign(claims, now_ms=now_ms),
            "expires_ms": expires_ms,
            "role": role.value,
            "channels": sorted(channels),
        }

    def _require(self) -> None:
        if not self._application.client_id:
            message = "signing in with Twitch is not set up here: deploy with TwitchClientId"
            raise NotFoundError(message)

    def _nonce(self, wanted: WantedLogin, now_ms: int) -> str:
        claims = self._ring.verify(wanted.state, now_ms=now_ms, audience=STATE_AUDIENCE)
        challenge, _, nonce = claims.subject.partition(".")
        digest = sha256(wanted.verifier.encode()).digest()
        if not hmac.compare_digest(urlsafe_b64encode(digest).rstrip(b"=").decode(), challenge):
            _refuse("state is of another browser")
        return nonce

    def _check(self, claims: dict[str, Any], identity: Identity, nonce: str, now_ms: int) -> None:
        expires_s = claims.get("exp")
        expected = {
            "iss": self._twitch.issuer(),
            "aud": self._application.client_id,
            "sub": identity.user_id,
            "nonce": nonce,
        }
        for name, value in expected.items():
            if not hmac.compare_digest(str(claims.get(name)).encode(), value.encode()):
                _refuse(f"the id token is of another {name}")
        if identity.client_id != self._application.client_id:
            _refuse("the access token is of another application")
        if not isinstance(expires_s, int) or expires_s * SECOND_MS <= now_ms:
            _refuse("the id token has expired")

    def _rights(self, identity: Identity, access: str, channel: str | None) -> tuple[Role, frozenset[str]]:
        """Derive role and channels: admins by list, one's own channel, then the channels one moderates."""
        if identity.login in self._application.admins:
            return Role.ADMIN, frozenset({EVERY_CHANNEL})
        wanted = identity.login if channel is None else channel_id(channel)
        if wanted == identity.login:
            return Role.BROADCASTER, frozenset({wanted})
        moderates = wanted in self._twitch.moderated(access, identity.user_id)
        return Role.MODERATOR if moderates else Role.VIEWER, frozenset({wanted})


def _refuse(reason: str) -> NoReturn:
    message = f"{reason}: begin again with GET /api/v1/auth/twitch"
    raise UnauthenticatedError(message)


def _wanted(body: bytes) -> WantedLogin:
    if len(body) > MOST_BYTES:
        message = f"the body has {len(body)} bytes: at most {MOST_BYTES} are taken"
        raise TooLargeError(message)
    try:
        return msgspec.json.decode(body, type=WantedLogin)
    except (msgspec.DecodeError, UnicodeError) as error:
        message = f"the body is not code, state and verifier: {error}"
        raise ParameterError(message) from error
