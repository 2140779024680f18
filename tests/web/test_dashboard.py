"""The built dashboard in a browser, on the embedded stack."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Request, WebSocket

from local import child
from local.settings import surroundings
from local.supervisor import Stack
from telemetra.adapters.clock import now_ms
from telemetra.domain.window import MINUTE_MS, floor_to
from tests.journey.running import RunningStack
from tests.web.conftest import OpenPage
from tests.web.feed import Event, chat, fill, meta, put, viewer
from tests.web.layout import ORDER, PANELS, SIZES, faults

VIEWERS = '[data-tile="viewers"] [data-value]'
FINAL_ROWS = """
() => [...document.querySelectorAll('[data-twin="chat-flow"] tr[data-final="true"]')]
  .map((row) => [Number(row.dataset.end), Number(row.querySelector('td').textContent.replace(/\\D/g, ''))])
"""
GAP_MINUTES = 4
NEWEST_COUNT = '[data-twin="chat-flow"] tbody tr:first-child td'


def shown(page: Page) -> None:
    """Wait until the panels stand."""
    page.wait_for_selector('.grid [data-panel="revenue"]', state="attached", timeout=30_000)


def rows(page: Page) -> dict[int, int]:
    """Return the messages of each final minute that the page shows, by its end."""
    return dict(page.evaluate(FINAL_ROWS))


def connected(page: Page) -> None:
    """Wait until the socket stands; its functions may have to start first."""
    page.wait_for_selector('[data-link="live"], [data-link="stale"]', timeout=30_000)


def viewers_are(page: Page, viewers: int, *, timeout: int = 30_000) -> None:
    """Wait until the tile tells this viewer count."""
    page.wait_for_function(
        "([tile, viewers]) => document.querySelector(tile)?.dataset.value === viewers",
        arg=[VIEWERS, str(viewers)],
        timeout=timeout,
    )


@pytest.fixture(scope="module")
def channel(stack: RunningStack) -> str:
    """A channel with a quarter of an hour behind it."""
    fill(stack, "evening_show")
    return "evening_show"


@pytest.mark.journey
def test_an_event_on_the_stream_is_seen_within_five_seconds(
    stack: RunningStack, channel: str, open_page: OpenPage
) -> None:
    page = open_page(f"/c/{channel}")
    shown(page)
    connected(page)
    put(stack, [viewer(channel, now_ms(), 1_300)])
    viewers_are(page, 1_300)

    now = now_ms()
    put(stack, [viewer(channel, now, 4_321), *(chat(channel, now + each, each) for each in range(40))])
    page.wait_for_function(
        "([tile, cell]) => document.querySelector(tile)?.dataset.value === '4321'"
        " && Number(document.querySelector(cell)?.textContent) >= 40",
        arg=[VIEWERS, NEWEST_COUNT],
        timeout=5_000,
    )
    page.wait_for_function(
        "tile => document.querySelector(tile).textContent.replace(/\\D/g, '') === '4321'", arg=VIEWERS
    )


@pytest.mark.journey
@pytest.mark.parametrize(("width", "height"), SIZES, ids=[str(width) for width, _ in SIZES])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_panel_is_whole_and_in_order_at(
    channel: str, open_page: OpenPage, width: int, height: int, theme: str
) -> None:
    store = f"localStorage.setItem('telemetra.theme', '{theme}')"
    page = open_page(
        f"/c/{channel}", width=width, height=height, before=lambda page: page.add_init_script(store)
    )
    shown(page)
    assert page.get_attribute("html", "data-theme") == theme
    assert page.evaluate(ORDER) == PANELS
    assert faults(page) == []
    for name in PANELS:
        box = page.locator(f'[data-panel="{name}"]').bounding_box()
        assert box is not None, name
        assert box["width"] >= 300, name
        assert box["height"] >= 64, name
    assert page.locator(".u-over").is_visible()
    assert page.locator(".cloud text").first.text_content()


@pytest.mark.journey
def test_the_page_asks_nobody_else_and_complains_of_nothing(
    stack: RunningStack, channel: str, open_page: OpenPage
) -> None:
    asked: list[str] = []
    complaints: list[str] = []

    def listen(page: Page) -> None:
        def on_request(request: Request) -> None:
            asked.append(request.url)

        def on_socket(socket: WebSocket) -> None:
            asked.append(socket.url.replace("ws:", "http:", 1))

        page.on("request", on_request)
        page.on("websocket", on_socket)
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))

    page = open_page("/", before=listen)
    shown(page)
    connected(page)
    page.keyboard.press("t")
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog[open]", state="detached")
    assert any("/ws/live/" in url for url in asked)
    assert [url for url in asked if not url.startswith((stack.url, "data:"))] == []
    assert complaints == []


@pytest.fixture(scope="session")
def restart_edge(embedded_stack: Stack) -> Iterator[Any]:
    """A function that starts the edge anew where the killed one listened; it serves the tests that follow."""
    started: list[child.Child] = []

    def restart() -> None:
        environment = surroundings(Path("/dev/null")).child_environment({})
        log = embedded_stack.state.logs / "edge.log"
        settings = str(embedded_stack.state.path / "edge.json")
        started.append(child.start("edge", "local.edge", [settings], environment=environment, log=log))

    yield restart
    for each in started:
        each.stop(within_s=2)


@pytest.fixture
def cut_channel(stack: RunningStack) -> tuple[str, int]:
    """A channel with ten minutes, then none for some, then one message now; and when its silence began."""
    silent = floor_to(now_ms(), MINUTE_MS) - GAP_MINUTES * MINUTE_MS - MINUTE_MS
    first = silent - 10 * MINUTE_MS
    put(stack, [meta("cut_show", first), *talk("cut_show", first, 10), chat("cut_show", now_ms(), 0)])
    stack.wait_for(lambda: len(told(stack.url, "cut_show", first, silent)) == 10, 60)
    return "cut_show", silent


def talk(channel: str, start_ms: int, minutes: int) -> list[Event]:
    """Return messages of which every minute has another number."""
    return [
        chat(channel, start_ms + minute * MINUTE_MS + 500 * each, each)
        for minute in range(minutes)
        for each in range(7 + 3 * minute)
    ]


def told(url: str, channel: str, from_ms: int, to_ms: int) -> dict[int, int]:
    """Return the messages of each final minute that the API tells, by its end."""
    query = {"from": from_ms, "to": to_ms}
    headers = {"Cache-Control": "no-cache"}
    path = f"{url}/api/v1/streams/{channel}/metrics"
    answer = httpx.get(path, params=query, headers=headers, timeout=10)
    return {item["end_ms"]: item["chat_count"] for item in answer.json()["items"] if item["final"]}


@pytest.mark.journey
def test_the_history_stays_while_the_edge_is_gone_and_the_gap_is_filled_exactly(
    stack: RunningStack,
    embedded_stack: Stack,
    cut_channel: tuple[str, int],
    open_page: OpenPage,
    restart_edge: Any,
) -> None:
    channel, silent = cut_channel
    until = silent + GAP_MINUTES * MINUTE_MS
    page = open_page(f"/c/{channel}")
    shown(page)
    connected(page)
    before = rows(page)
    assert [before[end] for end in sorted(before) if end <= silent] == [7 + 3 * each for each in range(10)]
    assert [end for end in before if silent < end <= until] == []

    os.killpg(embedded_stack.run.groups["edge"], signal.SIGKILL)
    page.wait_for_selector('[data-link="reconnecting"]', timeout=10_000)
    assert "try" in (page.text_content('[data-link="reconnecting"]') or "")
    put(stack, talk(channel, silent, GAP_MINUTES))
    behind = stack.outputs["ApiUrl"]
    stack.wait_for(lambda: len(told(behind, channel, silent, until)) == GAP_MINUTES, 60)
    assert before.items() <= rows(page).items()
    assert [end for end in rows(page) if silent < end <= until] == []

    restart_edge()
    line = page.wait_for_selector('[data-link="resumed"]', timeout=40_000)
    assert line is not None
    assert line.text_content() == f"Connected again, gap filled: {GAP_MINUTES} minutes."
    filled = told(stack.url, channel, silent, until)
    assert [filled[end] for end in sorted(filled)] == [7 + 3 * minute for minute in range(GAP_MINUTES)]
    after = rows(page)
    assert {end: after[end] for end in after if silent < end <= until} == filled
    assert before.items() <= after.items()

    put(stack, [viewer(channel, now_ms(), 5_678)])
    viewers_are(page, 5_678)


@pytest.mark.journey
def test_without_a_socket_the_page_stays_live_by_asking(
    stack: RunningStack, channel: str, open_page: OpenPage
) -> None:
    sockets: list[str] = []

    def without(page: Page) -> None:
        page.on("websocket", lambda socket: sockets.append(socket.url))
        page.route("**/config.json", lambda route: route.fulfill(json={"api": "", "websocket": False}))

    page = open_page(f"/c/{channel}", before=without)
    shown(page)
    page.wait_for_selector('[data-link="polling"]', timeout=30_000)
    put(stack, [viewer(channel, now_ms(), 7_654)])
    viewers_are(page, 7_654)
    assert sockets == []
