"""The page of the operator: who finds it, what it keeps, and what a real stack tells it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page

from local.supervisor import Stack
from local.watching.collect import Collector
from local.watching.watchman import Watchman
from telemetra.adapters.clock import now_ms
from telemetra.domain.window import MINUTE_MS
from tests.journey.running import RunningStack
from tests.web.conftest import OpenPage
from tests.web.standin import Standin

LINK = '.rail a[href="/ops"]'
CALM = '.main[data-status="ops"] .u-over'


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that asks for no motion."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.mark.journey
def test_an_administrator_finds_it_by_link_and_by_key(page: Page, standins: Standin) -> None:
    page.goto(standins("full") + "/c/aurora_plays")
    page.click(LINK)
    page.wait_for_selector(CALM)
    page.go_back()
    page.wait_for_selector('.main[data-status="live"]')
    page.keyboard.press("?")
    page.get_by_text("Operation: charts and alarms").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    page.wait_for_selector(CALM)


@pytest.mark.journey
def test_a_viewer_is_led_to_no_page_of_the_operator_and_is_shown_none(page: Page, standins: Standin) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    url = standins("guest")
    page.goto(url + "/ops")
    page.wait_for_selector('.main[data-status="ops-closed"]')
    assert page.locator(LINK).count() == 0
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    assert page.get_by_text("Operation: charts and alarms").count() == 0
    assert url + "/operation.json" not in asked


@pytest.mark.journey
def test_what_was_seen_stays_when_no_newer_look_can_be_had(page: Page, standins: Standin) -> None:
    page.clock.install()
    page.goto(standins("ringing") + "/ops")
    page.wait_for_selector('[data-alarm="telemetra-rejects"][data-state="ALARM"]')
    assert page.locator("[data-stale]").count() == 0
    page.route("**/operation.json", lambda route: route.abort())
    page.clock.fast_forward(10_000)
    page.get_by_text("could not be fetched").wait_for()
    assert page.locator('[data-alarm="telemetra-rejects"]').is_visible()
    assert page.locator(".u-over").first.is_visible()


@pytest.mark.journey
def test_a_running_stack_shows_its_own_latency_and_alarms(
    stack: RunningStack, embedded_stack: Stack, open_page: OpenPage
) -> None:
    for _ in range(3):
        httpx.get(f"{stack.url}/api/v1/streams?limit=1", timeout=10).raise_for_status()
    waiting = open_page("/ops")
    waiting.wait_for_selector('.main[data-status="ops-waiting"]')

    collector = Collector.of(embedded_stack.cloud, stack.prefix, {})
    watchman = Watchman(collector, embedded_stack.state, threading.Event())
    now = now_ms()
    for at in (now - MINUTE_MS, now + MINUTE_MS):
        watchman.once(at)
    page = open_page("/ops")
    page.wait_for_selector(".ops-summary")
    assert page.locator("[data-alarm]").count() == len(collector.alarms)
    told = httpx.get(f"{stack.url}/operation.json", timeout=10).json()
    titles = [f"{widget['title']}" for widget in told["widgets"]]
    assert page.locator(".ops-grid h2").all_text_contents() == titles
    latency = page.locator("#panel-ops-api-latency")
    latency.locator(".u-over").wait_for()
    p50, p99 = (float(each.replace("\u202f", "")) for each in latency.locator("strong").all_text_contents())
    assert 0 < p50 <= p99
