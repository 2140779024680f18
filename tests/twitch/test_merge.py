"""Two legs, one chat: each event once, with what either leg knows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from producer.event import Chat
from producer.sources.twitch.merge import KEEP_MS, PAIR_MS, Merger, Seen
from producer.sources.twitch.values import Leg, Sighting, chat_sighting


def seen(leg: Leg, event_id: str, text: str = "hi", *, ts: int = 0, first: bool = False) -> Sighting:
    chat = Chat(event_id, "c", ts, "7", "ann", text, (), (), 0, first=first, source=leg.value)
    return chat_sighting(leg, chat)


def flags(events: list[Seen]) -> list[tuple[str, bool]]:
    return [(event.event_id, event.first) for event in events if isinstance(event, Chat)]


def test_eventsub_waits_for_the_flag_of_irc() -> None:
    merger = Merger(hold_ms=1000)
    merger.see(seen(Leg.EVENTSUB, "1"), 0)
    assert merger.take(500) == []
    merger.see(seen(Leg.IRC, "1", first=True), 600)
    assert flags(merger.take(600)) == [("1", True)]
    assert merger.take(5000) == []


def test_eventsub_goes_out_alone_when_irc_is_silent() -> None:
    merger = Merger(hold_ms=1000)
    merger.see(seen(Leg.EVENTSUB, "1"), 0)
    assert flags(merger.take(1000)) == [("1", False)]
    merger.see(seen(Leg.IRC, "1", first=True), 1100)
    assert merger.take(9000) == []
    assert merger.counts.late_flags == 1


def test_irc_goes_out_at_once_and_its_copy_does_not() -> None:
    merger = Merger()
    merger.see(seen(Leg.IRC, "1"), 0)
    assert flags(merger.take(0)) == [("1", False)]
    merger.see(seen(Leg.EVENTSUB, "1"), 1)
    assert merger.drain() == []


def test_content_decides_where_the_legs_give_other_ids() -> None:
    merger = Merger()
    merger.see(seen(Leg.EVENTSUB, "e", ts=5), 0)
    merger.see(seen(Leg.EVENTSUB, "again", ts=5), 1)
    merger.see(seen(Leg.IRC, "i", ts=9, first=True), 2)
    merger.see(seen(Leg.EVENTSUB, "again", ts=5), 3)
    assert flags(merger.drain()) == [("e", True)]


def test_the_same_words_twice_are_two_messages() -> None:
    merger = Merger()
    for at_ms, event_id in enumerate(("1", "2")):
        merger.see(seen(Leg.IRC, event_id, ts=at_ms), at_ms)
        merger.see(seen(Leg.EVENTSUB, event_id, ts=at_ms), at_ms)
    assert len(merger.drain()) == 2


def test_a_pair_by_content_parts_when_the_leg_shows_the_other_id() -> None:
    merger = Merger()
    merger.see(seen(Leg.EVENTSUB, "1", ts=1), 0)
    merger.see(seen(Leg.IRC, "2", ts=2), 1)
    merger.see(seen(Leg.EVENTSUB, "2", ts=2), 2)
    merger.see(seen(Leg.IRC, "1", ts=1), 3)
    assert sorted(event_id for event_id, _ in flags(merger.drain())) == ["1", "2"]
    assert merger.counts.parted == 1


def test_content_is_not_compared_across_a_long_time() -> None:
    merger = Merger()
    merger.see(seen(Leg.IRC, "1"), 0)
    merger.see(seen(Leg.EVENTSUB, "2"), PAIR_MS + 1)
    assert len(merger.drain()) == 2


def test_what_is_remembered_is_bounded() -> None:
    merger = Merger()
    for number in range(1000):
        merger.see(seen(Leg.IRC, str(number), str(number)), number * KEEP_MS // 100)
        merger.take(number * KEEP_MS // 100)
    assert len(merger._by_id) <= 102
    assert len(merger._by_key) == len(merger._recent) <= 2


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.sampled_from([Leg.IRC, Leg.EVENTSUB]), st.integers(0, 400)),
        max_size=80,
    )
)
def test_any_order_of_copies_gives_each_id_once(copies: list[tuple[int, Leg, int]]) -> None:
    merger, now, out = Merger(), 0, []
    for number, leg, step in copies:
        now += step
        merger.see(seen(leg, str(number), f"text {number}", ts=number), now)
        out += merger.take(now)
    out += merger.drain()
    assert sorted(event_id for event_id, _ in flags(out)) == sorted({str(number) for number, _, _ in copies})
