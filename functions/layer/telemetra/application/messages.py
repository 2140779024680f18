"""What the server says on a socket: ``{type, stream_id, version, data}``."""

from __future__ import annotations

from typing import Any

import msgspec

from telemetra.application.access import Role
from telemetra.application.representation import moment_item, row_item, window_item
from telemetra.domain.metrics import MetricRow
from telemetra.domain.moment import Moment
from telemetra.domain.slide import Sliding


def subscribed(channel: str) -> bytes:
    """Say that news of the channel will come from here on."""
    return _message("subscribed", channel, 0, {})


def live(window: Sliding, role: Role) -> bytes:
    """Say what the last 60 s were."""
    return _message("live", window.channel, window.version, window_item(window, role))


def minute(row: MetricRow, role: Role) -> bytes:
    """Say what a minute was."""
    return _message("minute", row.key.channel, row.version, row_item(row, role))


def moment(found: Moment) -> bytes:
    """Say that something stood out, or how it went on."""
    return _message("moment", found.channel, found.version, moment_item(found))


def pong() -> bytes:
    """Answer a ping."""
    return _message("pong", None, 0, {})


def error(code: str, sentence: str, channel: str | None = None) -> bytes:
    """Say what was wrong with a message: a short word for programs and a sentence for people."""
    return _message("error", channel, 0, {"code": code, "message": sentence})


def _message(kind: str, channel: str | None, version: int, data: dict[str, Any]) -> bytes:
    return msgspec.json.encode({"type": kind, "stream_id": channel, "version": version, "data": data})
