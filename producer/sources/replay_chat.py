"""Chat lines of logs that are not contract events: what each format is brought to first."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from producer.event import Chat, Line, to_line
from telemetra.domain.errors import EventError, Reason
from telemetra.domain.events import MAX_TEXT

MAX_SECONDS: Final = 10 * 365 * 86_400


class LogLine(msgspec.Struct, frozen=True, gc=False):
    """One line of a chat log."""

    t: Annotated[float, Meta(ge=0, le=MAX_SECONDS)]
    u: Annotated[str, Meta(min_length=1)]
    m: Annotated[str, Meta(max_length=MAX_TEXT)]
    e: tuple[str, ...] = ()
    bits: Annotated[int, Meta(ge=0)] = 0
    sub: bool | int = False
    mod: bool | int = False


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was skipped: its number from 1, and what was expected of it."""

    number: int
    expected: str


def chat_of(said: LogLine, row: bytes, number: int, channel: str | None, *, at_ms: int | None = None) -> Line:
    """Make a chat event; its id follows from channel, line number and content.

    Args:
        said: what was read.
        row: the bytes it was read from.
        number: line number from 1.
        channel: whose chat it is.
        at_ms: its instant; without one, its seconds from the start.

    Raises:
        EventError: there is no channel.
    """
    if channel is None:
        message = "expected an event with `schema`; a chat log line needs --channel"
        raise EventError(Reason.SCHEMA, message)
    content = b"%s\n%d\n%s" % (channel.encode(), number, row)
    badges = ("moderator/1",) * bool(said.mod) + ("subscriber/1",) * bool(said.sub)
    return to_line(
        Chat(
            event_id=blake2b(content, digest_size=12).hexdigest(),
            channel=channel,
            ts=round(said.t * 1000) if at_ms is None else at_ms,
            user_id=said.u,
            user=said.u,
            text=said.m,
            emotes=said.e,
            badges=badges,
            bits=said.bits,
        )
    )
