"""EventSub frames and what their events mean."""

from __future__ import annotations

import json
from typing import Any

import pytest

from producer.event import Chat, Transaction
from producer.sources.twitch.channels import AGAIN_MS, Channels
from producer.sources.twitch.emotes import EmoteBook
from producer.sources.twitch.eventsub import (
    Keepalive,
    Moved,
    Notification,
    Revoked,
    Welcome,
    instant_ms,
    read_frame,
)
from producer.sources.twitch.notifications import facts_of
from producer.sources.twitch.values import Arrival, Change, Fact, FrameError, Leg, Notice, Sighting

HERE = {"broadcaster_user_id": "1", "broadcaster_user_login": "chan", "broadcaster_user_name": "Chan"}
WHO = {"chatter_user_id": "7", "chatter_user_login": "ann", "chatter_user_name": "Ann"}
STAMP = "2026-11-23T18:00:00.123456789Z"


def frame(kind: str, payload: dict[str, Any], **head: str) -> bytes:
    metadata = {"message_id": "m", "message_type": kind, "message_timestamp": STAMP} | head
    return json.dumps({"metadata": metadata, "payload": payload}).encode()


def facts(kind: str, event: dict[str, Any]) -> tuple[Fact, ...]:
    return facts_of(Notification("m", kind, "1", 5, json.dumps(event).encode()), EmoteBook())


def test_each_kind_of_frame_is_read() -> None:
    session = {"id": "s", "keepalive_timeout_seconds": 20, "reconnect_url": None}
    assert read_frame(frame("session_welcome", {"session": session})) == Welcome("s", 20)
    assert read_frame(frame("session_keepalive", {})) == Keepalive()
    moved = {"id": "s", "keepalive_timeout_seconds": None, "reconnect_url": "wss://x"}
    assert read_frame(frame("session_reconnect", {"session": moved})) == Moved("wss://x")
    gone = {"id": "1", "type": "channel.raid", "status": "user_removed"}
    assert read_frame(frame("revocation", {"subscription": gone})) == Revoked(
        "1", "channel.raid", "user_removed"
    )
    told = frame("notification", {"event": {"a": 1}}, subscription_type="t", subscription_version="2")
    assert read_frame(told) == Notification("m", "t", "2", instant_ms(STAMP), b'{"a": 1}')


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"metadata":{},"payload":{}}',
        frame("session_welcome", {}),
        frame("session_reconnect", {"session": {"id": "s"}}),
        frame("notification", {}),
        frame("notification", {"event": {}}, message_timestamp="yesterday"),
        frame("notification", {"event": {}}, message_timestamp="2026-13-99T00:00:00Z"),
        frame("brand_new", {}),
        b"x" * (1024 * 1024 + 1),
    ],
)
def test_a_frame_of_another_shape_is_bad(data: bytes) -> None:
    with pytest.raises(FrameError):
        read_frame(data)


def test_a_message_is_the_same_as_by_irc_but_for_the_flag() -> None:
    fragments = [{"type": "text", "text": "\U0001f600 "}, {"type": "emote", "text": "Kappa"}]
    (fact,) = facts(
        "channel.chat.message",
        {
            **HERE,
            **WHO,
            "message_id": "m1",
            "message": {"text": "\U0001f600 Kappa KEKW", "fragments": fragments},
            "badges": [{"set_id": "moderator", "id": "1", "info": ""}],
            "cheer": {"bits": 100},
        },
    )
    assert isinstance(fact, Sighting)
    assert fact.event == Chat(
        "m1", "chan", 5, "7", "Ann", "\U0001f600 Kappa KEKW", ("Kappa", "KEKW"), ("moderator/1",), 100,
        source="eventsub",
    )  # fmt: skip
    assert not fact.whole


@pytest.mark.parametrize(
    ("kind", "event", "paid"),
    [
        ("channel.subscribe", {"tier": "1000", "user_id": "7", "is_gift": False}, ("sub", 499, 1, "7")),
        ("channel.subscription.message", {"tier": "2000", "user_id": "7"}, ("resub", 999, 1, "7")),
        (
            "channel.subscription.gift",
            {"tier": "1000", "total": 5, "user_id": None, "is_anonymous": True},
            ("gift", 2495, 5, ""),
        ),
        ("channel.cheer", {"bits": 250, "user_id": "7", "is_anonymous": False}, ("cheer", 250, 1, "7")),
    ],
)
def test_payments_are_transactions(kind: str, event: dict[str, Any], paid: tuple[str, int, int, str]) -> None:
    (fact,) = facts(kind, HERE | event)
    assert isinstance(fact, Sighting)
    found = fact.event
    assert isinstance(found, Transaction)
    assert (found.type, found.amount_cents, found.quantity, found.user_id) == paid


def test_a_sub_that_was_given_was_paid_by_the_gift() -> None:
    assert facts("channel.subscribe", {**HERE, "tier": "1000", "user_id": "7", "is_gift": True}) == ()


def test_a_notice_of_a_known_and_of_an_unknown_kind() -> None:
    said = {**HERE, **WHO, "message_id": "n", "message": {"text": "hey"}}
    paid, chat = facts(
        "channel.chat.notification", {**said, "notice_type": "resub", "resub": {"sub_tier": "1000"}}
    )
    assert isinstance(paid, Sighting)
    assert paid.leg is Leg.NOTICE
    assert isinstance(chat, Sighting)
    assert isinstance(chat.event, Chat)
    quiet = said | {"message": {"text": ""}, "notice_type": "brand_new"}
    assert facts("channel.chat.notification", quiet) == (Notice("chan", 5, "brand_new", "n", known=False),)
    raid = said | {
        "message": {"text": ""},
        "notice_type": "raid",
        "raid": {"user_login": "o", "viewer_count": 3},
    }
    (came,) = facts("channel.chat.notification", raid)
    assert isinstance(came, Sighting)
    assert isinstance(came.event, Arrival)


def test_a_raid_arrives_where_it_went() -> None:
    event = {"from_broadcaster_user_login": "other", "to_broadcaster_user_login": "chan", "viewers": 9}
    (fact,) = facts("channel.raid", event)
    assert isinstance(fact, Sighting)
    assert isinstance(fact.event, Arrival)
    assert (fact.event.channel, fact.event.raid.origin, fact.event.raid.viewers) == ("chan", "other", 9)


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("channel.chat.message", {}),
        ("channel.raid", {"from_broadcaster_user_login": "x"}),
        ("channel.cheer", {"broadcaster_user_login": "Not A Channel", "bits": 1}),
        ("stream.online", {"broadcaster_user_login": 7}),
    ],
)
def test_an_event_that_lacks_something_is_bad(kind: str, event: dict[str, Any]) -> None:
    with pytest.raises(FrameError):
        facts(kind, event)


def test_types_that_are_not_read_say_nothing() -> None:
    assert facts("channel.follow", {}) == ()


def test_changes_fold_into_what_is_known() -> None:
    channels = Channels()
    (update,) = facts("channel.update", {**HERE, "title": "t", "category_name": "c", "language": "en"})
    (off,) = facts("stream.offline", HERE)
    assert isinstance(update, Change)
    assert isinstance(off, Change)
    first = channels.change(update)
    assert first
    assert (first.live, first.title) == (True, "t")
    assert channels.change(update) is None
    last = channels.change(off)
    assert last
    assert (last.live, last.title, last.category, last.language) == (False, "t", "c", "en")
    assert channels.change(Change("chan", 1, "old", live=True)) is None
    again = channels.change(Change("chan", 5 + AGAIN_MS, "later", live=False))
    assert again
    assert again.event_id == "later"
