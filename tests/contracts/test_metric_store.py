"""What every store of minutes, hours and days does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from telemetra.adapters.dynamo_metrics import DynamoMetricStore
from telemetra.adapters.memory import MemoryMetricStore
from telemetra.application.ports import MetricStore
from telemetra.domain.window import DAY_MS, HOUR_MS, MINUTE_MS, Grain
from tests.contracts.samples import NOW_MS, metric

GRAINS = list(Grain)


@pytest.fixture(params=["memory", "memory with lag", "dynamodb"])
def store(request: pytest.FixtureRequest) -> MetricStore:
    if request.param == "dynamodb":
        return DynamoMetricStore(request.getfixturevalue("table")("metrics"), clock=lambda: NOW_MS)
    return MemoryMetricStore(lag=request.param == "memory with lag")


def test_absent_rows_are_left_out(store: MetricStore) -> None:
    assert store.load([metric("alpha").key]) == {}
    assert store.load([]) == {}
    assert store.write([]) == set()


@pytest.mark.parametrize("grain", GRAINS)
def test_what_was_written_is_read_back_exactly(store: MetricStore, grain: Grain) -> None:
    row = metric("alpha", grain, final=False, revision=2, version=2**60)
    assert store.write([row]) == set()
    assert store.load([row.key]) == {row.key: row}


@pytest.mark.parametrize("revision", [0, 1])
@pytest.mark.parametrize("grain", GRAINS)
def test_only_a_larger_version_replaces_a_row(store: MetricStore, grain: Grain, revision: int) -> None:
    row = metric("alpha", grain, version=5, revision=revision)
    assert store.write([row]) == set()
    assert store.write([replace(row, final=False)]) == {row.key}
    assert store.write([replace(row, version=4)]) == {row.key}
    newer = replace(row, version=6, final=False, revision=revision + 1)
    assert store.write([newer]) == set()
    assert store.load([row.key]) == {row.key: newer}


@pytest.mark.parametrize("grain", GRAINS)
def test_a_correction_replaces_a_row_that_has_not_seen_more(
    store: MemoryMetricStore | DynamoMetricStore, grain: Grain
) -> None:
    row = metric("alpha", grain, version=5)
    store.write([row])
    right = replace(row, revision=1)
    assert store.correct([right]) == set()
    assert store.load([row.key]) == {row.key: right}
    assert store.correct([replace(row, version=4)]) == {row.key}
    assert store.load([row.key]) == {row.key: right}
    lost = metric("beta", grain)
    assert store.correct([lost]) == set()
    assert store.load([lost.key]) == {lost.key: lost}


def test_sixty_rows_in_one_call_are_judged_one_by_one(store: MetricStore) -> None:
    rows = [
        metric("alpha", grain, NOW_MS + number * grain.span_ms) for grain in GRAINS for number in range(20)
    ]
    newer = [replace(row, version=9) for row in rows[::7]]
    older = [replace(row, version=1) for row in rows[3::7]]
    store.write([*newer, *older])
    assert store.write(rows) == {row.key for row in newer}
    kept = {row.key: row for row in rows} | {row.key: row for row in newer}
    assert store.load(list(kept)) == kept


def test_more_than_a_hundred_rows_are_read_in_one_call(store: MetricStore) -> None:
    rows = [metric(f"channel_{number}") for number in range(130)]
    store.write(rows)
    assert store.load([row.key for row in rows]) == {row.key: row for row in rows}


def test_a_span_is_half_open_oldest_first_and_of_one_grain(store: MetricStore) -> None:
    minutes = [metric("alpha", Grain.MINUTE, NOW_MS + number * MINUTE_MS) for number in range(4)]
    others = [metric("alpha", Grain.HOUR), metric("alpha", Grain.DAY), metric("alpha_2")]
    store.write([*reversed(minutes), *others])
    spans = [
        store.span("alpha", Grain.MINUTE, NOW_MS, NOW_MS + 3 * MINUTE_MS, consistent=True),
        store.span("alpha", Grain.MINUTE, NOW_MS + 1, NOW_MS + 3 * MINUTE_MS + 1, consistent=True),
        store.span("alpha", Grain.MINUTE, NOW_MS, NOW_MS, consistent=True),
        store.span("alpha", Grain.HOUR, 0, NOW_MS + 1, consistent=True),
    ]
    assert spans == [minutes[:3], minutes[1:], [], others[:1]]


def test_a_read_that_does_not_insist_may_be_stale_but_is_never_wrong(store: MetricStore) -> None:
    first = metric("alpha")
    second = replace(first, version=6)
    store.write([first])
    store.write([second])
    assert store.span("alpha", Grain.MINUTE, NOW_MS, NOW_MS + 1) in ([], [first], [second])


@pytest.mark.parametrize(
    ("grain", "life_ms"), [(Grain.MINUTE, 30 * DAY_MS), (Grain.HOUR, 400 * DAY_MS), (Grain.DAY, None)]
)
def test_rows_live_by_their_grain(request: pytest.FixtureRequest, grain: Grain, life_ms: int | None) -> None:
    settings = request.getfixturevalue("table")("metrics")
    row = metric("alpha", grain)
    DynamoMetricStore(settings, clock=lambda: NOW_MS).write([row])
    over_ms = row.end_ms + (10_000 * DAY_MS if life_ms is None else life_ms)
    shortly_before = DynamoMetricStore(settings, clock=lambda: over_ms - HOUR_MS)
    then = DynamoMetricStore(settings, clock=lambda: over_ms)
    assert shortly_before.span("alpha", grain, NOW_MS, NOW_MS + 1) == [row]
    assert then.span("alpha", grain, NOW_MS, NOW_MS + 1) == ([row] if life_ms is None else [])
