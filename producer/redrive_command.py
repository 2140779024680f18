"""The command ``redrive``."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer
from botocore.exceptions import BotoCoreError, ClientError

from producer.console import Usage, fail, kinesis, kinesis_sink, note, settings, stoppable, totals_of
from producer.deployment import variable
from producer.options import Endpoint, Json, Prefix
from producer.play import play_at_once
from producer.rejects import Rejected, RejectQueue, lines_of
from producer.sources.replay import Shape, read_log
from telemetra.adapters.clients import client

if TYPE_CHECKING:
    from telemetra.config import Settings

EXAMPLES = """\b
Examples:
  python -m producer redrive
  python -m producer redrive --out rejects.ndjson
  python -m producer redrive rejects.ndjson
"""


def redrive(
    *,
    source: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Corrected rejects, or events, to send.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Take what waits off the queue into this file.")] = None,
    prefix: Prefix = None,
    endpoint: Endpoint = None,
    as_json: Json = False,
) -> None:
    """Look at rejected lines, take them into a file, and send them again once they are corrected.

    Without anything it counts what waits, by reason. With --out the rejects move into a file, one JSON object
    a line; they leave the queue when the file is on the disk. Correct the field ``text`` of each and give the
    file: every line that is now an event is sent as a new record, the others are named and left out, with
    exit code 1. Sending a file twice changes nothing, because the same bytes are known.
    """
    if source is not None and out is not None:
        message = "say either FILE or --out"
        raise Usage(message)
    found = settings()
    found = replace(
        found,
        prefix=prefix or found.prefix,
        aws_endpoint_url=endpoint or found.aws_endpoint_url,
    )
    if source is not None:
        _send(source, found, as_json=as_json)
        return
    try:
        if out is None:
            _count(_queue(found), as_json=as_json)
        else:
            _take(_queue(found), out, as_json=as_json)
    except (ClientError, BotoCoreError) as error:
        reason = f"cannot read the rejects of {found.prefix}: {error}"
        raise fail(reason) from error


def _queue(found: Settings) -> RejectQueue:
    bucket = found.rejects_bucket or variable(found, "aggregate", "TELEMETRA_REJECTS_BUCKET")
    sqs, s3 = (client(service, found.aws_endpoint_url) for service in ("sqs", "s3"))
    return RejectQueue(sqs, s3, found.prefix, bucket)


def _count(queue: RejectQueue, *, as_json: bool) -> None:
    waiting = [rejected for some in queue.waiting() for rejected in some]
    queue.release(waiting)
    reasons = Counter((rejected.stream, rejected.reason) for rejected in waiting)
    if as_json:
        told = [{"stream": stream, "reason": reason, "count": n} for (stream, reason), n in reasons.items()]
        typer.echo(json.dumps({"waiting": len(waiting), "reasons": told}))
        return
    for (stream, reason), count in reasons.most_common():
        example = next(one for one in waiting if (one.stream, one.reason) == (stream, reason))
        typer.echo(f"{count:6} {stream} {reason}: {example.detail}")
    typer.echo(f"{len(waiting)} wait" if waiting else "nothing waits")


def _take(queue: RejectQueue, out: Path, *, as_json: bool) -> None:
    taken = 0
    try:
        with out.open("a", encoding="utf-8") as file:
            for some in queue.waiting():
                _keep(some, file)
                queue.delete(some)
                taken += len(some)
    except OSError as error:
        reason = f"cannot write {out}: {error.strerror}; {taken} are in it, the others wait in the queue"
        raise fail(reason) from error
    typer.echo(json.dumps({"taken": taken, "file": str(out)}) if as_json else f"{taken} taken into {out}")


def _keep(some: list[Rejected], file: TextIO) -> None:
    """Write to the disk itself, so that nothing is deleted that a crash could still lose."""
    file.writelines(f"{rejected.line_of_file()}\n" for rejected in some)
    file.flush()
    os.fsync(file.fileno())


def _send(source: Path, found: Settings, *, as_json: bool) -> None:
    try:
        rows = lines_of(source.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"cannot read {source}: {error.strerror}"
        raise Usage(message) from error
    except ValueError as error:
        message = f"{source}: {error}"
        raise Usage(message) from error
    log = read_log(rows, shape=Shape.LINES)
    for bad in log.bad:
        note(f"{source}: event {bad.number}: {bad.expected}")
    with stoppable() as beat:
        sink = kinesis_sink(kinesis(found.aws_endpoint_url or None), found, found.prefix, beat)
        with totals_of(sink, as_json=as_json, also={"read": len(rows), "skipped": len(log.bad)}):
            play_at_once(log.lines, sink, beat)
    if log.bad:
        reason = f"{len(log.bad)} of {len(rows)} are still no events and were not sent"
        raise fail(reason)
