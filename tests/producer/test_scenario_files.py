"""A scenario file that cannot be played is refused with its name, the key and what was expected."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from producer.__main__ import app
from producer.sources.scenario import ScenarioError, find, names, parse, read, run
from producer.sources.scenario.kinds import CHANGES, MOMENTS
from producer.sources.scenario.spec import Range

HEAD = 'about = "Mine."\nlasts = "10:00"\n'
CHANNEL = HEAD + "[[channel]]\nviewers = 500\n"
MOMENT = CHANNEL + '[[channel.moment]]\ntype = "raid"\nat = "5:00"\n'
POLL = CHANNEL + '[[channel.moment]]\ntype = "poll"\nat = 1\n'
CHANGE = CHANNEL + '[[channel.change]]\ntype = "slow-mode"\nat = 60\n'


def scenarios(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["scenarios", *arguments])


def test_times_are_seconds_or_clock_readings_and_ranges_are_drawn() -> None:
    text = MOMENT + 'every = 90.5\nlasts = [40, "1:10"]\ncrowd = [500, 900]\nrise = "0:03"\n'
    spec = parse(text, name="mine", file="mine.toml")
    ((moment,),) = [channel.moments for channel in spec.channels]
    assert (spec.lasts_ms, spec.history_ms, moment.every_ms) == (600_000, 0, 90_500)
    assert moment.figures["at"] == Range(300_000, 300_000)
    assert moment.figures["lasts"] == Range(40_000, 70_000)
    assert moment.figures["fall"] == Range(6_000, 12_000)
    planted = run(spec, 3).moments
    assert len(planted) == 4
    for number, each in enumerate(planted):
        assert each.start_ms == run(spec, 3).start_ms + 300_000 + number * 90_500
        assert 40_000 <= each.end_ms - each.start_ms <= 70_000
        assert 500 <= each.crowd <= 900
        assert each.rise_ms == 3_000
    assert len({each.crowd for each in planted}) > 1


def test_words_of_a_file_are_those_said() -> None:
    poll = '[[channel.moment]]\ntype = "poll"\nat = 60\nanswers = ["cake", "pie"]\n'
    pasta = '[[channel.moment]]\ntype = "copypasta"\nat = 240\ntext = "all hail the teapot"\n'
    hype = '[[channel.moment]]\ntype = "hype"\nat = 400\nemote = "teapotPog"\n'
    planted = run(parse(CHANNEL + poll + pasta + hype, name="mine", file="mine.toml"), 7).moments
    assert planted[0].texts == ("cake", "pie")
    assert planted[1].texts == ("all hail the teapot",)
    assert planted[2].emote == "teapotPog"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("about = ", "mine.toml: not TOML: "),
        ('lasts = "10:00"\n[[channel]]\n', "mine.toml: about is missing: expected a text"),
        (HEAD, "mine.toml: channel is missing: expected tables, [[channel]] each"),
        ('about = "x"\nlasts = "ten:10"\n[[channel]]\n', 'lasts = "ten:10": expected seconds'),
        (HEAD + "channel = []\n", "mine.toml: channel has 0 tables: expected 1 to 1000"),
        (HEAD + "channel = 3\n", "mine.toml: channel = 3: expected tables, [[channel]] each"),
        (
            'about = "x"\nlasts = "10:60"\n[[channel]]\n',
            'mine.toml: lasts = "10:60": expected seconds from 1 to 86,400, such as 90 or "1:30"',
        ),
        (
            "histroy = 5\n" + CHANNEL,
            "histroy is not a key here: expected about, lasts, history, channel; did you mean history?",
        ),
        ('history = "11:00"\n' + CHANNEL, "history is longer than lasts: expected at most that"),
        (
            HEAD + "[[channel]]\nviewers = [900, 500]\n",
            "channel[1].viewers = [900, 500]: expected a number from 1 to 1,000,000, or a ",
        ),
        (HEAD + "[[channel]]\nviewers = true\n", "channel[1].viewers = true: expected a number"),
        (HEAD + "[[channel]]\nviewers = [1, 2, 3]\n", "channel[1].viewers = [1, 2, 3]: expected a number"),
        (
            HEAD + '[[channel]]\nname = "My Channel"\n',
            'channel[1].name = "My Channel": expected 1 to 64 of a-z, 0-9 and _',
        ),
        (HEAD + '[[channel]]\neven = "no"\n', 'channel[1].even = "no": expected true or false'),
        (
            HEAD + '[[channel]]\nname = "a"\n[[channel]]\nname = "a"\n',
            "channel has two tables named 'a': expected one",
        ),
        (MOMENT.replace("raid", "ride"), 'channel[1].moment[1].type = "ride": expected hype, laughter'),
        (MOMENT.replace("raid", "ride"), "; did you mean raid?"),
        (MOMENT + "factr = 4\n", "channel[1].moment[1].factr is not a key here: expected type, at"),
        (MOMENT + "factr = 4\n", "; did you mean factor?"),
        (
            MOMENT + "factor = 400\n",
            "moment[1].factor = 400: expected a number from 0 to 100, or a range [low, high]",
        ),
        (
            MOMENT + "drop = 0.5\n",
            "channel[1].moment[1].drop means nothing to a raid: expected type, at, every",
        ),
        (MOMENT + "lasts = 20\nrise = 30\n", "channel[1].moment[1].rise is longer than lasts"),
        (MOMENT.replace('at = "5:00"\n', ""), "moment[1].at is missing: expected seconds from 0 to 86,400"),
        (MOMENT + "emote = 5\n", "channel[1].moment[1].emote = 5: expected a text"),
        (POLL + 'answers = ["a"]\n', "answers has 1 texts: expected 2 to 20"),
        (POLL + 'answers = ["a", 2]\n', 'answers = ["a", 2]: expected a list of texts'),
        (
            CHANNEL + f'[[channel.moment]]\ntype = "copypasta"\nat = 1\ntext = "{"a" * 501}"\n',
            "text holds a text that is empty or too long: expected 1 to 500 characters",
        ),
        (CHANGE.replace("slow-mode", "slow"), 'channel[1].change[1].type = "slow": expected ramp, slow-mode'),
        (CHANGE + "gap = 1\n", "channel[1].change[1].gap = 1: expected seconds from 10 to 600"),
        (CHANGE + 'category = "Art"\n', "channel[1].change[1].category means nothing to a slow-mode"),
    ],
)
def test_a_wrong_file_is_refused_with_what_was_expected(text: str, sentence: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        parse(text, name="mine", file="mine.toml")
    assert str(refused.value).startswith("mine.toml: ")
    assert sentence in str(refused.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"cannot read .*missing.toml: No such file"):
        read(tmp_path / "missing.toml")
    (tmp_path / "latin.toml").write_bytes(b'about = "\xe9"')
    with pytest.raises(ScenarioError, match=r"latin.toml: it is not UTF-8"):
        read(tmp_path / "latin.toml")


def test_an_unknown_name_is_answered_with_the_nearest_and_all() -> None:
    with pytest.raises(
        ScenarioError, match=r"no scenario is called 'copy-pasta'.*; did you mean copypasta\?"
    ):
        find("copy-pasta")


def test_a_file_is_found_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "my-evening.toml"
    path.write_text(MOMENT, encoding="utf-8")
    assert find(str(path)).name == "my-evening"


def test_the_list_names_and_explains_every_scenario() -> None:
    shown = scenarios()
    assert shown.exit_code == 0
    for name in names():
        assert any(
            row.startswith(f"{name} ") and find(name).about in row for row in shown.stdout.splitlines()
        )
    listed = json.loads(scenarios("--json").stdout)
    assert [each["name"] for each in listed] == names()
    assert {part for each in listed for part in each["parts"]} == {*MOMENTS, *CHANGES}


def test_one_scenario_is_explained_with_its_parts_and_planted_moments() -> None:
    shown = scenarios("mix", "--seed", "7")
    assert shown.exit_code == 0
    plan = json.loads(scenarios("mix", "--seed", "7", "--json").stdout)
    planted = run(find("mix"), 7)
    told = [moment for channel in plan["cast"] for moment in channel["moments"]]
    assert sorted(moment["start_ms"] for moment in told) == sorted(
        moment.start_ms - planted.start_ms for moment in planted.moments
    )
    for part in plan["parts"]:
        assert f"  {part}: {(MOMENTS | CHANGES)[part].about}" in shown.stdout
    assert "(no moment)" in shown.stdout


def test_a_wrong_file_ends_the_command_with_code_2(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(MOMENT + "factr = 4\n", encoding="utf-8")
    shown = scenarios(str(path))
    assert shown.exit_code == 2
    assert "error: mine.toml: channel[1].moment[1].factr is not a key here" in shown.stderr


def test_a_calm_scenario_says_that_nothing_is_planted() -> None:
    assert "nothing planted" in scenarios("calm").stdout
