"""What a peer reports, and how its CPU time and memory are read: whole process trees, not just Python."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Final

PROC: Final = Path("/proc")


class EngineUnavailableError(RuntimeError):
    """The engine cannot run on this machine; the message names the fix."""


@dataclass(frozen=True, slots=True)
class Checks:
    """Sums over all window rows, by which engines are compared.

    Attributes:
        messages: chat messages.
        transactions: transactions.
        windows: rows.
        top_emotes: uses of the three most used emotes of each row, which no tie can change.
        chatters: distinct chatters; approximate in some engines, so compared within a tolerance.
        mood: lexicon points; None where another lexicon is used.
    """

    messages: int
    transactions: int
    windows: int
    top_emotes: int
    chatters: int
    mood: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run of one engine.

    Attributes:
        engine: its name and version.
        events: events read.
        cpu_s: CPU seconds of the job, child processes included, the start of the engine not.
        wall_s: seconds of the job by the clock.
        start_cpu_s: CPU seconds before the job: imports, and the session of an engine that has one.
        peak_rss_mb: greatest resident size in MiB; for several processes the sum of theirs.
        checks: what was computed.
        stages: CPU seconds by stage, where they can be told apart.
    """

    engine: str
    events: int
    cpu_s: float
    wall_s: float
    start_cpu_s: float
    peak_rss_mb: float
    checks: Checks
    stages: dict[str, float] = field(default_factory=dict)

    def figures(self) -> dict[str, Any]:
        """Return the outcome with rates, for JSON."""
        return {
            **asdict(self),
            "windows": self.checks.windows,
            "cpu_s": round(self.cpu_s, 3),
            "wall_s": round(self.wall_s, 3),
            "start_cpu_s": round(self.start_cpu_s, 3),
            "peak_rss_mb": round(self.peak_rss_mb, 1),
            "stages": {name: round(spent, 3) for name, spent in self.stages.items()},
            "events_per_s": round(self.events / self.wall_s),
        }


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU and clock seconds between two readings."""

    cpu_s: float
    wall_s: float
    start_cpu_s: float


@dataclass(slots=True)
class Meter:
    """Reads the CPU time of this process and all its descendants; started when made."""

    _cpu_s: float = field(init=False)
    _wall_s: float = field(init=False)

    def __post_init__(self) -> None:
        self._cpu_s, self._wall_s = tree_cpu_s(), monotonic()

    def read(self) -> Spent:
        """Return what was spent since the start."""
        return Spent(tree_cpu_s() - self._cpu_s, monotonic() - self._wall_s, self._cpu_s)


def tree_cpu_s() -> float:
    """Return the CPU seconds of this process and its descendants, living and reaped.

    Living children are read from ``/proc``; where there is none, only reaped ones count.
    """
    own, reaped = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    mine = own.ru_utime + own.ru_stime + reaped.ru_utime + reaped.ru_stime
    ticks = sum(sum(_stat(pid)[11:15]) for pid in _descendants())
    return mine + ticks / os.sysconf("SC_CLK_TCK")


def tree_peak_mb() -> float:
    """Return the peak resident MiB of this process plus those of its living descendants."""
    if not PROC.is_dir():
        unit = 1024 * 1024 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return sum(_high_water_kb(pid) for pid in [os.getpid(), *_descendants()]) / 1024


def _descendants() -> list[int]:
    """Return the ids of all living descendants of this process; none where there is no ``/proc``."""
    children: dict[int, list[int]] = {}
    for entry in PROC.glob("[0-9]*"):
        pid = int(entry.name)
        if fields := _stat(pid):
            children.setdefault(fields[1], []).append(pid)
    found, waiting = [], [os.getpid()]
    while waiting:
        born = children.get(waiting.pop(), [])
        found.extend(born)
        waiting.extend(born)
    return found


def _stat(pid: int) -> list[int]:
    """Return the numbers of ``/proc/PID/stat`` from the state on: the parent at 1, CPU times at 11 to 14."""
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except (OSError, ProcessLookupError):
        return []
    return [0, *(int(part) for part in text.rpartition(")")[2].split()[1:])]


def _high_water_kb(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "status").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return 0
    fields: Mapping[str, str] = dict(line.split(":", 1) for line in lines if ":" in line)
    return int(fields.get("VmHWM", "0 kB").split()[0])
