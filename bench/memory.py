"""Run ``make up`` alone and see what it holds, how far behind it is and how fast its streams answer.

    python -m bench.memory [--minutes N] [--every S] [--most-mb N] [--json] [--output FILE]

The command starts in a temporary directory on free ports with its defaults, the demo's hour included, and is
stopped at the end. A sample is taken every S seconds from its becoming ready on. Memory is the proportional
share of all its processes, workers of the functions included; growth is the slope over the second half, when
what is kept has its full length. The probe of ``PutRecords`` is an event too late to be counted. The exit
code is 1 when the stack falls, a sample fails, or the memory passes ``--most-mb``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from bench.console import leave
from bench.machine import keep, kind
from local.child import ROOT
from local.cloud import Cloud
from local.ports import some_free
from local.settings import surroundings
from local.state import StateDir
from local.status import report
from local.waiting import holds_within
from telemetra.adapters.clock import now_ms
from telemetra.domain.window import HOUR_MS

PROBES: Final = 5
TOO_LATE_MS: Final = 30 * HOUR_MS
READY_WITHIN_S: Final = 240


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at the running stack.

    Attributes:
        at_s: seconds since it was ready.
        memory_mb: megabytes by part of the stack.
        lag_ms: greatest lag of any shard; None when none is known.
        put_ms: median time of a ``PutRecords`` call.
        messages_per_s: chat messages a second over the newest live windows.
    """

    at_s: float
    memory_mb: dict[str, float]
    lag_ms: int | None
    put_ms: float
    messages_per_s: float

    @property
    def total_mb(self) -> float:
        """Megabytes of all parts."""
        return sum(self.memory_mb.values())

    def sentence(self) -> str:
        """Return the sample for people."""
        lag = "unknown" if self.lag_ms is None else f"{self.lag_ms} ms"
        return (
            f"{self.at_s / 60:5.1f} min  {self.total_mb:6.0f} MB  lag {lag}"
            f"  put {self.put_ms:.1f} ms  {self.messages_per_s:.1f} messages/s"
        )


def growth_mb_per_h(samples: Sequence[Sample]) -> float:
    """Return the slope of the memory over the second half of the samples (least squares).

    >>> growth_mb_per_h([Sample(60.0 * at, {"cloud": 100.0 + at}, None, 0.0, 0.0) for at in range(10)])
    60.0
    """
    late = samples[len(samples) // 2 :]
    if len(late) < 2:
        return 0.0
    line = statistics.linear_regression(
        [sample.at_s / 3600 for sample in late], [sample.total_mb for sample in late]
    )
    return round(line.slope, 3)


def figures(samples: Sequence[Sample]) -> dict[str, Any]:
    """Return what is recorded."""
    lags = [sample.lag_ms for sample in samples if sample.lag_ms is not None]
    return {
        "minutes": round(samples[-1].at_s / 60, 1),
        "first_mb": round(samples[0].total_mb, 1),
        "last_mb": round(samples[-1].total_mb, 1),
        "most_mb": round(max(sample.total_mb for sample in samples), 1),
        "growth_mb_per_h": growth_mb_per_h(samples),
        "median_lag_ms": round(statistics.median(lags)) if lags else None,
        "most_lag_ms": max(lags, default=None),
        "first_put_ms": round(samples[0].put_ms, 2),
        "last_put_ms": round(samples[-1].put_ms, 2),
        "samples": [asdict(sample) for sample in samples],
        "machine": kind(),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.memory",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--every", type=float, default=60.0, help="seconds between samples")
    parser.add_argument("--most-mb", type=float, help="fail above so many megabytes")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--output", type=Path, help="keep it in a file too")
    chosen = parser.parse_args(arguments)
    if chosen.minutes <= 0 or chosen.every <= 0:
        parser.error("minutes and seconds must be above 0")
    with tempfile.TemporaryDirectory() as directory, stack(Path(directory) / "state") as state:
        samples = list(watch(state, chosen.minutes * 60, chosen.every, _say))
    result = figures(samples)
    bar_mb = chosen.most_mb
    kept = bar_mb is None or result["most_mb"] <= bar_mb
    result = {"bar_mb": bar_mb, "kept": kept, **result}
    keep(result, chosen.output)
    if chosen.json:
        print(json.dumps(result, indent=1))
    else:
        print("\n".join(f"{name:16} {value}" for name, value in result.items() if name != "samples"))
    return 0 if kept else 1


@contextmanager
def stack(directory: Path) -> Iterator[StateDir]:
    """Run `up` as a person does, until the block ends.

    Raises:
        RuntimeError: it was not ready in time; its last words are the message.
    """
    state = StateDir(directory)
    extra = {
        "TELEMETRA_STATE_DIR": str(directory),
        "TELEMETRA_PORT": str(some_free()),
        "TELEMETRA_CLOUD_PORT": str(some_free()),
    }
    environment = surroundings(Path("/dev/null")).child_environment(extra)
    log = directory.with_suffix(".log")
    _say("starting the stack")
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "local", "up"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def settled() -> bool:
        run = state.read_run()
        return process.poll() is not None or (run is not None and run.ready)

    try:
        if not holds_within(settled, READY_WITHIN_S) or process.poll() is not None:
            message = f"the stack did not start:\n{log.read_text(errors='replace')[-2000:]}"
            raise RuntimeError(message)
        yield state
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def watch(state: StateDir, seconds: float, every_s: float, say: Callable[[str], None]) -> Iterator[Sample]:
    """Yield samples until so many seconds are over, saying each.

    Raises:
        RuntimeError: the stack has fallen or does not answer.
    """
    run = state.read_run()
    if run is None:
        message = "nothing is running"
        raise RuntimeError(message)
    kinesis = Cloud(run.endpoint_url).client("kinesis")
    began = time.monotonic()
    due_s = 0.0
    while due_s <= seconds:
        time.sleep(max(0.0, began + due_s - time.monotonic()))
        look = report(state)
        if not look["running"] or look["health"] == "unreachable":
            message = f"the stack has fallen after {time.monotonic() - began:.0f} s"
            raise RuntimeError(message)
        lags = [shard["lag_ms"] for shard in look["lag"] if shard["lag_ms"] is not None]
        sample = Sample(
            at_s=round(time.monotonic() - began, 1),
            memory_mb=look["memory_mb"],
            lag_ms=max(lags, default=None),
            put_ms=put_ms(kinesis, f"{run.prefix}-chat"),
            messages_per_s=round(look["messages_per_s"] or 0.0, 1),
        )
        left_min = (seconds - due_s) / 60
        say(f"{sample.sentence()}  {left_min:.0f} min left")
        yield sample
        due_s += every_s


def put_ms(kinesis: Any, stream: str) -> float:
    """Return the median time of a call that puts one small record, in milliseconds."""
    times = []
    for number in range(PROBES):
        ts = now_ms() - TOO_LATE_MS
        event = {
            "schema": "chat.v1",
            "event_id": f"probe-{ts}-{number}",
            "channel": "probe",
            "ts": ts,
            "user_id": "0",
            "user": "probe",
            "text": "probe",
        }
        began = time.perf_counter()
        kinesis.put_records(
            StreamName=stream, Records=[{"Data": json.dumps(event).encode(), "PartitionKey": "0"}]
        )
        times.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(times), 2)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    leave(main)
