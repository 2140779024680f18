"""Moments stand in the API soon after they began, each with its name and its sentence."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from producer.truth import Truth
from telemetra.adapters.clock import now_ms
from telemetra.domain.window import PANE_MS, SECOND_MS
from tests.journey.running import RunningStack
from tests.journey.test_counting import ROOT

LOUD_S = {"raid": 40, "hype": 40, "copypasta": 40}
SILENT_S = {"outage": 150, "lull": 150}
"""Seconds from the planted start within which each type has to stand there."""

FIRST_S = 7 * 60 + 32
"""Where the first moment is planted; each of the others begins a second later."""

SCENARIO = 'about = "One moment a channel, soon after it goes live."\nlasts = "30:00"\nhistory = "7:00"\n'
CHANNEL = """
[[channel]]
name = "moment_{type}"
viewers = 6000

    [[channel.moment]]
    type = "{type}"
    at = "7:{second}"
    lasts = {lasts}
"""


def scenario(kinds: Iterable[str], lasts_s: int) -> str:
    """Return a scenario with a channel for each type, which begins half a minute after it goes live."""
    channels = (
        CHANNEL.format(type=kind, second=FIRST_S % 60 + place, lasts=lasts_s)
        for place, kind in enumerate(kinds)
    )
    return SCENARIO + "".join(channels)


@pytest.mark.journey
def test_each_loud_moment_stands_there_within_forty_seconds(stack: RunningStack, tmp_path: Path) -> None:
    _played(stack, tmp_path, LOUD_S, lasts_s=40)


@pytest.mark.journey
@pytest.mark.prove
def test_each_silent_moment_stands_there_within_two_and_a_half_minutes(
    stack: RunningStack, tmp_path: Path
) -> None:
    _played(stack, tmp_path, SILENT_S, lasts_s=200)


def _played(stack: RunningStack, tmp_path: Path, soon_s: Mapping[str, int], *, lasts_s: int) -> None:
    """Play a channel of each type and wait until every moment stands in the API."""
    file, told = tmp_path / "moments.toml", tmp_path / "truth.json"
    file.write_text(scenario(soon_s, lasts_s), encoding="utf-8")
    command = [sys.executable, "-m", "producer", "run", "--scenario", str(file), "--seed", "11",
               "--seconds", str(lasts_s + 60), "--truth", str(told)]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, env=stack.environment, stdout=subprocess.DEVNULL) as playing:
        try:
            stack.wait_for(told.is_file, 60)
            truth = msgspec.json.decode(told.read_bytes(), type=Truth)
            starts = {kind: truth.start_ms + (FIRST_S + at) * SECOND_MS for at, kind in enumerate(soon_s)}
            took = {kind: _waited(stack, kind, at_ms, soon_s[kind]) for kind, at_ms in starts.items()}
        finally:
            playing.terminate()
            playing.wait(30)
    assert {kind: seconds for kind, seconds in took.items() if seconds > soon_s[kind]} == {}


def _waited(stack: RunningStack, kind: str, start_ms: int, soon_s: int) -> float:
    """Wait for the moment of a type and return the seconds from its planted start until it stood there."""
    before: dict[str, int] = {}

    def stands() -> dict[str, Any] | None:
        answer = httpx.get(f"{stack.url}/api/v1/streams/moment_{kind}/moments", params={"type": kind})
        found = [item for item in answer.json().get("items", []) if item["start_ms"] >= start_ms - PANE_MS]
        before.setdefault("ms", now_ms()) if found else None
        return found[0] if found else None

    moment: dict[str, Any] = stack.wait_for(stands, (start_ms - now_ms()) / SECOND_MS + soon_s + 30)
    assert moment["sentence"]
    assert moment["evidence"]
    return (before["ms"] - start_ms) / SECOND_MS
