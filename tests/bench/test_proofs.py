"""The runners of the long proofs tell what they found."""

from __future__ import annotations

from bench.memory import Sample, figures
from bench.oracle import Verdict, play, prove


def test_a_schedule_without_fault_is_equal() -> None:
    assert play(1) == Verdict(1, ())


def test_a_difference_is_said_at_once_and_kept_by_seed() -> None:
    said: list[str] = []
    verdicts = [Verdict(9, ("final is False",)), Verdict(4, ()), Verdict(2, ("bits is 3", "bits is 4"))]
    proof = prove(verdicts, 3, said.append)
    assert [verdict.seed for verdict in proof.differing] == [2, 9]
    assert said[:2] == ["seed 9 differs: final is False", "seed 2 differs: bits is 3; bits is 4"]
    assert said[-1].startswith("3/3 schedules")
    assert said[-1].endswith("2 differ")
    assert proof.figures()["differences"] == 2


def test_growth_is_that_of_the_second_half() -> None:
    sizes = [100.0, 200.0, 300.0, 310.0, 311.0, 312.0, 313.0]
    samples = [
        Sample(60.0 * minute, {"cloud": size / 2, "edge": size / 2}, 100 - minute, 2.0, 24.0)
        for minute, size in enumerate(sizes)
    ]
    found = figures(samples)
    assert (found["first_mb"], found["last_mb"], found["most_mb"]) == (100.0, 313.0, 313.0)
    assert found["growth_mb_per_h"] == 60.0
    assert (found["median_lag_ms"], found["most_lag_ms"]) == (97, 100)
    assert len(found["samples"]) == 7
