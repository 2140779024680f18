"""The Twitch reader at full size: scripts of faults, and random lines.

    python -m tests.twitch.prove [--scripts N] [--messages N] [--lines N] [--output FILE]

Progress goes to standard error. The exit code is 1 when a message was lost or doubled, or a flag was.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.machine import keep
from tests.twitch.fuzz import read
from tests.twitch.test_faults import expected, play


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scripts", type=int, default=20)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--output", type=Path)
    chosen = parser.parse_args()
    began = time.monotonic()
    messages = lost = doubled = 0
    for seed in range(1, chosen.scripts + 1):
        with TemporaryDirectory() as folder:
            world, sink, _ = asyncio.run(play(seed, chosen.messages, Path(folder)))
        wanted, got = expected(world), sink.said()
        messages += wanted.total()
        lost += (wanted - got).total()
        doubled += (got - wanted).total()
        sys.stderr.write(f"script {seed}: {wanted.total()} messages; so far {lost} lost, {doubled} doubled\n")
    parsed, bad, _ = read(chosen.lines, seed=1)
    figures: dict[str, object] = {
        "scripts": chosen.scripts,
        "messages": messages,
        "lost": lost,
        "doubled": doubled,
        "lines": chosen.lines,
        "lines_parsed": parsed,
        "lines_bad": bad,
        "seconds": round(time.monotonic() - began, 1),
    }
    keep(figures, chosen.output)
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    return 1 if lost or doubled else 0


if __name__ == "__main__":
    sys.exit(main())
