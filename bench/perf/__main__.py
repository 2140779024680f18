"""``python -m bench.perf --input FILE``: how fast payloads become panes or windows on one core."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.console import leave
from bench.perf.measure import Output, measure
from bench.perf.payloads import Packing


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.perf", description=__doc__)
    parser.add_argument("--input", type=Path, required=True, help="events, one JSON object a line")
    parser.add_argument("--packing", type=Packing, choices=list(Packing), default=Packing.ZSTD)
    parser.add_argument("--output", type=Output, choices=list(Output), default=Output.WINDOWS)
    parser.add_argument("--payloads", type=int, help="take only so many payloads of 6 MB")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args(arguments)
    if not chosen.input.is_file():
        parser.error(f"there is no file {chosen.input}; make one with python -m bench.perf.generate")
    print(f"measuring {chosen.input} as {chosen.packing} to {chosen.output}", file=sys.stderr)
    try:
        result = measure(chosen.input, chosen.packing, chosen.output, chosen.payloads)
    except ValueError as error:
        print(f"{chosen.input}: {error}", file=sys.stderr)
        return 1
    figures = result.figures()
    if chosen.json:
        print(json.dumps(figures))
        return 0
    for name, value in figures.items():
        print(f"{name:20} {value}")
    return 0


if __name__ == "__main__":
    leave(main)
