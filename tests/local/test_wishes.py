"""What `up` asks of the producer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from local.errors import LocalError
from local.up import Wishes

TRUTH = Path("truth.json")
DEMO = Wishes(
    producer=True, demo=True, scenario="demo", rate=0, channels=0, seed=7, replay=None, speed=1.0
)  # fmt: skip


def test_an_empty_stack_gets_the_past_of_the_scenario_and_its_truth() -> None:
    assert DEMO.fills(fresh=True)
    asked = DEMO.arguments(fresh=True, truth=TRUTH)
    assert asked == ("run", "--history", "--scenario", "demo", "--seed", "7", "--truth", "truth.json")


def test_a_stack_with_a_past_just_goes_on() -> None:
    asked = ("run", "--no-history", "--scenario", "demo", "--seed", "7", "--truth", "truth.json")
    assert not DEMO.fills(fresh=False)
    assert DEMO.arguments(fresh=False, truth=TRUTH) == asked


def test_no_demo_means_no_past() -> None:
    assert "--no-history" in replace(DEMO, demo=False).arguments(fresh=True, truth=TRUTH)


def test_a_scenario_without_a_past_fills_nothing() -> None:
    assert not replace(DEMO, scenario="lively").fills(fresh=True)
    assert replace(DEMO, scenario="raid").fills(fresh=True)


def test_rate_and_channels_are_passed_on_when_given() -> None:
    asked = replace(DEMO, rate=0.5, channels=2).arguments(fresh=False, truth=TRUTH)
    assert asked[4:8] == ("--rate", "0.5", "--channels", "2")


def test_a_file_of_ones_own_is_passed_on_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'about = "Mine."\nlasts = 60\n[[channel]]\nviewers = 50\n'
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    wishes = replace(DEMO, scenario="mine.toml")
    wishes.check()
    assert str(tmp_path / "mine.toml") in wishes.arguments(fresh=False, truth=TRUTH)


def test_an_unknown_scenario_is_refused_with_the_nearest() -> None:
    with pytest.raises(LocalError, match=r"no scenario is called 'riad'.*; did you mean raid\?") as refused:
        replace(DEMO, scenario="riad").check()
    assert "telemetra scenarios" in refused.value.fix


def test_a_replay_plays_the_file_instead() -> None:
    wishes = replace(DEMO, replay=Path("log.jsonl"), speed=60)
    assert not wishes.fills(fresh=True)
    assert wishes.arguments(fresh=True, truth=TRUTH)[0] == "replay"
