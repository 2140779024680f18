"""Do harm to an embedded stack and judge what was counted.

    python -m bench.chaos [--only NAME ...] [--times N] [--no-sabotage] [--json] [--output FILE]

Each experiment plays chat on channels of its own, does its harm meanwhile, and is judged alike: what is
counted for each channel and minute equals what was sent, what is rejected equals what was planted, and a
message sent afterwards is in the live view within three seconds. It has to hold several times in a row. Then
one protection is taken away, and the verdict has to be red. The exit code is 1 when either is not so.

    python -m bench.chaos --only duplicate --only crash --times 1
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.chaos.experiments import EXPERIMENTS, Experiment
from bench.chaos.ground import Sitting, ground
from bench.chaos.report import judged, table
from bench.chaos.restart import emulator_kill
from bench.chaos.sabotage import sabotaged_layer
from bench.chaos.verdict import Verdict
from bench.console import leave
from bench.machine import keep, kind


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, judge and print; return the exit code."""
    names = [experiment.name for experiment in EXPERIMENTS]
    parser = argparse.ArgumentParser(
        prog="python -m bench.chaos",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", action="append", choices=names, help="one experiment; again for more")
    parser.add_argument("--times", type=int, default=3, help="honest runs of each, in a row")
    parser.add_argument(
        "--sabotage",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="and one run without protection",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--output", type=Path, help="keep it in a file too")
    chosen = parser.parse_args(arguments)
    if chosen.times < 0 or not (chosen.times or chosen.sabotage):
        parser.error("nothing to run")
    wanted = [one for one in EXPERIMENTS if one.name in (chosen.only or names)]
    honest = honestly(wanted, chosen.times) if chosen.times else {}
    red = sabotaged(wanted) if chosen.sabotage else {}
    figures: dict[str, Any] = judged(wanted, honest, red) | {"machine": kind()}
    keep(figures, chosen.output)
    print(json.dumps(figures, indent=1) if chosen.json else table(figures))
    return 0 if figures["kept"] else 1


def honestly(wanted: Sequence[Experiment], times: int) -> dict[str, list[Verdict]]:
    """Run experiments on one stack, each several times in a row."""
    found: dict[str, list[Verdict]] = {}
    with tempfile.TemporaryDirectory() as directory:
        shared = [experiment for experiment in wanted if experiment.inject]
        if shared:
            _say("starting a stack")
            with ground(Path(directory) / "state") as at:
                for one in shared:
                    found[one.name] = [
                        run(one, Sitting(at, one.name, channels=one.channels)) for _ in range(times)
                    ]
    for one in wanted:
        if not one.inject:
            found[one.name] = [_alone(one.name, emulator_kill) for _ in range(times)]
    return found


def sabotaged(wanted: Sequence[Experiment]) -> dict[str, Verdict]:
    """Run each experiment once without its protection, on a stack of its own where the functions lack it."""
    found: dict[str, Verdict] = {}
    for one in wanted:
        if one.inject:
            found[one.name] = _alone(one.name, lambda path, one=one: _without(one, path))  # type: ignore[misc]
        else:
            found[one.name] = _alone(one.name, lambda path, one=one: emulator_kill(path, one.sabotage))  # type: ignore[misc]
    return found


def _without(one: Experiment, directory: Path) -> Verdict:
    layer = sabotaged_layer(one.sabotage.patches, directory) if one.sabotage.patches else None
    with ground(directory / "state", layer) as at:
        return run(one, Sitting(at, one.name, channels=one.channels, sabotage=one.sabotage))


def run(experiment: Experiment, sitting: Sitting) -> Verdict:
    """Run one experiment once."""
    if experiment.inject is None:
        message = f"{experiment.name} brings stacks of its own"
        raise ValueError(message)
    experiment.inject(sitting)
    verdict = sitting.verdict()
    if not sitting.sabotage:
        _say(f"{experiment.name}: {told(verdict)}")
    return verdict


def told(verdict: Verdict) -> str:
    """Return a verdict in one line."""
    return "green" if verdict.green else f"red: {', '.join(verdict.reasons)}"


def _alone(name: str, play: Callable[[Path], Verdict]) -> Verdict:
    with tempfile.TemporaryDirectory() as directory:
        _say(f"{name}: a stack of its own")
        verdict = play(Path(directory))
    _say(f"{name}: {told(verdict)}")
    return verdict


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    leave(main)
