"""A recorded hour, played again in the browser, is the hour that the API tells."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from local.child import ROOT
from producer.truth import Truth
from telemetra.adapters.clock import now_ms
from telemetra.domain.window import MINUTE_MS, floor_to
from tests.journey.running import RunningStack
from tests.web.conftest import OpenPage
from tests.web.travel import moments_shown, played

CHANNEL = "last_hour"
HOUR_MS = 60 * MINUTE_MS
HISTORY_MINUTES = 76
"""More than the hour: a minute is final when every kind of event has gone on, and payments are rare."""

PLANTED = {"raid", "hype", "copypasta"}
FOUND = 2
"""How many of them at least, since the minutes that they fall into are others in each run."""

SCENARIO = f"""
about = "An hour with a raid, a burst and a copypasta."
lasts = "2:00:00"
history = "1:{HISTORY_MINUTES - 60}:00"

[[channel]]
name = "{CHANNEL}"
viewers = 1500

    [[channel.moment]]
    type = "raid"
    at = "20:00"

    [[channel.moment]]
    type = "hype"
    at = "35:00"

    [[channel.moment]]
    type = "copypasta"
    at = "50:00"
"""


@pytest.fixture
def recorded(stack: RunningStack, tmp_path: Path) -> Truth:
    """The truth of an hour that was put on the streams at once."""
    scenario, truth = tmp_path / "hour.toml", tmp_path / "truth.json"
    scenario.write_text(SCENARIO, encoding="utf-8")
    command = [sys.executable, "-m", "producer", "run", "--scenario", str(scenario), "--seed", "11",
               "--seconds", "1", "--truth", str(truth)]  # fmt: skip
    subprocess.run(command, cwd=ROOT, env=stack.environment, check=True, timeout=60)
    return msgspec.json.decode(truth.read_bytes(), type=Truth)


def items(stack: RunningStack, what: str, start_ms: int, **query: str) -> list[dict[str, Any]]:
    """Return the items of the hour that the API tells, as it is now."""
    answer = httpx.get(
        f"{stack.url}/api/v1/streams/{CHANNEL}/{what}",
        params={"from": start_ms, "to": start_ms + HOUR_MS, **query},
        headers={"Cache-Control": "no-cache"},
        timeout=10,
    )
    found: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
    return found


def by_end(minutes: list[dict[str, Any]]) -> dict[int, int]:
    """Return the messages of each final minute."""
    return {minute["end_ms"]: minute["chat_count"] for minute in minutes if minute["final"]}


@pytest.mark.journey
def test_a_recorded_hour_at_sixty_times_shows_the_minutes_and_moments_of_the_api(
    stack: RunningStack, open_page: OpenPage, recorded: Truth
) -> None:
    start_ms = floor_to(recorded.start_ms, MINUTE_MS) + MINUTE_MS
    end_ms = start_ms + HOUR_MS
    sent = {
        minute.start_ms + MINUTE_MS: minute.chat_count
        for minute in recorded.channels[CHANNEL].minutes
        if start_ms <= minute.start_ms < end_ms
    }
    stack.wait_for(lambda: by_end(items(stack, "metrics", start_ms, grain="minute")) == sent, 60)
    stack.wait_for(lambda: len(types(items(stack, "moments", start_ms)) & PLANTED) >= FOUND, 60)

    page = open_page("/channels")
    seen = played(page, f"{stack.url}/c/{CHANNEL}", start_ms, end_ms)
    assert seen == by_end(items(stack, "metrics", start_ms, grain="minute")) == sent
    told = items(stack, "moments", start_ms)
    listed = moments_shown(page)
    assert {moment["id"] for moment in told} == listed.keys()
    assert [moment["id"] for moment in told if moment["sentence"] not in listed[moment["id"]]] == []


def types(moments: list[dict[str, Any]]) -> set[str]:
    """Return the types found."""
    return {moment["type"] for moment in moments}
