"""`tail --news` follows a channel through the client library."""

from __future__ import annotations

import asyncio
import json

import pytest
from typer.testing import CliRunner

from local.__main__ import app
from local.errors import LocalError
from local.news_command import as_line, as_text, lines
from telemetra.application.contract import examples, frames
from tests.client.test_live import Gateway


def test_what_is_told_and_what_was_missed_is_one_line_each() -> None:
    async def follow() -> list[str]:
        async with Gateway().live() as live:
            return [line async for line in lines(live, as_line, 4)]

    told = [json.loads(line) for line in asyncio.run(follow())]
    assert [(message["type"], message["version"]) for message in told] == [
        ("minute", 10), ("minute", 11), ("minute", 20), ("minute", 21),
    ]  # fmt: skip


def test_a_line_for_people_names_the_instant_the_kind_and_the_figures() -> None:
    window = frames.LiveWindow("aurora", 1, examples.METRIC)
    assert as_text(window).startswith("18:01:00  last 60 s  412 messages, 187 chatters, ")
    moment = frames.MomentNews("aurora", 1, examples.MOMENT)
    assert examples.MOMENT.sentence in as_text(moment)
    assert as_text(frames.Pong(None, 0, frames.Heartbeat(1))) == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--news", "Not One"], "stream_id"),
        (["--news", "aurora", "--url", "http://127.0.0.1:9"], "does not tell of aurora"),
    ],
)
def test_what_cannot_be_followed_is_a_sentence(
    arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = CliRunner().invoke(app, ["tail", *arguments])
    assert isinstance(result.exception, LocalError)
    assert said in str(result.exception)


def test_the_help_teaches_by_example() -> None:
    shown = CliRunner().invoke(app, ["tail", "--news", "--help"])
    assert shown.exit_code == 0
    assert "./telemetra tail --news aurora_plays" in shown.output
