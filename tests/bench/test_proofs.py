"""The runners of the long proofs tell what they found."""

from __future__ import annotations

import socket
from dataclasses import asdict

import pytest

from bench.memory import Sample, figures
from bench.oracle import Verdict, play, prove
from bench.sink.measure import Bars, packing
from bench.sink.valve import Valve, Way


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


def test_packing_is_measured_and_each_missed_bar_is_named() -> None:
    figures = {
        "packing": asdict(packing(2_000)),
        "taking": {"per_s": 10, "tables_differ": 0},
        "outage": {"most_mb": 201.0, "missing": 1, "doubled": 0, "out_of_order": 0, "tables_differ": 0},
    }
    assert 0 < figures["packing"]["ratio"] < 1
    bars = Bars(packed_per_cpu_s=1, taken_per_s=11, memory_mb=200)
    assert bars.missed(figures) == ["taken_per_s", "memory_mb", "delivered"]


def test_a_shut_door_refuses_a_silent_one_waits_and_an_open_one_passes_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as behind, Valve(behind.getsockname()[1]) as valve:
        with socket.create_connection(("127.0.0.1", valve.port), 5) as near, behind.accept()[0] as far:
            near.sendall(b"hello")
            assert far.recv(5) == b"hello"
            valve.turn(Way.SILENT)
            assert far.recv(1) == b""
        with socket.create_connection(("127.0.0.1", valve.port), 0.2) as near, pytest.raises(TimeoutError):
            near.recv(1)
        valve.turn(Way.SHUT)
        with socket.create_connection(("127.0.0.1", valve.port), 5) as near:
            assert near.recv(1) == b""
