"""Races too rare for a random schedule, played step by step: two folds, two summarizers of one closing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from msgspec import structs

from telemetra.adapters.memory import (
    MemoryDirectory,
    MemoryMetricStore,
    MemoryMomentStore,
    MemoryPaneStore,
    MemoryRejects,
    MemoryStateStore,
    MemoryTicks,
)
from telemetra.application import closing, summarize
from telemetra.application.aggregate import AggregateRecords
from telemetra.application.ports import PaneChange, Record, StateChange
from telemetra.application.summarize import Sources, SummarizeChannels
from telemetra.domain.events import Kind
from telemetra.domain.hashing import KeyedHash
from telemetra.domain.metrics import MetricKey
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.viewers import ViewerPane
from telemetra.domain.window import HOUR_MS, MINUTE_MS, Grain
from telemetra.domain.zscore import ZScore
from tests.laws.scheduler import Faults, Invocation, Port

HOUR = 1_795_392_000_000
MINUTE = HOUR + HOUR_MS - MINUTE_MS
"""The last minute of an hour, so that its closing closes the hour too."""


class Table:
    """The tables of one channel, and summarizers over them that stop at every call."""

    def __init__(self, states: MemoryStateStore | None = None) -> None:
        """Start empty."""
        self.panes = MemoryPaneStore()
        self.metrics = MemoryMetricStore()
        self.states = states or MemoryStateStore()
        self.directory = MemoryDirectory()
        self.directory.touch({"aurora": MINUTE})
        faults = Faults(Random(1), 0.0)

        def wrap(port: Any) -> Any:
            return Port(port, faults)

        self.summarize = SummarizeChannels(
            Sources(
                panes=wrap(self.panes),
                metrics=wrap(self.metrics),
                moments=wrap(MemoryMomentStore()),
                states=wrap(self.states),
                directory=wrap(self.directory),
                ticks=wrap(MemoryTicks()),
            ),
            ZScore(),
        )

    def fold(self, at_ms: int, readings: int, sequence: int) -> PaneKey:
        """Write one more partial of viewer readings and return its key."""
        key = PaneKey("aurora", at_ms, Kind.VIEWER, f"shardId-{sequence:012d}")
        content = ViewerPane(readings, readings, 1, 1, (at_ms, "a", 1))
        partial = Partial(content, sequence, (), 1, at_ms, at_ms)
        assert not self.panes.write([PaneChange(key, None, partial)])
        return key

    def on(self, key: PaneKey) -> Invocation:
        """Start a summarizer for one changed row, at the time of that row."""
        return Invocation(lambda: self.summarize({key}, key.start_ms))

    def tick(self, now_ms: int) -> Invocation:
        """Start the schedule's summarizer."""
        return Invocation(lambda: self.summarize.pass_time(now_ms))

    def count(self, grain: Grain, start_ms: int) -> int:
        """Return the readings published for an interval."""
        row = self.metrics.load([MetricKey("aurora", grain, start_ms)]).get(
            MetricKey("aurora", grain, start_ms)
        )
        return row.summary.viewers.count if row else 0


def closing_race(table: Table) -> int:
    """Time closes a minute for A, which has read its panes; B sees one more, and the minute open."""
    table.on(table.fold(MINUTE, 1, 1)).run()
    a = table.tick(MINUTE + 10 * MINUTE_MS)
    a.run(until="after span")
    table.on(table.fold(MINUTE + 10_000, 1, 2)).run()
    a.run()
    assert table.count(Grain.MINUTE, MINUTE) == 1
    table.tick(MINUTE + 11 * MINUTE_MS).run()
    return table.count(Grain.MINUTE, MINUTE)


def test_a_pane_written_during_the_closing_is_published() -> None:
    assert closing_race(Table()) == 2


def test_without_settling_a_pane_written_during_the_closing_is_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = closing.close

    def hasty(*arguments: Any) -> closing.Closing:
        made = plain(*arguments)
        return replace(made, state=replace(made.state, settled_ms=made.state.closed_ms))

    monkeypatch.setattr(summarize, "close", hasty)
    assert closing_race(Table()) == 1


class CarelessStates(MemoryStateStore):
    """Lets whoever writes last win, whatever it has read."""

    def write(self, changes: Sequence[StateChange]) -> set[str]:
        versions = {
            channel: row.version for channel, row in self.load([c.after.channel for c in changes]).items()
        }
        return super().write([replace(c, before=versions.get(c.after.channel, 0)) for c in changes])


def state_race(table: Table) -> int:
    """A is about to write the state it has made; B moves the channel further on meanwhile.

    Returns:
        How far the state has gone back in the end, in ms.
    """
    table.on(table.fold(MINUTE, 1, 1)).run()
    a = table.tick(MINUTE + 2 * MINUTE_MS)
    a.run(until="after span")
    table.on(table.fold(MINUTE + 20 * MINUTE_MS, 1, 2)).run()
    reached_ms = table.states.load(["aurora"])["aurora"].closed_ms
    a.run()
    return reached_ms - table.states.load(["aurora"])["aurora"].closed_ms


def test_a_slower_summarizer_does_not_take_a_channel_back() -> None:
    assert state_race(Table()) == 0


def test_without_the_version_of_a_state_a_slower_summarizer_takes_a_channel_back() -> None:
    assert state_race(Table(CarelessStates())) > 0


def rollup_race(table: Table) -> int:
    """B revises an early minute while it takes the hour for open; A closes and settles the hour meanwhile."""
    early = HOUR + MINUTE_MS
    table.on(table.fold(early, 1, 1)).run()
    table.on(table.fold(early + 5 * MINUTE_MS, 1, 2)).run()
    table.on(table.fold(early + 8 * MINUTE_MS, 1, 3)).run()
    b = table.on(table.fold(early + 10_000, 1, 4))
    b.run(until="after span")
    b.run(until="after span")
    for number in range(5, 9):
        table.on(table.fold(MINUTE + number * MINUTE_MS, 1, number)).run()
    assert table.count(Grain.HOUR, HOUR) == 3
    b.run()
    assert table.count(Grain.MINUTE, early) == 2
    return table.count(Grain.HOUR, HOUR)


def test_a_late_minute_reaches_the_hour_that_closed_meanwhile() -> None:
    assert rollup_race(Table()) == 4


def test_without_reading_the_state_again_the_hour_misses_the_late_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(summarize, "_is_late", lambda *_: False)
    assert rollup_race(Table()) == 3


class CarelessPanes(MemoryPaneStore):
    """Writes whatever it is given, whoever has written before."""

    def write(self, changes: Sequence[PaneChange]) -> set[PaneKey]:
        stored = self.load([change.key for change in changes])
        return super().write([structs.replace(change, before=stored.get(change.key)) for change in changes])


def folding_race(panes: MemoryPaneStore) -> int:
    """A has one record and has read its row; B, with that one and the next, is through before A writes."""
    faults = Faults(Random(1), 0.0)
    aggregate = AggregateRecords(
        Port(panes, faults), Port(MemoryDirectory(), faults), Port(MemoryRejects(), faults), KeyedHash(b"k")
    )
    line = '{"schema":"viewer.v1","event_id":"%s","channel":"aurora","ts":%d,"viewers":7}'
    records = [
        Record(Kind.VIEWER, "shardId-000000000000", number, HOUR, (line % (name, HOUR)).encode())
        for number, name in enumerate("ab")
    ]
    a = Invocation(lambda: aggregate(records[:1]))
    a.run(until="after load")
    Invocation(lambda: aggregate(records)).run()
    a.run()
    ((_, partial),) = panes.span("aurora", HOUR, None)
    assert isinstance(partial.content, ViewerPane)
    return partial.content.count


def test_the_slower_of_two_folds_of_one_row_starts_again() -> None:
    assert folding_race(MemoryPaneStore()) == 2


def test_without_the_condition_on_the_mark_the_slower_fold_loses_an_event() -> None:
    assert folding_race(CarelessPanes()) == 1
