"""Moments keep their bars on a small set of shows; the whole is `make prove-moments`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bench.moments.__main__ import bars, cost, main, measure
from bench.moments.judge import Score, watch
from bench.moments.plant import TYPES
from bench.moments.scenes import Figures, moved, played
from bench.moments.show import Planted, Show, folded
from bench.moments.shows import calm, planted, read_log
from producer.sources.scenario import find
from telemetra.domain.detection import Advance, Observation
from telemetra.domain.fusion import moment_detector
from telemetra.domain.moment import Moment, MomentType
from telemetra.domain.window import PANE_MS
from tests.house.repository import ROOT

T0 = 1_795_392_000_000
SCENES = ("clutch", "raid", "poll", "outage", "sub-bomb", "quiet")


def moment(start: int, end: int | None, kind: MomentType = MomentType.HYPE) -> Moment:
    """Return a moment from pane ``start`` to before pane ``end``."""
    end_ms = None if end is None else T0 + end * PANE_MS
    return Moment("c", T0 + start * PANE_MS, T0 + start * PANE_MS, end_ms, kind, 0.6, "so", (), 1)


class Scripted:
    """A detector that tells what it is told to, at the pane after a moment's first."""

    name = "scripted"
    history_panes = 0

    def __init__(self, *moments: Moment) -> None:
        self._moments = moments

    def last_pane_ms(self, state: bytes) -> int:
        return int(state or b"0")

    def advance(self, channel: str, state: bytes, panes: Sequence[Observation]) -> Advance:
        (pane,) = panes
        found = tuple(one for one in self._moments if one.start_ms + PANE_MS == pane.start_ms)
        return Advance(str(pane.start_ms).encode(), pane.start_ms, found, open=False)


def score(planted: Sequence[Planted], *found: Moment) -> Score:
    """Judge moments of a show of an hour."""
    panes = [Observation(T0 + number * PANE_MS) for number in range(360)]
    show = Show("s", "ramp", T0, T0 + 360 * PANE_MS, panes, planted)
    judged = Score()
    judged.add(show, watch(Scripted(*found), show))
    return judged


def truth(kind: str, start: float, end: float) -> Planted:
    return Planted(kind, T0 + int(start * PANE_MS), T0 + int(end * PANE_MS))


def test_a_found_moment_counts_once_and_late_by_event_time() -> None:
    report = score([truth("hype", 10.5, 13)], moment(10, 14), moment(30, 31)).report()
    assert (report["found"], report["false_alarms"], report["precision"], report["recall"]) == (
        1,
        1,
        0.5,
        1.0,
    )
    assert (report["delay_s_median"], report["false_alarms_an_hour_calm"]) == (15.0, 1.0)


def test_a_second_moment_of_the_same_truth_is_a_false_alarm() -> None:
    report = score([truth("hype", 10, 20)], moment(11, 13), moment(15, 17)).report()
    assert (report["found"], report["false_alarms"]) == (1, 1)


def test_the_moment_of_the_right_type_is_taken_for_the_found_one() -> None:
    report = score([truth("raid", 10, 14)], moment(9, 12), moment(12, None, MomentType.RAID)).report()
    assert (report["type_right"], report["false_alarms"]) == (1.0, 1)
    report = score([truth("raid", 10, 14)], moment(11, 12)).report()
    assert report["mistaken"] == {"raid as hype": 1}


def test_what_is_no_type_of_ours_is_neither_right_nor_wrong_to_find() -> None:
    report = score([truth("bot-raid", 10, 14)], moment(11, 12)).report()
    assert (report["planted"], report["found"], report["false_alarms"], report["f1"]) == (0, 0, 0, 0.0)


def test_the_ensemble_keeps_its_bars_on_a_few_scenarios() -> None:
    shows = [show for name in SCENES for show in played(find(name), 3)]
    reports, kept = measure(shows, say=False)
    judged = bars(reports, {"us_a_pane_and_signal": 0.0})
    assert len(kept) == len(shows)
    assert {name: each for name, each in judged.items() if not each["kept"]} == {}


def test_types_planted_into_a_log_are_found() -> None:
    slow = read_log(ROOT / "events/samples/chat.jsonl")
    log = [replace(line, at_ms=line.at_ms // 5) for line in slow]
    show = planted("sample", log, 1, strength=1.0)
    assert sorted(one.type for one in show.planted) == sorted(TYPES)
    found = watch(moment_detector("ensemble"), show)
    judged = Score()
    judged.add(show, found)
    assert judged.report()["recall"] >= 0.7


@pytest.mark.parametrize("group", ["ramp", "quiet", "category-switch", "poll"])
def test_calm_shows_plant_votes_only(group: str) -> None:
    log = read_log(ROOT / "events/samples/chat.jsonl")
    show = calm(group, "sample", log, 1, strength=1.0)
    assert {one.type for one in show.planted} <= {"poll"}
    assert show.hours == 1.0


def test_the_same_seed_is_the_same_show_and_figures_move_it() -> None:
    log = read_log(ROOT / "events/samples/chat.jsonl")
    assert planted("a", log, 4, strength=1.0) == planted("a", log, 4, strength=1.0)
    assert planted("a", log, 4, strength=1.0, as_it_was=True).group == "log as it was"
    spec = find("raid")
    larger = moved(spec, Figures(factor=2.0, viewers=3.0))
    assert larger.channels[0].viewers.low == 3 * spec.channels[0].viewers.low
    assert (
        larger.channels[0].moments[0].figures["factor"].low
        > spec.channels[0].moments[0].figures["factor"].low
    )


def test_what_was_known_at_a_closing_is_in_its_pane() -> None:
    (raid, _) = played(find("raid"), 3)
    start = raid.planted[0].start_ms
    before, after = (next(p for p in raid.panes if p.start_ms > start + at) for at in (-40_000, 0))
    assert (before.facts.raid_viewers, after.facts.live) == (0, True)
    assert after.facts.raid_viewers > 0
    assert folded([], T0, T0 + PANE_MS)[0].silent


def test_cost_is_told_a_pane_and_signal() -> None:
    (show, *_) = played(find("quiet"), 3)
    spent = cost(moment_detector("ewma"), [show])
    assert spent["us_a_pane_and_signal"] > 0
    assert 0 < spent["state_bytes"] < 4_096


def test_the_command_measures_a_scenario_of_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('about = "Mine."\nlasts = "12:00"\n\n[[channel]]\nviewers = 3000\n', encoding="utf-8")
    assert main(["--scenario", str(file), "--seed", "5", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["sets"]["scenario"]["detectors"]["ensemble"]["planted"] == 0
    assert main(["--scenario", str(file)]) == 0
    assert "us a pane and signal" in capsys.readouterr().out
    assert main(["--scenario", str(tmp_path / "none.toml")]) == 2


def test_a_moment_still_open_meets_what_it_began_in() -> None:
    report = score([truth("lull", 10, 30)], replace(moment(12, None), type=MomentType.LULL)).report()
    assert report["by_type"]["lull"]["recall"] == 1.0
