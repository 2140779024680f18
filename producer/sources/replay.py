"""Replay: events from a log, moved in time.

Two formats, told apart line by line: contract JSON (an object with ``schema``) and chat logs (an
object with ``t`` seconds from the start, ``u`` user, ``m`` text; optionally ``e`` emotes, ``bits``, ``sub``
and ``mod``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from msgspec import Meta

from producer.event import SCHEMAS, Chat, Line, to_line
from telemetra.domain.errors import EventError, Reason
from telemetra.domain.events import MAX_TEXT, decode_line
from telemetra.domain.window import MINUTE_MS

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX_SECONDS: Final = 10 * 365 * 86_400
_SHOWN: Final = 120


class LogLine(msgspec.Struct, frozen=True, gc=False):
    """One line of a chat log."""

    t: Annotated[float, Meta(ge=0, le=_MAX_SECONDS)]
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


@dataclass(frozen=True, slots=True)
class Log:
    """What a log holds, by ascending time; the times are the log's own.

    Attributes:
        lines: its events; those of a chat log count from 0.
        bad: what was skipped.
        relative: some lines have seconds from a start and no time of their own.
    """

    lines: tuple[Line, ...]
    bad: tuple[BadLine, ...] = field(default=())
    relative: bool = False

    @property
    def span_ms(self) -> int:
        """The time between the first event and the last."""
        return self.lines[-1].ts - self.lines[0].ts if self.lines else 0

    def shifted(self, by_ms: int) -> tuple[Line, ...]:
        """Return the lines ``by_ms`` later, nothing else changed."""
        return tuple(_moved(line, by_ms) for line in self.lines) if by_ms else self.lines


def read_log(rows: Iterable[bytes], channel: str | None = None, *, named: str | None = None) -> Log:
    """Read a log; lines that cannot be used are listed, blank ones ignored.

    Args:
        rows: the lines of a file.
        channel: plays every event on this channel.
        named: the channel of a chat log, which names none, unless ``channel`` does.
    """
    lines: list[Line] = []
    bad: list[BadLine] = []
    relative = False
    for number, row in enumerate(rows, start=1):
        if not row.strip():
            continue
        try:
            fields = _object(row)
            if "schema" in fields:
                lines.append(_contract(fields, channel))
            else:
                lines.append(_chat(row, number, channel or named))
                relative = True
        except EventError as error:
            bad.append(BadLine(number, str(error)))
    lines.sort(key=lambda line: line.ts)
    return Log(tuple(lines), tuple(bad), relative)


def start_of_replay(span_ms: int, *, now_ms: int, speed: float | None) -> int:
    """Return the default time of the first event: the last one falls on the moment when the replay ends.

    Args:
        span_ms: time between the first and the last event.
        now_ms: when the replay begins.
        speed: log time per real time; None for at once, which is floored to the minute so that two replays of
            a minute send the same bytes; otherwise to the second.

    Example:
        >>> (
        ...     start_of_replay(90_000, now_ms=600_500, speed=None),
        ...     start_of_replay(90_000, now_ms=600_500, speed=1),
        ... )
        (480000, 600000)
    """
    if speed is None:
        start = now_ms - span_ms
        return start - start % MINUTE_MS
    start = now_ms - span_ms + int(span_ms / speed)
    return start - start % 1000


def _object(row: bytes) -> dict[str, Any]:
    try:
        fields = msgspec.json.decode(row)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        shown = row[:_SHOWN].decode(errors="replace").strip()
        raise EventError(Reason.JSON, f"expected a JSON object, not {shown!r}: {error}") from error
    if not isinstance(fields, dict):
        message = f"expected a JSON object, not {type(fields).__name__}"
        raise EventError(Reason.JSON, message)
    return fields


def _contract(fields: dict[str, Any], channel: str | None) -> Line:
    """Check an event against the contract; fields that the contract does not know stay."""
    if channel is not None:
        fields["channel"] = channel
    data = msgspec.json.encode(fields)
    event = decode_line(data)
    return Line(event.ts, SCHEMAS[fields["schema"]], event.channel, data)


def _chat(row: bytes, number: int, channel: str | None) -> Line:
    """Make a chat event of a chat log's line; its id follows from channel, line number and content."""
    if channel is None:
        message = "expected an event with `schema`; a chat log line needs --channel"
        raise EventError(Reason.SCHEMA, message)
    try:
        said = msgspec.json.decode(row, type=LogLine)
    except msgspec.ValidationError as error:
        raise EventError(Reason.SCHEMA, f"expected a chat log line with `t`, `u` and `m`: {error}") from error
    content = b"%s\n%d\n%s" % (channel.encode(), number, row.strip())
    badges = ("moderator/1",) * bool(said.mod) + ("subscriber/1",) * bool(said.sub)
    return to_line(
        Chat(
            event_id=blake2b(content, digest_size=12).hexdigest(),
            channel=channel,
            ts=round(said.t * 1000),
            user_id=said.u,
            user=said.u,
            text=said.m,
            emotes=said.e,
            badges=badges,
            bits=said.bits,
        )
    )


def _moved(line: Line, by_ms: int) -> Line:
    fields = msgspec.json.decode(line.data)
    fields["ts"] = line.ts + by_ms
    return Line(line.ts + by_ms, line.kind, line.channel, msgspec.json.encode(fields))
