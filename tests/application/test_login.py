"""Signing in: state, verifier, nonce and code of one sign-in, and the rights that follow."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from telemetra.application.access import Role
from telemetra.application.login import SESSION_MS, STATE_MS, Application, Grant, Identity, SignIn
from telemetra.application.tokens import TokenRing
from telemetra.domain.errors import NotFoundError, ParameterError, TooLargeError, UnauthenticatedError
from tests.application.samples import NOW

RING = TokenRing(lambda: [b"s" * 64])
VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ISSUER = "https://twitch.example/oauth2"


class FakeTwitch:
    """Knows one person and one code; ``claims`` are those of the id token."""

    def __init__(self, login: str = "mira") -> None:
        self.claims: dict[str, Any] = {"iss": ISSUER, "aud": "app", "sub": "7", "exp": NOW // 1000 + 60}
        self.who = Identity("app", login, "7")
        self.revoked: list[str] = []

    def authorize_url(self) -> str:
        return f"{ISSUER}/authorize"

    def issuer(self) -> str:
        return ISSUER

    def exchange(self, code: str, redirect_uri: str) -> Grant:
        if (code, redirect_uri) != ("code", "https://telemetra.example/"):
            message = "Twitch answered 400"
            raise UnauthenticatedError(message)
        return Grant("access", self.claims)

    def identity(self, access_token: str) -> Identity:
        return self.who

    def moderated(self, access_token: str, user_id: str) -> set[str]:
        return {"aurora"}

    def revoke(self, access_token: str) -> None:
        self.revoked.append(access_token)


@pytest.fixture
def twitch() -> FakeTwitch:
    return FakeTwitch()


def sign_in(twitch: FakeTwitch, client_id: str = "app") -> SignIn:
    return SignIn(twitch, RING, Application(client_id, "https://telemetra.example/", {"boss"}))


def begun(twitch: FakeTwitch) -> dict[str, Any]:
    """Begin, and have Twitch's id token hold the nonce; return what the browser brings back."""
    found = sign_in(twitch).begin(CHALLENGE, NOW)
    (nonce,) = parse_qs(urlsplit(found["authorize_url"]).query)["nonce"]
    twitch.claims["nonce"] = nonce
    return {"code": "code", "state": found["state"], "verifier": VERIFIER}


def finish(twitch: FakeTwitch, wanted: dict[str, Any], now_ms: int = NOW) -> dict[str, Any]:
    return sign_in(twitch).finish(json.dumps(wanted).encode(), now_ms)


def test_a_person_is_sent_to_twitch_with_state_and_nonce(twitch: FakeTwitch) -> None:
    found = sign_in(twitch).begin(CHALLENGE, NOW)
    url = urlsplit(found["authorize_url"])
    query = {name: value for name, (value,) in parse_qs(url.query).items()}
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{ISSUER}/authorize"
    assert query["state"] == found["state"]
    assert query["nonce"] not in sign_in(twitch).begin(CHALLENGE, NOW)["authorize_url"]
    assert (query["response_type"], query["client_id"]) == ("code", "app")
    assert query["redirect_uri"] == "https://telemetra.example/"
    assert found["expires_ms"] == NOW + STATE_MS


@pytest.mark.parametrize(
    ("login", "channel", "role", "channels"),
    [
        ("mira", None, Role.BROADCASTER, {"mira"}),
        ("mira", "mira", Role.BROADCASTER, {"mira"}),
        ("mira", "aurora", Role.MODERATOR, {"aurora"}),
        ("mira", "other", Role.VIEWER, {"other"}),
        ("boss", "other", Role.ADMIN, {"*"}),
    ],
)
def test_rights_follow_from_who_it_is(
    login: str, channel: str | None, role: Role, channels: set[str]
) -> None:
    twitch = FakeTwitch(login)
    found = finish(twitch, begun(twitch) | ({"channel": channel} if channel else {}))
    claims = RING.verify(found["token"], now_ms=NOW)
    assert (claims.subject, claims.role, claims.channels) == ("twitch:7", role, frozenset(channels))
    assert (found["role"], set(found["channels"])) == (role, channels)
    assert claims.expires_ms == found["expires_ms"] == NOW + SESSION_MS
    assert twitch.revoked == ["access"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"iss": "https://other.example"}, "another iss"),
        ({"aud": "other"}, "another aud"),
        ({"sub": "8"}, "another sub"),
        ({"nonce": "other"}, "another nonce"),
        ({"nonce": None}, "another nonce"),
        ({"exp": NOW // 1000}, "expired"),
        ({"exp": "never"}, "expired"),
    ],
)
def test_an_id_token_of_another_sign_in_is_refused(
    twitch: FakeTwitch, change: dict[str, Any], reason: str
) -> None:
    wanted = begun(twitch)
    twitch.claims |= change
    with pytest.raises(UnauthenticatedError, match=reason):
        finish(twitch, wanted)


def test_an_access_token_of_another_application_is_refused(twitch: FakeTwitch) -> None:
    wanted = begun(twitch)
    twitch.who = Identity("other", "mira", "7")
    with pytest.raises(UnauthenticatedError, match="another application"):
        finish(twitch, wanted)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"verifier": "w" * 43}, "another browser"),
        ({"state": "a.b.c"}, "not valid"),
        ({"code": "stolen"}, "400"),
    ],
)
def test_state_verifier_and_code_belong_together(
    twitch: FakeTwitch, change: dict[str, Any], reason: str
) -> None:
    with pytest.raises(UnauthenticatedError, match=reason):
        finish(twitch, begun(twitch) | change)


def test_a_state_ends_after_ten_minutes(twitch: FakeTwitch) -> None:
    wanted = begun(twitch)
    with pytest.raises(UnauthenticatedError, match="expired"):
        finish(twitch, wanted, NOW + STATE_MS)


def test_a_token_is_no_state_and_a_state_no_token(twitch: FakeTwitch) -> None:
    wanted = begun(twitch)
    token = finish(twitch, wanted)["token"]
    with pytest.raises(UnauthenticatedError, match="not valid"):
        finish(twitch, wanted | {"state": token})
    with pytest.raises(UnauthenticatedError, match="not valid"):
        RING.verify(wanted["state"], now_ms=NOW)


@pytest.mark.parametrize("challenge", [None, "", "x", "=" * 43, "a" * 44])
def test_a_challenge_is_43_characters_of_base64url(twitch: FakeTwitch, challenge: str | None) -> None:
    with pytest.raises(ParameterError, match="challenge"):
        sign_in(twitch).begin(challenge, NOW)


@pytest.mark.parametrize("change", [{"verifier": "short"}, {"code": ""}, {"more": 1}, {"channel": "Not-One"}])
def test_a_body_that_is_not_what_is_wanted_is_refused(twitch: FakeTwitch, change: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        finish(twitch, begun(twitch) | change)


def test_a_long_body_is_refused(twitch: FakeTwitch) -> None:
    with pytest.raises(TooLargeError, match="8192"):
        sign_in(twitch).finish(b" " * 8193, NOW)


def test_without_an_application_nobody_signs_in(twitch: FakeTwitch) -> None:
    off = sign_in(twitch, client_id="")
    calls: list[Callable[[], Any]] = [lambda: off.begin(CHALLENGE, NOW), lambda: off.finish(b"{}", NOW)]
    for call in calls:
        with pytest.raises(NotFoundError, match="TwitchClientId"):
            call()
