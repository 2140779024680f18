"""The benchmark's scoring on cases worked by hand, its command, and a floor under our detectors."""

from __future__ import annotations

import csv
import json
from math import exp
from pathlib import Path

import numpy as np
import pytest

from bench.nab.__main__ import BARS, main, printed
from bench.nab.corpus import CorpusError, Table, rows_of, tables, windows
from bench.nab.evaluation import counts, held_out, judge
from bench.nab.neighbours import neighbours
from bench.nab.running import DETECTORS, FROZEN, THRESHOLD, run
from bench.nab.scoring import (
    LOW_FN,
    LOW_FP,
    NEVER,
    PROFILES,
    STANDARD,
    Profile,
    Series,
    best_threshold,
    curve,
    normalised,
    probation,
    scaled_sigmoid,
    score,
)

ROOT = Path(__file__).parents[2]
PLACES = (ROOT / "data" / "nab", ROOT.parent / "shared" / "data" / "nab")
CORPUS = next((place for place in PLACES if (place / "labels").is_dir()), PLACES[0])

with_the_corpus = pytest.mark.skipif(
    not (CORPUS / "labels").is_dir(),
    reason="the NAB series are public data outside the repository: make data",
)

ROWS = 100
WINDOW = (40, 49)


def series(flags: dict[int, float], *found: tuple[int, int], rows: int = ROWS) -> Series:
    scores = np.zeros(rows)
    for row, one in flags.items():
        scores[row] = one
    return Series("realTweets/hand.csv", scores, found or (WINDOW,))


def sigmoid(y: float) -> float:
    """The paper's scaled sigmoid, 2 / (1 + e^5y) - 1."""
    return 2 / (1 + exp(5 * y)) - 1


def standing(flags: dict[int, float], profile: Profile = STANDARD) -> float:
    return score([curve(series(flags), profile)], THRESHOLD, profile)


@pytest.mark.parametrize(("position", "worth"), [(-1, 0.98661), (-0.5, 0.84828), (0, 0.0), (1, -0.98661)])
def test_the_sigmoid_has_the_published_values(position: float, worth: float) -> None:
    assert scaled_sigmoid(position) == pytest.approx(worth, abs=1e-5)


def test_far_behind_a_window_a_false_alarm_costs_all() -> None:
    assert scaled_sigmoid(2.999) > scaled_sigmoid(3.0) == -1.0


@pytest.mark.parametrize(("rows", "first"), [(100, 15), (1_624, 243), (5_000, 750), (15_902, 750)])
def test_probation_is_fifteen_percent_of_at_most_five_thousand_rows(rows: int, first: int) -> None:
    assert probation(rows) == first


@pytest.mark.parametrize("profile", PROFILES)
def test_nothing_flagged_is_nought_and_the_first_row_of_each_window_is_a_hundred(profile: Profile) -> None:
    assert standing({}, profile) == 0
    assert standing({40: 1.0}, profile) == pytest.approx(100)


def test_a_later_row_of_the_window_is_worth_less_and_only_the_earliest_counts() -> None:
    worth = sigmoid(-(49 - 45 + 1) / 10) / sigmoid(-1)
    assert standing({45: 1.0}) == pytest.approx(100 * (worth + 1) / 2)
    assert standing({45: 1.0, 46: 1.0, 49: 0.7}) == standing({45: 1.0})


def test_a_published_hit_is_worth_what_was_published() -> None:
    """KNN-CAD on exchange-2_cpc, 1,624 rows: a hit in row 324 of the window from 244 to 406."""
    one = curve(series({324: 1.0}, (244, 406), rows=1_624), STANDARD)
    raw = one.gains[0] - STANDARD.miss
    assert raw == pytest.approx(0.8662050792923174, abs=1e-12)


def test_a_false_alarm_before_every_window_costs_its_weight() -> None:
    assert standing({20: 1.0, 40: 1.0}) == pytest.approx(100 - 100 * 0.11 / 2)
    assert standing({20: 1.0, 40: 1.0}, LOW_FP) == pytest.approx(100 - 100 * 0.22 / 2)
    assert standing({20: 1.0, 40: 1.0}, LOW_FN) == pytest.approx(100 - 100 * 0.11 / 3)


def test_a_false_alarm_after_a_window_costs_less_the_nearer_it_is() -> None:
    near = 0.11 * sigmoid((52 - 49) / 9)
    assert standing({40: 1.0, 52: 1.0}) == pytest.approx(100 + 100 * near / 2)
    assert standing({40: 1.0, 90: 1.0}) == pytest.approx(100 - 100 * 0.11 / 2)


def test_after_the_next_window_the_distance_counts_from_that() -> None:
    one = series({40: 1.0, 70: 1.0, 81: 1.0}, WINDOW, (70, 79))
    raw = 2 + 0.11 * sigmoid((81 - 79) / 9)
    assert score([curve(one, STANDARD)], THRESHOLD, STANDARD) == pytest.approx(100 * (raw + 2) / 4)


def test_flags_in_probation_count_for_nothing() -> None:
    assert standing({3: 1.0, 14: 1.0}) == 0
    assert standing({15: 1.0}) == pytest.approx(-100 * 0.11 / 2)


def test_a_window_of_one_row_can_be_hit_and_left() -> None:
    one = series({60: 1.0, 61: 1.0}, (60, 60))
    assert score([curve(one, STANDARD)], THRESHOLD, STANDARD) == pytest.approx(
        100 * (1 + 0.11 * sigmoid(1) + 1) / 2
    )


def test_the_searched_threshold_is_no_worse_than_any_other() -> None:
    random = np.random.default_rng(5)
    curves = [
        curve(Series("x/y.csv", random.integers(0, 40, 400) / 40, ((100, 140), (300, 330))), STANDARD)
        for _ in range(4)
    ]
    best = max(score(curves, step / 80, STANDARD) for step in range(82))
    assert score(curves, best_threshold(curves), STANDARD) == pytest.approx(best)


def test_the_searched_threshold_lies_between_what_it_flags_and_what_not() -> None:
    assert best_threshold([curve(series({40: 0.9, 20: 0.3}), STANDARD)]) == pytest.approx(0.6)
    assert best_threshold([curve(series({20: 0.9}), STANDARD)]) == NEVER


def test_series_without_windows_cost_but_have_no_score() -> None:
    assert normalised(0.0, 0, STANDARD) == 0
    calm = Series("a/calm.csv", np.ones(20), ())
    both = [curve(calm, STANDARD), curve(series({40: 1.0}), STANDARD)]
    assert score(both, THRESHOLD, STANDARD) == pytest.approx(100 - 100 * 17 * 0.11 / 2)


def test_a_held_out_series_has_no_say_in_its_threshold() -> None:
    curves = [curve(series({40: 0.9}), STANDARD), curve(series({20: 0.95, 40: 0.4}), STANDARD)]
    first, second = held_out(curves, [[0], [1]], STANDARD)
    assert first == pytest.approx(1.0)
    assert second == pytest.approx(-1 - 0.11)


def test_hits_and_false_rows_are_counted() -> None:
    one = series({3: 1.0, 20: 1.0, 41: 1.0, 42: 1.0, 60: 0.2}, WINDOW, (80, 89))
    found = counts([one], THRESHOLD)
    assert (found.windows, found.hits, found.false_rows) == (2, 1, 1)


def test_a_judgement_without_tweets_says_nought_for_them() -> None:
    judged = judge([Series("a/b.csv", series({40: 1.0}).scores, (WINDOW,))] * 6, THRESHOLD)
    assert judged.frozen == judged.held_out == judged.searched == 100
    assert judged.tweets_frozen == judged.tweets_searched == 0
    assert judged.frozen_interval == (100, 100)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus of two series, each with a burst in a window that ends by itself."""
    labels = {}
    for name, first in (("realTweets/one.csv", 700), ("realTraffic/two.csv", 500)):
        path = tmp_path / "nab" / "data" / name
        path.parent.mkdir(parents=True)
        stamps = [f"2026-01-{1 + at // 96:02} {at // 4 % 24:02}:{at % 4 * 15:02}:00" for at in range(1_000)]
        with path.open("w", newline="") as lines:
            out = csv.writer(lines)
            out.writerow(("timestamp", "value"))
            for at, stamp in enumerate(stamps):
                out.writerow((stamp, 20 + at * 7919 % 13 + (400 if first <= at < first + 20 else 0)))
        labels[name] = [[f"{stamps[first - 10]}.000000", f"{stamps[first + 40]}.000000"]]
    labels["realTweets/absent.csv"] = []
    path = tmp_path / "nab" / "labels" / "combined_windows.json"
    path.parent.mkdir()
    path.write_text(json.dumps(labels))
    return tmp_path / "nab"


@pytest.mark.parametrize("name", DETECTORS)
def test_results_are_written_a_row_a_row_and_scored(
    name: str, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["--data", str(corpus), "--out", str(out), "--detector", name]) == 0
    rows, given = (
        list(csv.DictReader((place / "realTweets" / "one.csv").read_text().splitlines()))
        for place in (out, corpus / "data")
    )
    assert list(rows[0]) == ["timestamp", "value", "anomaly_score"]
    assert [(row["timestamp"], float(row["value"])) for row in rows] == [
        (row["timestamp"], float(row["value"])) for row in given
    ]
    assert all(0 <= float(row["anomaly_score"]) < 1 for row in rows)
    capsys.readouterr()
    assert main(["--score", str(out), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["series"], figures["windows"], figures["hits"]) == (2, 2, 2)
    assert figures["labelled_series_without_results"] == 1
    assert figures["standard"]["frozen"] > 50


def test_series_without_labels_can_be_run_but_not_scored(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main(["--data", str(corpus / "data"), "--out", str(out), "--detector", "ensemble"]) == 0
    assert main(["--score", str(out), "--data", str(tmp_path / "elsewhere")]) == 2
    assert main(["--score", str(out), "--data", str(corpus)]) == 0


def test_everything_is_measured_in_one_go(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = corpus / "kept.json"
    assert main(["--data", str(corpus), "--neighbours", "2", "--output", str(kept)]) == 0
    figures = json.loads(kept.read_text())
    assert figures["detectors"]["ensemble"]["neighbours"]["count"] == 2
    assert figures["detectors"]["ensemble"]["neighbours"]["frozen"]["mean"] > 50
    assert figures["rows"] == 2_000
    assert set(figures["detectors"]) == {"ensemble", "ewma", "zscore"}
    assert 0 < figures["detectors"]["ensemble"]["state_bytes"] <= 2_048
    assert figures["detectors"]["ensemble"]["detector"] == FROZEN.name
    said = capsys.readouterr().out
    assert "2 of 2 windows found" in said
    assert "2 neighbours, held_out: mean" in said


def test_missed_bars_fail_and_are_named(
    corpus: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(BARS, "us a row, spared of 20")
    arguments = ["--data", str(corpus), "--detector", "ensemble", "--bars"]
    assert main(arguments) == 0
    labels = corpus / "labels" / "combined_windows.json"
    windowed = json.loads(labels.read_text())
    windowed["realTweets/one.csv"] = [["2026-01-03 00:00:00", "2026-01-03 02:00:00"]]
    labels.write_text(json.dumps(windowed))
    assert main(arguments) == 1
    assert "missed: standard score of realTweets, frozen: -" in capsys.readouterr().err


def test_neighbours_are_near_and_the_same_every_time() -> None:
    first, again = list(neighbours(FROZEN, 20)), list(neighbours(FROZEN, 20))
    assert first == again
    assert len({one.name for one in first}) == 20
    assert all(FROZEN.tail.beyond / 1.36 < one.tail.beyond < FROZEN.tail.beyond * 1.36 for one in first)
    assert all(one.alarm == FROZEN.alarm for one in first)


def test_scores_can_be_printed_as_a_table(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    main(["--data", str(corpus), "--out", str(out), "--detector", "ensemble"])
    assert main(["--score", str(out), "--data", str(corpus), "--threshold", "0.4"]) == 0
    said = capsys.readouterr()
    assert "reward_low_FN_rate" in said.out
    assert "1 labelled series have no results here" in said.out
    assert "ensemble 2/2 realTweets/one.csv: 1,000 rows" in said.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--data", "{0}/none"], "none: no such directory; `make data` fetches"),
        (["--score", "{0}/none"], "none: no such directory; --data DIR --out DIR"),
        (["--data", "{0}/empty"], "empty: no category/file.csv in it"),
        (["--score", "{0}/nab"], "no column 'anomaly_score' in the header"),
        (["--data", "{0}/bare"], "no labels/combined_windows.json in"),
    ],
)
def test_what_is_not_a_corpus_is_named(
    arguments: list[str], says: str, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bare" / "a").mkdir(parents=True)
    (tmp_path / "bare" / "a" / "b.csv").write_text("timestamp,value\n")
    assert main([one.format(tmp_path) for one in arguments]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--out", "x"],
        ["--out", "x", "--data", "y"],
        ["--data", "y", "--out", "x", "--detector", "ewma", "--score", "z"],
        ["--data", "y", "--detector", "ewma", "--bars"],
        ["--score", "y", "--neighbours", "2"],
    ],
)
def test_half_a_request_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


def test_spoiled_files_are_named(corpus: Path) -> None:
    path = corpus / "data" / "realTweets" / "one.csv"
    path.write_text("timestamp,value\n2026-01-01 00:00:00,many\n")
    with pytest.raises(CorpusError, match=r"one.csv: a row is not timestamp,value"):
        tables(corpus, "value")
    labels = corpus / "labels" / "combined_windows.json"
    labels.write_text("{")
    with pytest.raises(CorpusError, match=r"combined_windows.json"):
        windows(corpus)


def test_windows_are_rows_of_the_series() -> None:
    two = Table("a/b.csv", ["2026-01-01 00:00:00", "2026-01-01 00:05:00"], {})
    whole = {"a/b.csv": [["2026-01-01 00:00:00.000000", "2026-01-01 00:05:00.000000"]]}
    assert rows_of(two, whole) == [(0, 1)]
    with pytest.raises(CorpusError, match="not in the labels"):
        rows_of(two, {})
    with pytest.raises(CorpusError, match="no row at 1767312000000 ms"):
        rows_of(two, {"a/b.csv": [["2026-01-01 00:00:00", "2026-01-02 00:00:00"]]})


def test_an_interrupt_ends_it_at_once(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bench.nab.__main__.run", interrupted)
    assert main(["--data", str(corpus), "--detector", "ewma"]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_the_page_says_what_was_measured() -> None:
    page = (ROOT / "docs/detection.md").read_text(encoding="utf-8")
    kept = json.loads((ROOT / "bench/results/nab.json").read_text(encoding="utf-8"))
    for figures in kept["detectors"].values():
        assert [line for line in printed(figures)[:5] if line not in page] == []
    ensemble = kept["detectors"]["ensemble"]
    assert ensemble["detector"] == FROZEN.name
    low, high = ensemble["standard"]["frozen_interval"]
    assert f"90 % of them {low} to {high}" in page
    frozen = ensemble["neighbours"]["frozen"]
    assert f"mean {frozen['mean']}, 90 % of them {frozen['low']} to {frozen['high']}" in page
    assert f"{kept['parameter_sets_tried']:,}" in page


FEW = (
    "artificialWithAnomaly/art_daily_flatmiddle.csv",
    "realAWSCloudwatch/ec2_cpu_utilization_5f5533.csv",
    "realAdExchange/exchange-2_cpm_results.csv",
    "realTraffic/occupancy_t4013.csv",
    "realTweets/Twitter_volume_UPS.csv",
)


def corpus_series(wanted: tuple[str, ...]) -> list[Series]:
    labels = windows(CORPUS)
    return [
        Series(table.name, np.array(run(FROZEN, table)[0]), rows_of(table, labels))
        for table in tables(CORPUS, "value")
        if not wanted or table.name in wanted
    ]


@with_the_corpus
def test_a_few_series_keep_their_floor() -> None:
    found = corpus_series(FEW)
    assert len(found) == len(FEW)
    assert score([curve(one, STANDARD) for one in found], THRESHOLD, STANDARD) > 70


@with_the_corpus
def test_no_row_is_scored_with_knowledge_of_a_later_one() -> None:
    (table,) = [one for one in tables(CORPUS, "value") if one.name == FEW[1]]
    whole, _ = run(FROZEN, table)
    short = Table(table.name, table.stamps[:900], {"value": table.columns["value"][:900]})
    assert run(FROZEN, short)[0] == whole[:900]
