"""Helix, OAuth and the emote lists against the stand-in."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest

from producer.sources.twitch.emote_lists import TTL_MS, EmoteLists
from producer.sources.twitch.emotes import EmoteBook, bttv_names, ffz_names, seventv_names
from producer.sources.twitch.endpoints import Endpoints
from producer.sources.twitch.helix import Helix, HelixError, wait_s
from producer.sources.twitch.oauth import DeviceCode, Grant, OAuth, TokenFile, Tokens
from producer.sources.twitch.standin.play import StandIn
from producer.sources.twitch.standin.world import World, user_id_of
from producer.sources.twitch.tally import Tally
from producer.sources.twitch.values import FrameError
from telemetra.adapters.clock import now_ms
from telemetra.domain.errors import ParameterError, UnauthenticatedError
from tests.twitch.conftest import CHANNELS, tokens

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from producer.sources.twitch.standin.http_server import HttpServer

    Act = Callable[[httpx.AsyncClient, Endpoints, HttpServer], Awaitable[None]]


def against(world: World, act: Act) -> None:
    async def run() -> None:
        async with StandIn(world) as standin, httpx.AsyncClient() as http:
            await act(http, Endpoints.of(standin.base), standin.http)

    asyncio.run(run())


class Naps:
    """Sleeps that take no time, noted."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


def test_users_and_streams_are_found(world: World) -> None:
    async def act(http: httpx.AsyncClient, where: Endpoints, _: HttpServer) -> None:
        helix = Helix(http, where.helix, tokens(http, where), tally=Tally(), now_ms=now_ms)
        assert await helix.users((*CHANNELS, "nobody")) == {name: user_id_of(name) for name in CHANNELS}
        (stream,) = await helix.streams(CHANNELS[:1])
        assert stream.viewer_count >= 1000
        change = stream.change(5)
        assert (change.channel, change.live, change.category) == (CHANNELS[0], True, "Just Chatting")

    against(world, act)


def test_a_call_waits_for_its_points(world: World) -> None:
    world.rate_limited = 3
    naps, tally = Naps(), Tally()

    async def act(http: httpx.AsyncClient, where: Endpoints, _: HttpServer) -> None:
        helix = Helix(http, where.helix, tokens(http, where), tally=tally, now_ms=now_ms, sleep=naps)
        assert len(await helix.users(CHANNELS)) == 2

    against(world, act)
    assert tally["helix.429"] == 3
    assert len(naps.taken) == 3
    assert all(0 < nap <= 2 for nap in naps.taken)


def test_a_call_that_is_never_answered_says_so(world: World) -> None:
    world.rate_limited = 1000

    async def act(http: httpx.AsyncClient, where: Endpoints, _: HttpServer) -> None:
        helix = Helix(http, where.helix, tokens(http, where), tally=Tally(), now_ms=now_ms, sleep=Naps())
        with pytest.raises(HelixError, match="status 429 in 6 attempts"):
            await helix.users(CHANNELS)
        nowhere = Helix(
            http, "http://127.0.0.1:9", tokens(http, where), tally=Tally(), now_ms=now_ms, sleep=Naps()
        )
        with pytest.raises(HelixError, match="ConnectError in 6 attempts"):
            await nowhere.users(CHANNELS)

    against(world, act)


def test_a_subscription_without_a_session_is_refused(world: World) -> None:
    async def act(http: httpx.AsyncClient, where: Endpoints, _: HttpServer) -> None:
        helix = Helix(http, where.helix, tokens(http, where), tally=Tally(), now_ms=now_ms)
        wanted = {"type": "stream.online", "version": "1", "condition": {"broadcaster_user_id": "1"}}
        with pytest.raises(HelixError, match="session") as caught:
            await helix.subscribe(wanted, "none")
        assert caught.value.status == 400

    against(world, act)


def test_an_ended_token_is_refreshed_once_for_all(world: World, tmp_path: Path) -> None:
    async def act(http: httpx.AsyncClient, where: Endpoints, server: HttpServer) -> None:
        file = TokenFile(tmp_path / "twitch" / "token.json")
        oauth = OAuth(http, where.oauth, "standin-client")
        kept = Tokens(oauth, Grant("ended", "standin-refresh"), file)
        helix = Helix(http, where.helix, kept, tally=Tally(), now_ms=now_ms)
        await asyncio.gather(*(helix.users(CHANNELS) for _ in range(4)))
        assert len(server.valid) == 2
        saved = file.load()
        assert saved
        assert saved.access_token == kept.access
        assert (tmp_path / "twitch" / "token.json").stat().st_mode & 0o777 == 0o600
        assert (await Tokens(oauth, Grant("old", "standin-refresh"), file).identify()).user_id == "900001"
        with pytest.raises(UnauthenticatedError, match="--login"):
            await Tokens(oauth, Grant("old", "wrong"), None).identify()
        with pytest.raises(UnauthenticatedError, match="--login"):
            await Tokens(oauth, Grant("old"), None).identify()

    against(world, act)


def test_the_device_flow_waits_until_the_person_agrees(world: World) -> None:
    shown: list[DeviceCode] = []
    naps = Naps()

    async def act(http: httpx.AsyncClient, where: Endpoints, server: HttpServer) -> None:
        grant = await OAuth(http, where.oauth, "standin-client").device(shown.append, naps)
        assert grant.access_token in server.valid

    against(world, act)
    assert shown[0].user_code == "ABCDEFGH"
    assert naps.taken == [1, 1, 1]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ([(400, {"message": "no such client"})], "no such client"),
        ([(200, None), (400, {"message": "invalid device code"})], "invalid device code"),
        ([(200, None), *[(400, {"message": "slow_down"})] * 9], "expired"),
    ],
)
def test_a_device_flow_that_fails_says_why(answers: list[tuple[int, object]], message: str) -> None:
    code = {"device_code": "d", "user_code": "u", "verification_uri": "v", "interval": 1, "expires_in": 20}
    left = iter(answers)

    def answer(_: httpx.Request) -> httpx.Response:
        status, body = next(left)
        return httpx.Response(status, json=code if body is None else body)

    async def run() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
            await OAuth(http, "http://127.0.0.1", "c", "secret").device(lambda _: None, Naps())

    with pytest.raises(UnauthenticatedError, match=message):
        asyncio.run(run())


def test_no_secret_is_shown() -> None:
    shown = repr(Grant("access-1", "refresh-2")) + repr(OAuth(httpx.AsyncClient(), "b", "c", "secret-3"))
    assert not any(secret in shown for secret in ("access-1", "refresh-2", "secret-3"))


def test_a_token_file_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    path = tmp_path / "token.json"
    assert TokenFile(path).load() is None
    path.write_bytes(b"{")
    assert TokenFile(path).load() is None


def test_tokens_go_to_this_machine_or_to_twitch() -> None:
    assert Endpoints.of("").helix == "https://api.twitch.tv/helix"
    for base in ("http://example.com", "https://127.0.0.1:1", "ftp://127.0.0.1"):
        with pytest.raises(ParameterError, match="stand-in"):
            Endpoints.of(base)


def test_emote_lists_are_fetched_once_and_kept(world: World, tmp_path: Path) -> None:
    clock = [0]

    async def act(http: httpx.AsyncClient, where: Endpoints, _: HttpServer) -> None:
        book = EmoteBook()
        lists = EmoteLists(http, where, tmp_path, Tally(), lambda: clock[0])
        await lists.fill(book)
        await lists.fill(book, "c", "12")
        assert book.names("c", "bttvEverywhere ffzOnlyHere KEKW sevenonlyhere", []) == (
            "bttvEverywhere", "ffzOnlyHere", "KEKW",
        )  # fmt: skip
        assert book.names("d", "ffzOnlyHere", []) == ()
        clock[0] = TTL_MS + 1
        away, tally = EmoteBook(), Tally()
        await EmoteLists(http, Endpoints.of("http://127.0.0.1:9"), tmp_path, tally, lambda: clock[0]).fill(
            away
        )
        assert away.knows("c", "ffzEverywhere")
        assert tally["emotes.failed.ffz"] == 1

    against(world, act)


@pytest.mark.parametrize("reader", [bttv_names, ffz_names, seventv_names])
@pytest.mark.parametrize("body", [b"", b"7", b'{"sets":7,"emotes":7}', b'["x"]'])
def test_a_list_of_another_shape_is_refused(reader: Callable[[bytes], tuple[str, ...]], body: bytes) -> None:
    with pytest.raises(FrameError):
        reader(body)


def test_the_wait_is_bounded_whatever_the_clocks_say() -> None:
    assert wait_s({"ratelimit-remaining": "0", "ratelimit-reset": "99999999999"}, 0) == 60
    assert wait_s({"ratelimit-remaining": "0", "ratelimit-reset": "1"}, 99_000_000) == 0
    assert wait_s({"ratelimit-remaining": "0", "ratelimit-reset": "soon"}, 0) > 0
