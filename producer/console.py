"""What the commands share: connecting, stopping, and saying what happened."""

from __future__ import annotations

import json
import signal
from contextlib import contextmanager
from dataclasses import asdict
from random import Random
from typing import TYPE_CHECKING

import typer
from botocore.exceptions import BotoCoreError

from producer.client import connect
from producer.play import SystemBeat
from producer.sink import KinesisSink, SinkError
from telemetra.config import SettingError, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from producer.client import Kinesis
    from producer.sink import Sink, Totals


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


def kinesis(endpoint: str | None) -> Kinesis:
    """Connect, or exit with what is missing."""
    try:
        return connect(endpoint)
    except (BotoCoreError, ValueError) as error:
        reason = (
            f"{error} Set AWS_ENDPOINT_URL=http://127.0.0.1:4566 for the embedded cloud, "
            "or AWS_DEFAULT_REGION for AWS"
        )
        raise fail(reason) from error


def kinesis_sink(client: Kinesis, found: Settings, prefix: str | None, beat: SystemBeat) -> KinesisSink:
    """Return the sink of the streams named by ``prefix`` or the settings."""
    name = prefix or found.prefix
    return KinesisSink(client, lambda kind: f"{name}-{kind}", sleep=beat.wait, rng=Random())


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
def totals_of(sink: Sink, *, as_json: bool) -> Iterator[None]:
    """Print the totals of ``sink`` at the end, also after an error: a sentence and exit code 1."""
    try:
        yield
    except SinkError as error:
        _print_totals(sink.totals, as_json=as_json)
        reason = f"{error}. Is the stack up? `make up` starts the embedded one"
        raise fail(reason) from error
    _print_totals(sink.totals, as_json=as_json)


def _print_totals(totals: Totals, *, as_json: bool) -> None:
    sent = sum(totals.events.values())
    if as_json:
        typer.echo(json.dumps({"sent": sent, **asdict(totals)}))
        return
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(totals.events.items()))
    typer.echo(
        f"sent {sent} events ({kinds or 'none'}) in {totals.records} records, {totals.sent_bytes} bytes "
        f"({totals.raw_bytes} raw), "
        f"{totals.retried} retried, {totals.dropped} dropped, {totals.unsent} unsent"
    )
