"""What is said over the WebSocket, as types: actions of a client and messages of the server."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from telemetra.application.contract.shapes import Count, Instant, Metric, Moment, StreamId, Text

Asked: TypeAlias = Annotated[str, Meta(max_length=80)]


class Subscribe(msgspec.Struct, frozen=True, tag_field="action", tag="subscribe"):
    """Ask for the news of a channel; asking twice changes nothing."""

    stream_id: StreamId


class Unsubscribe(msgspec.Struct, frozen=True, tag_field="action", tag="unsubscribe"):
    """Ask for no more news of a channel."""

    stream_id: StreamId


class Ping(msgspec.Struct, frozen=True, tag_field="action", tag="ping"):
    """Ask for a pong, which also keeps the connection from being idle."""


class Subscription(msgspec.Struct, frozen=True):
    """The terms of a subscription: the role that decides what is shown, and when the connection must end."""

    role: Literal["viewer", "moderator", "broadcaster", "admin"]
    expires_ms: Instant


class Heartbeat(msgspec.Struct, frozen=True):
    """The server's clock."""

    at_ms: Instant


FaultCode: TypeAlias = Literal[
    "too_large",
    "bad_json",
    "unknown_action",
    "bad_stream_id",
    "forbidden",
    "expired",
    "too_many",
    "too_fast",
    "unavailable",
]


class Fault(msgspec.Struct, frozen=True):
    """What was wrong with a message: a word for programs and a sentence for people."""

    code: FaultCode
    message: Text


class Subscribed(msgspec.Struct, frozen=True, tag_field="type", tag="subscribed"):
    """News of the channel comes from here on: fetch by REST, asking with no-cache, what came before."""

    stream_id: StreamId
    version: Count
    data: Subscription


class LiveWindow(msgspec.Struct, frozen=True, tag_field="type", tag="live"):
    """The last 60 s of the channel."""

    stream_id: StreamId
    version: Count
    data: Metric


class Minute(msgspec.Struct, frozen=True, tag_field="type", tag="minute"):
    """A minute that was published or revised; the larger version of a start wins."""

    stream_id: StreamId
    version: Count
    data: Metric


class MomentNews(msgspec.Struct, frozen=True, tag_field="type", tag="moment"):
    """A moment that opened, changed or ended; the larger version of an id wins."""

    stream_id: StreamId
    version: Count
    data: Moment


class Pong(msgspec.Struct, frozen=True, tag_field="type", tag="pong"):
    """The answer to a ping."""

    stream_id: None
    version: Count
    data: Heartbeat


class ErrorMessage(msgspec.Struct, frozen=True, tag_field="type", tag="error"):
    """The answer to a message that was not done; the connection stays, but for ``expired``, which ends it."""

    stream_id: Asked | None
    version: Count
    data: Fault


ClientMessage: TypeAlias = Subscribe | Unsubscribe | Ping
ServerMessage: TypeAlias = Subscribed | LiveWindow | Minute | MomentNews | Pong | ErrorMessage
