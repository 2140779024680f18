"""The life of a socket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from telemetra.adapters.memory import MemoryConnections, MemorySockets, MemoryTicks
from telemetra.application.access import ANYONE, Caller, Role
from telemetra.application.messages import MOST_BYTES as FRAME_BYTES
from telemetra.application.messages import together
from telemetra.application.ports import Greeting, Subscription, Tick
from telemetra.application.sockets import (
    LIFE_MS,
    MOST_BYTES,
    MOST_MESSAGES,
    MOST_SUBSCRIPTIONS,
    AnswerMessage,
    OpenSocket,
    Socket,
)
from telemetra.domain.errors import NotPermittedError, ParameterError, StoreUnavailableError
from telemetra.domain.window import MINUTE_MS
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
    def types(self) -> list[str]:
        return [message["type"] for message in self.heard]

    @property
    def heard(self) -> list[dict[str, Any]]:
        return [json.loads(message) for _, message in self.sockets.posted]


class ClaimedConnections(MemoryConnections):
    """Somebody else is always a moment faster to greet."""

    def greet(self, connection: str, channel: str, before: Greeting, after: Greeting) -> bool:
        return False


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
    room.open()
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
    room.open()
    frame = '{"action":"ping"}'
    assert room.say(frame + " " * (MOST_BYTES - len(frame))) == "ping"
    assert room.say(frame + " " * (MOST_BYTES - len(frame) + 1)) == "too_large"


@pytest.mark.parametrize("message", [{"action": "subscribe", "stream_id": "aurora"}, {"action": "ping"}, "{"])
def test_whatever_a_socket_says_whose_time_is_over_it_is_told_so_closed_and_forgotten(
    message: Mapping[str, Any] | str,
) -> None:
    room = Room(Caller(Role.VIEWER, frozenset({"aurora"}), NOW - 1))
    room.open("aurora")
    assert room.say(message) == "expired"
    assert room.heard[0]["data"]["code"] == "expired"
    assert room.sockets.closed == ["c1"]
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

    def subscribe(self, subscription: Subscription, greeting: Greeting = Greeting.ASKED) -> None:
        message = "throttled"
        raise StoreUnavailableError(message)


def test_a_busy_store_is_told_to_the_client() -> None:
    room = Room()
    room.connections = BusyConnections(clock=lambda: NOW)
    room.open()
    assert room.say({"action": "subscribe", "stream_id": "aurora"}) == "unavailable"
    assert room.heard[0]["data"] == {
        "code": "unavailable",
        "message": "that was not done: try again in a second",
    }


def test_a_socket_that_cannot_even_be_told_fails_the_invocation() -> None:
    room = Room(sockets=JammedSockets(jammed={"c1"}))
    with pytest.raises(StoreUnavailableError):
        room.say({"action": "ping"})
    room.open()
    with pytest.raises(StoreUnavailableError):
        room.say({"action": "ping"})


def test_an_expired_socket_that_hangs_up_need_not_be_closed() -> None:
    room = Room(sockets=MemorySockets(gone={"c1"}))
    assert room.say({"action": "ping"}) == "expired"
    assert room.sockets.closed == []


def test_the_handshake_s_subscription_and_the_first_to_ask_for_it_are_confirmed_once() -> None:
    subscribe = {"action": "subscribe", "stream_id": "aurora"}
    before_the_greeting, after_it = Room(), Room()
    before_the_greeting.open("aurora")
    before_the_greeting.say(subscribe)
    assert before_the_greeting.types == ["subscribed"]
    assert not before_the_greeting.connections.greet("c1", "aurora", Greeting.OWED, Greeting.SENT)
    after_it.open("aurora")
    assert after_it.connections.greet("c1", "aurora", Greeting.OWED, Greeting.SENT)
    after_it.say(subscribe)
    assert after_it.types == []


def test_whoever_asks_again_is_confirmed_again() -> None:
    room = Room()
    room.open()
    for _ in range(3):
        room.say({"action": "subscribe", "stream_id": "aurora"})
    assert room.types == ["subscribed"] * 3


def test_a_greeting_that_another_has_just_claimed_is_not_sent_twice() -> None:
    room = Room()
    room.connections = ClaimedConnections(clock=lambda: NOW)
    room.open("aurora")
    assert room.say({"action": "subscribe", "stream_id": "aurora"}) == "subscribe"
    assert room.types == []


def test_a_socket_listens_to_so_many_channels_and_no_more() -> None:
    room = Room()
    room.open()
    asked = [room.say({"action": "subscribe", "stream_id": f"c{number}"}) for number in range(22)]
    assert asked == ["subscribe"] * MOST_SUBSCRIPTIONS + ["too_many"] * 2
    assert room.say({"action": "subscribe", "stream_id": "c3"}) == "subscribe"
    room.say({"action": "unsubscribe", "stream_id": "c3"})
    assert room.say({"action": "subscribe", "stream_id": "other"}) == "subscribe"


def test_a_socket_says_so_much_a_minute_and_no_more() -> None:
    room = Room()
    room.open()
    said = [room.say({"action": "ping"}) for _ in range(MOST_MESSAGES + 2)]
    assert said == ["ping"] * MOST_MESSAGES + ["too_fast"] * 2
    room.socket = Socket("c1", ANYONE, NOW, NOW + MINUTE_MS)
    assert room.say({"action": "ping"}) == "ping"


@pytest.mark.parametrize("body", ["[" * 30_000, '{"action": ["ping"]}', '{"action": {}}', "null", "0", '"x"'])
def test_a_strange_message_is_a_typed_error(body: str) -> None:
    room = Room()
    room.open()
    assert room.say(body) in {"bad_json", "unknown_action"}
    assert room.types == ["error"]


def test_what_there_is_to_say_is_cut_into_frames_that_fit() -> None:
    said = [b'"' + b"x" * 50_000 + b'"'] * 5
    frames = together(said)
    assert all(len(frame) <= FRAME_BYTES for frame in frames)
    assert [len(json.loads(frame)) for frame in frames[:2]] == [2, 2]
    assert frames[2:] == said[4:]
    assert together([]) == []
