"""What the commands share: connecting, stopping, and saying what happened."""

from __future__ import annotations

import json
import signal
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import typer
from botocore.exceptions import BotoCoreError

from producer.client import connect
from producer.play import SystemBeat
from producer.sink import KinesisSink, SinkError
from producer.spill import Spill
from producer.spilling import SpillingSink
from telemetra.config import SettingError, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from producer.client import BotoKinesis
    from producer.sink import ClosingSink, Totals

ROOT = Path(__file__).parents[1]
"""What relative state directories are in."""


class Usage(typer.BadParameter):
    """An option cannot be used as given: exit code 2."""


def fail(sentence: str, code: int = 1) -> typer.Exit:
    """Print ``sentence`` on the error output and return the exit to raise."""
    typer.echo(f"error: {sentence}", err=True)
    return typer.Exit(code)


def note(sentence: str) -> None:
    """Say something that is no result, on the error output."""
    typer.echo(sentence, err=True)


def settings() -> Settings:
    """Read the settings, or exit with the sentence that names the wrong one."""
    try:
        return Settings.from_env()
    except SettingError as error:
        raise fail(str(error), 2) from error


def kinesis(endpoint: str | None) -> BotoKinesis:
    """Connect, or exit with what is missing."""
    try:
        return connect(endpoint)
    except (BotoCoreError, ValueError) as error:
        reason = (
            f"{error} Set AWS_ENDPOINT_URL=http://127.0.0.1:4566 for the embedded cloud, "
            "or AWS_DEFAULT_REGION for AWS"
        )
        raise fail(reason) from error


def kinesis_sink(client: BotoKinesis, found: Settings, prefix: str | None, beat: SystemBeat) -> SpillingSink:
    """Return the sink of the streams named by ``prefix`` or the settings; an outage costs it nothing.

    What an earlier run could not send to these streams goes out first.
    """
    name = prefix or found.prefix
    inner = KinesisSink(
        client, lambda kind: f"{name}-{kind}", sleep=beat.wait, seconds=beat.seconds, rng=Random()
    )
    spill = Spill(_spill_directory(found, name, str(client.meta.endpoint_url)))
    return SpillingSink(inner, spill, seconds=beat.seconds, stopped=beat.stopped, say=note)


def _spill_directory(found: Settings, prefix: str, endpoint: str) -> Path:
    """Return where records for these streams of this cloud wait, apart from those of any other."""
    cloud = blake2b(endpoint.encode(), digest_size=4).hexdigest()
    return ROOT / found.state_dir / "spill" / f"{prefix}-{cloud}"


@contextmanager
def stoppable() -> Iterator[SystemBeat]:
    """Give a beat that Ctrl-C and SIGTERM stop, so that what is due goes out before the end."""
    beat = SystemBeat()
    before = {number: signal.signal(number, beat.stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield beat
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def totals_of(sink: ClosingSink, *, as_json: bool, also: Mapping[str, int] | None = None) -> Iterator[None]:
    """Close ``sink`` and print its totals at the end, also after an error: a sentence and exit code 1.

    Args:
        sink: what was sent to.
        as_json: print one JSON object, ``also`` in it.
        also: further counts.
    """
    try:
        try:
            yield
        finally:
            sink.close()
    except SinkError as error:
        _print_totals(sink.totals, also or {}, as_json=as_json)
        reason = f"{error}. Is the stack up? `make up` starts the embedded one"
        raise fail(reason) from error
    _print_totals(sink.totals, also or {}, as_json=as_json)
    if sink.totals.held:
        reason = (
            f"{sink.totals.held} events could not be sent yet; they are kept on disk, and the next "
            "command that sends to these streams sends them first"
        )
        raise fail(reason)


def _print_totals(totals: Totals, also: Mapping[str, int], *, as_json: bool) -> None:
    sent = sum(totals.events.values())
    if as_json:
        typer.echo(json.dumps({"sent": sent, **asdict(totals), **also}))
        return
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(totals.events.items()))
    typer.echo(
        f"sent {sent} events ({kinds or 'none'}) in {totals.records} records, {totals.sent_bytes} bytes "
        f"({totals.raw_bytes} raw), "
        f"{totals.retried} retried, {totals.spilled} spilled, {totals.dropped} dropped, "
        f"{totals.held} held, {totals.unsent} unsent"
    )
