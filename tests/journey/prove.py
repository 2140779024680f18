"""The API and its sockets at full size, on a stack of their own.

    python -m tests.journey.prove api [--cases N] [--output FILE]
    python -m tests.journey.prove sockets [--clients N] [--cuts N] [--frames N] [--output FILE]

The exit code is 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import sys
import time
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from bench.machine import keep
from local.embedded import embedded
from local.settings import surroundings
from telemetra.adapters.clock import now_ms
from telemetra.domain.window import MINUTE_MS, floor_to
from tests.journey.crowd import crowd
from tests.journey.cuts import settled, views
from tests.journey.fuzz import fuzz
from tests.journey.running import RunningStack
from tests.journey.test_counting import chat, put
from tests.journey.test_sockets import assault

CHANNEL = "proven"
WARM_READS = 300
HANDLER_MS = 60


def api(stack: RunningStack, chosen: argparse.Namespace) -> tuple[dict[str, Any], bool]:
    """Fuzz every route, and read 60 minutes again and again, each time afresh."""
    now = floor_to(now_ms(), MINUTE_MS)
    put(stack, *[chat(CHANNEL, now - number * 9_000, f"hello {number}") for number in range(400)])
    time.sleep(10)
    document = httpx.get(f"{stack.url}/api/v1/openapi.json").json()
    found = fuzz(stack.url, document, chosen.cases, channel=CHANNEL)
    fresh = {"Cache-Control": "no-cache"}
    for _ in range(WARM_READS):
        httpx.get(f"{stack.url}/api/v1/streams/{CHANNEL}/metrics", headers=fresh).raise_for_status()
    spent = durations(stack)[-WARM_READS:]
    p99 = sorted(spent)[math.ceil(len(spent) * 0.99) - 1]
    figures = {
        "cases": found.cases,
        "statuses": {str(status): count for status, count in sorted(found.statuses.items())},
        "faults": found.faults[:20],
        "warm_reads": len(spent),
        "warm_read_p99_ms": p99,
    }
    return figures, not found.faults and found.cases >= chosen.cases and p99 <= HANDLER_MS


def durations(stack: RunningStack) -> list[float]:
    """Return how long the function took for each reading of metrics, by its own log, oldest first."""
    pages = (
        stack.client("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=f"/aws/lambda/{stack.prefix}-api", filterPattern="duration_ms")
    )
    lines = [event["message"] for page in pages for event in page["events"]]
    logged = [json.loads(line) for line in lines if line.startswith("{")]
    return [line["duration_ms"] for line in logged if str(line.get("route", "")).endswith("/metrics")]


def sockets(stack: RunningStack, chosen: argparse.Namespace) -> tuple[dict[str, Any], bool]:
    """Gather a crowd, cut a client, and send hostile frames."""
    errors, others = asyncio.run(assault(f"ws{stack.url.removeprefix('http')}/ws", chosen.frames, seed=1))
    whole, torn, connections = asyncio.run(views(stack, "torn", chosen.cuts, seed=1))
    gathered = crowd(stack, chosen.clients, rounds=10)
    equal = settled(whole, torn)
    figures = {
        **asdict(gathered),
        "hostile_frames": chosen.frames,
        "typed_errors": errors,
        "cuts": chosen.cuts,
        "connections_of_the_cut_client": connections,
        "views_equal": equal,
    }
    return figures, gathered.holds and equal and others == 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("api", "sockets"))
    parser.add_argument("--cases", type=int, default=5_000)
    parser.add_argument("--clients", type=int, default=1_000)
    parser.add_argument("--cuts", type=int, default=200)
    parser.add_argument("--frames", type=int, default=5_000)
    parser.add_argument("--output", type=Path)
    chosen = parser.parse_args()
    with TemporaryDirectory() as folder, embedded(Path(folder) / "state") as started:
        stack = RunningStack.of(started, surroundings(Path("/dev/null")).child_environment({}))
        figures, holds = (api if chosen.what == "api" else sockets)(stack, chosen)
    keep(figures, chosen.output)
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
