"""Play many seeded schedules of faults and compare each with one plain pass over its events.

    python -m bench.oracle [--schedules N] [--first SEED] [--processes N] [--json] [--output FILE]

The world, its faults and the comparison are those of ``tests/laws``; this is the same proof at full size.
Progress goes to standard error. The exit code is 1 when any schedule differs or breaks.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

from bench.console import leave
from bench.machine import keep, kind
from tests.laws.oracle import judge

SAY_EVERY_S = 10.0
SHOWN = 3
"""Sentences printed of one schedule that differs."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one schedule.

    Attributes:
        seed: names the schedule.
        found: a sentence a difference; empty when it equals the plain pass.
    """

    seed: int
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of all schedules.

    Attributes:
        schedules: how many were played.
        seconds: how long that took.
        differing: the ones that differ, by seed.
    """

    schedules: int
    seconds: float
    differing: tuple[Verdict, ...]

    def figures(self) -> dict[str, object]:
        """Return what is recorded."""
        return {
            "schedules": self.schedules,
            "differences": len(self.differing),
            "seconds": round(self.seconds, 1),
            "schedules_per_s": round(self.schedules / self.seconds, 2),
            "differing": [asdict(verdict) for verdict in self.differing],
            "machine": kind(),
        }


def play(seed: int) -> Verdict:
    """Run one schedule; a use case that raises what no schedule may cause is a difference too."""
    try:
        return Verdict(seed, tuple(judge(seed)))
    except Exception as error:  # noqa: BLE001 - the seed must be named whatever happened
        return Verdict(seed, (f"raised {type(error).__name__}: {error}",))


def prove(verdicts: Iterable[Verdict], schedules: int, say: Callable[[str], None]) -> Proof:
    """Gather verdicts as they come, saying how it goes; a difference is said at once."""
    began = said = time.monotonic()
    differing: list[Verdict] = []
    done = 0
    for verdict in verdicts:
        done += 1
        if verdict.found:
            differing.append(verdict)
            say(f"seed {verdict.seed} differs: {'; '.join(verdict.found[:SHOWN])}")
        now = time.monotonic()
        if now - said >= SAY_EVERY_S or done == schedules:
            said = now
            rate = done / (now - began)
            left_s = (schedules - done) / rate
            say(f"{done}/{schedules} schedules, {rate:.1f}/s, {left_s:.0f} s left, {len(differing)} differ")
    seconds = time.monotonic() - began
    return Proof(done, seconds, tuple(sorted(differing, key=lambda verdict: verdict.seed)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Prove and print; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.oracle",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--schedules", type=int, default=5_000)
    parser.add_argument("--first", type=int, default=0, help="seed of the first schedule")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--output", type=Path, help="keep it in a file too")
    chosen = parser.parse_args(arguments)
    if chosen.schedules < 1 or chosen.processes < 1:
        parser.error("at least one schedule and one process are needed")
    seeds = range(chosen.first, chosen.first + chosen.schedules)
    with get_context("spawn").Pool(chosen.processes) as pool:
        proof = prove(
            pool.imap_unordered(play, seeds), chosen.schedules, lambda text: print(text, file=sys.stderr)
        )
    keep(proof.figures(), chosen.output)
    if chosen.json:
        print(json.dumps(proof.figures(), indent=1))
    else:
        seeds_named = ", ".join(str(verdict.seed) for verdict in proof.differing) or "none"
        print(f"{proof.schedules} schedules in {proof.seconds:.0f} s; differing seeds: {seeds_named}")
    return 1 if proof.differing else 0


if __name__ == "__main__":
    leave(main)
