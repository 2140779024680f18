"""The life of a socket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from telemetra.adapters.memory import MemoryConnections, MemorySockets, MemoryTicks
from telemetra.application.access import ANYONE, Caller, Role
from telemetra.application.ports import Subscription, Tick
from telemetra.application.sockets import LIFE_MS, MOST_BYTES, AnswerMessage, OpenSocket, Socket
from telemetra.domain.errors import NotPermittedError, ParameterError, StoreUnavailableError
from tests.application.samples import NOW, JammedSockets

VIEWER = Caller(Role.VIEWER, frozenset({"aurora"}), NOW + 60_000)


class Room:
    """Memory ports around one socket."""

    def __init__(self, caller: Caller = ANYONE, sockets: MemorySockets | None = None) -> None:
        self.connections = MemoryConnections(clock=lambda: NOW)
        self.ticks = MemoryTicks()
        self.sockets = sockets or MemorySockets()
        self.socket = Socket("c1", caller, NOW, NOW + 7)

    def open(self, stream_id: str | None = None) -> None:
        OpenSocket(self.connections, self.ticks)(self.socket, stream_id)

    def say(self, message: Mapping[str, Any] | str) -> str:
        body = message if isinstance(message, str) else json.dumps(message)
        return AnswerMessage(self.connections, self.ticks, self.sockets)(self.socket, body)

    @property
    def heard(self) -> list[dict[str, Any]]:
        return [json.loads(message) for _, message in self.sockets.posted]


def test_a_socket_that_names_a_channel_is_subscribed_and_greeted_later() -> None:
    room = Room()
    room.open("aurora")
    assert room.connections.role("c1") == "admin"
    assert room.connections.subscribers("aurora") == [Subscription("c1", "aurora", "admin", NOW + LIFE_MS)]
    assert room.ticks.sent == [Tick("aurora", connections=("c1",), greet=True)]


def test_a_socket_that_names_none_is_only_remembered() -> None:
    room = Room()
    room.open()
    assert room.connections.role("c1") == "admin"
    assert room.ticks.sent == []


def test_a_socket_ends_with_its_token() -> None:
    room = Room(VIEWER)
    room.open("aurora")
    assert room.connections.subscribers("aurora") == [Subscription("c1", "aurora", "viewer", NOW + 60_000)]


@pytest.mark.parametrize(("stream_id", "error"), [("Not/One", ParameterError), ("pixel", NotPermittedError)])
def test_a_refused_socket_leaves_nothing_behind(stream_id: str, error: type[Exception]) -> None:
    room = Room(VIEWER)
    with pytest.raises(error):
        room.open(stream_id)
    assert room.connections.role("c1") is None


def test_subscribing_is_confirmed_and_then_the_live_window_follows() -> None:
    room = Room()
    room.open()
    assert room.say({"action": "subscribe", "stream_id": "aurora"}) == "subscribe"
    assert room.heard == [
        {
            "type": "subscribed",
            "stream_id": "aurora",
            "version": 0,
            "data": {"role": "admin", "expires_ms": NOW + LIFE_MS},
        }
    ]
    assert room.ticks.sent == [Tick("aurora", connections=("c1",))]
    assert [found.connection for found in room.connections.subscribers("aurora")] == ["c1"]


def test_unsubscribing_is_silent() -> None:
    room = Room()
    room.open("aurora")
    assert room.say({"action": "unsubscribe", "stream_id": "aurora"}) == "unsubscribe"
    assert room.connections.subscribers("aurora") == []
    assert room.heard == []


def test_a_ping_is_answered() -> None:
    room = Room()
    assert room.say({"action": "ping"}) == "ping"
    assert room.heard == [{"type": "pong", "stream_id": None, "version": 0, "data": {"at_ms": NOW + 7}}]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("", "bad_json"),
        ("{", "bad_json"),
        ('"\\ud800"', "bad_json"),
        ("[1]", "unknown_action"),
        ("{}", "unknown_action"),
        ({"action": "dance"}, "unknown_action"),
        ({"action": ["ping"]}, "unknown_action"),
        ({"action": "subscribe"}, "bad_stream_id"),
        ({"action": "subscribe", "stream_id": 7}, "bad_stream_id"),
        ({"action": "unsubscribe", "stream_id": "Not/One"}, "bad_stream_id"),
        ({"action": "subscribe", "stream_id": "pixel"}, "forbidden"),
        ({"action": "ping", "padding": "x" * MOST_BYTES}, "too_large"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_bad_message_is_answered_with_a_typed_error(message: str | dict[str, Any], code: str) -> None:
    room = Room(VIEWER)
    room.open()
    assert room.say(message) == code
    (answer,) = room.heard
    assert (answer["type"], answer["data"]["code"]) == ("error", code)
    assert answer["data"]["message"]


def test_a_message_of_32_kb_is_still_taken() -> None:
    room = Room()
    frame = '{"action":"ping"}'
    assert room.say(frame + " " * (MOST_BYTES - len(frame))) == "ping"
    assert room.say(frame + " " * (MOST_BYTES - len(frame) + 1)) == "too_large"


def test_a_socket_that_is_not_remembered_may_not_subscribe() -> None:
    room = Room()
    assert room.say({"action": "subscribe", "stream_id": "aurora"}) == "expired"
    assert room.connections.subscribers("aurora") == []


def test_a_socket_that_hangs_up_is_forgotten() -> None:
    room = Room(sockets=MemorySockets(gone={"c1"}))
    room.open()
    assert room.say({"action": "subscribe", "stream_id": "aurora"}) == "subscribe"
    assert room.connections.role("c1") is None
    assert room.connections.subscribers("aurora") == []
    assert room.ticks.sent == []


class BusyConnections(MemoryConnections):
    """Cannot be written to."""

    def subscribe(self, subscription: Subscription) -> None:
        message = "throttled"
        raise StoreUnavailableError(message)


def test_a_busy_store_is_told_to_the_client() -> None:
    room = Room()
    room.connections = BusyConnections(clock=lambda: NOW)
    room.open()
    assert room.say({"action": "subscribe", "stream_id": "aurora"}) == "unavailable"
    assert room.heard[0]["data"] == {
        "code": "unavailable",
        "message": "subscribe was not done: try again in a second",
    }


def test_a_socket_that_cannot_even_be_told_fails_the_invocation() -> None:
    room = Room(sockets=JammedSockets(jammed={"c1"}))
    with pytest.raises(StoreUnavailableError):
        room.say({"action": "ping"})
