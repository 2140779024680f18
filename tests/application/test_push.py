"""News of channels reach the sockets that listen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from telemetra.adapters.memory import (
    MemoryConnections,
    MemoryMetricStore,
    MemoryMomentStore,
    MemoryPaneStore,
    MemorySockets,
    MemoryTicks,
)
from telemetra.application.ports import Greeting, Subscription, Tick
from telemetra.application.push import MOST_SOCKETS, OPENING_MS, PushNews, PushReport, PushSources
from telemetra.application.sockets import LIFE_MS
from telemetra.domain.window import MINUTE_MS
from tests.application.samples import (
    CHANNEL,
    NOW,
    BrokenPanes,
    JammedSockets,
    chat,
    moment,
    panes,
    revenue,
    row,
    rows,
)


class Room:
    """Memory ports and subscribers of one channel."""

    def __init__(
        self,
        *listeners: str,
        roles: Sequence[str] = (),
        store: MemoryPaneStore | None = None,
        stored: MemoryMetricStore | None = None,
        sockets: MemorySockets | None = None,
    ) -> None:
        self.connections = MemoryConnections(clock=lambda: NOW)
        self.sockets = sockets or MemorySockets()
        self.ticks = MemoryTicks()
        self.moments = MemoryMomentStore()
        self.panes = panes((NOW - 10_000, chat(5), 3)) if store is None else store
        self.metrics = stored or rows()
        for connection, role in zip(listeners, roles or ["admin"] * len(listeners), strict=True):
            self.connections.open(connection, role, NOW + 1)
            self.connections.subscribe(Subscription(connection, CHANNEL, role, NOW + 1))

    def push(self, *ticks: Tick) -> PushReport:
        sources = PushSources(
            self.connections, self.sockets, self.ticks, self.panes, self.metrics, self.moments
        )
        return PushNews(sources)(ticks, NOW)

    def heard(self, connection: str) -> list[dict[str, Any]]:
        """Return the messages of all frames in order."""
        told = (json.loads(frame) for to, frame in self.sockets.posted if to == connection)
        return [message for frame in told for message in (frame if isinstance(frame, list) else [frame])]

    def types(self, connection: str) -> list[str]:
        return [message["type"] for message in self.heard(connection)]


def test_a_channel_without_listeners_costs_no_read() -> None:
    room = Room(store=BrokenPanes())
    report = room.push(Tick(CHANNEL, minutes=(NOW,)))
    assert (report.channels, report.sent, report.again) == (0, 0, set())


def test_a_tick_brings_the_live_window_its_minutes_and_its_moments() -> None:
    room = Room("c1", stored=rows(row(NOW - MINUTE_MS, chat(9)), row(NOW - 2 * MINUTE_MS, chat(8))))
    room.moments.write([moment(NOW - 20_000), moment(NOW - 50_000)])
    report = room.push(
        Tick(CHANNEL, (NOW - MINUTE_MS, NOW - 2 * MINUTE_MS), (NOW - 20_000,)), Tick("elsewhere")
    )
    assert room.types("c1") == ["live", "minute", "minute", "moment"]
    live, older, newer, found = room.heard("c1")
    assert (live["stream_id"], live["version"], live["data"]["chat_count"]) == (CHANNEL, 3, 5)
    assert [older["data"]["chat_count"], newer["data"]["chat_count"]] == [8, 9]
    assert (newer["version"], newer["data"]["final"]) == (6, True)
    assert (found["version"], found["data"]["id"]) == (2, str(NOW - 20_000))
    assert (report.channels, report.sent, report.gone, report.failed) == (1, 1, 0, 0)


def test_a_silent_channel_has_no_live_window() -> None:
    room = Room("c1", store=panes())
    room.push(Tick(CHANNEL))
    assert room.heard("c1") == []


def test_a_viewer_is_sent_no_revenue() -> None:
    room = Room("c1", "c2", roles=("viewer", "broadcaster"), store=panes((NOW, revenue(500), 1)))
    room.push(Tick(CHANNEL))
    assert "revenue" not in room.heard("c1")[0]["data"]
    assert room.heard("c2")[0]["data"]["revenue"]["cents"] == {"USD": 500}


def test_the_ticks_of_one_batch_are_served_as_one() -> None:
    room = Room("c1", stored=rows(row(NOW - MINUTE_MS, chat(9))))
    room.push(Tick(CHANNEL), Tick(CHANNEL, (NOW - MINUTE_MS,)), Tick(CHANNEL, (NOW - MINUTE_MS,)))
    assert room.types("c1") == ["live", "minute"]


def test_a_tick_for_some_connections_reaches_no_other() -> None:
    room = Room("c1", "c2")
    room.push(Tick(CHANNEL, connections=("c2", "c9")))
    assert (room.types("c1"), room.types("c2")) == ([], ["live"])


def test_a_greeting_confirms_once_and_brings_what_is_open_now() -> None:
    room = Room(stored=rows(row(NOW - MINUTE_MS, chat(9))), store=panes((NOW, chat(5), 3)))
    room.connections.subscribe(Subscription("c1", CHANNEL, "admin", NOW + 1), Greeting.OWED)
    for _ in range(2):
        room.push(Tick(CHANNEL, connections=("c1",), greet=True))
    news = ["live", "minute", "minute"]
    assert room.types("c1") == ["subscribed", *news, *news]
    assert room.heard("c1")[0]["data"] == {"role": "admin", "expires_ms": NOW + 1}
    assert [message["data"]["final"] for message in room.heard("c1")[2:4]] == [True, False]


def test_a_greeting_that_did_not_get_through_is_still_owed() -> None:
    for sockets in (MemorySockets(gone={"c1"}), JammedSockets(jammed={"c1"})):
        room = Room(sockets=sockets)
        room.connections.subscribe(Subscription("c1", CHANNEL, "admin", NOW + LIFE_MS), Greeting.OWED)
        room.push(Tick(CHANNEL, connections=("c1",), greet=True))
        assert room.connections.interests("c1") == {CHANNEL: Greeting.OWED}


def test_everything_of_a_tick_is_told_in_one_frame_and_a_message_alone_as_it_is() -> None:
    room = Room("c1", "c2", stored=rows(row(NOW - MINUTE_MS, chat(9))))
    report = room.push(Tick(CHANNEL, (NOW - MINUTE_MS,)))
    assert [to for to, _ in room.sockets.posted] == ["c1", "c2"]
    assert [message["type"] for message in json.loads(room.sockets.posted[0][1])] == ["live", "minute"]
    assert report.sent == 2
    room.push(Tick(CHANNEL, connections=("c1",)))
    assert json.loads(room.sockets.posted[-1][1])["type"] == "live"


def test_a_socket_whose_token_has_expired_is_told_so_closed_and_forgotten() -> None:
    room = Room("c1")
    for name in ("late", "gone"):
        room.connections.open(name, "admin", NOW)
        room.connections.subscribe(Subscription(name, CHANNEL, "admin", NOW))
    room.sockets.gone.add("gone")
    report = room.push(Tick(CHANNEL))
    (told,) = room.heard("late")
    assert (told["type"], told["stream_id"], told["data"]["code"]) == ("error", CHANNEL, "expired")
    assert room.types("c1") == ["live"]
    assert room.sockets.closed == ["late"]
    assert (report.sent, report.expired, report.gone) == (1, 2, 0)
    assert [each.connection for each in room.connections.subscribers(CHANNEL)] == ["c1"]


def test_a_channel_whose_sockets_have_all_expired_costs_no_read() -> None:
    room = Room(store=BrokenPanes())
    room.connections.subscribe(Subscription("late", CHANNEL, "admin", NOW))
    assert room.push(Tick(CHANNEL)).again == set()
    assert room.sockets.closed == ["late"]


def test_an_expired_socket_that_takes_no_post_is_closed_another_time() -> None:
    room = Room(sockets=JammedSockets(jammed={"late"}))
    room.connections.subscribe(Subscription("late", CHANNEL, "admin", NOW))
    assert room.push(Tick(CHANNEL, (NOW,))).again == set()
    assert len(room.connections.subscribers(CHANNEL)) == 1


def test_a_confirmation_is_a_frame_before_the_news() -> None:
    room = Room(stored=rows(row(NOW - MINUTE_MS, chat(9))))
    room.connections.subscribe(Subscription("c1", CHANNEL, "admin", NOW + 1), Greeting.OWED)
    room.push(Tick(CHANNEL, (NOW - MINUTE_MS,), connections=("c1",), greet=True))
    confirmed, news = (json.loads(frame) for _, frame in room.sockets.posted)
    assert confirmed["type"] == "subscribed"
    assert [message["type"] for message in news][:2] == ["live", "minute"]


def test_a_crowd_is_shared_out_over_further_ticks() -> None:
    names = [f"c{number:03}" for number in range(2 * MOST_SOCKETS + 5)]
    room = Room(*names)
    report = room.push(Tick(CHANNEL, (NOW,), (NOW,)))
    assert report.sent == MOST_SOCKETS
    assert [len(tick.connections) for tick in room.ticks.sent] == [MOST_SOCKETS, 5]
    assert {tick.minutes for tick in room.ticks.sent} == {(NOW,)}
    assert sum((tick.connections for tick in room.ticks.sent), ()) == tuple(names[MOST_SOCKETS:])


def test_a_socket_that_is_gone_is_forgotten_and_the_rest_is_served() -> None:
    room = Room("c1", "c2", sockets=MemorySockets(gone={"c1"}))
    report = room.push(Tick(CHANNEL))
    assert (report.sent, report.gone, report.again) == (1, 1, set())
    assert room.types("c2") == ["live"]
    assert [found.connection for found in room.connections.subscribers(CHANNEL)] == ["c2"]


def test_a_socket_that_is_about_to_open_is_kept_and_greeted_again() -> None:
    room = Room(sockets=MemorySockets(gone={"c1"}))
    opened_ms = NOW - OPENING_MS + 1
    room.connections.subscribe(Subscription("c1", CHANNEL, "admin", opened_ms + LIFE_MS))
    greeting = Tick(CHANNEL, connections=("c1",), greet=True)
    for tick, again in ((Tick(CHANNEL), []), (greeting, [greeting])):
        report = room.push(tick)
        assert (report.sent, report.gone, report.again) == (0, 0, set())
        assert room.ticks.sent == again
    assert [found.connection for found in room.connections.subscribers(CHANNEL)] == ["c1"]
    room.connections.subscribe(Subscription("c1", CHANNEL, "admin", opened_ms - 1 + LIFE_MS))
    assert room.push(greeting).gone == 1
    assert room.ticks.sent == [greeting]
    assert room.connections.subscribers(CHANNEL) == []


def test_a_failed_post_stops_no_other_and_is_repeated_when_it_carried_more_than_the_live_window() -> None:
    room = Room("c1", "c2", "c3", sockets=JammedSockets(jammed={"c1"}, gone={"c2"}))
    assert room.push(Tick(CHANNEL)).again == set()
    report = room.push(Tick("elsewhere"), Tick(CHANNEL, (NOW,)), Tick(CHANNEL))
    assert (report.failed, report.again) == (1, {1, 2})
    assert room.types("c3") == ["live", "live"]
    assert [found.connection for found in room.connections.subscribers(CHANNEL)] == ["c1", "c3"]


def test_only_the_ticks_of_a_channel_that_cannot_be_read_are_repeated() -> None:
    room = Room("c1", store=BrokenPanes())
    assert room.push(Tick("elsewhere"), Tick(CHANNEL)).again == {1}
