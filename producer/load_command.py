"""The command ``load``."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from producer.console import kinesis, kinesis_sink, note, settings, stoppable, totals_of
from producer.load import Load, play_load
from producer.options import Endpoint, Json, Prefix, Salt
from telemetra.adapters.clock import now_ms

EXAMPLES = """\b
Examples:
  python -m producer load --rate 5000 --seconds 60
  python -m producer load --rate 1000 --channels 100 --seconds 30 --json
"""


def load(
    *,
    rate: Annotated[float, typer.Option(min=0.1, max=1_000_000, help="Messages a second in all.")] = 1_000,
    seconds: Annotated[float, typer.Option(min=0, help="Stop after so long; 0: on Ctrl-C.")] = 0,
    channels: Annotated[int, typer.Option(min=1, max=1000, help="Spread over so many channels.")] = 10,
    seed: Annotated[
        int | None, typer.Option(help="Same seed, same words.", show_default="TELEMETRA_SEED, 7")
    ] = None,
    salt: Salt = 1,
    prefix: Prefix = None,
    endpoint: Endpoint = None,
    as_json: Json = False,
) -> None:
    """Send chat at a fixed rate, to measure with.

    The rate is what is offered, not what is taken: a slow stream does not slow it down. What the streams do
    not take waits on disk. At the end it says how late the seconds went out and what became of the events.
    """
    found = settings()
    chat = Load(rate, channels, seed=found.seed if seed is None else seed)
    with stoppable() as beat:
        sink = kinesis_sink(kinesis(endpoint or found.aws_endpoint_url or None), found, prefix, beat)
        with totals_of(sink, as_json=as_json):
            begun = beat.seconds()
            late = play_load(chat, sink, beat, start_ms=now_ms(), seconds=seconds, salt=salt)
            span = beat.seconds() - begun
    note(
        json.dumps({"seconds": round(span, 1), "late_ms_p50": late.at(0.5), "late_ms_max": late.at(1.0)})
        if as_json
        else f"offered {rate:g} a second for {span:.1f} s; a second went out {late.at(0.5)} ms after its "
        f"end at the median, {late.at(1.0)} ms at worst"
    )
