"""The stack as `up` starts it: callers show tokens, the browser on this machine need not."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
from playwright.sync_api import Page, sync_playwright

from local.access import Signer, secret_arn, secrets_of
from local.cloud import Cloud
from local.embedded import embedded
from local.settings import surroundings
from telemetra.adapters.clock import now_ms
from telemetra.application.access import Role
from telemetra.application.contract.operations import OPERATIONS
from telemetra.application.tokens import SOCKET_AUDIENCE, Claims, TokenKey, TokenRing
from telemetra.client import messages_of
from tests.journey.running import RunningStack

pytestmark = pytest.mark.journey
STREAM = "/api/v1/streams/aurora"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with embedded(tmp_path_factory.mktemp("guarded") / "state", access="token") as started:
        stack = RunningStack.of(started, surroundings().child_environment({}))
        if httpx.get(stack.url).status_code == httpx.codes.SERVICE_UNAVAILABLE:
            page = {"Bucket": stack.outputs["WebBucket"], "Key": "index.html", "ContentType": "text/html"}
            stack.client("s3").put_object(Body=b"<!doctype html><title>page</title>", **page)
        yield stack


@pytest.fixture(scope="module")
def ring(guarded: RunningStack) -> TokenRing:
    arn = secret_arn(Cloud(guarded.endpoint_url), guarded.prefix)
    assert arn == guarded.outputs["TokenSecretArn"]
    return TokenRing(lambda: secrets_of(guarded.client("secretsmanager"), arn))


def token(ring: TokenRing, role: Role = Role.VIEWER, **changes: Any) -> dict[str, str]:
    now = now_ms()
    claims: dict[str, Any] = {"channels": frozenset({"aurora"}), "expires_ms": now + 60_000} | changes
    return {"Authorization": f"Bearer {ring.sign(Claims('test', role, **claims), now_ms=now)}"}


def test_without_a_token_the_answer_is_401_and_names_the_fix(guarded: RunningStack) -> None:
    answer = httpx.get(f"{guarded.url}/api/v1/streams")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert "Authorization: Bearer" in answer.json()["detail"]
    assert httpx.get(f"{guarded.url}/health").status_code == 200


def test_a_token_opens_its_channel_by_its_role(guarded: RunningStack, ring: TokenRing) -> None:
    with httpx.Client(base_url=guarded.url) as client:
        assert client.get("/api/v1/me", headers=token(ring)).json()["role"] == "viewer"
        assert client.get(f"{STREAM}/metrics", headers=token(ring)).status_code == 200
        assert client.get("/api/v1/streams/other/metrics", headers=token(ring)).status_code == 403
        assert client.get(f"{STREAM}/rules", headers=token(ring)).status_code == 403
        assert client.get(f"{STREAM}/rules", headers=token(ring, Role.BROADCASTER)).status_code == 200
        stranger = TokenKey(b"x" * 64).sign(
            Claims("x", Role.ADMIN, frozenset("*"), now_ms() + 60_000), issued_ms=now_ms()
        )
        headers = {"Authorization": f"Bearer {stranger}"}
        assert client.get("/api/v1/me", headers=headers).status_code == 401


def test_a_body_of_more_bytes_than_a_route_takes_is_413(guarded: RunningStack, ring: TokenRing) -> None:
    headers = {**token(ring, Role.ADMIN), "Content-Type": "application/json", "If-Match": '"rules-0"'}
    ids = {"stream_id": "aurora", "moment_id": "1795456800000"}
    for operation in (one for one in OPERATIONS if one.body and not one.is_open):
        url = guarded.url + operation.path.format(**ids)
        found = httpx.request(operation.method, url, content="x" * 20_000, headers=headers)
        assert found.status_code == 413, operation.path
        assert found.headers["Content-Type"].startswith("application/problem+json")
        assert "bytes: at most" in found.json()["detail"]


def test_too_many_calls_at_once_are_429(guarded: RunningStack) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = [*pool.map(lambda _: httpx.post(f"{guarded.url}/api/v1/auth/twitch", json={}), range(60))]
    refused = [answer for answer in found if answer.status_code == 429]
    assert {answer.status_code for answer in found} == {404, 429}
    assert refused[0].headers["Content-Type"].startswith("application/problem+json")
    assert refused[0].json()["status"] == 429


def test_a_link_opens_its_view_only(guarded: RunningStack, ring: TokenRing) -> None:
    with httpx.Client(base_url=guarded.url) as client:
        made = client.post(f"{STREAM}/share", json={"view": "moments"}, headers=token(ring, Role.BROADCASTER))
        link = {"Authorization": f"Bearer {made.json()['token']}"}
        assert client.get(f"{STREAM}/moments", headers=link).status_code == 200
        assert client.get(f"{STREAM}/metrics", headers=link).status_code == 403
        assert client.post("/api/v1/ws-ticket", headers=link).status_code == 403


def test_the_page_gives_a_browser_a_session_that_other_pages_cannot_use(guarded: RunningStack) -> None:
    with httpx.Client(base_url=guarded.url) as browser:
        page = browser.get("/")
        cookie = page.headers["Set-Cookie"]
        assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
        assert browser.get("/api/v1/me").json()["role"] == "admin"
        port = guarded.url.rpartition(":")[2]
        for headers in (
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Origin": f"http://localhost:{port}"},
            {"Origin": "http://127.0.0.1:8080"},
        ):
            assert browser.get("/api/v1/me", headers=headers).status_code == 401
        for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
            assert browser.get("/api/v1/me", headers=headers).status_code == 403
        bad = {"Authorization": "Bearer a.b.c"}
        assert browser.get("/api/v1/me", headers=bad).status_code == 401


async def opened(url: str, **more: Any) -> int:
    """Open a socket and say hello; return 101, or the status that refused it."""
    async with aiohttp.ClientSession() as session:
        try:
            async with session.ws_connect(url, **more) as socket:
                await socket.send_json({"action": "ping"})
                async with asyncio.timeout(20):
                    while json.loads(await socket.receive_str())["type"] != "pong":
                        pass
        except aiohttp.WSServerHandshakeError as error:
            return error.status
    return 101


def test_a_socket_opens_with_a_ticket_of_its_own(guarded: RunningStack, ring: TokenRing) -> None:
    headers = token(ring)
    made = httpx.post(f"{guarded.url}/api/v1/ws-ticket", headers=headers).json()
    expired = ring.sign(
        Claims("x", Role.VIEWER, frozenset({"aurora"}), now_ms()), now_ms=now_ms(), audience=SOCKET_AUDIENCE
    )
    url = f"{guarded.url}/ws/live/aurora"
    assert asyncio.run(opened(f"{url}?ticket={made['ticket']}")) == 101
    assert asyncio.run(opened(f"{guarded.url}/ws/live/other?ticket={made['ticket']}")) == 403
    assert asyncio.run(opened(f"{url}?ticket={expired}")) == 403
    assert asyncio.run(opened(f"{url}?ticket={headers['Authorization'].split()[1]}")) == 403
    assert asyncio.run(opened(url)) == 401
    assert asyncio.run(opened(url, headers={"Origin": "https://evil.example"})) == 403


async def to_the_end(url: str, *, until_ms: int, speaks: bool, tick: Callable[[], None]) -> list[Any]:
    """Listen until the socket is closed; once its time is over it speaks, or its channel has news."""
    heard: list[Any] = []
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket, asyncio.timeout(40):
        while not socket.closed:
            with suppress(TimeoutError):
                said = await socket.receive(timeout=0.5)
                if said.type is not aiohttp.WSMsgType.TEXT:
                    return [*heard, socket.close_code]
                heard += messages_of(said.data)
            if now_ms() > until_ms and speaks:
                await socket.send_json({"action": "ping"})
            elif now_ms() > until_ms:
                await asyncio.to_thread(tick)
    return heard


@pytest.mark.parametrize("speaks", [True, False])
def test_a_socket_whose_token_expires_is_told_so_and_closed(
    guarded: RunningStack, ring: TokenRing, speaks: bool
) -> None:
    until_ms = now_ms() + 5_000
    made = httpx.post(f"{guarded.url}/api/v1/ws-ticket", headers=token(ring, expires_ms=until_ms)).json()
    sqs = guarded.client("sqs")
    queue = sqs.get_queue_url(QueueName=f"{guarded.prefix}-ticks")["QueueUrl"]

    def tick() -> None:
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"channel": "aurora"}))

    url = f"{guarded.url}/ws/live/aurora?ticket={made['ticket']}"
    *_, last, code = asyncio.run(to_the_end(url, until_ms=until_ms, speaks=speaks, tick=tick))
    assert (last.data.code, code) == ("expired", 1000)
    assert now_ms() > until_ms - 1_000


def test_a_browser_opens_a_socket_with_its_session(guarded: RunningStack) -> None:
    page = httpx.get(guarded.url)
    cookie = {"Cookie": page.headers["Set-Cookie"].split(";")[0], "Origin": guarded.url}
    assert asyncio.run(opened(f"{guarded.url}/ws/live/aurora", headers=cookie)) == 101
    assert asyncio.run(opened(f"{guarded.url}/ws", headers=cookie | {"Origin": "http://127.0.0.1:1"})) == 401


@contextmanager
def fresh_page() -> Iterator[Page]:
    """A page of a browser that has never been here; it ends with the block, and its event loop with it."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser.new_page()
        finally:
            browser.close()


def test_a_fresh_browser_on_the_bare_address_is_let_in(guarded: RunningStack) -> None:
    asks = """async () => {
        const me = await (await fetch('/api/v1/me')).json();
        const said = await new Promise((done) => {
            const socket = new WebSocket(`ws://${location.host}/ws`);
            socket.onopen = () => socket.send('{"action":"ping"}');
            socket.onmessage = (event) => done(JSON.parse(event.data).type);
            socket.onerror = () => done('refused');
        });
        return [me.role, said, document.cookie];
    }"""
    refused: list[str] = []
    with fresh_page() as page:
        page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
        page.goto(guarded.url, wait_until="networkidle")
        assert page.evaluate(asks) == ["admin", "pong", ""]
    assert refused == []


def test_a_renewed_key_signs_while_the_one_before_it_still_opens(
    guarded: RunningStack, ring: TokenRing
) -> None:
    vault, arn = guarded.client("secretsmanager"), guarded.outputs["TokenSecretArn"]
    before = token(ring)
    vault.put_secret_value(SecretId=arn, SecretString="renewed" * 9)
    renewed = TokenRing(lambda: secrets_of(vault, arn))
    after = Signer(lambda: renewed).token()
    assert TokenKey((b"renewed" * 9)[:64]).verify(after, now_ms=now_ms()).role is Role.ADMIN

    def opens(headers: dict[str, str]) -> bool:
        return httpx.get(f"{guarded.url}/api/v1/me", headers=headers).status_code == 200

    guarded.wait_for(lambda: opens({"Authorization": f"Bearer {after}"}), 30)
    assert opens(before)


def test_the_settings_of_origins_and_of_twitch_reach_the_functions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEMETRA_ALLOWED_ORIGINS", "https://listed.example")
    monkeypatch.setenv("TELEMETRA_TWITCH_CLIENT_ID", "app")
    monkeypatch.setenv("TELEMETRA_TWITCH_REDIRECT_URI", "http://127.0.0.1:3000/")
    monkeypatch.setenv("TELEMETRA_TWITCH_URL", "http://127.0.0.1:8090")
    asks = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    with embedded(tmp_path / "state", access="token") as stack:
        signer = Signer(
            lambda: TokenRing(
                lambda: secrets_of(stack.cloud.client("secretsmanager"), stack.run.outputs["TokenSecretArn"])
            )
        )
        url = f"{stack.url}{STREAM}/metrics"
        for origin, status in (("https://listed.example", 204), ("https://other.example", 403)):
            found = httpx.options(url, headers={"Origin": origin, **asks})
            assert found.status_code == status, found.text
            allowed = found.headers.get("Access-Control-Allow-Origin")
            assert allowed == (origin if status == 204 else None)
            headers = {"Origin": origin, "Authorization": f"Bearer {signer.token()}"}
            answer = httpx.get(url, headers=headers)
            assert (answer.status_code, answer.headers.get("Access-Control-Allow-Origin")) == (
                200 if status == 204 else 403,
                allowed,
            )
        assert httpx.get(stack.url, headers={"Origin": "https://listed.example"}).status_code == 403
        begun = httpx.get(f"{stack.url}/api/v1/auth/twitch", params={"challenge": "c" * 43}).json()
        assert begun["authorize_url"].startswith("http://127.0.0.1:8090/oauth2/authorize?")
