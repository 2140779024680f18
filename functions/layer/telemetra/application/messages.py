"""What the server says on a socket: ``{type, stream_id, version, data}``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from telemetra.application.access import Role
from telemetra.application.contract import frames
from telemetra.application.contract.shapes import LONGEST
from telemetra.application.ports import Subscription
from telemetra.application.representation import moment_item, row_item, window_item
from telemetra.domain.metrics import MetricRow
from telemetra.domain.moment import Moment
from telemetra.domain.slide import Sliding

MOST_BYTES: Final = 120 * 1024
"""Size of one frame to a client; the gateway takes 128 KB."""

_ECHOED: Final = 80


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


def expired(channel: str | None = None) -> bytes:
    """Say that the time of a socket is over, before it is closed."""
    return error("expired", "the token of this socket has expired: open a new one with a new token", channel)


def together(said: Sequence[bytes]) -> list[bytes]:
    """Return the messages in frames: one, unless they are more than a frame takes.

    A message alone is a frame as it is, several are an array.

    >>> together([b"1"]), together([b"1", b"2"])
    ([b'1'], [b'[1,2]'])
    """
    frames_: list[list[bytes]] = [[]]
    size = 0
    for message in said:
        if frames_[-1] and size + len(message) > MOST_BYTES:
            frames_.append([])
            size = 0
        frames_[-1].append(message)
        size += len(message) + 1
    return [each[0] if len(each) == 1 else b"[" + b",".join(each) + b"]" for each in frames_ if each]
