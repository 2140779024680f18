"""IRC lines as Twitch sends them, and as it never should."""

from __future__ import annotations

import pytest

from producer.event import Chat, Transaction
from producer.sources.twitch.chat_lines import facts_of, native_emotes
from producer.sources.twitch.emotes import EmoteBook
from producer.sources.twitch.irc import MAX_LINE, lines, parse
from producer.sources.twitch.values import Arrival, Fact, FrameError, Leg, Notice, Removal, Sighting
from tests.twitch import fuzz

NOW = fuzz.NOW_MS


def facts(line: str) -> tuple[Fact, ...]:
    return facts_of(parse(line.encode()), EmoteBook(), NOW)


def chat(line: str) -> Chat:
    (fact,) = facts(line)
    assert isinstance(fact, Sighting)
    assert isinstance(fact.event, Chat)
    return fact.event


def test_a_message_has_everything_that_its_tags_say() -> None:
    tags = "badges=moderator/1,subscriber/12;bits=100;display-name=Ann;emotes=25:2-6;first-msg=1;id=m1"
    said = chat(f"@{tags};tmi-sent-ts=5;user-id=7 :ann!ann@ann PRIVMSG #Chan :\U0001f600 Kappa KEKW")
    assert said == Chat(
        event_id="m1",
        channel="chan",
        ts=5,
        user_id="7",
        user="Ann",
        text="\U0001f600 Kappa KEKW",
        emotes=("Kappa", "KEKW"),
        badges=("moderator/1", "subscriber/12"),
        bits=100,
        first=True,
        source="irc",
    )


@pytest.mark.parametrize(
    ("text", "tag", "names"),
    [
        ("\U0001f469\u200d\U0001f680 LUL", "425618:4-6", ["LUL"]),
        ("e\u0301 LUL", "425618:3-5", ["LUL"]),
        ("\U0001f1e9\U0001f1ea Kappa", "25:3-7", ["Kappa"]),
        ("LUL \U0001f600 LUL", "425618:0-2,6-8", ["LUL", "LUL"]),
        ("LUL", "425618:0-9", []),
        ("LUL", "425618:2-1/x/:/25:", []),
    ],
)
def test_emote_places_count_code_points(text: str, tag: str, names: list[str]) -> None:
    assert [name for _, _, name in native_emotes(tag, text)] == names


def test_what_is_written_with_me_loses_its_frame_and_keeps_its_places() -> None:
    said = chat("@emotes=25:0-4;id=1;user-id=2 :a!a@a PRIVMSG #c :\x01ACTION Kappa waves\x01")
    assert (said.text, said.emotes) == ("Kappa waves", ("Kappa",))


def test_a_message_without_tags_gets_the_same_id_every_time() -> None:
    line = ":ann!ann@ann.tmi.twitch.tv PRIVMSG #c :hello"
    assert chat(line) == chat(line)
    assert (chat(line).user_id, chat(line).ts) == ("ann", NOW)


@pytest.mark.parametrize(
    ("tags", "kind", "cents", "quantity", "user_id"),
    [
        ("msg-id=sub;msg-param-sub-plan=Prime", "sub", 499, 1, "7"),
        ("msg-id=resub;msg-param-sub-plan=3000", "resub", 2499, 1, "7"),
        ("msg-id=subgift;msg-param-sub-plan=2000", "gift", 999, 1, "7"),
        ("msg-id=submysterygift;msg-param-sub-plan=1000;msg-param-mass-gift-count=5", "gift", 2495, 5, "7"),
        ("msg-id=subgift;login=ananonymousgifter;msg-param-sub-plan=1000", "gift", 499, 1, ""),
    ],
)
def test_notices_of_payments_are_transactions(
    tags: str, kind: str, cents: int, quantity: int, user_id: str
) -> None:
    (fact,) = facts(f"@id=n1;user-id=7;{tags} :tmi.twitch.tv USERNOTICE #c")
    assert isinstance(fact, Sighting)
    paid = fact.event
    assert isinstance(paid, Transaction)
    assert (paid.type, paid.amount_cents, paid.quantity, paid.user_id) == (kind, cents, quantity, user_id)


def test_the_parts_of_a_gift_to_many_are_not_paid_again() -> None:
    (fact,) = facts("@id=1;msg-id=subgift;msg-param-community-gift-id=9;user-id=7 :t USERNOTICE #c")
    assert isinstance(fact, Notice)
    assert fact.known


def test_a_raid_names_its_origin_and_size() -> None:
    tags = "id=1;msg-id=raid;msg-param-login=other;msg-param-viewerCount=42"
    (fact,) = facts(f"@{tags};user-id=7 :tmi.twitch.tv USERNOTICE #c")
    assert isinstance(fact, Sighting)
    assert isinstance(fact.event, Arrival)
    assert (fact.event.raid.origin, fact.event.raid.viewers) == ("other", 42)


@pytest.mark.parametrize(("kind", "known"), [("ritual", True), ("bitsbadgetier", True), ("brandnew", False)])
def test_other_notices_are_kept_whether_known_or_not(kind: str, known: bool) -> None:
    (fact,) = facts(f"@id=1;msg-id={kind};tmi-sent-ts=5;user-id=7 :tmi.twitch.tv USERNOTICE #c")
    assert fact == Notice("c", 5, kind, "1", known)


def test_a_notice_with_a_text_is_also_a_message() -> None:
    paid, said = facts("@id=1;msg-id=resub;user-id=7;login=ann :t USERNOTICE #c :ten months")
    assert isinstance(paid, Sighting)
    assert isinstance(said, Sighting)
    assert isinstance(said.event, Chat)
    assert (said.leg, said.event.text, said.event.event_id) == (Leg.IRC, "ten months", "1")
    assert paid.event.event_id != said.event.event_id


@pytest.mark.parametrize(
    ("line", "removal"),
    [
        ("@tmi-sent-ts=5 :t CLEARCHAT #c", Removal("c", 5, "all")),
        (
            "@ban-duration=60;target-user-id=7;tmi-sent-ts=5 :t CLEARCHAT #c :ann",
            Removal("c", 5, "timeout", user_id="7", seconds=60),
        ),
        ("@target-user-id=7;tmi-sent-ts=5 :t CLEARCHAT #c :ann", Removal("c", 5, "ban", user_id="7")),
        (
            "@target-msg-id=m1;tmi-sent-ts=5 :t CLEARMSG #c :bad",
            Removal("c", 5, "message", message_id="m1"),
        ),
    ],
)
def test_removals_say_whose_messages_went(line: str, removal: Removal) -> None:
    assert facts(line) == (removal,)


@pytest.mark.parametrize(
    "line", [b"", b"@only=tags", b":prefix", b"@a=b :x", b"123456", b"x" * (MAX_LINE + 1), b"\xff\xfe"]
)
def test_a_line_without_a_command_is_bad(line: bytes) -> None:
    with pytest.raises(FrameError):
        parse(line)


@pytest.mark.parametrize("line", ["PRIVMSG nobody :x", ":a!a@a PRIVMSG #c", "PRIVMSG #c :x", "CLEARCHAT x"])
def test_a_command_that_lacks_what_it_needs_is_bad(line: str) -> None:
    with pytest.raises(FrameError):
        facts(line)


def test_bytes_that_are_not_utf8_become_replacement_characters() -> None:
    assert parse(b":a!a@a PRIVMSG #c :\xff\xfe ok").text == "\ufffd\ufffd ok"


def test_a_frame_holds_many_lines() -> None:
    assert list(lines(b"PING :a\r\n\r\nPING :b\r\n")) == [b"PING :a", b"PING :b"]


def test_random_lines_are_read_or_counted_as_bad() -> None:
    parsed, bad, told = fuzz.read(2_000, seed=7)
    assert parsed + bad >= 1_900
    assert min(parsed, bad, told) > 100
