"""Put a fixed load on an embedded stack and measure how late each event is shown.

    python -m bench.load [--rate N] [--seconds N] [--channels N] [--packed | --single] [--json]
                         [--output FILE] [--html FILE]

The load is open-loop: when each event is to be put is fixed before anything is sent, a slow stack delays
events but never thins them, and every latency counts from that instant. Two channels are polled over REST
as a client polls, five are followed over a socket; every event of theirs is a sample. Afterwards all channels
are counted against what was due. The bars are 3 s (single records) or 1.5 s (packed) at the 99th percentile,
and exact counts; the exit code is 1 when one is missed.

    python -m bench.load --single --rate 2000 --channels 100 --seconds 60
    python -m bench.load --packed --rate 10000 --channels 100 --seconds 300 --html build/load.html
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.console import leave
from bench.load.lag import Lags
from bench.load.measure import Measurement, Outcome, warm
from bench.load.page import page, plot
from bench.load.schedule import Schedule
from bench.machine import keep, kind
from local.embedded import embedded
from telemetra.adapters.clock import now_ms
from telemetra.domain.window import SECOND_MS

BARS_MS = {"single": 3_000, "packed": 1_500}
"""Most lag at the 99th percentile."""

RATES = {"single": 2_000.0, "packed": 10_000.0}
SECONDS = {"single": 60, "packed": 300}
LEAD_MS = 3 * SECOND_MS
"""From the start of the pollers to the first event."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.load", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rate", type=float, help="events a second over all channels; 2,000 or 10,000")
    parser.add_argument("--seconds", type=int, help="how long; 60 or 300")
    parser.add_argument("--channels", type=int, default=100)
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--packed", action="store_true", help="records as the producer packs them")
    shape.add_argument("--single", action="store_true", help="one record an event (the default)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--output", type=Path, help="keep it in a file too")
    parser.add_argument("--html", type=Path, help="write a page with plots")
    chosen = parser.parse_args(arguments)
    how = "packed" if chosen.packed else "single"
    rate, seconds = chosen.rate or RATES[how], chosen.seconds or SECONDS[how]
    if rate <= 0 or seconds < 1 or chosen.channels < 1:
        parser.error("rate, seconds and channels must be above 0")
    with tempfile.TemporaryDirectory() as directory:
        _say("starting a stack")
        with embedded(Path(directory) / "state") as stack:
            warm(stack)
            start_ms = (now_ms() + LEAD_MS) // SECOND_MS * SECOND_MS
            schedule = Schedule(rate, chosen.channels, seconds, start_ms, packed=chosen.packed)
            _say(f"{rate:g} events a second, {how}, over {chosen.channels} channels for {seconds} s")
            outcome = Measurement(stack, schedule, _say).run(packed=chosen.packed)
    title = f"{rate:,.0f} events/s, {how}, {chosen.channels} channels, {seconds} s"
    figures = {"title": title, **judged(outcome, how), "machine": kind()}
    keep(figures, chosen.output)
    if chosen.html:
        chosen.html.parent.mkdir(parents=True, exist_ok=True)
        chosen.html.write_text(page(figures, plots(outcome)), encoding="utf-8")
    print(json.dumps(figures, indent=1) if chosen.json else text(figures))
    return 0 if figures["kept"] else 1


def judged(outcome: Outcome, how: str) -> dict[str, Any]:
    """Return figures and bars."""
    totals = outcome.totals
    due = sum(outcome.sent_by_second)
    found = {
        "lag p99, event to readable window, ms": (outcome.readable.figures()["p99_ms"], BARS_MS[how]),
        "events never shown": (outcome.readable.unseen + outcome.pushed.unseen, 0),
        "events lost": (outcome.missing, 0),
        "events counted twice": (outcome.doubled, 0),
    }
    bars = [
        {"what": what, "found": value, "bar": bar, "kept": value is not None and value <= bar}
        for what, (value, bar) in found.items()
    ]
    return {
        "kept": all(bar["kept"] for bar in bars),
        "bars": bars,
        "load": {
            "events": due,
            "seconds": round(outcome.seconds, 1),
            "accepted_per_s": round(due / outcome.seconds),
            "records": totals.records,
            "calls": totals.calls,
            "retried": totals.retried,
            "most_late_ms": outcome.late_ms,
        },
        "readable": outcome.readable.figures(),
        "pushed": outcome.pushed.figures(),
        "most_memory_mb": _most(outcome),
    }


def _most(outcome: Outcome) -> dict[str, float]:
    names = sorted({name for _, held in outcome.memory_mb for name in held})
    return {name: max(held.get(name, 0.0) for _, held in outcome.memory_mb) for name in names}


def plots(outcome: Outcome) -> list[str]:
    """Return the plots of the page."""
    names = sorted(_most(outcome))
    return [
        plot("Lag until the window can be read, by second", "ms", _quantiles(outcome.readable)),
        plot("Lag until the socket is told, by second", "ms", _quantiles(outcome.pushed)),
        plot(
            "Share of events (%) shown within so many ms",
            "%",
            {"readable": _curve(outcome.readable), "pushed": _curve(outcome.pushed)},
        ),
        plot("Accepted events, by second", "events", {"accepted": list(enumerate(outcome.sent_by_second))}),
        plot(
            "Memory",
            "MB",
            {name: [(at, held.get(name, 0.0)) for at, held in outcome.memory_mb] for name in names},
        ),
    ]


def _quantiles(found: Lags) -> dict[str, list[tuple[int, int]]]:
    return {"p50": found.by_second(0.5), "p99": found.by_second(0.99)}


def _curve(found: Lags) -> list[tuple[float, float]]:
    values = found.values
    step = max(1, len(values) // 200)
    return [(values[at], 100 * (at + 1) / len(values)) for at in range(0, len(values), step)]


def text(figures: dict[str, Any]) -> str:
    """Return the figures for people."""
    lines = [figures["title"]]
    lines += [
        f"{bar['what']:40} {bar['found']!s:>9}  at most {bar['bar']}{'' if bar['kept'] else '  MISSED'}"
        for bar in figures["bars"]
    ]
    for part in ("load", "readable", "pushed", "most_memory_mb"):
        lines.append(f"{part:15} " + ", ".join(f"{name} {value}" for name, value in figures[part].items()))
    return "\n".join(lines)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    leave(main)
