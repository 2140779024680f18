"""The report of health."""

from __future__ import annotations

from telemetra.adapters.memory import MemoryDirectory, MemoryStateStore
from telemetra.application.health import HealthReport
from telemetra.application.ports import StateChange
from telemetra.domain.clock import Clock
from telemetra.domain.events import Kind
from telemetra.domain.state import ChannelState
from telemetra.domain.window import MINUTE_MS
from tests.application.samples import CHANNEL, NOW, SHARD, BrokenDirectory, chat, panes, rows


def test_an_empty_product_is_well() -> None:
    report = HealthReport(MemoryDirectory(), panes(), rows(), MemoryStateStore(), version="1.2.3")
    assert report(NOW) == {
        "status": "ok",
        "version": "1.2.3",
        "dependencies": {"tables": "ok"},
        "lag": [],
        "last_minute_ms": None,
    }


def test_lag_is_the_age_of_the_newest_arrival_of_each_shard() -> None:
    directory, states = MemoryDirectory(), MemoryStateStore()
    directory.touch({CHANNEL: NOW, "other": NOW, "silent": NOW - 30 * MINUTE_MS})
    marks = {(Kind.CHAT, SHARD): (NOW, NOW - 40_000), (Kind.VIEWER, SHARD): (NOW, NOW - 30_000)}
    older = {(Kind.VIEWER, SHARD): (NOW, NOW - 50_000), (Kind.VIEWER, "shardId-1"): (NOW, NOW + 5)}
    states.write(
        [
            StateChange(0, ChannelState(CHANNEL, 1, Clock(marks), closed_ms=NOW - MINUTE_MS)),
            StateChange(0, ChannelState("other", 1, Clock(older), closed_ms=NOW - 2 * MINUTE_MS)),
        ]
    )
    report = HealthReport(directory, panes((NOW - 10_000, chat(1), 1)), rows(), states, version="1.2.3")(NOW)
    assert report["lag"] == [
        {"stream": "chat", "shard": SHARD, "lag_ms": 9_500},
        {"stream": "viewer", "shard": SHARD, "lag_ms": 30_000},
        {"stream": "viewer", "shard": "shardId-1", "lag_ms": 0},
    ]
    assert report["last_minute_ms"] == NOW - 2 * MINUTE_MS


def test_a_store_that_does_not_answer_degrades_the_report() -> None:
    report = HealthReport(BrokenDirectory(), panes(), rows(), MemoryStateStore(), version="1.2.3")(NOW)
    assert (report["status"], report["dependencies"]) == ("degraded", {"tables": "unavailable"})
