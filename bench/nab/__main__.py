"""Run our detectors over the Numenta Anomaly Benchmark, and score any results by its rules.

    python -m bench.nab --data DIR --out DIR --detector NAME    write DIR/category/file.csv
    python -m bench.nab --score DIR [--data DIR]                score such files
    python -m bench.nab --data DIR [--detector NAME]            run, score and time in one go

--data is a directory with category/file.csv (timestamp,value), or with them below data/, and for scoring
with labels/combined_windows.json, which --out copies beside the results. Results are
timestamp,value,anomaly_score with scores in [0, 1]; a row is flagged from 0.5 on. No detector sees a row
before it has scored the one before, nor anything of the file.

for example
    make data                                                              fetch the series into data/nab
    python -m bench.nab --data data/nab --out build/nab --detector ensemble
    python -m bench.nab --score build/nab
    python -m bench.nab --score build/nab --threshold 0.6 --json
    python -m bench.nab --data data/nab --output bench/results/nab.json    all detectors, as `make prove-nab`
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench.console import leave
from bench.machine import keep, kind
from bench.nab.corpus import CorpusError, Table, keep_labels, rows_of, tables, windows, write
from bench.nab.evaluation import report
from bench.nab.neighbours import neighbours, spread
from bench.nab.running import DETECTORS, FROZEN, THRESHOLD, Cost, run
from bench.nab.scoring import PROFILES, Series
from telemetra.domain.detectors import Ensemble

TRIED: Final = 2_648
"""Parameter sets of ``ensemble`` that were scored on these series before one was frozen."""

BARS: Final[dict[str, tuple[float, Callable[[dict[str, Any]], float]]]] = {
    "standard score, held out": (58.0, lambda of: of["standard"]["held_out"]),
    "standard score of realTweets, held out": (65.0, lambda of: of["standard"]["tweets_held_out"]),
    "standard score of realTweets, frozen": (65.0, lambda of: of["standard"]["tweets_frozen"]),
    "us a row, spared of 20": (0.0, lambda of: 20 - of["us_per_row"]),
    "bytes of state, spared of 2,048": (0.0, lambda of: 2_048 - of["state_bytes"]),
}
"""What ``ensemble`` must reach: the least of each figure, and how it is read."""

_INTERRUPTED: Final = 130
_COLUMNS: Final = (
    ("frozen", "frozen"),
    ("held_out", "held out"),
    ("held_out_mean", "mean of 50"),
    ("searched", "searched"),
    ("tweets_frozen", "tweets"),
    ("tweets_held_out", "tweets held"),
)


def detect(found: Sequence[Table], name: str, out: Path | None) -> tuple[list[list[float]], Cost]:
    """Run one detector over every series, saying how it goes; write its results if asked to."""
    cost, scores = Cost(), list[list[float]]()
    for number, table in enumerate(found, start=1):
        series, spent = run(DETECTORS[name], table)
        cost = cost.plus(spent)
        scores.append(series)
        if out is not None:
            write(out, table, series)
        print(f"{name} {number}/{len(found)} {table.name}: {spent.rows:,} rows", file=sys.stderr)
    return scores, cost


def scored(directory: Path, data: Path | None, threshold: float) -> dict[str, Any]:
    """Judge the results in a directory."""
    found = tables(directory, "anomaly_score", "--data DIR --out DIR --detector NAME writes results")
    labels = windows(*(place for place in (data, directory, Path("data/nab")) if place is not None))
    series = [_series(one, one.columns["anomaly_score"], labels) for one in found]
    missing = len(labels.keys() - {one.name for one in series})
    return report(series, threshold) | {"labelled_series_without_results": missing}


def measured(data: Path, names: Sequence[str], near: int = 0) -> dict[str, Any]:
    """Run, judge and time detectors; and ``near`` neighbours of the ensemble."""
    found = tables(data, "value")
    labels = windows(data)
    figures: dict[str, Any] = {}
    for name in names:
        scores, cost = detect(found, name, None)
        series = [_series(table, one, labels) for table, one in zip(found, scores, strict=True)]
        figures[name] = {
            "detector": DETECTORS[name].name,
            "us_per_row": round(cost.us_per_row, 2),
            "state_bytes": cost.state_bytes,
            **report(series, THRESHOLD),
        }
    if near:

        def judged(detector: Ensemble) -> list[Series]:
            print(f"neighbour {detector.name}", file=sys.stderr)
            return [_series(one, run(detector, one)[0], labels) for one in found]

        lies = spread(neighbours(FROZEN, near), judged, THRESHOLD)
        figures["ensemble"]["neighbours"] = {
            "count": near,
            **{name: asdict(one) for name, one in lies.items()},
        }
    rows = sum(len(one.stamps) for one in found)
    return {"rows": rows, "parameter_sets_tried": TRIED, "machine": kind(), "detectors": figures}


def _series(table: Table, scores: Sequence[float], labels: Any) -> Series:
    return Series(table.name, np.array(scores, dtype=np.float64), rows_of(table, labels))


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.nab", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="the series, and their labels")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to write results")
    parser.add_argument("--detector", choices=sorted(DETECTORS), help="which one; with --out needed")
    parser.add_argument("--score", type=Path, metavar="DIR", help="results to score")
    parser.add_argument("--threshold", type=float, default=THRESHOLD, help="score that is a flag (0.5)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--neighbours", type=int, default=0, metavar="N", help="also N of other parameters")
    parser.add_argument("--bars", action="store_true", help="fail when the ensemble misses a bar")
    parser.add_argument("--output", type=Path, metavar="FILE", help="keep the figures in a file too")
    chosen = parser.parse_args(arguments)
    if chosen.out is not None and (chosen.data is None or chosen.detector is None):
        parser.error("--out needs --data and --detector")
    if chosen.data is None and chosen.score is None:
        parser.error("name the series with --data, or results with --score")
    if (chosen.bars or chosen.neighbours) and (
        chosen.out or chosen.score or chosen.detector not in {None, "ensemble"}
    ):
        parser.error("--bars and --neighbours are those of the ensemble, measured by --data alone")
    if chosen.out is not None and chosen.score is not None:
        parser.error("--out and --score are two runs: first write, then score")
    try:
        return _do(chosen)
    except CorpusError as error:
        print(f"bench.nab: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("bench.nab: interrupted; series already written are whole", file=sys.stderr)
        return _INTERRUPTED


def missed(figures: dict[str, Any]) -> list[str]:
    """Return a sentence for each bar that the measured ensemble misses."""
    ensemble = figures["detectors"]["ensemble"]
    return [
        f"{bar}: {read(ensemble):.1f}, at least {least:.1f} is asked"
        for bar, (least, read) in BARS.items()
        if read(ensemble) < least
    ]


def _do(chosen: argparse.Namespace) -> int:
    short: list[str] = []
    if chosen.out is not None:
        found = tables(chosen.data, "value")
        _, cost = detect(found, chosen.detector, chosen.out)
        keep_labels(chosen.data, chosen.out)
        figures: dict[str, Any] = {
            "series": len(found),
            "rows": cost.rows,
            "us_per_row": round(cost.us_per_row, 2),
            "state_bytes": cost.state_bytes,
            "threshold": THRESHOLD,
        }
        lines = [
            f"{len(found)} series, {cost.rows:,} rows in {chosen.out}; flag from {THRESHOLD}",
            _costs(figures),
        ]
    elif chosen.score is not None:
        figures = scored(chosen.score, chosen.data, chosen.threshold)
        lines = [*printed(figures), _missing(figures["labelled_series_without_results"])]
    else:
        figures = measured(
            chosen.data, [chosen.detector] if chosen.detector else sorted(DETECTORS), chosen.neighbours
        )
        lines = [
            line
            for name, one in figures["detectors"].items()
            for line in (f"{name} ({one['detector']}): {_costs(one)}", *printed(one), "")
        ]
        short = missed(figures) if chosen.bars else []
    keep(figures, chosen.output)
    print(json.dumps(figures, indent=1) if chosen.json else "\n".join(lines).rstrip())
    for sentence in short:
        print(f"bench.nab: missed: {sentence}", file=sys.stderr)
    return 1 if short else 0


def _costs(figures: dict[str, Any]) -> str:
    return f"{figures['us_per_row']} us a row, state at most {figures['state_bytes']:,} bytes"


def _missing(count: int) -> str:
    return f"{count} labelled series have no results here and were left out" if count else ""


def printed(figures: dict[str, Any]) -> list[str]:
    """Return the printed lines of a report."""
    lines = [f"{'profile':<20}" + "".join(f"{title:>12}" for _, title in _COLUMNS)]
    for profile in PROFILES:
        one = figures[profile.name]
        lines.append(f"{profile.name:<20}" + "".join(f"{one[column]:>12}" for column, _ in _COLUMNS))
    standard = figures[PROFILES[0].name]
    found = f"{figures['hits']} of {figures['windows']} windows found, {figures['false_rows']} false rows"
    near = [
        f"{figures['neighbours']['count']} neighbours, {name}: mean {one['mean']}, "
        f"90 % from {one['low']} to {one['high']}"
        for name, one in figures.get("neighbours", {}).items()
        if name != "count"
    ]
    frozen, held_out = _range(standard["frozen_interval"]), _range(standard["held_out_interval"])
    return [
        *lines,
        f"{found} in {figures['series']} series at threshold {figures['threshold']}",
        f"90 % of resampled series: frozen {frozen}, held out {held_out}",
        f"best threshold for these series: {standard['searched_threshold']}",
        *near,
    ]


def _range(ends: Sequence[float]) -> str:
    return f"{ends[0]} to {ends[1]}"


if __name__ == "__main__":
    leave(main)
