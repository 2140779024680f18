"""EventSub WebSocket frames, as values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias

import msgspec

from producer.sources.twitch.values import FrameError

CLOSE_CODES: Final = {
    4000: "internal server error",
    4001: "client sent inbound traffic",
    4002: "client failed ping-pong",
    4003: "connection unused",
    4004: "reconnect grace time expired",
    4005: "network timeout",
    4006: "network error",
    4007: "invalid reconnect",
}
"""Why Twitch closes a socket."""

MAX_FRAME: Final = 1024 * 1024
_STAMP: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Welcome:
    """The socket is open; its subscriptions are made with ``session_id``, the first within 10 s."""

    session_id: str
    keepalive_s: int


@dataclass(frozen=True, slots=True)
class Keepalive:
    """The socket lives."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The socket closes within 30 s; its subscriptions carry over to ``url``."""

    url: str


@dataclass(frozen=True, slots=True)
class Revoked:
    """A subscription ended: ``authorization_revoked``, ``user_removed``, ``version_removed``."""

    subscription_id: str
    type: str
    status: str


@dataclass(frozen=True, slots=True)
class Notification:
    """An event of ``type``; ``body`` is its JSON. Sent again it has the same ``message_id``."""

    message_id: str
    type: str
    version: str
    sent_ms: int
    body: bytes


Frame: TypeAlias = Welcome | Keepalive | Moved | Revoked | Notification


class _Metadata(msgspec.Struct):
    message_id: str
    message_type: str
    message_timestamp: str
    subscription_type: str = ""
    subscription_version: str = ""


class _Session(msgspec.Struct):
    id: str = ""
    keepalive_timeout_seconds: int | None = None
    reconnect_url: str | None = None


class _Subscription(msgspec.Struct):
    id: str = ""
    type: str = ""
    status: str = ""


class _Payload(msgspec.Struct):
    session: _Session = msgspec.field(default_factory=_Session)
    subscription: _Subscription = msgspec.field(default_factory=_Subscription)
    event: msgspec.Raw = msgspec.Raw()


class _Envelope(msgspec.Struct):
    metadata: _Metadata
    payload: _Payload


_decoder: Final = msgspec.json.Decoder(_Envelope)


def read_frame(frame: bytes) -> Frame:
    """Read one frame.

    Raises:
        FrameError: not JSON, or not of a documented shape or kind.
    """
    if len(frame) > MAX_FRAME:
        message = f"a frame of {len(frame)} bytes; at most {MAX_FRAME} are read"
        raise FrameError(message)
    try:
        envelope = _decoder.decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"not an EventSub frame: {error}"
        raise FrameError(message) from error
    meta, payload = envelope.metadata, envelope.payload
    match meta.message_type:
        case "session_welcome" if payload.session.id:
            return Welcome(payload.session.id, payload.session.keepalive_timeout_seconds or 10)
        case "session_keepalive":
            return Keepalive()
        case "session_reconnect" if payload.session.reconnect_url:
            return Moved(payload.session.reconnect_url)
        case "revocation":
            found = payload.subscription
            return Revoked(found.id, found.type, found.status)
        case "notification" if bytes(payload.event):
            sent_ms = instant_ms(meta.message_timestamp)
            kind = meta.subscription_type or payload.subscription.type
            version = meta.subscription_version
            return Notification(meta.message_id, kind, version, sent_ms, bytes(payload.event))
    message = f"an EventSub frame of kind {meta.message_type[:40]!r} without what it needs"
    raise FrameError(message)


def instant_ms(text: str) -> int:
    """Return the instant of RFC 3339 with any number of digits of a second, in epoch ms.

    Raises:
        FrameError: it is none.

    Example:
        >>> instant_ms("1970-01-01T00:00:01.234567891Z")
        1234
    """
    match = _STAMP.fullmatch(text)
    try:
        moment = datetime.fromisoformat(f"{match[1]}{match[3]}") if match else None
    except ValueError:
        moment = None
    if match is None or moment is None:
        message = f"not an instant: {text[:40]!r}"
        raise FrameError(message)
    return int(moment.astimezone(UTC).timestamp()) * 1000 + int((match[2] or ".0")[1:4].ljust(3, "0"))
