"""Each mark is needed: without it, some schedule publishes something else than the plain pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from telemetra.adapters.memory import MemoryMetricStore
from telemetra.application import advance
from telemetra.domain.metrics import MetricKey, MetricRow
from telemetra.domain.partial import PaneKey, Partial
from tests.laws.oracle import differences
from tests.laws.world import LoggedPanes, World

MOST = 400
"""Schedules tried before a mark counts as needless."""


def first_difference(build: Callable[[int], World]) -> int | None:
    """Return the first schedule in which something published is wrong."""
    return next((seed for seed in range(MOST) if differences(build(seed).run())), None)


def test_without_the_sequence_mark_a_retry_is_counted_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advance, "_rings", lambda before, siblings: [()] * len(before))
    assert all(not differences(World(seed, resends=False).run()) for seed in range(10))
    monkeypatch.setattr(advance, "_uptos", lambda before: [-1] * len(before))
    assert first_difference(lambda seed: World(seed, resends=False)) is not None


def test_without_the_ring_a_record_sent_again_is_counted_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advance, "_rings", lambda before, siblings: [()] * len(before))
    assert first_difference(World) is not None


def test_without_the_rings_of_sisters_a_reshard_counts_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advance, "_inherited", lambda siblings: ())
    assert first_difference(World) is not None


class CarelessMetrics(MemoryMetricStore):
    """Lets an older merge overwrite a newer one."""

    def write(self, rows: Sequence[MetricRow]) -> set[MetricKey]:
        stored = self.load([row.key for row in rows])
        newest = {key: row.version for key, row in stored.items()}
        super().write([replace(row, version=newest.get(row.key, 0) + 1) for row in rows])
        return set()


def test_without_the_version_of_a_minute_an_older_merge_wins() -> None:
    assert first_difference(lambda seed: World(seed, metrics=CarelessMetrics())) is not None


class StalePanes(LoggedPanes):
    """Answers every read as an eventually consistent one may."""

    def __init__(self) -> None:
        super().__init__(lag=True)

    def span(
        self, channel: str, start_ms: int, end_ms: int | None, *, consistent: bool = True
    ) -> list[tuple[PaneKey, Partial]]:
        return super().span(channel, start_ms, end_ms, consistent=False)


def test_without_consistent_reads_a_minute_misses_its_last_pane() -> None:
    assert first_difference(lambda seed: World(seed, panes=StalePanes())) is not None
