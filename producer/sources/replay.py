"""Replay: events from a log, moved in time.

The formats: contract JSON (an object with ``schema``) and chat logs (an object with ``t`` seconds from the
start, ``u`` user, ``m`` text; optionally ``e`` emotes, ``bits``, ``sub`` and ``mod``), told apart line by
line; raw IRC; the chat of a recording; tables; objects of the archive.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, count
from typing import TYPE_CHECKING, Any, Final

import msgspec

from producer.event import Line
from producer.sources.archive import ARCHIVE_MAGIC, contract_line, read_object
from producer.sources.replay_chat import BadLine, LogLine, chat_of
from producer.sources.replay_csv import read_csv
from producer.sources.replay_irc import read_irc
from producer.sources.replay_open import DamagedLogError
from producer.sources.replay_vod import read_vod
from telemetra.domain.errors import EventError, Reason
from telemetra.domain.window import MINUTE_MS, SECOND_MS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["BadLine", "Log", "Shape", "log_of", "read_log", "shape_of", "start_of_replay"]

_LOOKED_AT: Final = 2
_SHOWN: Final = 120
_ENDLESS_MS: Final = 2**63
_VOD: Final = re.compile(rb'\{\s*"(FileInfo|streamer|video|comments)"')


class Shape(StrEnum):
    """The format of a log."""

    LINES = "lines"
    IRC = "irc"
    VOD = "vod"
    CSV = "csv"
    ARCHIVE = "archive"


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

    def between(self, from_ms: int | None, to_ms: int | None) -> Log:
        """Return the part in ``[from_ms, to_ms)`` of the log's own time."""
        low, high = from_ms or 0, _ENDLESS_MS if to_ms is None else to_ms
        kept = tuple(line for line in self.lines if low <= line.ts < high)
        return Log(kept, self.bad, self.relative)

    def looped(self) -> Iterator[Line]:
        """Yield the lines again and again, each round a second behind the last, its ids numbered."""
        for turn in count():
            by_ms = turn * (self.span_ms + SECOND_MS)
            yield from (_moved(line, by_ms, f"-{turn}") for line in self.lines) if turn else self.lines


def read_log(
    rows: Iterable[bytes],
    channel: str | None = None,
    *,
    named: str | None = None,
    shape: Shape | None = None,
    columns: Mapping[str, str] | None = None,
) -> Log:
    """Read a log; lines that cannot be used are listed, blank ones ignored.

    Args:
        rows: the lines of a file, unpacked.
        channel: plays every event on this channel.
        named: the channel of a chat log, which names none, unless ``channel`` does.
        shape: the format; by default it is told by the first lines, and every format but the table is.
        columns: what the columns of a table mean.
    """
    lines: list[Line] = []
    bad: list[BadLine] = []
    relative = False
    reader = _sound(rows, bad)
    if shape is None:
        held = []
        for row in reader:
            held.append(row)
            if sum(bool(seen.strip()) for seen in held) == _LOOKED_AT:
                break
        shape = Shape.CSV if columns else shape_of(b"".join(held))
        reader = chain(held, reader)
    for found, counts in _read(reader, shape, channel, named, columns or {}):
        if isinstance(found, BadLine):
            bad.append(found)
        else:
            lines.append(found)
            relative = relative or counts
    lines.sort(key=lambda line: line.ts)
    return Log(tuple(lines), tuple(bad), relative)


def log_of(found: Iterable[Line | BadLine]) -> Log:
    """Return the log of events that have times of their own."""
    lines: list[Line] = []
    bad: list[BadLine] = []
    for one in found:
        if isinstance(one, BadLine):
            bad.append(one)
        else:
            lines.append(one)
    lines.sort(key=lambda line: line.ts)
    return Log(tuple(lines), tuple(bad))


def shape_of(first: bytes) -> Shape:
    """Tell the format by the first two lines that are not blank.

    Example:
        >>> shape_of(b":mira!m@m PRIVMSG #a :hi"), shape_of(b'{"comments":[')
        (<Shape.IRC: 'irc'>, <Shape.VOD: 'vod'>)
    """
    head = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(ARCHIVE_MAGIC):
        return Shape.ARCHIVE
    if head.startswith((b"@", b":", b"PING ")):
        return Shape.IRC
    if _VOD.match(head):
        return Shape.VOD
    return Shape.LINES


def _sound(rows: Iterable[bytes], bad: list[BadLine]) -> Iterator[bytes]:
    """Yield the rows of a log until it proves to be damaged."""
    number = 1
    try:
        for row in rows:
            yield row
            number += 1
    except DamagedLogError as error:
        bad.append(BadLine(number, f"expected more lines: {error}"))


def _read(
    rows: Iterable[bytes],
    shape: Shape,
    channel: str | None,
    named: str | None,
    columns: Mapping[str, str],
) -> Iterator[tuple[Line | BadLine, bool]]:
    """Yield what a log holds, each with whether its time counts from the start of the log."""
    match shape:
        case Shape.CSV:
            yield from read_csv(rows, columns, channel or named)
        case Shape.VOD:
            yield from ((found, True) for found in read_vod(b"".join(rows), channel, named))
        case Shape.IRC:
            yield from ((found, False) for found in read_irc(rows, channel))
        case Shape.ARCHIVE:
            yield from ((found, False) for found in read_object(b"".join(rows), channel))
        case Shape.LINES:
            yield from _lines(rows, channel, named)


def _lines(
    rows: Iterable[bytes], channel: str | None, named: str | None
) -> Iterator[tuple[Line | BadLine, bool]]:
    for number, row in enumerate(rows, start=1):
        if not row.strip():
            continue
        try:
            fields = _object(row)
            if "schema" in fields:
                yield contract_line(fields, channel), False
            else:
                yield _chat(row, number, channel or named), True
        except EventError as error:
            yield BadLine(number, str(error)), False


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


def _chat(row: bytes, number: int, channel: str | None) -> Line:
    try:
        said = msgspec.json.decode(row, type=LogLine)
    except msgspec.ValidationError as error:
        raise EventError(Reason.SCHEMA, f"expected a chat log line with `t`, `u` and `m`: {error}") from error
    return chat_of(said, row.strip(), number, channel)


def _moved(line: Line, by_ms: int, suffix: str = "") -> Line:
    fields = msgspec.json.decode(line.data)
    fields["ts"] = line.ts + by_ms
    if suffix:
        fields["event_id"] += suffix
    return Line(line.ts + by_ms, line.kind, line.channel, msgspec.json.encode(fields))
