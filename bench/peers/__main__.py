"""``python -m bench.peers ENGINE --input FILE``: one run of one engine in this process.

Exit status: 0 done, 2 a wrong argument, 3 the engine cannot run on this machine (the message names the fix).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from bench.console import leave
from bench.peers.outcome import EngineUnavailableError, Outcome
from bench.perf.payloads import Packing

UNAVAILABLE: Final = 3

_MODULES: Final = {"spark": "pyspark", "duckdb": "duckdb", "naive": "simplejson"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one engine, print what it reports, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("engine", choices=list(_MODULES))
    parser.add_argument(
        "--input", type=Path, required=True, metavar="FILE", help="events, one JSON object a line"
    )
    parser.add_argument("--cores", type=int, default=1, help="cores for spark and duckdb (1)")
    parser.add_argument(
        "--packing", type=Packing, default=Packing.PLAIN, help="naive: plain (default) or zstd"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args(arguments)
    if not chosen.input.is_file():
        parser.error(f"there is no file {chosen.input}; make one with python -m bench.perf.generate")
    if chosen.cores < 1:
        parser.error(f"--cores {chosen.cores}: at least 1")
    try:
        figures = _run(chosen).figures()
    except EngineUnavailableError as error:
        print(f"{chosen.engine}: {error}", file=sys.stderr)
        return UNAVAILABLE
    if chosen.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{name:14} {value}" for name, value in figures.items()))
    return 0


def _run(chosen: argparse.Namespace) -> Outcome:
    package = _MODULES[chosen.engine]
    try:
        engine = import_module(f"bench.peers.{chosen.engine}_job")
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        msg = f"{package} is not installed: `make bench` installs it"
        raise EngineUnavailableError(msg) from error
    outcome: Outcome = (
        engine.run(chosen.input, chosen.packing)
        if chosen.engine == "naive"
        else engine.run(chosen.input, chosen.cores)
    )
    return outcome


if __name__ == "__main__":
    leave(main)
