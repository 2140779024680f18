"""Stored bytes: those of every version read for ever, and what is none of ours is refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from telemetra.domain.chat import ChatPane
from telemetra.domain.distinct import Distinct
from telemetra.domain.errors import CorruptStateError
from telemetra.domain.revenue import RevenuePane
from telemetra.domain.summary import Summary
from telemetra.domain.tally import Tally
from telemetra.domain.viewers import ViewerPane

GOLDEN = Path(__file__).parent / "golden"

CHAT = ChatPane(
    count=12,
    bits=300,
    chatters=Distinct.of([1, 2**39, 2**40 - 1]),
    emotes=Tally({"KEKW": 7, "日本": 1}),
    tokens=Tally({"gg": 4, "éclair": 2}, 1),
    sentiment=-31_000,
    scored=9,
    length=480,
    emote_only=2,
    texts=Distinct.of(range(0, 2**40, 2**32 + 12_345)),
)
CROWD = ChatPane(count=400, chatters=Distinct.of(range(0, 400 * 2**31, 2**31)))
VIEWERS = ViewerPane(3, 3_600, 1_100, 1_300, (1_795_459_620_000, "v-9", 1_250))
REVENUE = RevenuePane({("tip", "EUR"): (1, 500), ("sub", "USD"): (2, 998)})

STORED: dict[str, Any] = {
    "chat": CHAT,
    "chat_crowd": CROWD,
    "viewers": VIEWERS,
    "revenue": REVENUE,
    "summary": Summary(CHAT.merge(CROWD), VIEWERS, REVENUE),
}


REPEATS = Tally({"KEKW": 3})
"""What version 2 of chat keeps beside."""


@pytest.mark.parametrize("name", STORED)
def test_bytes_of_version_one_are_read(name: str) -> None:
    golden = (GOLDEN / f"{name}.v1").read_bytes()
    assert type(STORED[name]).decode(golden) == STORED[name]


@pytest.mark.parametrize("name", ["viewers", "revenue"])
def test_what_has_one_version_is_written_unchanged(name: str) -> None:
    assert STORED[name].encode() == (GOLDEN / f"{name}.v1").read_bytes()


def test_bytes_of_version_two_are_read_and_written_unchanged() -> None:
    chat = replace(CHAT, repeats=REPEATS)
    for name, value in (("chat", chat), ("summary", Summary(chat.merge(CROWD), VIEWERS, REVENUE))):
        golden = (GOLDEN / f"{name}.v2").read_bytes()
        assert type(value).decode(golden) == value
        assert value.encode() == golden


@pytest.mark.parametrize("name", STORED)
def test_bytes_cut_short_or_of_another_version_are_corrupt(name: str) -> None:
    value = STORED[name]
    data = value.encode()
    for wrong in (b"", b"\xff" + data[1:], data[:-1], data + b"\0", data[:1] + b"\xc1", data[:1]):
        with pytest.raises(CorruptStateError):
            type(value).decode(wrong)
