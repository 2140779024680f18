"""The handlers of the WebSocket routes, fed what API Gateway sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import pytest

from telemetra.adapters.memory import MemoryConnections, MemorySockets, MemoryTicks
from telemetra.application.ports import Subscription, Tick
from telemetra.application.sockets import LIFE_MS, AnswerMessage, OpenSocket
from telemetra.config import Settings
from tests.application.samples import CHANNEL, NOW
from tests.functions.conftest import LoadHandler


def event(
    *,
    query: Mapping[str, str] | None = None,
    body: str | None = None,
    authorizer: Mapping[str, str] | None = None,
    connected_ms: int | None = NOW - 1_000,
) -> dict[str, Any]:
    """Return the event of one connection."""
    at = {"connectionId": "c1", "connectedAt": connected_ms, "authorizer": authorizer}
    return {"requestContext": at, "queryStringParameters": query, "body": body, "isBase64Encoded": False}


class Door:
    """The socket handlers over memory ports, at ``NOW``."""

    def __init__(self, api: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        self.api = api
        self.connections = MemoryConnections(clock=lambda: NOW)
        self.ticks = MemoryTicks()
        self.sockets = MemorySockets()
        self.access = "open"
        monkeypatch.setattr(api, "now_ms", lambda: NOW)
        monkeypatch.setattr(api, "wire_sockets", self.wire)

    def wire(self) -> Any:
        return self.api.Door(
            settings=Settings.from_env({"TELEMETRA_ACCESS": self.access}),
            connections=self.connections,
            open=OpenSocket(self.connections, self.ticks),
            answer=AnswerMessage(self.connections, self.ticks, self.sockets),
        )


@pytest.fixture
def door(load_handler: LoadHandler, monkeypatch: pytest.MonkeyPatch) -> Door:
    return Door(load_handler("api", "app"), monkeypatch)


def test_a_socket_may_name_its_channel_while_it_connects(door: Door) -> None:
    assert door.api.connect(event(query={"stream_id": CHANNEL}), None) == {"statusCode": 200}
    expires_ms = NOW - 1_000 + LIFE_MS
    assert door.connections.subscribers(CHANNEL) == [Subscription("c1", CHANNEL, "admin", expires_ms)]
    assert door.ticks.sent == [Tick(CHANNEL, connections=("c1",), greet=True)]


@pytest.mark.parametrize("query", [None, {}, {"stream_id": ""}])
def test_a_socket_may_name_none(door: Door, query: dict[str, str] | None) -> None:
    assert door.api.connect(event(query=query, connected_ms=None), None) == {"statusCode": 200}
    assert door.connections.role("c1") == "admin"
    assert door.ticks.sent == []


@pytest.mark.parametrize(
    ("authorizer", "channel", "status"),
    [
        ({"role": "viewer", "channels": CHANNEL}, CHANNEL, 200),
        ({"role": "viewer", "channels": "other"}, CHANNEL, 403),
        ({"role": "viewer", "channels": "*"}, "Not-One", 400),
        (None, CHANNEL, 401),
    ],
)
def test_a_handshake_is_refused_by_its_status(
    door: Door, authorizer: dict[str, str] | None, channel: str, status: int
) -> None:
    door.access = "token"
    found = door.api.connect(event(query={"stream_id": channel}, authorizer=authorizer), None)
    assert found == {"statusCode": status}
    assert (door.connections.role("c1") is None) == (status != 200)


def test_an_answer_goes_over_the_socket_and_not_by_the_handler(door: Door) -> None:
    door.api.connect(event(), None)
    body = json.dumps({"action": "subscribe", "stream_id": CHANNEL})
    assert door.api.message(event(body=body), None) == {"statusCode": 200}
    ((connection, answer),) = door.sockets.posted
    assert (connection, json.loads(answer)["type"]) == ("c1", "subscribed")


def test_a_message_of_an_expired_socket_is_on_the_audit_log(
    door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    assert door.api.message(event(body='{"action": "ping"}'), None) == {"statusCode": 200}
    assert json.loads(door.sockets.posted[0][1])["data"]["code"] == "expired"
    assert json.loads(capsys.readouterr().out)["audit"]["outcome"] == "denied"


def test_a_message_without_a_body_is_a_typed_error(door: Door) -> None:
    door.api.connect(event(), None)
    assert door.api.message(event(), None) == {"statusCode": 200}
    assert json.loads(door.sockets.posted[0][1])["data"]["code"] == "bad_json"


def test_a_closed_socket_is_forgotten(door: Door) -> None:
    door.api.connect(event(query={"stream_id": CHANNEL}), None)
    assert door.api.disconnect(event(), None) == {"statusCode": 200}
    assert door.connections.subscribers(CHANNEL) == []
    assert door.connections.role("c1") is None


def test_each_invocation_logs_one_line(door: Door, capsys: pytest.CaptureFixture[str]) -> None:
    door.access = "token"
    logged = []
    for handle, given in (
        (door.api.connect, event(authorizer={"role": "viewer", "channels": "*"})),
        (door.api.connect, event()),
        (door.api.message, event(body='{"action":"ping"}', authorizer={"role": "viewer"})),
        (door.api.disconnect, event()),
    ):
        handle(given, None)
        (line,) = capsys.readouterr().out.splitlines()
        logged.append(json.loads(line))
    assert [line["service"] for line in logged] == ["connect", "connect", "message", "disconnect"]
    assert (logged[0]["SocketsOpened"], logged[3]["SocketsClosed"]) == ([1.0], [1.0])
    assert "Authorization" in logged[1]["refused"]
    assert logged[2]["answered"] == "ping"


def test_wiring_reads_the_environment_once_and_calls_nothing(
    load_handler: LoadHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("TELEMETRA_ACCESS", "open")
    api = load_handler("api", "app")
    assert api.wire_sockets() is api.wire_sockets()
    assert api.wire_sockets().settings.access == "open"
