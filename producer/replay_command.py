"""The command ``replay``."""

from __future__ import annotations

import re
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from producer.console import Usage, fail, kinesis, kinesis_sink, note, settings, stoppable, totals_of
from producer.deployment import deployed
from producer.options import Endpoint, Json, Prefix, Salt, Start, instant, iso
from producer.play import play_at_once, play_on_time
from producer.progress import shown
from producer.sources.archive import lines_of
from producer.sources.replay import Log, Shape, log_of, read_log, start_of_replay
from producer.sources.replay_csv import columns_of
from producer.sources.replay_open import unpacked
from telemetra.adapters.clock import now_ms
from telemetra.adapters.s3 import S3ArchiveReader
from telemetra.domain.errors import CorruptStateError, ParameterError, StoreUnavailableError
from telemetra.domain.events import is_channel
from telemetra.domain.window import FUTURE_LIMIT_MS, LATE_LIMIT_MS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from producer.event import Line
    from telemetra.config import Settings

_SHOWN = 5
_MAX_SPEED = 100_000
_MIN_SPEED = 0.1

EXAMPLES = """\b
Examples:
  python -m producer replay events/samples/chat.jsonl --channel demo
  python -m producer replay chat.log.gz --speed 60 --from 0:10:00 --to 0:20:00
  python -m producer replay chat.csv --columns "t=offset,u=user,m=message" --channel demo
  python -m producer replay recording.json --speed 1 --loop
  python -m producer replay --archive --only aurora_plays --channel again --from 2026-11-23T18:00:00Z
  zcat archive.ndjson.gz | python -m producer replay - --speed 60
"""


def replay(
    *,
    source: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="A log; - reads standard input.")
    ] = None,
    archive: Annotated[
        bool, typer.Option("--archive", help="Play what the archive of this deployment holds, not a file.")
    ] = False,
    shape: Annotated[
        Shape | None,
        typer.Option("--format", help="What the log is.", show_default="told by its first lines"),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            help="The columns of a CSV file, as t=offset,u=user,m=message; also e (emotes), bits, sub, mod. "
            "Times are seconds, H:MM:SS, epoch or ISO 8601."
        ),
    ] = None,
    channel: Annotated[
        str | None, typer.Option(help="Play on this channel; a chat log takes its file's name.")
    ] = None,
    only: Annotated[str | None, typer.Option(help="Of an archive, play this channel only.")] = None,
    speed: Annotated[
        str, typer.Option(help="0.1 to 100000; 1: real time, 60: a minute a second, max: at once.")
    ] = "max",
    loop: Annotated[bool, typer.Option("--loop", help="Begin again at the end; needs a speed.")] = False,
    begin: Annotated[
        str | None,
        typer.Option(
            "--from", help="Leave out what is earlier: ISO 8601, or H:MM:SS or seconds from the start."
        ),
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="Leave out this and what is later.")] = None,
    start: Start = None,
    original_time: Annotated[
        bool, typer.Option("--original-time", help="Keep the times of the events.")
    ] = False,
    salt: Salt = 1,
    prefix: Prefix = None,
    endpoint: Endpoint = None,
    as_json: Json = False,
) -> None:
    """Play a log again, plain or packed with gzip or zstd.

    A log is contract events, a chat log with t, u, m (and e, bits, sub, mod) on each line, raw IRC with its
    tags, the chat of a recording as TwitchDownloader writes it, a table, or the archive.

    Unless --start says otherwise, the last event falls on the moment when the replay ends. Replaying the same
    log twice with the same --start and --speed sends the same bytes, which are recognised and counted once:
    so goes on, too, what was stopped half way.
    """
    wish = _Wish(source, archive=archive, channel=channel, only=only, begin=begin, end=end)
    wish.check()
    pace = _speed(speed)
    if loop and pace is None:
        message = "--loop needs --speed: at once, it would never end"
        raise Usage(message)
    if start and original_time:
        message = "--start and --original-time exclude each other"
        raise Usage(message)
    first = instant(start) if start else None
    found = settings()
    log = wish.cut(
        _archived(wish, deployed(found, prefix, endpoint)) if archive else _read(wish, shape, columns)
    )
    if original_time and log.relative:
        message = "--original-time: a chat log has no times of its own; use --start"
        raise Usage(message)
    placed = _placed(log, first, pace, original_time=original_time)
    with stoppable() as beat:
        sink = kinesis_sink(kinesis(endpoint or found.aws_endpoint_url or None), found, prefix, beat)
        counts = {"read": len(log.lines), "skipped": len(log.bad)}
        with totals_of(sink, as_json=as_json, also=counts):
            lines: Iterable[Line] = placed.looped() if loop else placed.lines
            lines = shown(lines, None if loop else len(placed.lines))
            if pace is None:
                play_at_once(lines, sink, beat, salt=salt)
            else:
                play_on_time(
                    lines, sink, beat, origin_ms=placed.lines[0].ts, speed=pace, salt=salt, whole=True
                )


@dataclass(frozen=True, slots=True)
class _Wish:
    """Which events are wanted."""

    source: str | None
    archive: bool
    channel: str | None
    only: str | None
    begin: str | None
    end: str | None

    def check(self) -> None:
        for option, name in (("--channel", self.channel), ("--only", self.only)):
            if name is not None and not is_channel(name):
                message = f"{option} {name!r}: expected 1 to 64 of a-z, 0-9 and _"
                raise Usage(message)
        if (self.source is None) != self.archive:
            message = "say either a FILE (- for standard input) or --archive"
            raise Usage(message)
        if self.only and not self.archive:
            message = "--only goes with --archive"
            raise Usage(message)

    def cut(self, log: Log) -> Log:
        """Return the part between --from and --to."""
        if not log.lines or (self.begin is None and self.end is None):
            return log
        zero = log.lines[0].ts
        part = log.between(_place(self.begin, "--from", zero), _place(self.end, "--to", zero))
        if not part.lines:
            whole = (
                f"is {log.span_ms / 1000:g} s long"
                if log.relative
                else f"goes from {iso(zero)} to {iso(log.lines[-1].ts)}"
            )
            reason = f"no event lies there; the log {whole}"
            raise fail(reason)
        return part


def _place(text: str | None, option: str, zero_ms: int) -> int | None:
    """Return an instant of the log's own time.

    Example:
        >>> _place("1:30", "--from", 5_000), _place("2", "--to", 0)
        (95000, 2000)
    """
    if text is None:
        return None
    if re.fullmatch(r"(\d+:){0,2}\d+(\.\d+)?", text):
        seconds = 0.0
        for part in text.split(":"):
            seconds = seconds * 60 + float(part)
        return zero_ms + round(seconds * 1000)
    return instant(text, option)


def _speed(text: str) -> float | None:
    try:
        speed = 0.0 if text == "max" else float(text)
    except ValueError:
        speed = -1.0
    if speed and not _MIN_SPEED <= speed <= _MAX_SPEED:
        message = f"--speed {text!r}: expected a number from {_MIN_SPEED} to {_MAX_SPEED}, or max"
        raise Usage(message)
    return speed or None


def _read(wish: _Wish, shape: Shape | None, columns: str | None) -> Log:
    """Read the file and report what was skipped; exit when nothing is usable."""
    source = str(wish.source)
    try:
        named = columns_of(columns) if columns else None
    except ParameterError as error:
        raise Usage(str(error)) from error
    if shape is None and re.search(r"\.csv(\.\w+)?$", source):
        shape = Shape.CSV
    try:
        with nullcontext(sys.stdin.buffer) if source == "-" else Path(source).open("rb") as raw:
            default = None if source == "-" else _channel_of(source)
            log = read_log(unpacked(raw), wish.channel, named=default, shape=shape, columns=named)
    except OSError as error:
        message = f"cannot read {source}: {error.strerror}"
        raise Usage(message) from error
    return _reported(log, source)


def _archived(wish: _Wish, found: Settings) -> Log:
    """Read the archive between --from and --to, which must then be instants."""
    low = instant(wish.begin, "--from") - FUTURE_LIMIT_MS if wish.begin else None
    high = instant(wish.end, "--to") + LATE_LIMIT_MS if wish.end else None
    try:
        records = S3ArchiveReader(found).read(low, high)
        log = log_of(lines_of(records, wish.channel, wish.only))
    except (StoreUnavailableError, CorruptStateError) as error:
        reason = f"cannot read the archive: {error}"
        raise fail(reason) from error
    return _reported(log, "archive")


def _reported(log: Log, source: str) -> Log:
    for bad in log.bad[:_SHOWN]:
        note(f"{source}:{bad.number}: {bad.expected}")
    if log.bad:
        note(f"skipped {len(log.bad)} of {len(log.bad) + len(log.lines)} lines")
    if not log.lines:
        reason = f"{source} holds no usable event"
        raise fail(reason)
    return log


def _channel_of(source: str) -> str:
    """Make a channel id of a file's name.

    Example:
        >>> _channel_of("logs/My Stream 3.jsonl")
        'my_stream_3'
    """
    return re.sub("[^a-z0-9_]+", "_", Path(source).stem.lower())[:64] or "replay"


def _placed(log: Log, begin: int | None, speed: float | None, *, original_time: bool) -> Log:
    """Move the log to where it is to play, and say where that is."""
    now = now_ms()
    if begin is None:
        begin = log.lines[0].ts if original_time else start_of_replay(log.span_ms, now_ms=now, speed=speed)
    last = begin + log.span_ms
    note(f"first event at {iso(begin)}, last at {iso(last)}")
    if last < now - LATE_LIMIT_MS:
        note("warning: every event is more than 24 h old and will count as late, not as data")
    return Log(log.shifted(begin - log.lines[0].ts), log.bad, log.relative)
