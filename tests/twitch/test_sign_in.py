"""Signing in against the stand-in, over HTTP as the deployed function does it."""

from __future__ import annotations

import json
import socket
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from producer.sources.twitch.standin.play import StandIn
from producer.sources.twitch.standin.sign_in import SECRET
from producer.sources.twitch.standin.world import user_id_of
from telemetra.adapters.clock import now_ms
from telemetra.adapters.twitch_login import HELIX, OAUTH, TwitchLogin
from telemetra.application.access import Role
from telemetra.application.login import Application, SignIn
from telemetra.application.tokens import TokenRing
from telemetra.domain.errors import StoreUnavailableError, UnauthenticatedError
from tests.twitch.threaded import threaded

RING = TokenRing(lambda: [b"s" * 64])
REDIRECT = "http://127.0.0.1:3000/signed-in"
VERIFIER = "v" * 64
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with threaded() as made:
        yield made


def login(standin: StandIn, secret: str = SECRET) -> SignIn:
    twitch = TwitchLogin("app", lambda: secret, base=standin.base)
    return SignIn(twitch, RING, Application("app", REDIRECT, {"boss"}))


def agreed(standin: StandIn, person: str) -> dict[str, Any]:
    """Begin, have the person agree, and return what the browser comes back with."""
    begun = login(standin).begin(CHALLENGE, now_ms())
    answer = httpx.get(f"{begun['authorize_url']}&login={person}")
    assert answer.status_code == 302
    back = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert answer.headers["Location"].startswith(REDIRECT)
    return {"code": back["code"][0], "state": back["state"][0], "verifier": VERIFIER}


def finish(standin: StandIn, wanted: dict[str, Any], **more: Any) -> dict[str, Any]:
    return login(standin, **more).finish(json.dumps(wanted).encode(), now_ms())


@pytest.mark.parametrize(
    ("person", "channel", "role"),
    [
        ("first_channel", None, Role.BROADCASTER),
        ("first_channel", "third", Role.MODERATOR),
        ("first_channel", "second_channel", Role.VIEWER),
        ("boss", None, Role.ADMIN),
    ],
)
def test_a_person_who_agrees_gets_the_rights_that_are_theirs(
    standin: StandIn, person: str, channel: str | None, role: Role
) -> None:
    found = finish(standin, agreed(standin, person) | ({"channel": channel} if channel else {}))
    claims = RING.verify(found["token"], now_ms=now_ms())
    assert (claims.role, claims.subject) == (role, f"twitch:{user_id_of(person)}")
    assert len(standin.http.sign_in.revoked) == 1
    assert standin.http.sign_in.identities == {}


def test_a_code_buys_one_token_and_only_with_the_applications_secret(standin: StandIn) -> None:
    wanted = agreed(standin, "first_channel")
    finish(standin, wanted)
    with pytest.raises(UnauthenticatedError, match="400"):
        finish(standin, wanted)
    with pytest.raises(UnauthenticatedError, match="400"):
        finish(standin, agreed(standin, "first_channel"), secret="wrong")


def test_a_code_of_another_sign_in_is_refused_by_its_nonce(standin: StandIn) -> None:
    mine, stolen = agreed(standin, "first_channel"), agreed(standin, "second_channel")
    with pytest.raises(UnauthenticatedError, match="another nonce"):
        finish(standin, mine | {"code": stolen["code"]})


def test_a_twitch_that_is_down_is_not_the_persons_fault(standin: StandIn) -> None:
    wanted = agreed(standin, "first_channel")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        twitch = TwitchLogin("app", lambda: SECRET, base=f"http://127.0.0.1:{taken.getsockname()[1]}")
        off = SignIn(twitch, RING, Application("app", REDIRECT, ()))
        with pytest.raises(StoreUnavailableError, match="does not answer"):
            off.finish(json.dumps(wanted).encode(), now_ms())


def test_without_a_stand_in_it_is_twitch_itself() -> None:
    twitch = TwitchLogin("app", lambda: SECRET)
    assert (twitch.authorize_url(), twitch.issuer()) == (f"{OAUTH}/authorize", OAUTH)
    assert HELIX == "https://api.twitch.tv/helix"
