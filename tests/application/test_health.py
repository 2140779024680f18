"""The report of health."""

from __future__ import annotations

import msgspec
import pytest

from telemetra.adapters.memory import MemoryDirectory, MemoryStateStore
from telemetra.adapters.memory_health import MemoryProgress, MemoryShards
from telemetra.application.health import STALLED_MS, HealthReport, Slot
from telemetra.application.ports import StateChange
from telemetra.domain.clock import Clock
from telemetra.domain.errors import StoreUnavailableError
from telemetra.domain.events import Kind
from telemetra.domain.state import ChannelState
from telemetra.domain.window import MINUTE_MS
from tests.application.samples import CHANNEL, NOW, SHARD, BrokenDirectory, rows

CHAT: Slot = (Kind.CHAT, SHARD)
VIEWER: Slot = (Kind.VIEWER, SHARD)


class BrokenShards(MemoryShards):
    """Never answers."""

    def slots(self) -> list[Slot]:
        message = "throttled"
        raise StoreUnavailableError(message)


class Product:
    """Memory ports around the report."""

    def __init__(self, *slots: Slot) -> None:
        self.directory = MemoryDirectory()
        self.states = MemoryStateStore()
        self.progress = MemoryProgress()
        self.shards = MemoryShards(*slots)

    def report(self, now_ms: int = NOW) -> dict[str, object]:
        report = HealthReport(
            self.directory, rows(), self.states, self.progress, self.shards, version="1.2.3"
        )
        said: dict[str, object] = msgspec.to_builtins(report(now_ms))
        return said


def test_an_empty_product_is_well() -> None:
    assert Product().report() == {
        "status": "ok",
        "version": "1.2.3",
        "dependencies": {"tables": "ok", "streams": "ok"},
        "lag": [],
        "last_minute_ms": None,
    }


def test_the_newest_final_minute_is_that_of_the_channel_furthest_on() -> None:
    product = Product()
    product.directory.touch({CHANNEL: NOW, "other": NOW, "silent": NOW - 30 * MINUTE_MS})
    product.states.write(
        [
            StateChange(0, ChannelState(CHANNEL, 1, Clock(), closed_ms=NOW - MINUTE_MS)),
            StateChange(0, ChannelState("other", 1, Clock(), closed_ms=NOW - 2 * MINUTE_MS)),
        ]
    )
    assert product.report()["last_minute_ms"] == NOW - 2 * MINUTE_MS


def test_a_silent_stream_whose_records_are_all_folded_is_not_late() -> None:
    product = Product(CHAT, VIEWER)
    product.shards.put(VIEWER, 7, NOW - 60 * MINUTE_MS)
    product.progress.note(VIEWER, "7")
    assert product.report()["status"] == "ok"
    assert product.report()["lag"] == [
        {"stream": "chat", "shard": SHARD, "lag_ms": 0, "stalled": False},
        {"stream": "viewer", "shard": SHARD, "lag_ms": 0, "stalled": False},
    ]


def test_a_shard_that_stalls_is_named_and_degrades_the_report_until_it_recovers() -> None:
    product = Product(CHAT, VIEWER)
    for sequence in range(1, 9):
        product.shards.put(CHAT, sequence, NOW + sequence * 1_000)
    product.progress.note(CHAT, "3")
    waiting = NOW + 4_000
    assert product.report(waiting + STALLED_MS)["status"] == "ok"
    late = product.report(waiting + STALLED_MS + 1)
    assert late["status"] == "degraded"
    assert late["lag"] == [
        {"stream": "chat", "shard": SHARD, "lag_ms": STALLED_MS + 1, "stalled": True},
        {"stream": "viewer", "shard": SHARD, "lag_ms": 0, "stalled": False},
    ]
    product.progress.note(CHAT, "8")
    assert product.report(waiting + STALLED_MS + 1)["status"] == "ok"


def test_a_shard_that_was_never_folded_waits_since_its_first_record() -> None:
    product = Product(CHAT)
    product.shards.put(CHAT, 1, NOW - STALLED_MS - 1)
    assert product.report()["status"] == "degraded"


@pytest.mark.parametrize("dependency", ["tables", "streams"])
def test_a_dependency_that_does_not_answer_is_named_and_degrades_the_report(dependency: str) -> None:
    product = Product()
    if dependency == "tables":
        product.directory = BrokenDirectory()
    else:
        product.shards = BrokenShards()
    report = product.report()
    assert report["status"] == "degraded"
    assert report["dependencies"] == {"tables": "ok", "streams": "ok", dependency: "unavailable"}
