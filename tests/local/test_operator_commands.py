"""What an operator asks on the command line: the settings in force and what the functions said."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from local.__main__ import app
from local.configured import HIDDEN, in_force
from local.errors import LocalError
from local.logs import Filter, delivery_of, lines
from telemetra.observe import Metric, Observer
from tests.house.repository import ROOT

FACTS = {
    "stream",
    "shard",
    "records",
    "duration_ms",
    "route",
    "status",
    "refused",
    "error",
    "service",
    "level",
}


def test_each_setting_says_where_it_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("TELEMETRA_SEED=11\nTELEMETRA_PORT=4000\n")
    monkeypatch.setenv("TELEMETRA_PORT", "5000")
    monkeypatch.delenv("TELEMETRA_SEED", raising=False)
    monkeypatch.delenv("TELEMETRA_PREFIX", raising=False)
    shown = {one.name: (one.value, one.source) for one in in_force(dotenv)}
    assert shown["TELEMETRA_PORT"] == ("5000", "environment")
    assert shown["TELEMETRA_SEED"] == ("11", ".env")
    assert shown["TELEMETRA_PREFIX"] == ("telemetra", "default")


def test_a_secret_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEMETRA_TWITCH_CLIENT_SECRET", "hush")
    monkeypatch.setenv("TELEMETRA_TWITCH_TOKEN", "hush")
    shown = {one.name: one.value for one in in_force(tmp_path / ".env")}
    assert shown["TELEMETRA_TWITCH_CLIENT_SECRET"] == shown["TELEMETRA_TWITCH_TOKEN"] == HIDDEN


def test_the_settings_are_there_for_scripts() -> None:
    answer = CliRunner().invoke(app, ["config", "show", "--json"])
    assert answer.exit_code == 0
    assert {"name", "value", "source", "help"} == set(json.loads(answer.stdout)[0])


class Logs:
    """Logs of two functions."""

    def __init__(self, **said: list[tuple[int, str]]) -> None:
        self.said = said

    def get_paginator(self, operation: str) -> Any:
        logs = self

        class Pages:
            def paginate(self, **query: Any) -> list[dict[str, Any]]:
                if operation == "describe_log_groups":
                    prefix = query["logGroupNamePrefix"]
                    return [{"logGroups": [{"logGroupName": prefix + name} for name in logs.said]}]
                name = query["logGroupName"].rpartition("-")[2]
                events = [{"timestamp": at, "message": text} for at, text in logs.said[name]]
                return [{"events": [event for event in events if event["timestamp"] >= query["startTime"]]}]

        return Pages()


def line(level: str = "INFO", **facts: object) -> str:
    return json.dumps({"level": level, "message": "handled", "service": "push", **facts})


SAID = Logs(
    push=[(30, line(ticks=1)), (10, line(ticks=2))],
    api=[(20, line("ERROR", error="OSError: away")), (25, "START RequestId: 1")],
)


@pytest.mark.parametrize(
    ("wanted", "since_ms", "instants"),
    [
        (Filter(), 0, [10, 20, 30]),
        (Filter(), 15, [20, 30]),
        (Filter("push"), 0, [10, 30]),
        (Filter(errors=True), 0, [20]),
        (Filter(text='"TICKS": 2'), 0, [10]),
    ],
)
def test_lines_come_by_time_and_only_those_that_are_wanted(
    wanted: Filter, since_ms: int, instants: list[int]
) -> None:
    assert [at for at, _, _ in lines(SAID, "telemetra", wanted, since_ms)] == instants


def test_a_function_that_has_no_log_is_answered_with_those_that_have() -> None:
    with pytest.raises(LocalError, match="fold has no log; there are api, push"):
        list(lines(SAID, "telemetra", Filter("fold"), 0))


FOLLOWED = Logs(
    aggregate=[
        (10, line(stream="chat", shard="s-0", first="90", last="110", deliveries=["chat-a"])),
        (11, line(stream="chat", shard="s-1", first="90", last="110", deliveries=["chat-b"])),
    ],
    summarize=[(20, line(deliveries=["chat-b", "chat-a"])), (21, line(deliveries=["chat-b"]))],
    push=[(30, line(deliveries=["chat-a"])), (31, line(ticks=1))],
)


@pytest.mark.parametrize("sequence", [90, 100, 110])
def test_a_record_is_followed_from_its_delivery_to_the_push(sequence: int) -> None:
    delivery = delivery_of(FOLLOWED, "telemetra", f"chat/s-0/{sequence}", 0)
    assert delivery == delivery_of(FOLLOWED, "telemetra", "chat-a", 0) == "chat-a"
    found = lines(FOLLOWED, "telemetra", Filter(delivery=delivery), 0)
    assert [(at, name) for at, name, _ in found] == [(10, "aggregate"), (20, "summarize"), (30, "push")]


@pytest.mark.parametrize("asked", ["chat/s-0/111", "viewer/s-0/100", "chat/s-0", "chat/s-0/x"])
def test_a_record_that_no_delivery_held_is_named(asked: str) -> None:
    with pytest.raises(LocalError, match=asked):
        delivery_of(FOLLOWED, "telemetra", asked, 0)


@pytest.mark.parametrize("since", ["5", "m", "5d", "-5m"])
def test_a_span_that_cannot_be_read_is_named(since: str) -> None:
    answer = CliRunner().invoke(app, ["logs", "--since", since])
    assert answer.exit_code == 2
    assert "such as 5m" in " ".join(answer.output.split())


@pytest.mark.parametrize("query", sorted((ROOT / "docs/queries").glob("*.txt")), ids=lambda path: path.stem)
def test_a_saved_query_asks_for_fields_that_the_lines_have(
    query: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Observer("push").invocation() as tally:
        for metric in Metric:
            tally.count(metric)
    fields = set(json.loads(capsys.readouterr().out)) | FACTS
    text = query.read_text()
    asked = set(re.findall(r"([A-Z][A-Za-z]+)\.0", text)) | set(
        re.findall(r"(?:by|ispresent\(|fields) *(\w+)", text)
    )
    assert asked - {"bin", "timestamp"} <= fields
    assert f"[{query.stem}]({query.name})" in (ROOT / "docs/queries/README.md").read_text()
