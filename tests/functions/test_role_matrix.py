"""Every route and every message, by every kind of caller: exactly the documented answer.

A gateway of a few lines joins the authorizer and the API as API Gateway does. `LEAST` says who may do what,
written by hand; it is compared with what happens and with what the API's own description admits.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

import pytest

from telemetra.application.contract.openapi import openapi
from telemetra.application.contract.operation import Operation
from telemetra.application.contract.operations import OPERATIONS
from tests.application.samples import CHANNEL, NOW
from tests.functions.conftest import LoadHandler
from tests.functions.gateway import BAD, OTHER, STREAM, Gateway, claims, signed, ticket

ORDER: Final = ("viewer", "moderator", "broadcaster", "admin")

OPEN: Final = "open"
LEAST: Final = {
    ("GET", "/health"): OPEN,
    ("GET", "/api/v1/openapi.json"): OPEN,
    ("GET", "/api/v1/asyncapi.json"): OPEN,
    ("GET", "/api/v1/auth/twitch"): OPEN,
    ("POST", "/api/v1/auth/twitch"): OPEN,
    ("GET", "/api/v1/health"): "viewer",
    ("GET", "/api/v1/streams"): "viewer",
    ("GET", "/api/v1/me"): "viewer",
    ("POST", "/api/v1/ws-ticket"): "viewer",
    ("GET", f"{STREAM}/metrics"): "viewer",
    ("GET", f"{STREAM}/uniques"): "viewer",
    ("GET", f"{STREAM}/moments"): "viewer",
    ("GET", f"{STREAM}/export"): "viewer",
    ("POST", f"{STREAM}/moments/{{moment_id}}/feedback"): "moderator",
    ("GET", f"{STREAM}/rules"): "broadcaster",
    ("PUT", f"{STREAM}/rules"): "broadcaster",
    ("POST", f"{STREAM}/rules/test"): "broadcaster",
    ("POST", f"{STREAM}/share"): "broadcaster",
}
"""The least role that a route asks for."""

OPENED: Final = {
    "live": {
        ("GET", "/api/v1/me"),
        ("GET", "/api/v1/streams"),
        ("GET", f"{STREAM}/metrics"),
        ("GET", f"{STREAM}/uniques"),
        ("GET", f"{STREAM}/moments"),
        ("POST", "/api/v1/ws-ticket"),
    },
    "moments": {("GET", "/api/v1/me"), ("GET", f"{STREAM}/moments")},
    "export": {("GET", "/api/v1/me"), ("GET", f"{STREAM}/export")},
}
"""What a link of each view opens."""

ANSWERED: Final = {("GET", "/api/v1/auth/twitch"): 400, ("POST", "/api/v1/auth/twitch"): 400}
"""Where an empty request of somebody who may is not 200."""


@pytest.fixture
def gateway(load_handler: LoadHandler, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    return Gateway(load_handler, monkeypatch)


def documented(operation: Operation) -> set[int]:
    answers = openapi()["paths"][operation.path][operation.method.lower()]["responses"]
    return {int(status) for status in answers}


def each(*, guarded: bool = True) -> Callable[..., Any]:
    chosen = [one for one in OPERATIONS if not guarded or LEAST.get((one.method, one.path)) != OPEN]
    return pytest.mark.parametrize("operation", chosen, ids=lambda one: f"{one.method} {one.path}")


def test_the_table_has_every_route_of_the_api_and_of_its_description(gateway: Gateway) -> None:
    routes = gateway.api.app.routes
    assert set(LEAST) == {(method, path) for path, methods in routes.items() for method in methods}
    assert set(LEAST) == {(one.method, one.path) for one in OPERATIONS}
    assert {key for key, least in LEAST.items() if least == OPEN} == {
        (one.method, one.path) for one in OPERATIONS if one.is_open
    }


@each()
@pytest.mark.parametrize("role", ORDER)
def test_a_role_may_do_what_it_may_in_its_channel_and_nothing_in_another(
    gateway: Gateway, operation: Operation, role: str
) -> None:
    least, token = LEAST[operation.method, operation.path], signed(claims(role))
    may = ORDER.index(role) >= ORDER.index(least)
    expected = ANSWERED.get((operation.method, operation.path), 200) if may else 403
    assert gateway(operation.method, operation.path, token) == expected
    assert expected in documented(operation)
    if "{stream_id}" in operation.path:
        assert gateway(operation.method, operation.path, token, OTHER) == 403
        everywhere = signed(claims(role, channels=["*"]))
        assert gateway(operation.method, operation.path, everywhere) == expected


@each()
@pytest.mark.parametrize("token", BAD.values(), ids=BAD)
def test_a_token_that_is_not_valid_opens_nothing(
    gateway: Gateway, operation: Operation, token: str | None
) -> None:
    assert gateway(operation.method, operation.path, token) == 401
    assert 401 in documented(operation)


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.body], ids=lambda one: one.path)
def test_a_body_of_more_bytes_than_a_route_takes_is_413(gateway: Gateway, operation: Operation) -> None:
    token = signed(claims())
    assert gateway(operation.method, operation.path, token, body="x" * 20_000) == 413
    assert 413 in documented(operation)


@each()
@pytest.mark.parametrize("view", [*OPENED, "everything"])
def test_a_link_opens_its_view_of_its_channel(gateway: Gateway, operation: Operation, view: str) -> None:
    token, route = signed(claims("viewer", view=view)), (operation.method, operation.path)
    expected = 200 if route in OPENED.get(view, ()) else 403
    assert gateway(*route, token) == expected
    assert gateway(*route, signed(claims("admin", view=view))) == expected
    if "{stream_id}" in operation.path:
        assert gateway(*route, token, OTHER) == 403


@pytest.mark.parametrize("token", BAD.values(), ids=BAD)
def test_open_routes_look_at_no_token(gateway: Gateway, token: str | None) -> None:
    for method, path in (key for key, least in LEAST.items() if least == OPEN):
        assert gateway(method, path, token) == ANSWERED.get((method, path), 200)


@pytest.mark.parametrize("role", ORDER)
def test_only_broadcaster_and_admin_read_revenue(gateway: Gateway, role: str) -> None:
    (row,) = gateway.moments.load(CHANNEL, [NOW])
    assert row.start_ms == NOW
    caller = {"role": role, "channels": CHANNEL}
    event = {
        "path": f"/api/v1/streams/{CHANNEL}/metrics",
        "httpMethod": "GET",
        "headers": {},
        "multiValueQueryStringParameters": None,
        "pathParameters": {"stream_id": CHANNEL},
        "stageVariables": None,
        "requestContext": {
            "resourcePath": f"{STREAM}/metrics",
            "httpMethod": "GET",
            "authorizer": caller,
        },
        "body": None,
    }
    items = json.loads(gateway.api.app(event, None)["body"])["items"]
    assert items
    assert {"revenue" in item for item in items} == {role in {"broadcaster", "admin"}}


@pytest.mark.parametrize("role", ORDER)
def test_a_ticket_opens_a_socket_to_its_channel_and_every_message_is_judged(
    gateway: Gateway, role: str
) -> None:
    context = gateway.handshake(ticket(role))
    assert isinstance(context, dict)
    assert gateway.say(context, action="subscribe", stream_id=CHANNEL)["type"] == "subscribed"
    assert gateway.say(context, action="ping")["type"] == "pong"
    refused = gateway.say(context, action="subscribe", stream_id=OTHER)
    assert (refused["type"], refused["data"]["code"]) == ("error", "forbidden")
    assert gateway.handshake(ticket(role), OTHER) == 403


@pytest.mark.parametrize("view", ["live", "moments", "export", "everything"])
def test_a_link_opens_a_socket_when_it_shows_the_live_view(gateway: Gateway, view: str) -> None:
    found = gateway.handshake(ticket("viewer", view=view))
    assert isinstance(found, dict) if view == "live" else found == 403


@pytest.mark.parametrize(
    "token", [*(BAD[name] for name in BAD if name != "a ticket"), signed(claims())], ids=str
)
def test_a_handshake_without_a_valid_ticket_is_refused(gateway: Gateway, token: str | None) -> None:
    assert gateway.handshake(token) == (401 if token is None else 403)


def test_no_refusal_holds_a_trace_or_the_token(gateway: Gateway, capsys: pytest.CaptureFixture[str]) -> None:
    for token in BAD.values():
        gateway("GET", f"{STREAM}/metrics", token)
        gateway("PUT", f"{STREAM}/rules", token)
    printed = capsys.readouterr().out
    assert "Traceback" not in printed
    signatures = [token.rpartition(".")[2] for token in BAD.values() if token]
    assert [text for text in signatures if len(text) > 20 and text in printed] == []


def audited(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [line["audit"] for line in lines if "audit" in line]


@each()
@pytest.mark.parametrize("role", ORDER)
def test_a_denied_or_privileged_call_leaves_one_line_of_audit_and_a_reading_none(
    gateway: Gateway, operation: Operation, role: str, capsys: pytest.CaptureFixture[str]
) -> None:
    method, path = operation.method, operation.path
    gateway(method, path, signed(claims(role)))
    may = ORDER.index(role) >= ORDER.index(LEAST[method, path])
    worth = not may or method != "GET" or path.endswith("/rules")
    entries = audited(capsys)
    assert len(entries) == (1 if worth else 0)
    for entry in entries:
        assert (entry["subject"], entry["role"], entry["method"]) == ("somebody", role, method)
        assert entry["outcome"] == ("done" if may else "denied")
    gateway(method, path, None)
    assert [entry["outcome"] for entry in audited(capsys)] == ["denied"]


def test_what_a_socket_is_denied_leaves_a_line_too(
    gateway: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    context = gateway.handshake(ticket("viewer"))
    assert isinstance(context, dict)
    assert audited(capsys) == []
    gateway.say(context, action="subscribe", stream_id=OTHER)
    assert [entry["subject"] for entry in audited(capsys)] == ["somebody"]
    gateway.handshake(ticket("viewer"), OTHER)
    assert [(entry["method"], entry["channel"]) for entry in audited(capsys)] == [("CONNECT", OTHER)]
    gateway.handshake("a.b.c")
    assert [entry["method"] for entry in audited(capsys)] == ["CONNECT"]


def test_the_module_of_the_session_wires_from_the_environment_once(
    load_handler: LoadHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    load_handler("api", "app")
    routes: ModuleType = sys.modules["session_routes"]
    assert routes.wire() is routes.wire()
