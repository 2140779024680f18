"""The Twitch reader at full size: scripts of faults through a stack of its own, and random lines.

    python -m tests.twitch.prove [--scripts N] [--messages N] [--lines N] [--output FILE]

Each script plays two channels of the stand-in on the embedded stack. Afterwards its stream is compared with
what was said message by message, and its tables minute by minute. Progress goes to standard error. The exit
code is 1 when a message was lost or doubled, or a flag was.
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
from local.embedded import embedded
from producer.sources.twitch.standin.world import World
from tests.twitch.fuzz import read
from tests.twitch.tables import Heard, on_stream, sink_of, verdict
from tests.twitch.test_faults import play


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
    worlds: list[World] = []
    heard: list[Heard] = []
    with TemporaryDirectory() as folder:
        sys.stderr.write("starting a stack\n")
        with embedded(Path(folder) / "state") as stack:
            for seed in range(1, chosen.scripts + 1):
                channels = (f"first_{seed}", f"second_{seed}")
                sink, caches = sink_of(stack.cloud.client, stack.plan.prefix), Path(folder) / str(seed)
                playing = play(seed, chosen.messages, caches, sink, channels=channels)
                world, _ = asyncio.run(playing)
                worlds.append(world)
                heard += on_stream(stack.cloud.client, stack.plan.prefix, world)
                sys.stderr.write(f"script {seed}: {len(world.ledger)} messages\n")
            sys.stderr.write("comparing the stream and the tables with what was said\n")
            found = verdict(stack.cloud.client, stack.plan.prefix, worlds, heard)
    parsed, bad, _ = read(chosen.lines, seed=1)
    figures: dict[str, object] = {
        "scripts": chosen.scripts,
        **found.plain(),
        "lines": chosen.lines,
        "lines_parsed": parsed,
        "lines_bad": bad,
        "seconds": round(time.monotonic() - began, 1),
    }
    keep(figures, chosen.output)
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    return 0 if found.clean else 1


if __name__ == "__main__":
    sys.exit(main())
