"""Deploy the true root with SAM CLI to the embedded endpoint, and change it while events flow.

    python -m bench.deploy [--settle N] [--json] [--output FILE]

`make prove-deploy` builds first, as `make deploy` does. The stack is created with the settings of stage dev,
published to, and asked through its distribution. Then chat is written and the API asked without a pause,
while a second `sam deploy` brings other code to every function and other settings to mappings and logs. Every
message written meanwhile must be counted, once, and every answer must be a 200. The exit code is 1 when that
is not so.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from bench.console import leave
from bench.deploy import sam
from bench.deploy.stage import PREFIX, Stage
from bench.deploy.steady import Steady
from bench.machine import keep, kind
from local.deploy import SETTLED
from local.waiting import holds_within

NESTED: Final = 8


def main(arguments: Sequence[str] | None = None) -> int:
    """Deploy, change and print; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.deploy",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--settle", type=float, default=10.0, help="seconds of events before and after")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--output", type=Path, help="keep it in a file too")
    chosen = parser.parse_args(arguments)
    if chosen.settle < 0:
        parser.error("--settle is a number of seconds")
    with tempfile.TemporaryDirectory() as folder:
        figures = prove(Path(folder), chosen.settle)
    result = {**figures, "machine": kind()}
    keep(result, chosen.output)
    print(
        json.dumps(result, indent=1)
        if chosen.json
        else "\n".join(f"{name:20} {value}" for name, value in result.items())
    )
    return 0 if result["kept"] else 1


def prove(folder: Path, settle_s: float) -> dict[str, Any]:
    """Create, publish, change under events; return what was found."""
    with sam.copy_of_build() as build, Stage(folder) as stage:
        _say("creating")
        create_s = _deploy(stage, build)
        created = stage.statuses()
        published = stage.publish()
        before, layers = stage.outputs(), stage.layers()
        (next(build.glob("*/LayerX86")) / "python" / "telemetra" / "release.txt").write_text("2\n")
        _say("changing while events flow")
        with Steady(stage.cloud.client("kinesis"), PREFIX, before["ApiUrl"], stage.token()) as steady:
            holds_within(lambda: steady.answers.right > 0 and bool(steady.sent), 30)
            stage.pause(settle_s)
            update_s = _deploy(stage, build, LiveRefreshSeconds="2", LogRetentionDays="30")
            stage.pause(settle_s)
        holds_within(lambda: stage.counted() == steady.sent, 60, every_s=0.5)
        counted = stage.counted()
        updated, same = stage.statuses(), before == stage.outputs()
        figures = {
            "create_s": round(create_s, 1),
            "created": created,
            "published": published,
            "update_s": round(update_s, 1),
            "updated": updated,
            "outputs_stay": same,
            "functions_changed": sum(new != layers[name] for name, new in stage.layers().items()),
            "sent": steady.sent.total(),
            "lost": (steady.sent - counted).total(),
            "doubled": (counted - steady.sent).total(),
            "answers": steady.answers.right,
            "answers_wrong": dict(steady.answers.wrong),
            "slowest_answer_ms": round(steady.answers.longest_ms),
        }
    whole = set(created.values()) == {"CREATE_COMPLETE"} and len(created) == NESTED + 1
    whole &= updated["root"] == "UPDATE_COMPLETE" and set(updated.values()) <= set(SETTLED)
    whole &= figures["functions_changed"] == len(layers) > 0
    right = not (figures["lost"] or figures["doubled"] or figures["answers_wrong"])
    return {"kept": bool(whole and right and same and published and steady.sent), **figures}


def _deploy(stage: Stage, build: Path, **changed: str) -> float:
    began = time.monotonic()
    sam.deploy(build, stage.cloud.endpoint_url, "dev", stage.parameters | changed)
    return time.monotonic() - began


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    leave(main)
