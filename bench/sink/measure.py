"""The three measurements of the sink."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from pathlib import Path
from random import Random
from typing import Any, Final, Self

from bench.holdings import counted, events
from bench.sink.valve import Valve, Way
from local.child import ROOT
from local.cloud import client_environment
from local.settings import surroundings
from local.supervisor import Stack
from local.waiting import holds_within
from producer.event import Chat, to_line
from producer.load import Load
from producer.pack import pack, slices
from producer.sources.words import channel_names
from telemetra.domain.window import MINUTE_MS, SECOND_MS, floor_to

EVENTS: Final = 200_000
REPEATS: Final = 5
START_MS: Final = 1_795_392_000_000
SEED: Final = 7
CHANNELS: Final = 100

START_S: Final = 2.0
"""Within which the command has begun to send."""

LEAD_S: Final = 5.0
"""Of sending before the stream is stopped."""

TAIL_S: Final = 15.0
"""Of sending after it is back."""

LOOK_S: Final = 0.2
DRAINED_WITHIN_S: Final = 120.0
COUNTED_WITHIN_S: Final = 180.0


@dataclass(frozen=True, slots=True)
class Bars:
    """What is to be kept."""

    packed_per_cpu_s: float
    taken_per_s: float
    memory_mb: float

    def missed(self, figures: Mapping[str, Any]) -> list[str]:
        """Name the bars that were missed."""
        packing, taking, stopped = figures["packing"], figures["taking"], figures["outage"]
        kept = {
            "packed_per_cpu_s": packing["with_encoding_per_cpu_s"] >= self.packed_per_cpu_s,
            "taken_per_s": taking["per_s"] >= self.taken_per_s,
            "memory_mb": stopped["most_mb"] <= self.memory_mb,
            "delivered": stopped["missing"] == stopped["doubled"] == stopped["out_of_order"] == 0,
            "tables": stopped["tables_differ"] == taking["tables_differ"] == 0,
        }
        return [name for name, holds in kept.items() if not holds]


@dataclass(frozen=True, slots=True)
class Packing:
    """Events for one CPU second.

    Attributes:
        packing_per_cpu_s: from contract lines to records.
        with_encoding_per_cpu_s: from typed events to records.
        ratio: bytes of records to bytes of lines.
    """

    packing_per_cpu_s: int
    with_encoding_per_cpu_s: int
    ratio: float


@dataclass(frozen=True, slots=True)
class Taking:
    """What a stack took.

    Attributes:
        offered: events.
        sent: events accepted by the stream.
        seconds: from the first event's instant to the end of the command.
        per_s: accepted events a second.
        cpu_s_per_million: CPU seconds of the producer for a million events.
        most_late_ms: how late the latest beat went out.
        tables_differ: minutes that the tables count otherwise.
    """

    offered: int
    sent: int
    seconds: float
    per_s: int
    cpu_s_per_million: float
    most_late_ms: int
    tables_differ: int


@dataclass(frozen=True, slots=True)
class Outage:
    """What an outage of the stream did.

    Attributes:
        offered: events.
        spilled: events that went to disk on their way.
        most_mb: most memory that the producer ever held.
        drained_s: from the return of the stream until nothing was left on disk.
        missing: events that are not on the stream.
        doubled: events that are on it twice, in other bytes.
        out_of_order: events that came before an earlier one of their channel.
        tables_differ: minutes that the tables count otherwise.
        held: events still on disk at the end.
    """

    offered: int
    spilled: int
    most_mb: float
    drained_s: float
    missing: int
    doubled: int
    out_of_order: int
    tables_differ: int
    held: int


def packing(count: int = EVENTS) -> Packing:
    """Measure the packing of so many typed events on this core, best of several."""
    rng = Random(7)
    chats = [
        Chat(
            event_id=f"{rng.getrandbits(64):016x}",
            channel=f"channel_{number % 20}",
            ts=START_MS + number * 60 * SECOND_MS // count,
            user_id=str(rng.randrange(20_000)),
            user=f"viewer_{rng.randrange(20_000)}",
            text=" ".join(rng.choices(("nice", "what a play", "gg", "no way", "KEKW", "clutch"), k=3)),
            emotes=("KEKW",) * rng.randrange(2),
            badges=("subscriber/12",) * rng.randrange(2),
            bits=0,
        )
        for number in range(count)
    ]
    plain, encoded, ratio = 0.0, 0.0, 1.0
    for _ in range(REPEATS):
        began = time.process_time()
        lines = [to_line(chat) for chat in chats]
        between = time.process_time()
        records = [record for part in slices(lines, SECOND_MS) for record in pack(part.lines)]
        ended = time.process_time()
        plain, encoded = max(plain, count / (ended - between)), max(encoded, count / (ended - began))
        ratio = sum(len(record.data) for record in records) / sum(record.raw_bytes for record in records)
    return Packing(round(plain), round(encoded), round(ratio, 3))


class Sitting:
    """Runs of ``load`` against one stack, and what is known of them."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        """Take a running stack and a directory for what the runs leave."""
        self._stack = stack
        self._folder = folder
        self._kinesis = stack.cloud.client("kinesis")
        self._dynamodb = stack.cloud.client("dynamodb")
        self._truth: Counter[tuple[str, int]] = Counter()

    def taking(self, rate: float, seconds: float) -> Taking:
        """Offer ``rate`` events a second to the chat stream and see how many it takes."""
        with Run(self._stack, self._stack.cloud.endpoint_url, rate, seconds, self._folder / "taking") as run:
            run.wait()
        self._book(rate, seconds)
        return Taking(
            offered=round(rate * seconds),
            sent=run.totals["sent"],
            seconds=run.late["seconds"],
            per_s=round(run.totals["sent"] / run.late["seconds"]),
            cpu_s_per_million=round(run.cpu_s / run.totals["sent"] * 1e6, 2),
            most_late_ms=run.late["late_ms_max"],
            tables_differ=self._tables_differ(),
        )

    def outage(self, rate: float, seconds: float) -> Outage:
        """Stop the stream for ``seconds`` under load; compare what came of it with what was offered."""
        whole = LEAD_S + seconds + TAIL_S
        port = int(self._stack.cloud.endpoint_url.rpartition(":")[2])
        folder = self._folder / "outage"
        with Valve(port) as valve, Run(self._stack, valve.url, rate, whole, folder) as run:
            time.sleep(START_S + LEAD_S)
            for way in (Way.SILENT, Way.SHUT):
                valve.turn(way)
                time.sleep(seconds / 2)
            valve.turn(Way.OPEN)
            began = time.monotonic()
            holds_within(lambda: not any(folder.rglob("*.spill")), DRAINED_WITHIN_S)
            drained_s = time.monotonic() - began
            run.wait()
        numbers = self._book(rate, whole)
        return Outage(
            offered=round(rate * whole),
            spilled=run.totals["spilled"],
            most_mb=round(run.most_mb, 1),
            drained_s=round(drained_s, 1),
            missing=round(rate * whole) - len(set(numbers)),
            doubled=len(numbers) - len(set(numbers)),
            out_of_order=_out_of_order(numbers),
            tables_differ=self._tables_differ(),
            held=run.totals["held"],
        )

    def _book(self, rate: float, seconds: float) -> list[int]:
        """Add the newest run to the truth; return the numbers of its events in the order of the stream."""
        found = [
            event["event_id"].split("-")[1:]
            for event in events(self._kinesis, f"{self._stack.plan.prefix}-chat")
        ]
        start = max(int(start) for start, _ in found)
        load = Load(rate, CHANNELS, seed=SEED)
        for beat in range(ceil(seconds)):
            for line in load.lines(start, beat):
                self._truth[line.channel, floor_to(line.ts, MINUTE_MS)] += 1
        return [int(number) for begun, number in found if int(begun) == start]

    def _tables_differ(self) -> int:
        """Wait until the tables count as many messages as there are; return how many minutes differ."""
        told: Counter[tuple[str, int]] = Counter()

        def through() -> bool:
            told.clear()
            told.update(counted(self._dynamodb, self._stack.plan.prefix, channel_names(CHANNELS)))
            return told.total() >= self._truth.total()

        holds_within(through, COUNTED_WITHIN_S, every_s=1)
        return sum(told[key] != self._truth[key] for key in {*told, *self._truth})


class Run:
    """One run of the command ``load``, as a user would start it."""

    def __init__(self, stack: Stack, endpoint: str, rate: float, seconds: float, folder: Path) -> None:
        self.totals: dict[str, Any] = {}
        self.late: dict[str, Any] = {}
        self.cpu_s = 0.0
        self.most_mb = 0.0
        self._stack = stack
        self._endpoint = endpoint
        self._options = ("--rate", f"{rate:g}", "--seconds", f"{seconds:g}")
        self._folder = folder

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True)
        extra = client_environment(self._endpoint) | {
            "TELEMETRA_PREFIX": self._stack.plan.prefix,
            "TELEMETRA_STATE_DIR": str(self._folder),
        }
        command = ["load", *self._options, "--channels", str(CHANNELS), "--seed", str(SEED), "--json"]
        with (self._folder / "out").open("wb") as out, (self._folder / "error").open("wb") as error:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "producer", *command],
                cwd=ROOT, env=surroundings(Path("/dev/null")).child_environment(extra),
                stdout=out, stderr=error,
            )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self._process.kill()
            self._process.wait()

    def wait(self) -> None:
        """Wait for its end and read what it said.

        Raises:
            RuntimeError: it ended with an error.
        """
        while True:
            self.most_mb = max(self.most_mb, _most_mb(self._process.pid))
            pid, status, used = os.wait4(self._process.pid, os.WNOHANG)
            if pid:
                break
            time.sleep(LOOK_S)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        said = (self._folder / "error").read_text(encoding="utf-8")
        if self._process.returncode:
            message = f"load ended with {self._process.returncode}: {said[-1000:]}"
            raise RuntimeError(message)
        self.totals = json.loads((self._folder / "out").read_text(encoding="utf-8"))
        self.late = json.loads(said.strip().splitlines()[-1])
        self.cpu_s = used.ru_utime + used.ru_stime


def _most_mb(pid: int) -> float:
    """Return the most memory that a process has held; `ru_maxrss` would count its parent's at the fork."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _out_of_order(numbers: Iterable[int]) -> int:
    """Count the events that came right before an earlier one of their channel.

    Example:
        >>> _out_of_order([0, 100, 1, 200]), _out_of_order([0, 200, 1, 100])
        (0, 1)
    """
    found: dict[int, list[int]] = {}
    for number in numbers:
        found.setdefault(number % CHANNELS, []).append(number)
    return sum(late < early for one in found.values() for early, late in pairwise(one))
