"""Every command explains itself, and those of an operator serve scripts too."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from local.__main__ import app
from producer.__main__ import app as producer
from tests.house.test_readme import told_by_help

COMMANDS = sorted(told_by_help())
SCRIPTED = {
    "cost", "doctor", "logs", "publish", "smoke", "status", "tail", "redrive", "run", "replay", "load",
    "recompute", "forget", "scenarios", "twitch",
}  # fmt: skip
FORWARDED = {
    command.name or getattr(command.callback, "__name__", "") for command in producer.registered_commands
}


def help_of(name: str) -> str:
    words = [*(["config", "show"] if name == "config" else [name]), "--help"]
    made = CliRunner().invoke(producer if name.replace("-", "_") in FORWARDED else app, words)
    assert made.exit_code == 0
    return made.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_teaches_by_examples(name: str) -> None:
    assert "Examples:" in help_of(name)


@pytest.mark.parametrize("name", sorted({*SCRIPTED, "config"}))
def test_a_command_of_an_operator_prints_json_for_scripts(name: str) -> None:
    assert "--json" in help_of(name)


@pytest.fixture
def nowhere(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """No stack is running."""
    monkeypatch.setenv("TELEMETRA_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


def test_status_of_nothing_is_json_with_an_exit_code_of_its_own(nowhere: None) -> None:
    told = CliRunner().invoke(app, ["status", "--json"])
    assert (told.exit_code, json.loads(told.stdout)["running"]) == (3, False)


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("cost --events-per-second 0", 2, "0"),
        ("cost --design dear", 2, "dear"),
        ("cost --live-refresh 90", 2, "--live-refresh"),
        ("smoke --json", 1, "Nothing is running"),
        ("logs", 1, "nothing is running"),
        ("status --jsn", 2, "--jsn"),
        ("doctor all", 2, "all"),
        ("config shw", 2, "shw"),
        ("token --ttl forever", 1, "forever"),
        ("publish --stack", 2, "--stack"),
    ],
)
def test_wrong_input_is_named(nowhere: None, line: str, code: int, told: str) -> None:
    made = CliRunner().invoke(app, line.split())
    assert told in made.output + str(made.exception)
    assert made.exit_code == code


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("tail --expect 0", "--expect"),
        ("tail --timeout -1", "--timeout"),
        ("tail --stream chatter", "chatter"),
        ("redrive nothing-here.ndjson", "nothing-here"),
        ("redrive a.ndjson --out b.ndjson", "--out"),
    ],
)
def test_wrong_input_of_a_forwarded_command_is_named(nowhere: None, line: str, told: str) -> None:
    made = CliRunner().invoke(producer, line.split())
    assert told in made.output
    assert made.exit_code in {1, 2}
