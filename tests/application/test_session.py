"""Tickets, links and who I am."""

from __future__ import annotations

import json
from typing import Any

import pytest

from telemetra.application.access import Caller, Role
from telemetra.application.session import (
    LONGEST_SHARE_MS,
    TICKET_MS,
    USUAL_SHARE_S,
    VIEWS,
    Session,
    Sessions,
    opens,
    opens_socket,
)
from telemetra.application.tokens import SOCKET_AUDIENCE, TokenRing
from telemetra.domain.errors import ParameterError, TooLargeError
from tests.application.samples import CHANNEL, NOW

RING = TokenRing(lambda: [b"s" * 64])
SESSIONS = Sessions(RING)
ME = Session("editor", Caller(Role.BROADCASTER, frozenset({CHANNEL, "other"}), NOW + 3_600_000))


def wish(**body: Any) -> bytes:
    return json.dumps(body).encode()


def test_me_says_what_the_token_says() -> None:
    assert SESSIONS.me(ME) == {
        "subject": "editor",
        "role": "broadcaster",
        "channels": [CHANNEL, "other"],
        "expires_ms": NOW + 3_600_000,
        "view": None,
        "sees_revenue": True,
    }


def test_a_ticket_lives_a_minute_and_its_socket_as_long_as_the_token() -> None:
    found = SESSIONS.ticket(ME, NOW)
    claims = RING.verify(found["ticket"], now_ms=NOW, audience=SOCKET_AUDIENCE)
    assert claims.expires_ms == found["expires_ms"] == NOW + TICKET_MS
    assert claims.caller == ME.caller


def test_a_link_is_a_viewers_token_of_one_channel_and_view() -> None:
    found = SESSIONS.share(ME, CHANNEL, wish(view="moments", ttl_s=3600), NOW)
    claims = RING.verify(found["token"], now_ms=NOW)
    assert claims.caller == Caller(Role.VIEWER, frozenset({CHANNEL}), NOW + 3_600_000, "moments")
    assert found["fragment"] == f"#token={found['token']}"
    assert claims.subject == "link of editor"


def test_a_link_without_wishes_shows_the_live_view_for_a_week() -> None:
    for body in (b"", b"{}"):
        found = SESSIONS.share(ME, CHANNEL, body, NOW)
        assert (found["view"], found["expires_ms"]) == ("live", NOW + USUAL_SHARE_S * 1000)


@pytest.mark.parametrize(
    "body",
    [
        wish(view="rules"),
        wish(ttl_s=59),
        wish(ttl_s=LONGEST_SHARE_MS // 1000 + 1),
        wish(role="admin"),
        b"[]",
        b"\xff",
    ],
)
def test_a_link_beyond_its_bounds_is_refused(body: bytes) -> None:
    with pytest.raises(ParameterError, match="link"):
        SESSIONS.share(ME, CHANNEL, body, NOW)


def test_a_long_wish_is_refused() -> None:
    with pytest.raises(TooLargeError, match="1024"):
        SESSIONS.share(ME, CHANNEL, b" " * 1025, NOW)


STREAM = f"/api/v1/streams/{CHANNEL}"
REQUESTS = [
    ("GET", "/api/v1/me"),
    ("GET", "/api/v1/health"),
    ("GET", "/api/v1/streams"),
    ("GET", f"{STREAM}/metrics"),
    ("GET", f"{STREAM}/moments"),
    ("GET", f"{STREAM}/export"),
    ("GET", f"{STREAM}/rules"),
    ("PUT", f"{STREAM}/rules"),
    ("POST", f"{STREAM}/rules/test"),
    ("POST", f"{STREAM}/share"),
    ("POST", f"{STREAM}/moments/1/feedback"),
    ("POST", "/api/v1/ws-ticket"),
    ("POST", f"{STREAM}/moments"),
    ("GET", f"{STREAM}/moments/../rules"),
]


@pytest.mark.parametrize(
    ("view", "opened"), [("live", {0, 2, 3, 4, 11}), ("moments", {0, 4}), ("export", {0, 5}), ("all", set())]
)
def test_a_link_opens_what_its_view_needs_and_nothing_else(view: str, opened: set[int]) -> None:
    assert {number for number, request in enumerate(REQUESTS) if opens(view, *request)} == opened
    assert opens_socket(view) == (view == "live")


def test_a_token_without_a_view_opens_everything() -> None:
    assert all(opens(None, *request) for request in REQUESTS)
    assert opens_socket(None)
    assert set(VIEWS) == {"live", "moments", "export"}
