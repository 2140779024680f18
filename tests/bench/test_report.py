"""The page of results follows from the results, and totals that differ are no results."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from bench.agree import disagreements
from bench.report import render
from bench.run import ENTRIES, ROOT, load, main, schedule

CHECKS = {"messages": 540, "transactions": 18, "windows": 12, "top_emotes": 90, "chatters": 400, "mood": 70}


def run(name: str, cpu_s: float, **more: Any) -> dict[str, Any]:
    figures = {
        "name": name,
        "round": 1,
        "load": 0.4,
        "events": 1_000_000,
        "cpu_s": cpu_s,
        "events_per_s": 250_000,
        "peak_rss_mb": 100.0,
        "stages": {"panes": cpu_s - 1, "windows": 1.0},
        "checks": dict(CHECKS),
    }
    return figures | more


def result() -> dict[str, Any]:
    return {
        "shape": {"events": 1_000_000, "channels": 200, "minutes": 10, "late": 0.005, "seed": 7},
        "bytes": 224_000_000,
        "machine": {"processor": "A processor", "cores": 2, "system": "Linux", "python": "3.11.7"},
        "load": 0.4,
        "revision": "0a1b2c3d4e",
        "missing": {"spark 2 cores": "Spark needs Java 17 or newer"},
        "runs": [
            run("telemetra zstd", 3.0, to_floor=3.0),
            run("telemetra plain", 6.0, to_floor=2.0),
            run("naive plain", 12.0, wall_s=12.5, engine="Python 3.11.7"),
            run("naive zstd", 9.0, wall_s=9.5, engine="Python 3.11.7"),
            run("duckdb 1 core", 2.0, wall_s=2.1, engine="DuckDB 2.0.0"),
            run("duckdb 1 core", 4.0, wall_s=4.1, engine="DuckDB 2.0.0"),
        ],
    }


def test_equal_results_give_an_equal_page() -> None:
    assert render([result()]) == render([copy.deepcopy(result())])


def test_the_page_gives_medians_spreads_and_ratios() -> None:
    page = render([result()])
    assert "| duckdb 1 core (DuckDB 2.0.0) | 2 | 3.00 (2.00 to 4.00) | 1.00x |" in page
    assert "| naive plain (Python 3.11.7) | 1 | 12.00 | 4.00x | 250,000 | 100 | +0.00% |" in page
    assert "500,000 events a CPU second to panes, 333,333 to windows; 2.00x and 3.00x the floor" in page
    assert "4.00x to panes and 3.00x to windows" in page
    assert "A processor, 2 cores" in page
    assert "Code: 0a1b2c3d4e." in page


def test_the_page_says_what_was_not_run_and_whom_the_job_favours() -> None:
    page = render([result()])
    assert "- spark 2 cores was not run: Spark needs Java 17 or newer." in page
    assert "favours the peers" in page


def test_equal_totals_agree_and_a_total_may_be_left_out() -> None:
    ours = run("telemetra zstd", 3.0)
    del ours["checks"]["mood"]
    assert disagreements([ours, run("naive plain", 12.0)]) == []


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("messages", 541, "duckdb has 541 messages, naive plain 540"),
        ("top_emotes", 1, "duckdb has 1 top_emotes, naive plain 90"),
        ("chatters", 440, "duckdb counts 10.0% other chatters than naive plain"),
    ],
)
def test_a_total_that_differs_is_named(key: str, value: int, sentence: str) -> None:
    duck = run("duckdb", 3.0)
    duck["checks"][key] = value
    assert disagreements([run("naive plain", 12.0), duck]) == [sentence]


def test_without_the_reference_nothing_agrees() -> None:
    assert disagreements([run("duckdb", 3.0)]) == ["no run of naive plain to compare with"]


def test_each_round_begins_with_another_engine_and_spark_has_its_own_rounds() -> None:
    planned = [(number, entry.name) for number, entry in schedule(3, 1)]
    firsts = [next(name for number, name in planned if number == wanted) for wanted in (1, 2, 3)]
    assert len(set(firsts)) == 3
    assert sum(name == "spark 2 cores" for _, name in planned) == 1
    assert len(planned) == 3 * (len(ENTRIES) - 1) + 1
    assert "spark 2 cores" not in [entry.name for _, entry in schedule(1, 0)]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--events", "10"], "--events 10: at least 1000"),
        (["--rounds", "0"], "at least one round"),
        (["--shape", "7"], "invalid choice: 7"),
    ],
)
def test_a_wrong_argument_is_named(
    capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    assert complaint in capsys.readouterr().err


def test_the_page_in_the_documentation_is_made_of_the_results() -> None:
    results = load(ROOT / "bench/results")
    assert [found["shape"]["channels"] for found in results] == [200, 2_000]
    assert render(results) == (ROOT / "docs/performance.md").read_text(encoding="utf-8")
