"""What the server says on a socket: ``{type, stream_id, version, data}``."""

from __future__ import annotations

import msgspec

from telemetra.application.access import Role
from telemetra.application.contract import frames
from telemetra.application.contract.shapes import LONGEST
from telemetra.application.ports import Subscription
from telemetra.application.representation import moment_item, row_item, window_item
from telemetra.domain.metrics import MetricRow
from telemetra.domain.moment import Moment
from telemetra.domain.slide import Sliding

_ECHOED = 80


def subscribed(subscription: Subscription) -> bytes:
    """Say that news of the channel will come from here on."""
    terms = frames.Subscription(Role(subscription.role).value, subscription.expires_ms)
    return msgspec.json.encode(frames.Subscribed(subscription.channel, 0, terms))


def live(window: Sliding, role: Role) -> bytes:
    """Say what the last 60 s were."""
    return msgspec.json.encode(frames.LiveWindow(window.channel, window.version, window_item(window, role)))


def minute(row: MetricRow, role: Role) -> bytes:
    """Say what a minute was."""
    return msgspec.json.encode(frames.Minute(row.key.channel, row.version, row_item(row, role)))


def moment(found: Moment) -> bytes:
    """Say that something stood out, or how it went on."""
    return msgspec.json.encode(frames.MomentNews(found.channel, found.version, moment_item(found)))


def pong(at_ms: int) -> bytes:
    """Answer a ping with the server's clock."""
    return msgspec.json.encode(frames.Pong(None, 0, frames.Heartbeat(at_ms)))


def error(code: frames.FaultCode, sentence: str, channel: str | None = None) -> bytes:
    """Say what was wrong with a message: a short word for programs and a sentence for people."""
    fault = frames.Fault(code, sentence[:LONGEST])
    return msgspec.json.encode(frames.ErrorMessage(channel and channel[:_ECHOED], 0, fault))


def together(said: list[bytes]) -> bytes:
    """Return one frame that carries several messages: their array."""
    return b"[" + b",".join(said) + b"]"
