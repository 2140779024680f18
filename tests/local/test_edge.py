"""The edge in front of a small cloud that answers what a test wants."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import BaseTestServer, TestClient, TestServer
from yarl import URL

from local.edge import REQUESTS_AT_ONCE, Config, Edge
from local.edge_ws import FrameMeter, Limits

Client = TestClient[web.Request, web.Application]
KB = 1024
STRANGE = ({"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"})


async def rest(request: web.Request) -> web.StreamResponse:
    echoed = {"path": request.raw_path, "body": (await request.read()).decode(), "host": request.host}
    return web.json_response({**echoed, "method": request.method}, headers={"ETag": '"1"', "X-Own": "kept"})


class Crowd:
    """Counts the requests that an API works on at once."""

    def __init__(self) -> None:
        self.now = 0
        self.most = 0

    async def serve(self, _: web.Request) -> web.StreamResponse:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.02)
        self.now -= 1
        return web.json_response({})


async def stored(request: web.Request) -> web.StreamResponse:
    objects = {"index.html": "<h1>page</h1>", "assets/app.js": "run()"}
    key = request.match_info["key"]
    if key not in objects:
        return web.Response(status=404, text="<Error/>")
    if request.headers.get("If-None-Match") == f'"{key}"':
        return web.Response(status=304, headers={"ETag": f'"{key}"'})
    headers = {"ETag": f'"{key}"', "Cache-Control": "no-cache", "x-amz-request-id": "1"}
    return web.Response(text=objects[key], content_type="text/html", headers=headers)


async def socket(request: web.Request) -> web.StreamResponse:
    if request.query.get("ticket") == "bad":
        return web.Response(status=403)
    accepted = web.WebSocketResponse(max_msg_size=0)
    await accepted.prepare(request)
    await accepted.send_str(f"hello {request.query.get('stream_id', '')}")
    async for message in accepted:
        if message.type is WSMsgType.TEXT and message.data.startswith("give "):
            await accepted.send_str("x" * int(message.data.split()[1]))
        elif message.type is WSMsgType.TEXT:
            await accepted.send_str(f"{len(message.data)}")
    return accepted


@dataclass
class Place:
    client: Client
    cloud: BaseTestServer
    crowd: Crowd


@asynccontextmanager
async def place(limits: Limits) -> AsyncIterator[Place]:
    cloud_app = web.Application(client_max_size=20 * KB * KB)
    crowd = Crowd()
    cloud_app.router.add_get("/api-stage/api/slow", crowd.serve)
    cloud_app.router.add_route("*", "/api-stage/{path:.*}", rest)
    cloud_app.router.add_get("/bucket/{key:.*}", stored)
    cloud_app.router.add_get("/socket-stage", socket)
    async with TestServer(cloud_app, host="127.0.0.1") as cloud:
        base = f"http://127.0.0.1:{cloud.port}"
        config = Config(3000, base, "bucket", f"{base}/api-stage", f"{base}/socket-stage")
        server = TestServer(Edge(config, limits).application(), host="127.0.0.1")
        async with TestClient(server) as client:
            yield Place(client, cloud, crowd)


def in_place(story: Callable[[Place], Awaitable[None]], limits: Limits = Limits()) -> None:  # noqa: B008
    async def told() -> None:
        async with place(limits) as here:
            await asyncio.wait_for(story(here), 20)

    asyncio.run(told())


def test_the_api_is_passed_on_with_query_body_and_headers() -> None:
    async def story(here: Place) -> None:
        answer = await here.client.put(URL("/api/v1/x?a=%2F&b=1", encoded=True), data="text")
        assert answer.headers["ETag"] == '"1"'
        assert answer.headers["X-Own"] == "kept"
        body = await answer.json()
        assert body["path"] == "/api-stage/api/v1/x?a=%2F&b=1"
        assert (body["method"], body["body"]) == ("PUT", "text")

    in_place(story)


def test_many_requests_take_turns_at_the_api() -> None:
    async def story(here: Place) -> None:
        answers = await asyncio.gather(*(here.client.get("/api/slow") for _ in range(12)))
        assert {answer.status for answer in answers} == {200}
        assert here.crowd.most == REQUESTS_AT_ONCE

    in_place(story)


def test_a_page_without_extension_is_the_dashboard_and_revalidates() -> None:
    async def story(here: Place) -> None:
        page = await here.client.get("/luna/moments")
        assert await page.text() == "<h1>page</h1>"
        assert page.headers["Cache-Control"] == "no-cache"
        assert "x-amz-request-id" not in page.headers
        again = await here.client.get("/", headers={"If-None-Match": page.headers["ETag"]})
        assert again.status == 304

    in_place(story)


def test_every_answer_carries_the_security_headers() -> None:
    async def story(here: Place) -> None:
        for path in ("/", "/assets/app.js", "/missing.js", "/api/v1/x", "/ws"):
            answer = await here.client.get(path)
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]

    in_place(story)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/missing.js", 404), ("POST", "/", 405), ("GET", "/ws", 426), ("GET", "/ws/nowhere", 404)],
)
def test_what_cannot_be_served_is_a_problem(method: str, path: str, status: int) -> None:
    async def story(here: Place) -> None:
        answer = await here.client.request(method, path)
        assert answer.status == status
        assert answer.content_type == "application/problem+json"
        assert (await answer.json())["status"] == status

    in_place(story)


@pytest.mark.parametrize("headers", STRANGE)
@pytest.mark.parametrize("path", ["/", "/health", "/api/v1/streams", "/ws"])
def test_another_host_or_origin_is_forbidden(headers: dict[str, str], path: str) -> None:
    async def story(here: Place) -> None:
        answer = await here.client.get(path, headers=headers)
        assert answer.status == 403
        assert answer.content_type == "application/problem+json"

    in_place(story)


def test_a_body_over_ten_megabytes_is_refused() -> None:
    async def story(here: Place) -> None:
        answer = await here.client.put("/api/v1/x", data=io.BytesIO(b"x" * (10 * KB * KB + 1)))
        assert answer.status == 413
        assert answer.content_type == "application/problem+json"

    in_place(story)


def test_a_cloud_that_is_gone_is_a_problem_to_retry() -> None:
    async def story(here: Place) -> None:
        await here.cloud.close()
        for path in ("/", "/health"):
            answer = await here.client.get(path)
            assert answer.status == 502
            assert answer.headers["Retry-After"] == "1"
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await here.client.ws_connect("/ws")
        assert refused.value.status == 502

    in_place(story)


def test_a_socket_is_bridged_both_ways_with_the_channel_of_its_path() -> None:
    async def story(here: Place) -> None:
        async with here.client.ws_connect("/ws/live/luna") as talk:
            assert await talk.receive_str() == "hello luna"
            await talk.send_str("x" * 32 * KB)
            assert await talk.receive_str() == str(32 * KB)

    in_place(story)


def test_a_refused_handshake_is_refused_to_the_client() -> None:
    async def story(here: Place) -> None:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await here.client.ws_connect("/ws?ticket=bad")
        assert refused.value.status == 403

    in_place(story)


def test_a_frame_over_32_kilobytes_closes_the_socket() -> None:
    async def story(here: Place) -> None:
        async with here.client.ws_connect("/ws") as talk:
            await talk.receive_str()
            await talk.send_str("x" * (32 * KB + 1))
            assert (await talk.receive()).type is WSMsgType.CLOSE
            assert talk.close_code == 1009

    in_place(story)


def test_a_message_over_128_kilobytes_is_not_delivered() -> None:
    async def story(here: Place) -> None:
        async with here.client.ws_connect("/ws") as talk:
            await talk.receive_str()
            await talk.send_str(f"give {128 * KB}")
            assert len(await talk.receive_str()) == 128 * KB
            await talk.send_str(f"give {128 * KB + 1}")
            assert (await talk.receive()).type is WSMsgType.CLOSE
            assert talk.close_code == 1009

    in_place(story)


def test_an_idle_socket_is_closed() -> None:
    async def story(here: Place) -> None:
        async with here.client.ws_connect("/ws") as talk:
            await talk.receive_str()
            assert (await talk.receive()).extra == "idle for 10 min"
            assert talk.close_code == 1001

    in_place(story, Limits(idle_s=0.2))


def test_an_old_socket_is_closed_however_busy() -> None:
    async def story(here: Place) -> None:
        async with here.client.ws_connect("/ws") as talk:
            await talk.receive_str()
            while True:
                await talk.send_str("x")
                message = await talk.receive()
                if message.type is not WSMsgType.TEXT:
                    break
            assert message.extra == "a connection lives 2 h"

    in_place(story, Limits(age_s=0.3))


def test_the_meter_reads_headers_that_come_in_pieces() -> None:
    meter = FrameMeter(1000)
    small = bytes([0x81, 0x83, 1, 2, 3, 4]) + b"abc"
    medium = bytes([0x81, 0xFE, 3, 0xE8, 1, 2, 3, 4]) + b"x" * 1000
    large = bytes([0x81, 0xFE, 3, 0xE9, 1, 2, 3, 4])
    pieces = [bytes([byte]) for byte in small + medium + small + large]
    assert [meter.exceeded(piece) for piece in pieces] == [False] * (len(pieces) - 1) + [True]
