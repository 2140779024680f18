"""What `make up-localstack` deploys, on the embedded cloud: there is no WebSocket API, and the page stays live."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page

from local.child import ROOT
from local.ports import some_free
from local.progress import Silent
from local.settings import surroundings
from local.state import StateDir
from local.supervisor import Plan, Stack
from telemetra.adapters.clock import now_ms
from tests.journey.running import RunningStack
from tests.web.feed import chat, history, put, viewer

CHANNEL = "polled_show"
POLLING = '[data-link="polling"]'
VIEWERS = '[data-tile="viewers"] [data-value]'
ROWS = '[data-twin="chat-flow"] tr[data-final]'


@pytest.fixture(scope="module")
def elsewhere(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """Another deployment of the same cloud, found by its address and without WebSockets."""
    around = surroundings(Path("/dev/null"))
    plan = Plan(
        some_free(),
        some_free(),
        "elsewhere",
        access="token",
        websocket=False,
        cloud_url=stack.endpoint_url,
    )
    state = StateDir(tmp_path_factory.mktemp("localstack") / "state")
    with Stack(around, state, plan, Silent()) as started:
        yield RunningStack.of(started, around.child_environment({}))


def viewers_are(page: Page, viewers: int) -> None:
    """Wait until the tile tells this viewer count."""
    page.wait_for_function(
        "([tile, viewers]) => document.querySelector(tile)?.dataset.value === viewers",
        arg=[VIEWERS, str(viewers)],
        timeout=30_000,
    )


def test_make_asks_for_no_websockets() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("\nup-localstack:")[1].split("\n\n")[0]
    assert "--cloud-url" in recipe
    assert "--no-websocket" in recipe


@pytest.mark.journey
def test_what_localstack_is_given_has_no_websocket_api(elsewhere: RunningStack) -> None:
    assert not elsewhere.outputs.get("WebSocketUrl")
    apis = elsewhere.client("apigatewayv2").get_apis()["Items"]
    assert [api["Name"] for api in apis if api["Name"].startswith(elsewhere.prefix)] == []
    functions = {
        each["FunctionName"]
        for page in elsewhere.client("lambda").get_paginator("list_functions").paginate()
        for each in page["Functions"]
    }
    assert f"{elsewhere.prefix}-api" in functions
    assert f"{elsewhere.prefix}-connect" not in functions
    assert httpx.get(f"{elsewhere.url}/config.json", timeout=10).json()["websocket"] is False
    assert httpx.get(f"{elsewhere.url}/api/v1/streams", timeout=10).status_code == 401
    assert httpx.get(f"{elsewhere.url}/ws/live/{CHANNEL}", timeout=10).status_code == 404


@pytest.mark.journey
def test_the_page_of_localstack_stays_live_by_polling(elsewhere: RunningStack, browser: Browser) -> None:
    put(elsewhere, history(CHANNEL, viewers=1_111))
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.goto(f"{elsewhere.url}/c/{CHANNEL}")
    page.wait_for_selector(POLLING, timeout=30_000)
    page.wait_for_function("rows => document.querySelectorAll(rows).length >= 10", arg=ROWS)
    for viewers in (2_222, 3_333):
        now = now_ms()
        put(elsewhere, [viewer(CHANNEL, now, viewers), chat(CHANNEL, now, viewers)])
        viewers_are(page, viewers)
        assert page.locator(POLLING).is_visible()
    assert page.locator('.main[data-status="live"], .main[data-status="quiet"]').count() == 1
    assert sockets == []
    context.close()
