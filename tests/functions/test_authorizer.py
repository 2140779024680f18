"""The authorizer, fed what API Gateway sends for a request and for a handshake."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws

from telemetra.adapters.clients import client
from telemetra.application.access import ANYONE, Caller, Role
from telemetra.application.tokens import SOCKET_AUDIENCE, Claims, TokenKey
from tests.application.samples import CHANNEL, NOW
from tests.functions.conftest import LoadHandler

ARN = "arn:aws:execute-api:us-east-1:000000000000:api/live/GET/api/v1/streams"
SECRET = "s" * 64
CLAIMS = Claims("editor", Role.MODERATOR, frozenset({CHANNEL}), NOW + 60_000)


def event(
    *,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    socket: bool = False,
) -> dict[str, Any]:
    """Return the event of a request, or of a handshake."""
    at = {"connectionId": "c1", "eventType": "CONNECT"} if socket else {"resourcePath": "/api/v1/streams"}
    return {
        "type": "REQUEST",
        "methodArn": ARN,
        "httpMethod": "GET",
        "path": "/api/v1/streams",
        "headers": headers,
        "queryStringParameters": query,
        "requestContext": at,
    }


@pytest.fixture
def authorizer(load_handler: LoadHandler, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("TELEMETRA_ACCESS", "token")
    handler = load_handler("authorizer")
    monkeypatch.setattr(handler, "now_ms", lambda: NOW)
    monkeypatch.setattr(handler, "secrets_of", lambda _: [SECRET.encode()])
    return handler


def token(claims: Claims = CLAIMS) -> str:
    return TokenKey(SECRET.encode()).sign(claims, issued_ms=NOW)


def rights(policy: dict[str, Any]) -> tuple[str, str, str]:
    (statement,) = policy["policyDocument"]["Statement"]
    return policy["principalId"], statement["Effect"], statement["Resource"]


@pytest.mark.parametrize("name", ["Authorization", "authorization"])
@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
@pytest.mark.parametrize("socket", [False, True])
def test_a_valid_token_allows_with_its_rights_as_context(
    authorizer: ModuleType, name: str, scheme: str, socket: bool
) -> None:
    found = authorizer.handler(event(headers={name: f"{scheme} {token()}"}, socket=socket), None)
    assert rights(found) == ("editor", "Allow", ARN)
    assert Caller.of_context(found["context"]) == CLAIMS.caller


def test_a_handshake_may_carry_a_ticket_in_its_query(authorizer: ModuleType) -> None:
    ticket = TokenKey(SECRET.encode()).sign(CLAIMS, issued_ms=NOW, audience=SOCKET_AUDIENCE)
    found = authorizer.handler(event(query={"ticket": ticket}, socket=True), None)
    assert rights(found) == ("editor", "Allow", ARN)
    assert rights(authorizer.handler(event(query={"ticket": token()}, socket=True), None))[1] == "Deny"
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorizer.handler(event(headers={"Authorization": f"Bearer {ticket}"}), None)


@pytest.mark.parametrize(
    "headers",
    [
        None,
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic abc"},
        {"Authorization": "Bearer a.b.c"},
        {"Authorization": f"Bearer {token(Claims('x', Role.ADMIN, frozenset('*'), NOW))}"},
        {"Authorization": f"Bearer {TokenKey(b't' * 64).sign(CLAIMS, issued_ms=NOW)}"},
    ],
    ids=["none", "empty", "no-token", "other-scheme", "malformed", "expired", "other-key"],
)
def test_without_a_valid_token_a_request_is_401_and_a_handshake_is_denied(
    authorizer: ModuleType, headers: dict[str, str] | None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorizer.handler(event(headers=headers), None)
    (line,) = capsys.readouterr().out.splitlines()
    logged = json.loads(line)
    assert logged["AccessDenied"] == [1.0]
    assert logged["audit"] == {
        "outcome": "denied",
        "subject": None,
        "method": "GET",
        "path": "/api/v1/streams",
    }
    assert "Authorization: Bearer" in logged["refused"]
    found = authorizer.handler(event(headers=headers, socket=True), None)
    assert rights(found) == ("nobody", "Deny", ARN)
    assert found["context"] == {}


def test_a_request_may_not_carry_its_token_in_the_query(authorizer: ModuleType) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorizer.handler(event(query={"ticket": token()}), None)


def test_the_log_holds_no_token(authorizer: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = token(), TokenKey(b"t" * 64).sign(CLAIMS, issued_ms=NOW)
    for shown in (good, bad):
        authorizer.handler(event(headers={"Authorization": f"Bearer {shown}"}, socket=True), None)
    printed = capsys.readouterr().out
    assert good.split(".")[2] not in printed
    assert bad.split(".")[2] not in printed


def test_the_key_comes_from_the_secret_that_the_template_generates(
    load_handler: LoadHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    handler = load_handler("authorizer")
    client.cache_clear()
    with mock_aws():
        made = boto3.client("secretsmanager").create_secret(Name="seed", SecretString=SECRET)
        monkeypatch.setenv("TELEMETRA_TOKEN_SECRET_ARN", made["ARN"])
        monkeypatch.setattr(handler, "now_ms", lambda: NOW)
        found = handler.handler(event(headers={"Authorization": f"Bearer {token()}"}), None)
        assert rights(found) == ("editor", "Allow", ARN)
        assert handler.wire() is handler.wire()
    client.cache_clear()


def test_a_link_opens_its_view_and_is_denied_the_rest(
    authorizer: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    link = token(Claims("link of editor", Role.VIEWER, frozenset({CHANNEL}), NOW + 60_000, "moments"))
    headers = {"Authorization": f"Bearer {link}"}
    opened = event(headers=headers) | {"path": f"/api/v1/streams/{CHANNEL}/moments"}
    assert rights(authorizer.handler(opened, None)) == ("link of editor", "Allow", ARN)
    for closed in (event(headers=headers), event(headers=headers, socket=True)):
        capsys.readouterr()
        assert rights(authorizer.handler(closed, None)) == ("nobody", "Deny", ARN)
        assert json.loads(capsys.readouterr().out)["audit"]["subject"] == "link of editor"


def test_open_access_allows_everyone_everything_and_reads_no_secret(
    load_handler: LoadHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEMETRA_ACCESS", "open")
    handler = load_handler("authorizer")
    for socket in (False, True):
        found = handler.handler(event(socket=socket), None)
        assert rights(found) == ("anyone", "Allow", ARN)
        assert Caller.of_context(found["context"]) == ANYONE
