"""Measure the sink: how fast it packs, how fast a stack takes it, and what an outage costs.

    python -m bench.sink [--seconds N] [--rate N] [--outage N] [--json] [--output FILE]

Three parts, each with its bar. *Packing* turns events into records on one core, in CPU seconds. *Taking*
runs `telemetra load` against a stack of its own, offers more than the bar, and counts what was accepted.
*Outage* does so at 5,000 events a second while the stream is stopped, half of the time without an answer and
half refusing, and holds stream and tables against the truth afterwards. The exit code is 1 when a bar is
missed. Memory is read from /proc, so on Linux only.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.console import leave
from bench.machine import keep, kind
from bench.sink.measure import Bars, Sitting, packing
from local.embedded import embedded

BARS = Bars(packed_per_cpu_s=60_000, taken_per_s=30_000, memory_mb=200)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.sink",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seconds", type=float, default=30, help="of offering as much as it takes")
    parser.add_argument("--rate", type=float, default=40_000, help="events a second offered meanwhile")
    parser.add_argument("--outage", type=float, default=60, help="seconds for which the stream is stopped")
    parser.add_argument("--outage-rate", type=float, default=5_000, help="events a second around it")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--output", type=Path, help="keep it in a file too")
    chosen = parser.parse_args(arguments)
    if min(chosen.seconds, chosen.rate, chosen.outage, chosen.outage_rate) <= 0:
        parser.error("seconds and rates must be above 0")
    _say("packing")
    figures: dict[str, Any] = {"bars": asdict(BARS), "packing": asdict(packing())}
    with tempfile.TemporaryDirectory() as directory:
        _say("starting a stack")
        with embedded(Path(directory) / "state") as stack:
            sitting = Sitting(stack, Path(directory))
            _say(f"offering {chosen.rate:g} events a second for {chosen.seconds:g} s")
            figures["taking"] = asdict(sitting.taking(chosen.rate, chosen.seconds))
            _say(f"stopping the stream for {chosen.outage:g} s at {chosen.outage_rate:g} events a second")
            figures["outage"] = asdict(sitting.outage(chosen.outage_rate, chosen.outage))
    missed = BARS.missed(figures)
    figures = {"kept": not missed, "missed": missed, **figures, "machine": kind()}
    keep(figures, chosen.output)
    print(json.dumps(figures, indent=1) if chosen.json else _table(figures))
    return 1 if missed else 0


def _table(figures: dict[str, Any]) -> str:
    rows = [
        f"{part:8} {name:22} {value}"
        for part in ("packing", "taking", "outage")
        for name, value in figures[part].items()
    ]
    verdict = "every bar is kept" if figures["kept"] else f"missed: {', '.join(figures['missed'])}"
    return "\n".join([*rows, verdict])


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    leave(main)
