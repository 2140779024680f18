"""Memory is judged after the first hour, process by process, and nothing may be lost meanwhile."""

from __future__ import annotations

import pytest

from bench.endure import HELD, MOST_MB, Sample, judged


def samples(cloud: float = 0.0, functions: float = 0.0, tables: float = 0.0) -> list[Sample]:
    """Eight hours, a look every quarter; what grows, grows by so much an hour, and tenfold in the first."""
    return [
        Sample(
            at / 4,
            {
                "cloud": 100 + cloud * at / 4,
                "functions": 500 + functions * at / 4 - 900 * max(0.0, 1 - at / 4),
                "up": 50.0 * at,
            },
            1 + tables * at / 4,
        )
        for at in range(33)
    ]


def test_memory_that_is_flat_after_the_first_hour_keeps_the_bar() -> None:
    found = judged(samples(), 0, 0)
    assert found["kept"]
    assert {one["process"]: one["mb_per_hour"] for one in found["processes"]} == {"cloud": 0, "functions": 0}


@pytest.mark.parametrize("name", ["cloud", "functions"])
def test_a_process_that_grows_misses_it(name: str) -> None:
    assert judged(samples(**{name: MOST_MB - 0.1}), 0, 0)["kept"]
    assert not judged(samples(**{name: MOST_MB + 0.1}), 0, 0)["kept"]


def test_only_the_cloud_may_hold_what_the_tables_hold() -> None:
    assert judged(samples(cloud=MOST_MB + HELD - 0.1, tables=1), 0, 0)["kept"]
    assert not judged(samples(cloud=MOST_MB + HELD + 0.1, tables=1), 0, 0)["kept"]
    assert not judged(samples(functions=MOST_MB + HELD - 0.1, tables=1), 0, 0)["kept"]


def test_at_a_greater_speed_what_the_emulator_keeps_takes_longer_to_be_full() -> None:
    assert judged(samples(), 0, 0, speed=10)["from_hour"] == 1.0
    assert judged(samples(), 0, 0, speed=30)["from_hour"] == 1.5


@pytest.mark.parametrize("counts", [(1, 0), (0, 1)])
def test_an_event_lost_or_doubled_misses_it(counts: tuple[int, int]) -> None:
    assert not judged(samples(), *counts)["kept"]


def test_nothing_that_was_looked_at_is_no_proof() -> None:
    assert not judged([], 0, 0)["kept"]
