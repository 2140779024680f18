"""The JSON objects of the API."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from telemetra.application.access import Role
from telemetra.application.representation import moment_item, row_item, stream_item, window_item
from telemetra.domain.directory import Stream
from telemetra.domain.slide import Sliding
from telemetra.domain.summary import Summary
from tests.application.samples import CHANNEL, NOW, chat, moment, revenue, row, viewers

EMOTES = {f"emote{number:02}": number for number in range(1, 31)}
MINUTE = replace(
    row(NOW, chat(4, users=(1, 2, 3), emotes=EMOTES)),
    summary=Summary.of([chat(4, users=(1, 2, 3), emotes=EMOTES), viewers(NOW, 9), revenue(499)]),
)


def plain(item: msgspec.Struct) -> dict[str, Any]:
    """Return the JSON object of an item."""
    said: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(item))
    return said


def test_a_minute_says_everything_of_its_interval() -> None:
    item = plain(row_item(MINUTE, Role.ADMIN))
    emotes = item.pop("emotes")
    assert item == {
        "start": "2026-11-23T18:00:00Z",
        "start_ms": NOW,
        "end_ms": NOW + 60_000,
        "final": True,
        "revision": 0,
        "version": 6,
        "chat_count": 4,
        "unique_chatters": 3,
        "unique_exact": True,
        "viewers": {"min": 9, "max": 9, "mean": 9.0, "last": 9},
        "sentiment": {"mean": 0.5, "coverage": 0.5},
        "message_length": 12.5,
        "revenue": {"cents": {"USD": 499}, "counts": {"sub": 1}},
    }
    assert emotes[0] == {"name": "emote30", "count": 30}
    assert len(emotes) == 20


def test_a_viewer_sees_no_revenue() -> None:
    assert plain(row_item(MINUTE, Role.ADMIN)).keys() - plain(row_item(MINUTE, Role.VIEWER)).keys() == {
        "revenue"
    }


def test_what_was_never_measured_is_null() -> None:
    item = plain(row_item(row(NOW, revenue(100)), Role.VIEWER))
    assert item["viewers"] is None
    assert item["sentiment"] == {"mean": None, "coverage": 0.0}
    assert item["message_length"] is None


def test_a_window_is_never_final() -> None:
    item = plain(window_item(Sliding(CHANNEL, NOW, 11, Summary.of([chat(2)]).finish()), Role.VIEWER))
    assert (item["start_ms"], item["end_ms"]) == (NOW, NOW + 60_000)
    assert (item["final"], item["revision"], item["version"]) == (False, 0, 11)


def test_a_moment_carries_its_evidence() -> None:
    item = plain(moment_item(moment(NOW)))
    assert item["id"] == str(NOW)
    assert (item["type"], item["end_ms"], item["score"], item["version"]) == ("hype", None, 0.9, 2)
    assert item["evidence"] == [
        {"signal": "chat_rate", "value": 61.0, "expected_low": 4.0, "expected_high": 16.0, "surprise": 9.5}
    ]


@pytest.mark.parametrize(
    ("said", "age_ms", "live"),
    [
        (True, 10**9, True),
        (False, 0, False),
        (None, 119_999, True),
        (None, 120_000, False),
    ],
)
def test_a_channel_is_live_when_it_says_so_or_else_when_it_was_just_heard(
    said: bool | None, age_ms: int, live: bool
) -> None:
    item = plain(stream_item(Stream(CHANNEL, live=said, last_seen_ms=NOW - age_ms), NOW))
    assert item == {
        "stream_id": CHANNEL,
        "live": live,
        "title": None,
        "category": None,
        "language": None,
        "last_seen_ms": NOW - age_ms,
        "live_since_ms": None,
    }
