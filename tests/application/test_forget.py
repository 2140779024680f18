"""A user's events go, their name goes from those of others, and what holds neither keeps its bytes."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
import zstandard

from telemetra.application.forget import REMOVED, Eraser, Target
from telemetra.domain.unpack import unpack

NOW = 1_795_456_800_000


def event(user_id: str, text: str, **changes: Any) -> dict[str, Any]:
    return {
        "schema": "chat.v1", "event_id": f"e-{user_id}-{text[:5]}", "channel": "a", "ts": NOW + 5_000,
        "user_id": user_id, "user": f"name_{user_id}", "text": text, **changes,
    }  # fmt: skip


def lines(*events: dict[str, Any] | bytes) -> bytes:
    return b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in events)


MINE = event("77", "my own words")
OTHER = event("8", "hello all")


def test_own_events_go_and_the_rest_keeps_its_bytes() -> None:
    eraser = Eraser(Target("77"))
    assert eraser.record(lines(OTHER, MINE, b"")) == lines(OTHER, b"")
    packed = zstandard.compress(lines(OTHER))
    assert eraser.record(packed) is packed
    after = eraser.record(zstandard.compress(lines(MINE, OTHER)))
    assert after is not None
    assert unpack(after) == lines(OTHER)
    assert eraser.gone.events == 2
    assert eraser.gone.names == {"name_77"}
    assert eraser.gone.ids == {MINE["event_id"]}
    assert eraser.gone.said == [("a", NOW + 5_000, "my own words")] * 2
    assert eraser.gone.cells == {("a", NOW)}


@pytest.mark.parametrize("data", [lines(MINE), zstandard.compress(lines(MINE, MINE, b""))])
def test_a_record_of_nothing_else_goes_whole(data: bytes) -> None:
    assert Eraser(Target("77")).record(data) is None


def test_equal_records_stay_equal() -> None:
    data = zstandard.compress(lines(MINE, OTHER))
    assert Eraser(Target("77")).record(data) == Eraser(Target("77")).record(data)


def test_names_in_what_others_say_are_replaced_whole_words_only() -> None:
    eraser = Eraser(Target("77", frozenset({"Ada", ""})))
    mention = event("8", "@ADA hi ada, adapt", badges=["ada/1"], reply={"to": "77", "n": 77})
    after = json.loads(eraser.record(lines(mention)) or b"")
    assert after["text"] == f"@{REMOVED} hi {REMOVED}, adapt"
    assert after["badges"] == [f"{REMOVED}/1"]
    assert after["reply"] == {"to": REMOVED, "n": 77}
    assert (eraser.gone.events, eraser.gone.mentions) == (0, 1)
    assert eraser.gone.cells == {("a", NOW)}
    channel = event("8", "hello", channel="ada")
    assert eraser.record(lines(channel)) == lines(channel)


def test_a_name_is_whose_an_event_is_only_where_it_has_no_id() -> None:
    eraser = Eraser(Target("", frozenset({"Name_9"})))
    assert eraser.record(lines({"user": "name_9", "text": "x"})) is None
    after = json.loads(eraser.record(lines(event("9", "x"))) or b"")
    assert (after["user"], after["text"]) == (REMOVED, "x")


def test_only_the_wanted_channel_is_touched() -> None:
    eraser = Eraser(Target("77", frozenset({"ada"}), channel="b"))
    assert eraser.record(lines(MINE, event("8", "ada"))) == lines(MINE, event("8", "ada"))
    assert eraser.record(lines(event("77", "x", channel="b"))) is None


def test_what_moderators_removed_goes_by_message_and_up_to_an_instant() -> None:
    removed, before, after = event("1", "bad"), event("2", "early"), event("2", "late", ts=NOW + 9_000)
    target = Target(messages={removed["event_id"]}, purged={("a", "2"): NOW + 6_000})
    eraser = Eraser(target)
    assert eraser.record(lines(removed, before, after, OTHER)) == lines(after, OTHER)
    assert eraser.gone.names == set()


def test_lines_that_are_no_event_are_searched_as_bytes() -> None:
    eraser = Eraser(Target("77", frozenset({"ada"})))
    kept = (b'{"user_id": "778"', b"[1, 2]", b'"hello"')
    assert eraser.record(lines(*kept, b'{"user_id": "77"', b'["ADA"]')) == lines(*kept)
    assert (eraser.gone.events, eraser.gone.unreadable) == (2, 5)
    assert Eraser(Target(messages={"x"})).record(b"{77") == b"{77"


def test_a_record_that_cannot_be_unpacked_is_searched_as_bytes() -> None:
    broken = zstandard.compress(b"x" * 99)[:12]
    eraser = Eraser(Target("77"))
    assert eraser.record(broken) == broken
    assert eraser.record(b"\x1f\x8bgarbage 77 more") is None
    assert eraser.gone.unreadable == 2


def test_an_event_without_its_own_fields_is_taken_by_those_it_has() -> None:
    eraser = Eraser(Target("77"))
    broken: list[dict[str, Any]] = [{"user_id": 77}, {"user_id": "77", "channel": 3, "ts": "x", "text": 4}]
    assert eraser.record(lines(*broken)) is None
    assert (eraser.gone.events, eraser.gone.said, eraser.gone.cells) == (2, [], set())


def test_packed_forms_of_nothing_are_left_alone() -> None:
    empty = zstandard.compress(b"")
    eraser = Eraser(Target("77"))
    assert eraser.record(empty) is empty
    assert eraser.record(b"") == b""
    assert eraser.record(b64encode(lines(OTHER))) == b64encode(lines(OTHER))
