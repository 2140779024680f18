"""Eight hours of load in less time: what each process holds after every hour, and whether all is counted.

    python -m bench.endure [--hours N] [--speed N] [--channels N] [--rate R] [--json] [--output FILE]

Channels with chat, viewers and payments are played from so many hours ago up to now, ``--speed`` times as
fast as they happened, in deliveries of ten seconds: as many events, invocations, panes, minutes and closings
as the hours have. Memory is the proportional share of each process, sampled all the time; the functions'
workers are one part. Its slope after the first hour (least squares, by event time) is what is judged: at most
``MOST_MB`` an hour of event time, and for the embedded cloud, whose tables live in its memory, beside that
``HELD`` times the bytes that were added to the tables. Every minute of every channel is counted against what
was sent. The exit code is 1 when a process grows, or an event is lost or counted twice.

    python -m bench.endure --hours 8 --speed 30
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from bench.chaos.verdict import Minutes, differences
from bench.console import leave
from bench.holdings import answered
from bench.load.measure import warm
from bench.machine import keep, kind
from bench.units.traffic import Feed, feeds, putter
from local.cost.measured import row_bytes
from local.embedded import embedded
from local.housekeeping import KEEP_RECORDS_S
from local.status import memory
from local.supervisor import Stack
from local.waiting import holds_within
from local.watch import Watch
from telemetra.adapters.clock import now_ms
from telemetra.domain.events import Kind
from telemetra.domain.window import HOUR_MS, MINUTE_MS, PANE_MS, floor_to

MOST_MB: Final = 4.0
"""Growth of a process that still counts as none, an hour of event time."""

HELD: Final = 10.0
"""Bytes of the emulator's memory for a byte of a row: Python's dictionaries and strings."""

SAMPLE_EVERY_S: Final = 5.0
WEIGH_EVERY_H: Final = 0.25
COUNTED_WITHIN_S: Final = 300.0
STEADY_READS: Final = 5
LAG_ALLOWED: Final = 30
"""Deliveries by which the stack may be behind; the player waits for it then."""

TABLES: Final = ("panes", "metrics", "moments", "detectors", "streams")


@dataclass(frozen=True, slots=True)
class Sample:
    """One look.

    Attributes:
        hour: of event time, since the start.
        memory_mb: by process.
        tables_mb: bytes of all rows.
    """

    hour: float
    memory_mb: dict[str, float]
    tables_mb: float


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Return how much the second number grows with the first (least squares); 0 of fewer than two.

    >>> slope([(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)])
    2.0
    """
    return float(statistics.linear_regression(*zip(*points, strict=True)).slope) if len(points) > 1 else 0.0


def judged(samples: Sequence[Sample], missing: int, doubled: int, *, speed: float = 1.0) -> dict[str, Any]:
    """Return the growth of each process after the first hour, and what was lost.

    The emulator keeps what was consumed for ``KEEP_RECORDS_S``: at a greater speed that is more event time.
    """
    from_hour = max(1.0, KEEP_RECORDS_S * speed / 3_600)
    late = [sample for sample in samples if sample.hour >= from_hour]
    stored = max(0.0, slope([(sample.hour, sample.tables_mb) for sample in late]))
    names = sorted({name for sample in late for name in sample.memory_mb if name != "up"})
    processes = []
    for name in names:
        grows = slope([(sample.hour, sample.memory_mb.get(name, 0.0)) for sample in late])
        bar = MOST_MB + (HELD * stored if name == "cloud" else 0.0)
        processes.append(
            {
                "process": name,
                "mb_per_hour": round(grows, 2),
                "bar_mb_per_hour": round(bar, 2),
                "most_mb": max(sample.memory_mb.get(name, 0.0) for sample in samples),
                "kept": grows <= bar,
            }
        )
    whole = bool(processes) and all(one["kept"] for one in processes)
    return {
        "kept": whole and not missing and not doubled,
        "from_hour": round(from_hour, 2),
        "missing": missing,
        "doubled": doubled,
        "tables_mb_per_hour": round(stored, 2),
        "processes": processes,
    }


class Endurance:
    """One play of hours on one stack."""

    def __init__(self, stack: Stack, playing: Sequence[Feed], hours: float, speed: float) -> None:
        self._stack = stack
        self._playing = playing
        self._hours = hours
        self._speed = speed
        self._watch = Watch(stack.cloud, stack.url, stack.plan.prefix)
        self._tables = stack.cloud.client("dynamodb")
        self._due_s = self._weigh_at = self._stored_mb = 0.0
        self.samples: list[Sample] = []
        self.truth: Minutes = Counter()
        self.events = 0

    def play(self) -> None:
        """Put everything, as fast as it is wanted and taken."""
        put = putter(self._stack.cloud.client("kinesis"), self._stack.plan.prefix)
        start_ms = self._playing[0].scenario.start_ms
        begun, end_ms = time.monotonic(), start_ms + round(self._hours * HOUR_MS)
        for from_ms in range(start_ms, end_ms, PANE_MS):
            until_ms = min(from_ms + PANE_MS, end_ms)
            due_s = (from_ms - start_ms) / 1000 / self._speed
            while (left_s := begun + due_s - time.monotonic()) > 0 or self._behind():
                time.sleep(min(max(left_s, 0.05), 1.0))
            for feed in self._playing:
                lines = list(feed.scenario.lines(from_ms, until_ms))
                self.events += len(lines)
                self.truth.update(
                    (line.channel, floor_to(line.ts, MINUTE_MS)) for line in lines if line.kind == Kind.CHAT
                )
            put(
                record
                for feed in self._playing
                for of in Kind
                for record in feed.records(of, from_ms, until_ms)
            )
            self._look((until_ms - start_ms) / HOUR_MS)

    def differences(self) -> tuple[int, int]:
        """Read until the counts are the truth, or no longer move; return what is missing and doubled."""
        from_ms, reads = min(start for _, start in self.truth), list[Minutes]()
        channels = [feed.channel for feed in self._playing]

        def settled() -> bool:
            reads.append(answered(self._watch, channels, from_ms, now_ms() + MINUTE_MS))
            last = reads[-STEADY_READS:]
            return reads[-1] == self.truth or (len(last) == STEADY_READS and last.count(last[0]) == len(last))

        holds_within(settled, COUNTED_WITHIN_S, every_s=3)
        return differences(self.truth, reads[-1])

    def _behind(self) -> bool:
        """Say whether deliveries wait: seconds of lag, which are deliveries at this speed."""
        lags = [shard["lag_ms"] or 0 for shard in (self._watch.get("/api/v1/health") or {}).get("lag", ())]
        return max(lags, default=0) * self._speed > LAG_ALLOWED * PANE_MS

    def _look(self, hour: float) -> None:
        if time.monotonic() < self._due_s:
            return
        self._due_s = time.monotonic() + SAMPLE_EVERY_S
        if hour >= self._weigh_at:
            self._weigh_at, self._stored_mb = hour + WEIGH_EVERY_H, self._weighed()
        held = memory(os.getpid(), self._stack.run.groups)
        self.samples.append(Sample(round(hour, 3), held, round(self._stored_mb, 3)))
        told = ", ".join(f"{name} {mb:.0f}" for name, mb in held.items())
        print(f"{hour:5.2f} h  {told} MB, tables {self._stored_mb:.1f} MB", file=sys.stderr, flush=True)

    def _weighed(self) -> float:
        """Return the megabytes of all rows."""
        prefix = self._stack.plan.prefix
        scan = self._tables.get_paginator("scan").paginate
        pages = (page for name in TABLES for page in scan(TableName=f"{prefix}-{name}"))
        return sum(row_bytes(row) for page in pages for row in page["Items"]) / 1e6


def main(arguments: Sequence[str] | None = None) -> int:
    """Play, judge and print; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.endure",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--hours", type=float, default=8.0, help="of event time; up to 20")
    parser.add_argument("--speed", type=float, default=30.0, help="event time to time")
    parser.add_argument("--channels", type=int, default=6)
    parser.add_argument("--rate", type=float, default=5.0, help="chat messages a second and channel")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--output", type=Path, help="keep it in a file too")
    chosen = parser.parse_args(arguments)
    if not 1 < chosen.hours <= 20 or chosen.speed <= 0 or chosen.channels < 1:
        parser.error("hours must be above 1 and at most 20, speed and channels above 0")
    with tempfile.TemporaryDirectory() as directory, embedded(Path(directory) / "state") as stack:
        warm(stack)
        start_ms = floor_to(now_ms() - round(chosen.hours * HOUR_MS), MINUTE_MS)
        playing = feeds(10, chosen.channels, chosen.rate, start_ms, name="endure")
        endurance = Endurance(stack, playing, chosen.hours, chosen.speed)
        endurance.play()
        found = judged(endurance.samples, *endurance.differences(), speed=chosen.speed)
    figures = {
        "hours": chosen.hours,
        "speed": chosen.speed,
        "channels": chosen.channels,
        "events": endurance.events,
        **found,
        "samples": [asdict(sample) for sample in endurance.samples],
        "machine": kind(),
    }
    keep(figures, chosen.output)
    print(json.dumps(figures, indent=1) if chosen.json else text(figures))
    return 0 if figures["kept"] else 1


def text(figures: dict[str, Any]) -> str:
    """Return the figures for people."""
    lines = [
        f"{figures['hours']:g} hours of {figures['channels']} channels, {figures['events']:,} events",
        f"{figures['missing']} lost, {figures['doubled']} doubled",
        f"tables grow by {figures['tables_mb_per_hour']} MB/h",
    ]
    lines += [
        f"{one['process']:12} {one['mb_per_hour']:7.2f} MB/h, at most {one['bar_mb_per_hour']:.2f}"
        f"  (most {one['most_mb']:.0f} MB){'' if one['kept'] else '  GROWS'}"
        for one in figures["processes"]
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    leave(main)
