"""The client asks again when that may help, and reads what the contract says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import httpx
import msgspec
import pytest

from telemetra.application.contract import examples, frames, shapes
from telemetra.client import ApiError, AsyncClient, ChannelView, Client
from telemetra.client.calls import pause_s

URL = "http://127.0.0.1:1"
Handler = Callable[[httpx.Request], httpx.Response]


class Server:
    """Answers with what it was given, one after the other, and keeps what it was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.slept: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def client(self, token: str | None = None) -> Client:
        return Client(URL, token, sleep=self.slept.append, transport=httpx.MockTransport(self))


def page(*items: msgspec.Struct, cursor: str | None = None) -> httpx.Response:
    return httpx.Response(200, content=msgspec.json.encode({"items": items, "cursor": cursor}))


def problem(status: int) -> httpx.Response:
    return httpx.Response(status, json=examples.problem(status))


def test_pages_are_walked_to_the_end() -> None:
    entry = examples.CHANNEL_ENTRY
    server = Server(page(entry, cursor="next"), page(entry))
    assert list(server.client("secret").streams()) == [entry, entry]
    assert [request.url.params.get("cursor") for request in server.asked] == [None, "next"]
    assert server.asked[0].headers["authorization"] == "Bearer secret"


def test_a_long_series_is_asked_for_in_parts_and_afresh_when_a_gap_is_filled() -> None:
    server = Server(page(examples.METRIC), page(examples.METRIC))
    assert len(server.client().metrics("aurora", "minute", 0, 2_000 * 60_000, afresh=True)) == 2
    assert [request.url.params["from"] for request in server.asked] == ["0", str(1_500 * 60_000)]
    assert {request.headers["cache-control"] for request in server.asked} == {"no-cache"}


def test_moments_files_and_health_are_read() -> None:
    health = examples.EXAMPLES["Health"]
    file = httpx.Response(200, text="TITLE: x")
    server = Server(page(examples.MOMENT), file, httpx.Response(200, json=health))
    client = server.client()
    assert list(client.moments("aurora", 0, 1)) == [examples.MOMENT]
    assert client.export("aurora", "edl", 0, 1) == "TITLE: x"
    assert client.health().status == "ok"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again_when_it_says(status: int) -> None:
    busy = httpx.Response(status, headers={"Retry-After": "3"})
    server = Server(busy, httpx.ConnectError("refused"), page(examples.METRIC))
    assert server.client().metrics("aurora", "hour", 0, 1) == [examples.METRIC]
    assert server.slept[0] == 3
    assert len(server.slept) == 2


def test_a_refusal_is_told_in_the_server_s_words_and_not_repeated() -> None:
    server = Server(problem(403))
    with pytest.raises(ApiError, match="Forbidden: the token does not cover") as caught:
        server.client().health()
    assert caught.value.status == 403
    assert server.slept == []


def test_a_server_that_stays_away_is_an_error_in_the_end() -> None:
    server = Server(*[httpx.ConnectError("refused")] * 4)
    with pytest.raises(ApiError, match="does not answer: refused") as caught:
        server.client().health()
    assert caught.value.status == 0
    assert len(server.slept) == 3


@pytest.mark.parametrize("answer", [httpx.Response(500, text="<html>"), httpx.Response(200, text="[]")])
def test_an_answer_of_another_contract_is_an_error(answer: httpx.Response) -> None:
    with pytest.raises(ApiError, match="/api/v1/health answered"):
        Server(answer).client().health()


def test_pauses_grow_to_a_bound() -> None:
    assert all(2.0**attempt / 8 <= pause_s(attempt, None) <= 2.0**attempt / 4 for attempt in range(5))
    assert pause_s(30, None) <= 8


def test_the_client_that_does_not_block_asks_alike() -> None:
    ticket = httpx.Response(200, json={"ticket": "t", "expires_ms": 1})
    health = httpx.Response(200, json=examples.EXAMPLES["Health"])
    server = Server(
        problem(503), page(examples.CHANNEL_ENTRY, cursor="n"), page(), page(examples.METRIC),
        page(examples.MOMENT), httpx.Response(200, text="TITLE"), ticket, health,
        httpx.Response(200, json={"x": 1}),
    )  # fmt: skip

    async def ask() -> None:
        async def sleep(seconds: float) -> None:
            server.slept.append(seconds)

        async with AsyncClient(URL, "t", sleep=sleep, transport=httpx.MockTransport(server)) as client:
            assert [found async for found in client.streams()] == [examples.CHANNEL_ENTRY]
            assert await client.metrics("aurora", "day", 0, 1) == [examples.METRIC]
            assert [found async for found in client.moments("aurora", 0, 1)] == [examples.MOMENT]
            assert await client.export("aurora", "edl", 0, 1) == "TITLE"
            assert await client.ticket() == "t"
            assert (await client.health()).status == "ok"
            assert await client.get("/any", x=1) == {"x": 1}
            assert (client.socket_origin, client.has_token) == ("ws://127.0.0.1:1", True)

    asyncio.run(ask())
    assert len(server.slept) == 1


def test_a_view_keeps_what_has_seen_more_in_whatever_order_it_is_told() -> None:
    newer = msgspec.structs.replace(examples.METRIC, version=24, chat_count=500)
    ended = msgspec.structs.replace(examples.MOMENT, version=9)
    told: list[frames.ServerMessage] = [
        frames.Minute("a", 24, newer),
        frames.Minute("a", 23, examples.METRIC),
        frames.MomentNews("a", 9, ended),
        frames.MomentNews("a", 5, examples.MOMENT),
        frames.LiveWindow("a", 24, newer),
        frames.LiveWindow("a", 23, examples.METRIC),
        frames.Pong(None, 0, frames.Heartbeat(0)),
    ]
    forwards, backwards = ChannelView(), ChannelView()
    assert [forwards.take(message) for message in told] == [True, False, True, False, True, False, False]
    for message in reversed(told):
        backwards.take(message)
    assert forwards == backwards
    assert json.loads(msgspec.json.encode(forwards.minutes))


def test_a_final_minute_wins_over_an_open_one_that_has_seen_as_much() -> None:
    view = ChannelView()
    view.take_minute(msgspec.structs.replace(examples.METRIC, final=False))
    assert view.take_minute(examples.METRIC)
    assert view.minutes[examples.AT_MS].final


def test_a_page_of_a_newer_server_is_still_read() -> None:
    newer = {**examples.EXAMPLES["Health"], "more": 1}
    assert isinstance(Server(httpx.Response(200, json=newer)).client().health(), shapes.Health)
