"""Measure the product and the other engines in one sitting, interleaved, on the same files.

    python -m bench.run [--events N] [--shape 200|2000] [--rounds N] [--spark-rounds N]

Every run is a process of its own. Totals must agree, or nothing is written. Results go to ``bench/results``
and the page made of them to ``docs/performance.md``; those of a reduced run to ``build/bench``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from bench.agree import disagreements
from bench.console import leave
from bench.machine import kind
from bench.peers.__main__ import UNAVAILABLE
from bench.perf.generate import Shape, lines
from bench.report import render

ROOT: Final = Path(__file__).parents[1]
SHAPES: Final = (Shape(events=1_000_000, channels=200), Shape(events=300_000, channels=2_000))


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table, the command behind it, and whether it is Spark's, which has its own rounds."""

    name: str
    module: str
    arguments: tuple[str, ...]
    spark: bool = False


ENTRIES: Final = (
    Entry("telemetra zstd", "bench.perf", ("--packing", "zstd", "--output", "windows")),
    Entry("duckdb 1 core", "bench.peers", ("duckdb", "--cores", "1")),
    Entry("naive plain", "bench.peers", ("naive", "--packing", "plain")),
    Entry("telemetra plain", "bench.perf", ("--packing", "plain", "--output", "windows")),
    Entry("duckdb 2 cores", "bench.peers", ("duckdb", "--cores", "2")),
    Entry("naive zstd", "bench.peers", ("naive", "--packing", "zstd")),
    Entry("spark 2 cores", "bench.peers", ("spark", "--cores", "2"), spark=True),
)


class RunError(RuntimeError):
    """A run failed, or its totals are not those of the others."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the page, write results and page; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--events", type=int, help="events of the first shape in place of 1,000,000")
    parser.add_argument(
        "--shape", type=int, choices=[shape.channels for shape in SHAPES], help="this one only"
    )
    parser.add_argument("--rounds", type=int, default=3, help="rounds of all but Spark (3)")
    parser.add_argument("--spark-rounds", type=int, default=1, help="rounds of Spark (1)")
    chosen = parser.parse_args(arguments)
    if chosen.rounds < 1 or chosen.spark_rounds < 0:
        parser.error("at least one round")
    if chosen.events is not None and chosen.events < 1000:
        parser.error(f"--events {chosen.events}: at least 1000")
    shapes = [_sized(shape, chosen.events) for shape in SHAPES if chosen.shape in {None, shape.channels}]
    full = chosen.events is None
    results, page = (
        (ROOT / "bench/results", ROOT / "docs/performance.md")
        if full
        else (ROOT / "build/bench", ROOT / "build/bench/performance.md")
    )
    results.mkdir(parents=True, exist_ok=True)
    try:
        for shape in shapes:
            result = measure(shape, chosen.rounds, chosen.spark_rounds)
            text = json.dumps(result, indent=1) + "\n"
            (results / f"performance-{shape.channels}.json").write_text(text, encoding="utf-8")
    except RunError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    page.write_text(render(load(results)), encoding="utf-8")
    print(page.read_text(encoding="utf-8"))
    return 0


def load(folder: Path) -> list[dict[str, Any]]:
    """Return the results in a folder, by number of channels."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("performance-[0-9]*.json")]
    return sorted(found, key=lambda result: result["shape"]["channels"])


def measure(shape: Shape, rounds: int, spark_rounds: int) -> dict[str, Any]:
    """Measure one shape; raises ``RunError`` when a run fails or totals differ."""
    revision = _revision()
    runs: list[dict[str, Any]] = []
    missing: dict[str, str] = {}
    with TemporaryDirectory(prefix="telemetra-bench-") as scratch:
        path = Path(scratch) / "events.ndjson"
        with path.open("wb") as file:
            file.writelines(line + b"\n" for line in lines(shape))
        for number, entry in schedule(rounds, spark_rounds):
            if entry.name in missing:
                continue
            before = os.getloadavg()[0]
            figures = _run(entry, path)
            if isinstance(figures, str):
                missing[entry.name] = figures
                print(f"bench: {entry.name} is left out: {figures}", file=sys.stderr)
                continue
            figures |= {"name": entry.name, "round": number, "load": round(before, 1), "events": shape.events}
            runs.append(figures)
            cost = figures["cpu_s"] / shape.events * 1e6
            print(
                f"bench: round {number}, {entry.name}: {cost:.2f} CPU-s per million events", file=sys.stderr
            )
        size = path.stat().st_size
    wrong = disagreements(runs)
    if _revision() != revision:
        wrong.append("the code changed while it was measured")
    if wrong:
        raise RunError("; ".join(wrong))
    return {
        "shape": asdict(shape),
        "bytes": size,
        "revision": revision,
        "machine": kind(),
        "load": round(median(run["load"] for run in runs), 1),
        "missing": missing,
        "runs": runs,
    }


def schedule(rounds: int, spark_rounds: int) -> Iterator[tuple[int, Entry]]:
    """Yield (round, entry) in turn: each round begins with another entry, and Spark ends its rounds."""
    quick = [entry for entry in ENTRIES if not entry.spark]
    for number in range(max(rounds, spark_rounds)):
        if number < rounds:
            start = number % len(quick)
            yield from ((number + 1, entry) for entry in [*quick[start:], *quick[:start]])
        if number < spark_rounds:
            yield from ((number + 1, entry) for entry in ENTRIES if entry.spark)


def _sized(shape: Shape, events: int | None) -> Shape:
    if events is None:
        return shape
    return replace(shape, events=events * shape.events // SHAPES[0].events)


def _revision() -> str:
    """Return the commit of the code, marked when files differ from it; nothing outside a git work tree.

    What this command writes itself is no code.
    """
    commit = _git("describe", "--always", "--abbrev=10")
    changed = _git("status", "--porcelain", "--", ".", ":!bench/results", ":!docs/performance.md")
    return f"{commit}-dirty" if commit and changed else commit


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def _run(entry: Entry, path: Path) -> dict[str, Any] | str:
    """Return what the run reports, or why it cannot be run here."""
    command = [sys.executable, "-m", entry.module, *entry.arguments, "--input", str(path), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == UNAVAILABLE:
        return done.stderr.strip().splitlines()[-1].partition(": ")[2]
    if done.returncode:
        msg = f"{entry.name} failed with {done.returncode}:\n{done.stderr[-2000:]}"
        raise RunError(msg)
    figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


if __name__ == "__main__":
    leave(main)
