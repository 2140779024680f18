"""The command ``run``: play a scenario, live or into a file."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from producer.console import Usage, kinesis, kinesis_sink, note, settings, stoppable, totals_of
from producer.event import to_line
from producer.options import Endpoint, Json, Prefix, Salt, Start, instant
from producer.sources.scenario import ScenarioError, find
from producer.sources.scenario import run as run_once
from producer.sources.words import channel_names
from producer.stage import Stage, placed_live
from telemetra.adapters.clock import now_ms
from telemetra.domain.events import is_channel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from producer.event import Event
    from producer.sources.scenario import Spec

EXAMPLES = """\b
Examples:
  python -m producer run --rate 20 --channels 2 --seconds 60
  python -m producer run --scenario raid --truth truth.json
  python -m producer run --scenario mine.toml --no-history
  python -m producer run --scenario mix --start 2026-11-23T18:00:00Z --out mix.ndjson
"""


def run(
    *,
    scenario: Annotated[
        str, typer.Option(help="A name that `scenarios` lists, or a TOML file of your own.")
    ] = "steady",
    rate: Annotated[
        float | None,
        typer.Option(
            min=0.01,
            max=100_000,
            help="Chat messages a second of the busiest channel; the others in proportion.",
            show_default="TELEMETRA_RATE, else as the scenario says",
        ),
    ] = None,
    channels: Annotated[
        int | None,
        typer.Option(
            min=1, max=1000, help="How many channels.", show_default="TELEMETRA_CHANNELS, else as it says"
        ),
    ] = None,
    channel: Annotated[list[str] | None, typer.Option(help="Name a channel; may be repeated.")] = None,
    seed: Annotated[
        int | None,
        typer.Option(help="Same seed and start, same events.", show_default="TELEMETRA_SEED, 7"),
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=0, help="Stop after so long; 0: on Ctrl-C, and --out at its end.")
    ] = 0,
    history: Annotated[
        bool, typer.Option("--history/--no-history", help="Send first what the scenario has of a past.")
    ] = True,
    start: Start = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Write the events to this file (-: standard output) and send nothing."),
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Option(
            help="Write true counts and planted moments here: after the history, and at the end.",
            show_default="--out FILE: FILE.truth.json",
        ),
    ] = None,
    salt: Salt = 1,
    prefix: Prefix = None,
    endpoint: Endpoint = None,
    as_json: Json = False,
) -> None:
    """Play a made-up scenario, live, until stopped; or write it to a file."""
    found = settings()
    spec = _found(scenario)
    names = _names(channel, channels or found.channels)
    chosen, number = rate or found.rate or None, found.seed if seed is None else seed
    begin = instant(start) if start else now_ms()
    if out:
        lasts = round(seconds * 1000) or None
        whole = run_once(spec, number, start_ms=begin, lasts_ms=lasts, names=names, rate=chosen)
        _write(out, whole)
        beside = None if str(out) == "-" else out.with_name(f"{out.name}.truth.json")
        if told := truth or beside:
            whole.truth().write(told)
        return
    until = begin + round(seconds * 1000) if seconds else None
    play = placed_live(spec, now_ms=begin, seed=number, names=names, rate=chosen)
    with stoppable() as beat:
        begin_s = beat.seconds()
        sink = kinesis_sink(kinesis(endpoint or found.aws_endpoint_url or None), found, prefix, beat)
        with totals_of(sink, as_json=as_json):
            stage = Stage(play, sink, beat)
            if history and spec.history_ms:
                stage.send_history(begin)
                note(f"sent {spec.history_ms // 60_000:g} minutes of history; live now")
                if truth:
                    stage.truth(begin).write(truth)
            stage.go_live(begin, from_s=begin_s, until_ms=until, salt=salt)
            if truth:
                stage.truth(min(until or now_ms(), now_ms())).write(truth)


def _found(scenario: str) -> Spec:
    try:
        return find(scenario)
    except ScenarioError as error:
        message = f"--scenario: {error}"
        raise Usage(message) from error


def _names(named: list[str] | None, count: int) -> tuple[str, ...] | None:
    """Return the names asked for; None: as many as the scenario has."""
    if not named:
        return channel_names(count) if count else None
    for name in named:
        if not is_channel(name):
            message = f"--channel {name!r}: expected 1 to 64 of a-z, 0-9 and _"
            raise Usage(message)
    return tuple(dict.fromkeys(named))


def _write(out: Path, events: Iterable[Event]) -> None:
    """Write one event a line."""
    with nullcontext(sys.stdout.buffer) if str(out) == "-" else out.open("wb") as file:
        file.writelines(to_line(event).data + b"\n" for event in events)
