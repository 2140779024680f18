"""Every state of the dashboard: where it is seen, how it is reached, and what must be there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from playwright.sync_api import Page

from telemetra.adapters.clock import now_ms
from tests.web.layout import ORDER, PANELS

HOURS_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class State:
    """One look of the page.

    Attributes:
        name: what it is called.
        path: where it is.
        ready: selector that says that it is reached.
        mode: of the stand-in.
        panels: whether the panels stand.
        needs: selectors of what must be visible.
        words: text that must be read on the page.
        reach: what to do after the page was opened.
    """

    name: str
    path: str
    ready: str
    mode: str = "full"
    panels: bool = True
    needs: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    reach: Callable[[Page], None] | None = None


def _ago(hours: int) -> str:
    return datetime.fromtimestamp((now_ms() - hours * HOURS_MS) // 1000, UTC).strftime("%Y-%m-%dT%H:%M:00Z")


def _pressing(key: str, after: str) -> Callable[[Page], None]:
    def reach(page: Page) -> None:
        page.wait_for_selector(after)
        page.keyboard.press(key)

    return reach


def _with_rules(page: Page) -> None:
    page.get_by_text("Add a threshold").click()
    page.get_by_text("Add a rule on moments").click()


def _signing_in(page: Page) -> None:
    page.click('[data-sign-in="offer"]')


def _returned_with(code: str) -> Callable[[Page], None]:
    begun = '{"verifier": "v", "state": "begun", "back": "/"}'

    def reach(page: Page) -> None:
        page.evaluate("(kept) => sessionStorage.setItem('telemetra.sign-in', kept)", begun)
        page.goto(f"{page.url.split('?')[0]}?code={code}&state=begun")

    return reach


def states() -> tuple[State, ...]:
    """Return all of them; instants are reckoned from now."""
    live = '.main[data-status="live"]'
    return (
        State("loading", "/c/aurora_plays", '.main[data-status="loading"] .skeleton', "slow", panels=False),
        State("empty", "/", '.main[data-status="empty"] .notice', "empty", panels=False,
              needs=(".commands",), words=("./telemetra replay", "./telemetra twitch")),
        State("live", "/c/aurora_plays", f'{live} [data-link="live"]',
              needs=(".u-over", ".lane path", ".cloud text", ".revenue")),
        State("viewer", "/c/guest_view", f"{live} .locked", words=("Hidden for your role",)),
        State("quiet", "/c/quiet_corner", '.main[data-status="quiet"]', words=("Live, quiet",)),
        State("stale", "/c/frozen_feed", '[data-link="stale"]',
              needs=(".greyed",), words=("nothing new for",)),
        State("reconnecting", "/c/dropped_line", '[data-link="reconnecting"]',
              words=("try ", "What you see is kept")),
        State("resumed", "/c/cut_line", '[data-link="resumed"]', words=("Connected again",)),
        State("polling", "/c/aurora_plays", '[data-link="polling"]', "polling", words=("asking every 5 s",)),
        State("offline", "/c/night_owl", '.main[data-status="offline"]',
              needs=(".offline-figures",), words=("Offline.",)),
        State("silent", "/c/new_comer", '.main[data-status="silent"]', panels=False),
        State("unauthorised", "/c/locked_door", '.main[data-status="unauthorised"]', panels=False,
              words=("needs a link with access",)),
        State("sign-in", "/c/aurora_plays", '[data-sign-in="offer"]', "twitch", panels=False,
              words=("Sign in to see this page", "Sign in with Twitch", "ends after 12 hours")),
        State("sign-in-refused", "/?error=access_denied&state=x", '[data-sign-in="refused"]', "twitch",
              panels=False, needs=('[data-sign-in="offer"]',), words=("did not agree",)),
        State("sign-in-expired", "/?code=good&state=x", '[data-sign-in="expired"]', "twitch",
              panels=False, needs=('[data-sign-in="offer"]',), words=("took longer than ten minutes",)),
        State("sign-in-failed", "/", '[data-sign-in="failed"]', "twitch", panels=False,
              needs=('[data-sign-in="offer"]',), words=("did not work", "Twitch does not answer."),
              reach=_returned_with("bad")),
        State("signed-in", "/c/aurora_plays", f'{live} [data-link="live"]', "twitch",
              needs=(".u-over",), reach=_signing_in),
        State("error", "/c/broken_page", '.main[data-status="error"]', panels=False,
              needs=(".notice .button",), words=("500",)),
        State("past", f"/c/aurora_plays?at={_ago(3)}&speed=10", '.main[data-status="past"] [data-tile]',
              needs=('[data-link="past"]', "[data-go-live]"), words=("The past",)),
        State("held", "/c/aurora_plays", '[data-link="held"]', needs=("[data-catch-up]",), words=("Held at",),
              reach=_pressing(" ", live)),
        State("drawer", "/c/aurora_plays", "[data-drawer]", needs=("[data-open-minute]", ".evidence"),
              reach=_pressing("m", "[data-moment]")),
        State("help", "/c/aurora_plays", "dialog[open] .keys-list",
              reach=_pressing("?", live)),
        State("export", "/c/aurora_plays", "dialog[open] .export .primary:not([disabled])",
              reach=_pressing("e", live)),
        State("directory", "/channels", ".channel .spark-line", panels=False,
              needs=(".directory-head input",)),
        State("compare", "/compare?c=aurora_plays,guest_view,cut_line", ".panel-compare .u-over",
              panels=False, needs=(".compare-keys", ".picker")),
        State("alerts", "/c/aurora_plays/alerts", '.main[data-status="alerts"]', panels=False,
              needs=(".rule",), reach=_with_rules),
        State("ops", "/ops", '.main[data-status="ops"] .u-over', panels=False,
              needs=(".ops-summary", "[data-alarm]"), words=("None of the 13 alarms rings", "1 more in the table")),
        State("ops-ringing", "/ops", '.main[data-status="ops-ringing"] .u-over', "ringing", panels=False,
              needs=('[data-state="ALARM"]', '[data-state="INSUFFICIENT_DATA"]'),
              words=("1 of 13 alarms rings", "docs/runbook.md", "Nothing measured in this half hour")),
        State("ops-waiting", "/ops", '.main[data-status="ops-waiting"]', "unmeasured", panels=False,
              words=("Nothing has been measured yet",)),
        State("ops-closed", "/ops", '.main[data-status="ops-closed"]', "guest", panels=False,
              words=("Operation is for administrators",)),
        State("ops-elsewhere", "/ops", '.main[data-status="ops-elsewhere"]', "aws", panels=False,
              needs=('a[href*="cloudwatch"]',), words=("CloudWatch has these charts",)),
        State("ops-loading", "/ops", '.main[data-status="loading"] .skeleton', "slow", panels=False),
        State("missing", "/nowhere", '.main[data-status="missing"]', panels=False),
    )  # fmt: skip


def shown(page: Page, state: State) -> None:
    """Wait until the page has reached the state."""
    if state.reach:
        state.reach(page)
    page.wait_for_selector(state.ready, state="attached", timeout=20_000)
    if state.panels:
        said = page.locator(".cloud text").or_(page.get_by_text("No emotes in this span."))
        said.first.wait_for(state="attached", timeout=20_000)


def missing(page: Page, state: State) -> list[str]:
    """Return what the state lacks."""
    lacks = [each for each in state.needs if not page.locator(each).first.is_visible()]
    text = page.inner_text("body")
    lacks += [words for words in state.words if words not in text]
    if state.panels:
        order = page.evaluate(ORDER)
        lacks += [] if order == PANELS else [f"panels in order, not {order}"]
    return lacks
