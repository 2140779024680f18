"""The life of a socket: it opens, asks for channels, and closes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from telemetra.application import messages
from telemetra.application.access import Caller
from telemetra.application.contract.frames import FaultCode
from telemetra.application.ports import Connections, Greeting, Sockets, Subscription, Tick, Ticks
from telemetra.application.query import channel_id
from telemetra.domain.errors import NotPermittedError, ParameterError, StoreUnavailableError
from telemetra.domain.window import HOUR_MS, MINUTE_MS

MOST_BYTES: Final = 32 * 1024
"""Size of one message from a client, the gateway's own limit of a frame."""

MOST_MESSAGES: Final = 120
"""Messages of one socket that are answered a minute."""

MOST_SUBSCRIPTIONS: Final = 20
"""Channels that one socket listens to."""

LIFE_MS: Final = 2 * HOUR_MS
"""How long the gateway keeps a socket open."""

ACTIONS: Final = ("subscribe", "unsubscribe", "ping")


@dataclass(frozen=True, slots=True)
class Socket:
    """One open socket.

    Attributes:
        connection: its id.
        caller: who opened it.
        opened_ms: when.
        now_ms: when it says what is being answered.
    """

    connection: str
    caller: Caller
    opened_ms: int
    now_ms: int

    @property
    def expires_ms(self) -> int:
        """When it must be gone: with the token, and at the latest when the gateway closes it."""
        latest_ms = self.opened_ms + LIFE_MS
        return latest_ms if self.caller.expires_ms is None else min(latest_ms, self.caller.expires_ms)

    def subscription(self, channel: str) -> Subscription:
        """Return its interest in a channel; raises ``NotPermittedError``."""
        self.caller.require(channel)
        return Subscription(self.connection, channel, self.caller.role.value, self.expires_ms)


class OpenSocket:
    """Takes a socket in; nothing can be posted to it yet, so the push function says ``subscribed``."""

    def __init__(self, connections: Connections, ticks: Ticks) -> None:
        """Take where sockets are remembered, and the queue to the push function."""
        self._connections = connections
        self._ticks = ticks

    def __call__(self, socket: Socket, stream_id: str | None) -> None:
        """Remember the socket, and subscribe it when it names a channel.

        Raises:
            ParameterError: the channel id is malformed.
            NotPermittedError: the caller may not read the channel.
        """
        subscription = None if stream_id is None else socket.subscription(channel_id(stream_id))
        self._connections.open(socket.connection, socket.caller.role.value, socket.expires_ms)
        if subscription is not None:
            self._connections.subscribe(subscription, Greeting.OWED)
            self._ticks.send([Tick(subscription.channel, connections=(socket.connection,), greet=True)])


class AnswerMessage:
    """Answers what a client says; the answer to a bad message is a message too, never an exception."""

    def __init__(self, connections: Connections, ticks: Ticks, sockets: Sockets) -> None:
        """Take where sockets are remembered, the queue to the push function, and the way back."""
        self._connections = connections
        self._ticks = ticks
        self._sockets = sockets

    def __call__(self, socket: Socket, body: str) -> str:
        """Do what the message asks for; return the action done, or the code of the error answered.

        Raises:
            StoreUnavailableError: the socket could not even be told that the store is.
        """
        try:
            said = self._connections.hear(socket.connection, socket.now_ms // MINUTE_MS)
            return self._answer(socket, body, said)
        except StoreUnavailableError:
            return self._refuse(socket, "unavailable", "that was not done: try again in a second")

    def _answer(self, socket: Socket, body: str, said: int | None) -> str:
        if said is None:
            if self._post(socket, messages.expired()):
                self._sockets.close(socket.connection)
                self._connections.close(socket.connection)
            return "expired"
        if said > MOST_MESSAGES:
            sentence = f"that was message {said} of this minute: at most {MOST_MESSAGES} are answered"
            return self._refuse(socket, "too_fast", sentence)
        size = len(body.encode())
        if size > MOST_BYTES:
            sentence = f"the message has {size} bytes: at most {MOST_BYTES} are taken"
            return self._refuse(socket, "too_large", sentence)
        try:
            asked = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            return self._refuse(socket, "bad_json", f"the message is not JSON: {error}")
        action = asked.get("action") if isinstance(asked, dict) else None
        if not isinstance(action, str) or action not in ACTIONS:
            sentence = f"action is {str(action)[:80]!r}: one of {', '.join(ACTIONS)} is expected"
            return self._refuse(socket, "unknown_action", sentence)
        if action == "ping":
            self._post(socket, messages.pong(socket.now_ms))
            return action
        return self._do(socket, action, asked)

    def _do(self, socket: Socket, action: str, asked: dict[str, Any]) -> str:
        stream_id = asked.get("stream_id")
        channel = stream_id if isinstance(stream_id, str) else ""
        try:
            channel_id(channel)
            subscription = socket.subscription(channel) if action == "subscribe" else None
        except ParameterError as error:
            return self._refuse(socket, "bad_stream_id", str(error))
        except NotPermittedError as error:
            return self._refuse(socket, "forbidden", str(error), channel)
        if subscription is not None:
            return self._subscribe(socket, subscription)
        self._connections.unsubscribe(socket.connection, channel)
        return action

    def _subscribe(self, socket: Socket, subscription: Subscription) -> str:
        """Confirm each time it is asked for; that of the handshake and the first to ask for it are one."""
        connection, channel = socket.connection, subscription.channel
        interests = self._connections.interests(connection)
        before = interests.get(channel)
        if before is None and len(interests) >= MOST_SUBSCRIPTIONS:
            sentence = (
                f"the socket listens to {len(interests)} channels: at most {MOST_SUBSCRIPTIONS} are taken"
            )
            return self._refuse(socket, "too_many", sentence, channel)
        owed = before is Greeting.OWED and self._connections.greet(
            connection, channel, Greeting.OWED, Greeting.ASKED
        )
        self._connections.subscribe(subscription)
        told_already = before in {Greeting.OWED, Greeting.SENT} and not owed
        if not told_already and self._post(socket, messages.subscribed(subscription)):
            self._ticks.send([Tick(channel, connections=(connection,))])
        return "subscribe"

    def _refuse(self, socket: Socket, code: FaultCode, sentence: str, channel: str | None = None) -> str:
        self._post(socket, messages.error(code, sentence, channel))
        return code

    def _post(self, socket: Socket, message: bytes) -> bool:
        if self._sockets.post(socket.connection, message):
            return True
        self._connections.close(socket.connection)
        return False
