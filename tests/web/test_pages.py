"""What a person does with the dashboard: by keys alone, in time, across channels, in a scene, into files."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page

from telemetra.adapters.clock import now_ms
from telemetra.domain.window import MINUTE_MS, floor_to
from tests.web.layout import SIDEWAYS
from tests.web.standin import Standin
from tests.web.travel import moments_shown, played

Opened = Callable[..., Page]
LIVE = '.main[data-status="live"]'
FOCUS = """
() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  const seen = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  const labels = [at.ariaLabel, at.textContent.trim(), at.title, at.labels?.[0]?.textContent];
  return { html: at.outerHTML.slice(0, 100), seen, named: labels.some(Boolean) };
}
"""
REACHABLE = """
() => [...document.querySelectorAll('a[href], button, input, select, [tabindex="0"]')]
  .filter((each) => !each.disabled && each.tabIndex >= 0)
  .filter((each) => each.checkVisibility({ checkVisibilityCSS: true }))
  .map((each) => each.outerHTML.slice(0, 100))
"""


@pytest.fixture
def opened(browser: Browser, standins: Standin) -> Iterator[Opened]:
    """Open a path of a stand-in in a context of its own."""
    contexts = []

    def open_path(
        path: str, mode: str = "full", width: int = 1280, height: int = 800, scale: float = 1
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, device_scale_factor=scale, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(standins(mode) + path)
        return page

    yield open_path
    for context in contexts:
        context.close()


def address(page: Page) -> str:
    """Return the path and query shown."""
    return str(page.evaluate("location.pathname + location.search"))


@pytest.mark.journey
@pytest.mark.parametrize(
    "path", ["/c/aurora_plays", "/channels", "/compare?c=aurora_plays", "/c/aurora_plays/alerts", "/ops"]
)
def test_tab_alone_reaches_every_control_with_visible_focus(opened: Opened, path: str) -> None:
    page = opened(path)
    page.wait_for_selector(".main[data-status]:not([data-status='loading'])")
    wanted = set(page.evaluate(REACHABLE))
    met: set[str] = set()
    blind: list[str] = []
    for _ in range(2 * len(wanted) + 10):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus is None:
            break
        met.add(focus["html"])
        if not focus["seen"] or not focus["named"]:
            blind.append(focus["html"])
    assert len(wanted) >= 10
    assert wanted - met == set()
    assert blind == []


@pytest.mark.journey
def test_keys_hold_release_travel_and_come_back(opened: Opened) -> None:
    page = opened("/c/aurora_plays")
    page.wait_for_selector(LIVE)
    page.keyboard.press(" ")
    page.wait_for_selector('[data-link="held"]')
    page.keyboard.press("l")
    page.wait_for_selector('[data-link="live"]')

    page.keyboard.press("m")
    page.wait_for_selector("[data-drawer]")
    page.locator("[data-open-minute]").press("Enter")
    page.wait_for_selector('.main[data-status="past"]')
    assert "?at=" in address(page)
    page.keyboard.press("l")
    page.wait_for_selector(LIVE)
    assert address(page) == "/c/aurora_plays"
    page.go_back()
    page.wait_for_selector('.main[data-status="past"]')


@pytest.mark.journey
def test_the_slider_walks_through_time_by_keys(opened: Opened) -> None:
    page = opened("/c/aurora_plays")
    page.wait_for_selector(LIVE)
    slider = page.locator("[role=slider]")
    slider.press("Shift+ArrowLeft")
    page.wait_for_selector('.main[data-status="past"]')
    before = int(slider.get_attribute("aria-valuenow") or 0)
    slider.press("ArrowLeft")
    assert int(slider.get_attribute("aria-valuenow") or 0) == before - MINUTE_MS
    slider.press("End")
    page.wait_for_selector(LIVE)


@pytest.mark.journey
def test_a_moment_opens_at_its_minute(opened: Opened) -> None:
    page = opened("/c/aurora_plays")
    page.locator("[data-moment^='raid']").click()
    peak = int((page.get_attribute("[data-drawer]", "data-drawer") or "").split("-")[1])
    page.click("[data-open-minute]")
    page.wait_for_selector('.main[data-status="past"] [data-tile]')
    newest = page.wait_for_selector('[data-twin="chat-flow"] tbody tr', state="attached")
    assert newest is not None
    assert int(newest.get_attribute("data-end") or 0) == floor_to(peak, MINUTE_MS) + MINUTE_MS


@pytest.mark.journey
def test_an_hour_at_sixty_times_shows_the_minutes_and_moments_of_the_answers(
    browser: Browser, standins: Standin
) -> None:
    url = standins("full")
    start = floor_to(now_ms(), MINUTE_MS) - 130 * MINUTE_MS
    end = start + 60 * MINUTE_MS
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    seen = played(page, f"{url}/c/aurora_plays", start, end)
    told = httpx.get(f"{url}/api/v1/streams/aurora_plays/metrics?grain=minute&from={start}&to={end}").json()[
        "items"
    ]
    assert len(told) >= 50
    assert seen == {item["end_ms"]: item["chat_count"] for item in told}
    moments = httpx.get(f"{url}/api/v1/streams/aurora_plays/moments?from={start}&to={end}").json()["items"]
    assert len(moments) >= 2
    assert {moment["id"] for moment in moments} <= moments_shown(page).keys()
    context.close()


@pytest.mark.journey
@pytest.mark.parametrize("panel", ["pulse", "flow", "moments", "emotes", "mood", "chatters", "copypasta"])
def test_an_overlay_is_one_panel_on_nothing(opened: Opened, panel: str) -> None:
    page = opened(f"/c/aurora_plays?overlay=1&panel={panel}", width=640, height=360)
    page.wait_for_selector(f'[data-panel="{panel}"]')
    assert page.evaluate(
        "[...document.querySelectorAll('[data-panel]')].map((each) => each.dataset.panel)"
    ) == [panel]
    assert page.locator(".topbar, .rail, .scrubber").count() == 0
    clear = "(name) => getComputedStyle(document.querySelector(name)).backgroundColor"
    for each in ("html", "body", f'[data-panel="{panel}"]'):
        assert page.evaluate(clear, each) == "rgba(0, 0, 0, 0)"
    assert page.evaluate(SIDEWAYS) == 0


@pytest.mark.journey
def test_chatters_of_an_hour_are_counted_once_and_are_those_of_the_answer(opened: Opened) -> None:
    page = opened("/c/aurora_plays")
    page.wait_for_function("() => /5 min/.test(document.querySelector('.uniques')?.textContent ?? '')")
    page.wait_for_function("() => !document.querySelector('.uniques').textContent.includes('≥')")
    url = page.url.partition("/c/")[0]
    items = httpx.get(f"{url}/api/v1/streams/aurora_plays/uniques").json()["items"]
    shown = page.eval_on_selector_all(
        ".uniques dd:not(.muted)", "(found) => found.map((each) => each.textContent.replace(/[^0-9]/g, ''))"
    )
    assert shown[1:] == [str(item["unique_chatters"]) for item in items[1:]]


@pytest.mark.journey
def test_exports_are_files_that_read_back(opened: Opened, tmp_path: Path) -> None:
    page = opened("/c/aurora_plays")
    page.wait_for_selector("[data-moment]")
    page.keyboard.press("n")
    page.get_by_placeholder("What happened").fill("the save of the year")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]", state="detached")
    page.keyboard.press("e")
    page.wait_for_selector(".export .primary:not([disabled])")
    page.get_by_placeholder("twitch.tv/videos").fill("https://www.twitch.tv/videos/2000000001")

    def saved(word: str) -> str:
        with page.expect_download() as download:
            page.get_by_role("button", name=word).click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        return path.read_text(encoding="utf-8")

    clips = list(csv.DictReader(io.StringIO(saved("Clips as CSV"))))
    assert {"Raid", "Hype", "Note"} <= {clip["type"] for clip in clips}
    assert all(re.fullmatch(r"\d+:\d\d:\d\d", clip["in"]) for clip in clips)
    assert all(clip["link"].startswith("https://www.twitch.tv/videos/2000000001?t=") for clip in clips)

    def seconds(code: str) -> int:
        hours, minutes, rest = (int(part) for part in code.split(":")[:3])
        return 3600 * hours + 60 * minutes + rest

    edits = re.findall(
        r"^\d{3}  AX       V     C        (\S+) (\S+) \S+ \S+\r?$", saved("Clips as EDL"), re.MULTILINE
    )
    assert [seconds(start) for start, _ in edits] == [seconds(clip["in"]) for clip in clips]
    minutes = list(csv.DictReader(io.StringIO(saved("Minutes as CSV"))))
    assert len(minutes) > 100
    report = saved("Report as HTML")
    assert "the save of the year" in report
    assert not re.search(r"<script|<link|<img|src=", report)

    offline = page.context.new_page()
    asked: list[str] = []
    offline.on("request", lambda request: asked.append(request.url))
    offline.set_content(report)
    assert offline.locator("svg path.line").count() == 2
    assert asked == []


@pytest.mark.journey
def test_a_comparison_is_in_the_address_and_survives_a_reload(opened: Opened) -> None:
    page = opened("/compare")
    for name in ("aurora_plays", "guest_view"):
        page.get_by_label(name, exact=True).check()
    page.get_by_role("button", name="Per 1 000 viewers").click()
    page.get_by_role("button", name="By stream start").click()
    page.wait_for_selector(".panel-compare .u-over")
    assert address(page) == "/compare?c=aurora_plays,guest_view&per=1000&by=start"
    page.reload()
    page.wait_for_selector(".panel-compare .u-over")
    assert page.locator(".compare-keys strong").count() == 2


@pytest.mark.journey
def test_rules_are_saved_with_their_tag_and_tried(opened: Opened) -> None:
    page = opened("/c/quiet_corner/alerts")
    page.get_by_text("Add a threshold").click()
    save = page.get_by_role("button", name="Save the rules")
    assert save.is_disabled()
    page.get_by_placeholder("https://example.org/alerts").fill("https://example.org/hook")
    save.click()
    page.wait_for_selector(".secret code")
    page.get_by_role("button", name="Send a test alert").click()
    page.get_by_text("The webhook took the test alert").wait_for()
    page.reload()
    page.wait_for_selector('[data-rule="threshold-1"]')


@pytest.mark.journey
def test_a_refused_verdict_is_taken_back(opened: Opened) -> None:
    page = opened("/c/guest_view")
    page.locator("[data-moment]").first.click()
    page.get_by_role("button", name="✓ Right").click()
    page.get_by_text("Verdicts are for moderators and above.").wait_for()
    assert page.get_by_role("button", name="✓ Right").get_attribute("aria-pressed") == "false"


@pytest.mark.journey
def test_at_twice_the_size_nothing_goes_sideways(opened: Opened) -> None:
    page = opened("/c/aurora_plays", width=640, height=400, scale=2)
    page.wait_for_selector(LIVE)
    assert page.evaluate(SIDEWAYS) == 0
    assert page.locator('[data-panel="copypasta"]').is_visible()


@pytest.mark.journey
def test_the_directory_is_narrowed_and_walked_by_keys(opened: Opened) -> None:
    page = opened("/channels")
    page.wait_for_selector(".channel")
    page.get_by_placeholder("Channel, category or title").fill("ches")
    assert page.locator(".channel-name").all_text_contents() == ["dropped_line", "cut_line"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('cut_line')")


@pytest.mark.journey
def test_one_region_speaks_and_politely(opened: Opened) -> None:
    page = opened("/c/aurora_plays")
    page.wait_for_selector(LIVE)
    regions = page.eval_on_selector_all(
        "[aria-live], [role=status], [role=alert], [role=log]",
        "all => all.map((each) => each.getAttribute('aria-live')).filter((each) => each !== 'off')",
    )
    assert regions == ["polite"]


@pytest.mark.journey
def test_every_panel_can_be_had_as_csv(opened: Opened) -> None:
    page = opened("/c/aurora_plays", height=1400)
    page.wait_for_selector("[data-moment]")
    empty = {}
    for name in ("flow", "moments", "emotes", "mood", "revenue", "chatters", "copypasta"):
        page.locator(f"#panel-{name} .menu-button").click()
        with page.expect_download() as download:
            page.get_by_role("menuitem", name="Save as CSV").click()
        rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))
        if len(rows) < 2 or any(len(row) != len(rows[0]) for row in rows):
            empty[name] = rows
    assert json.dumps(empty) == "{}"
