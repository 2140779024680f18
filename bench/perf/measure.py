"""CPU time of payloads on their way to panes and windows, interleaved with the floor on the same bytes.

The floor is what no Lambda function in Python can leave out: the runtime's own JSON decode of the invocation,
base64, unpacking, and a typed decode of the fields that are needed.
"""

from __future__ import annotations

import gc
import gzip
import resource
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from time import process_time
from typing import Any, Final, TypeVar

import msgspec
import pybase64
import simplejson
import zstandard

from bench.perf.payloads import Packing
from bench.perf.supply import supply
from telemetra.adapters.kinesis_event import records_of
from telemetra.adapters.memory import MemoryDirectory, MemoryRejects
from telemetra.application.aggregate import AggregateRecords
from telemetra.application.ports import PaneChange
from telemetra.domain.chat import ChatPane
from telemetra.domain.events import Chat, Kind, StreamMeta, Transaction, Viewer
from telemetra.domain.hashing import KeyedHash
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.slide import Sliding, slide

T = TypeVar("T")


class Output(StrEnum):
    """How far the payloads go."""

    FLOOR = "floor"
    PANES = "panes"
    WINDOWS = "windows"


_DECODERS: Final[dict[str, msgspec.json.Decoder[Any]]] = {
    Kind.CHAT: msgspec.json.Decoder(Chat),
    Kind.VIEWER: msgspec.json.Decoder(Viewer),
    Kind.TRANSACTION: msgspec.json.Decoder(Transaction),
    Kind.STREAM_META: msgspec.json.Decoder(StreamMeta),
}
_UNPACK: Final[dict[Packing, Callable[[bytes], bytes]]] = {
    Packing.ZSTD: zstandard.ZstdDecompressor().decompress,
    Packing.GZIP: gzip.decompress,
    Packing.NDJSON: bytes,
    Packing.PLAIN: bytes,
}


@dataclass(frozen=True, slots=True)
class Result:
    """What one run measured.

    Attributes:
        events: events folded.
        payloads: invocations they came in.
        windows: windows finished; 0 when only panes were asked for.
        cpu_s: CPU seconds, floor included.
        floor_cpu_s: CPU seconds of the floor on the same bytes, measured payload by payload in between.
        peak_rss_mb: greatest resident size of the measuring process, in MiB.
        stages: CPU seconds by stage.
        checks: sums over all windows, by which engines are compared.
    """

    events: int
    payloads: int
    windows: int
    cpu_s: float
    floor_cpu_s: float
    peak_rss_mb: float
    stages: dict[str, float]
    checks: dict[str, int]

    def figures(self) -> dict[str, Any]:
        """Return the result with rates, for JSON."""
        return {
            "events": self.events,
            "payloads": self.payloads,
            "windows": self.windows,
            "cpu_s": round(self.cpu_s, 3),
            "events_per_s": round(self.events / self.cpu_s),
            "us_per_event": round(self.cpu_s / self.events * 1e6, 3),
            "floor_us_per_event": round(self.floor_cpu_s / self.events * 1e6, 3),
            "to_floor": round(self.cpu_s / self.floor_cpu_s, 2),
            "peak_rss_mb": round(self.peak_rss_mb, 1),
            "stages": {name: round(spent, 3) for name, spent in self.stages.items()},
            "checks": self.checks,
        }


@dataclass(slots=True)
class _Timer:
    """CPU seconds by stage."""

    spent: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def __call__(self, stage: str, work: Callable[[], T]) -> T:
        started = process_time()
        done = work()
        self.spent[stage] += process_time() - started
        return done


class _Rows:
    """A pane store that is nothing but a dictionary, so that the store is not what is measured."""

    def __init__(self) -> None:
        self.rows: dict[PaneKey, Partial] = {}

    def load(self, keys: Collection[PaneKey], *, consistent: bool = True) -> dict[PaneKey, Partial]:  # noqa: ARG002
        return {key: row for key, row in zip(keys, map(self.rows.get, keys), strict=True) if row}

    def siblings(self, keys: Collection[PaneKey]) -> dict[PaneKey, list[Partial]]:
        return {key: [] for key in keys}

    def write(self, changes: Sequence[PaneChange]) -> set[PaneKey]:
        self.rows.update((change.key, change.after) for change in changes)
        return set()

    def span(
        self, channel: str, start_ms: int, end_ms: int | None, *, consistent: bool = True
    ) -> list[tuple[PaneKey, Partial]]:
        raise NotImplementedError


class _Channels(MemoryDirectory):
    """A directory that only notes what it is told, for the same reason."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[str, int] = {}
        self.said: dict[str, StreamMeta] = {}

    def touch(self, seen: Mapping[str, int]) -> None:
        self.seen.update(seen)

    def describe(self, metas: Sequence[StreamMeta]) -> None:
        self.said.update((meta.channel, meta) for meta in metas)


def measure(path: Path, packing: Packing, output: Output, limit: int | None = None) -> Result:
    """Measure one pass over an event file.

    Args:
        path: events, one JSON object a line.
        packing: how they become records.
        output: how far they go.
        limit: payloads to take; all when None.
    """
    rows, timer, floor = _Rows(), _Timer(), _Timer()
    aggregate = AggregateRecords(rows, _Channels(), MemoryRejects(), KeyedHash(b"bench"))
    ChatPane.of([Chat("", "", 0, "", "", "the first fold builds the tables")], KeyedHash(b"").__getitem__)
    events = payloads = 0
    windows: list[Sliding] = []
    with supply(path, packing, limit) as stock:
        for payload in stock:
            payloads += 1
            with _quiet_collector():
                count = _floor(payload, packing, floor)
                if output is not Output.FLOOR:
                    event = timer("runtime", lambda: simplejson.loads(payload))  # noqa: B023
                    records = timer("envelope", lambda: records_of(event))  # noqa: B023
                    count = timer("panes", lambda: aggregate(records)).folded  # noqa: B023
            events += count
    if output is Output.WINDOWS:
        held = [
            (key.channel, key.start_ms, partial.content, partial.version)
            for key, partial in rows.rows.items()
        ]
        with _quiet_collector():
            windows = timer("windows", lambda: list(slide(held)))
    spent = floor.spent if output is Output.FLOOR else timer.spent
    return Result(
        events=events,
        payloads=payloads,
        windows=len(windows),
        cpu_s=sum(spent.values()),
        floor_cpu_s=sum(floor.spent.values()),
        peak_rss_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        stages=dict(spent),
        checks=_checks(windows),
    )


def _checks(windows: Sequence[Sliding]) -> dict[str, int]:
    found = [window.figures for window in windows]
    return {
        "messages": sum(figures.count for figures in found),
        "transactions": sum(sum(figures.sales.values()) for figures in found),
        "windows": len(found),
        "top_emotes": sum(count for figures in found for _, count in figures.emotes[:3]),
        "chatters": sum(figures.chatters for figures in found),
    }


def _floor(payload: bytes, packing: Packing, timer: _Timer) -> int:
    unpack = _UNPACK[packing]
    records = timer("runtime", lambda: simplejson.loads(payload))["Records"]
    packed = timer("base64", lambda: [pybase64.b64decode(record["kinesis"]["data"]) for record in records])
    decode = _DECODERS[records[0]["eventSourceARN"].rpartition("-")[2]].decode_lines
    count = 0
    for data in packed:
        raw = timer("unpack", lambda: unpack(data))  # noqa: B023
        count += len(timer("decode", lambda: decode(raw)))  # noqa: B023
    return count


class _quiet_collector:  # noqa: N801 - reads as a function
    """No cyclic collection meanwhile, as in the handler."""

    def __enter__(self) -> None:
        gc.disable()

    def __exit__(self, *_: object) -> None:
        gc.enable()
