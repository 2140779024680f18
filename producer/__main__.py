"""The command: ``python -m producer run | replay | load | tail``."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from producer import load_command, recompute_command, replay_command
from producer.console import (
    Usage,
    fail,
    kinesis,
    kinesis_sink,
    note,
    settings,
    stoppable,
    totals_of,
)
from producer.demo import demo_scenario, go_live, send_demo
from producer.options import Endpoint, Json, Prefix, Salt, Start, instant
from producer.sources.scenario import Style, plain
from producer.sources.words import channel_names
from producer.tail import Arrival, Tail, Wanted
from producer.twitch_command import MOCK_EXAMPLES, TWITCH_EXAMPLES, mock_twitch, twitch
from telemetra.adapters.clock import now_ms
from telemetra.domain.events import Kind, is_channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from producer.event import Line

_SHOWN = 5

_RUN_EXAMPLES = """\b
Examples:
  python -m producer run --rate 20 --channels 2 --seconds 60
  python -m producer run --scenario demo --truth truth.json
  python -m producer run --seed 7 --start 2026-11-23T18:00:00Z --seconds 600 --out events.ndjson
"""

_TAIL_EXAMPLES = """\b
Examples:
  python -m producer tail --stream chat --channel aurora_plays
  python -m producer tail --from-start --expect 100 --timeout 10 --json
"""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Make, replay and watch the events of live channels.",
)

app.command(epilog=load_command.EXAMPLES)(load_command.load)


@app.command(epilog=_RUN_EXAMPLES)
def run(
    *,
    scenario: Annotated[
        Style,
        typer.Option(
            help="steady: exactly --rate, for load. lively: moods, chance, bursts; --rate on the "
            "busiest channel. demo: the last hour first, with planted moments, then lively."
        ),
    ] = Style.STEADY,
    rate: Annotated[
        float | None,
        typer.Option(
            min=0.01,
            max=100_000,
            help="Chat messages a second and channel.",
            show_default="TELEMETRA_RATE, 8",
        ),
    ] = None,
    channels: Annotated[
        int | None,
        typer.Option(min=1, max=1000, help="How many channels.", show_default="TELEMETRA_CHANNELS, 3"),
    ] = None,
    channel: Annotated[list[str] | None, typer.Option(help="Name a channel; may be repeated.")] = None,
    seed: Annotated[
        int | None,
        typer.Option(help="Same seed and start, same events.", show_default="TELEMETRA_SEED, 7"),
    ] = None,
    seconds: Annotated[float, typer.Option(min=0, help="Stop after so long; 0: on Ctrl-C.")] = 0,
    start: Start = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Write the events to this file (-: standard output) and send nothing."),
    ] = None,
    truth: Annotated[Path | None, typer.Option(help="Demo: write the true counts and moments here.")] = None,
    salt: Salt = 1,
    prefix: Prefix = None,
    endpoint: Endpoint = None,
    as_json: Json = False,
) -> None:
    """Play a made-up scenario, live, until stopped."""
    found = settings()
    names = _channel_names(channel, channels or found.channels)
    rate, seed = rate or found.rate, found.seed if seed is None else seed
    begin = instant(start) if start else now_ms()
    until = begin + round(seconds * 1000) if seconds else None
    if scenario is Style.DEMO:
        play = demo_scenario(now_ms=begin, seed=seed, channels=names, rate=rate)
    else:
        play = plain(scenario, seed=seed, start_ms=begin, channels=names, rate=rate)
    if out:
        if until is None:
            message = "--out needs --seconds: without it the scenario has no end"
            raise Usage(message)
        _write(out, play.lines(until_ms=until))
        return
    with stoppable() as beat:
        begin_s = beat.seconds()
        sink = kinesis_sink(kinesis(endpoint or found.aws_endpoint_url or None), found, prefix, beat)
        with totals_of(sink, as_json=as_json):
            if scenario is Style.DEMO:
                told = send_demo(
                    sink, now_ms=begin, seed=seed, channels=names, rate=rate, truth_path=truth, beat=beat
                )
                note(f"sent the last hour of {', '.join(told.channels)}; live now")
            go_live(sink, play, beat, from_ms=begin, from_s=begin_s, until_ms=until, salt=salt)


app.command(epilog=replay_command.EXAMPLES)(replay_command.replay)
app.command(epilog=recompute_command.EXAMPLES)(recompute_command.recompute)


@app.command(epilog=_TAIL_EXAMPLES)
def tail(
    *,
    stream: Annotated[list[Kind] | None, typer.Option(help="Only this stream; may be repeated.")] = None,
    channel: Annotated[str | None, typer.Option(help="Only this channel.")] = None,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Begin with the oldest record kept, not with the next.")
    ] = False,
    expect: Annotated[int | None, typer.Option(min=1, help="Stop after so many events.")] = None,
    timeout: Annotated[float, typer.Option(min=0, help="Stop after so many seconds; 0: on Ctrl-C.")] = 0,
    prefix: Prefix = None,
    endpoint: Endpoint = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object an event.")] = False,
) -> None:
    """Show events as they arrive, with shard, sequence number and age.

    With --expect, exit code 1 says that fewer came before --timeout.
    """
    found = settings()
    name = prefix or found.prefix
    wanted = Wanted(tuple(stream or Kind), channel, from_start=from_start)
    with stoppable() as beat:
        client = kinesis(endpoint or found.aws_endpoint_url or None)
        watch = Tail(client, lambda kind: f"{name}-{kind}", wanted, beat, now_ms)
        seen = _show(watch.arrivals(timeout or None), expect, as_json=as_json)
    if expect is not None and seen < expect:
        reason = f"{seen} of {expect} events came within {timeout:g} s"
        raise fail(reason)


app.command(epilog=TWITCH_EXAMPLES)(twitch)
app.command(epilog=MOCK_EXAMPLES)(mock_twitch)


def _show(arrivals: Iterator[Arrival], expect: int | None, *, as_json: bool) -> int:
    """Print up to ``expect`` arrivals and return how many came."""
    seen = 0
    try:
        for arrival in islice(arrivals, expect):
            typer.echo(arrival.as_json() if as_json else arrival.as_text())
            seen += 1
    except (BotoCoreError, ClientError) as error:
        reason = f"cannot read the streams: {error}"
        raise fail(reason) from error
    return seen


def _channel_names(named: list[str] | None, count: int) -> tuple[str, ...]:
    names = tuple(named or channel_names(count))
    for name in names:
        if not is_channel(name):
            message = f"--channel {name!r}: expected 1 to 64 of a-z, 0-9 and _"
            raise Usage(message)
    return tuple(dict.fromkeys(names))


def _write(out: Path, lines: Iterable[Line]) -> None:
    """Write one event a line."""
    with nullcontext(sys.stdout.buffer) if str(out) == "-" else out.open("wb") as file:
        file.writelines(line.data + b"\n" for line in lines)


if __name__ == "__main__":
    app()
