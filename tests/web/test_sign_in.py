"""Signing in with Twitch on the page of a running stack, against the stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from local.ports import some_free
from local.progress import Silent
from local.settings import surroundings
from local.state import StateDir
from local.supervisor import Plan, Stack
from producer.sources.twitch.standin.play import StandIn
from producer.sources.twitch.standin.sign_in import SECRET
from tests.twitch.conftest import CHANNELS
from tests.twitch.threaded import threaded

OFFER = '[data-sign-in="offer"]'
PERSON = next(iter(CHANNELS))


@pytest.fixture(scope="module")
def twitch() -> Iterator[StandIn]:
    with threaded() as made:
        yield made


@pytest.fixture(scope="module")
def guarded(twitch: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack that lets no browser in by itself and knows an application with Twitch."""
    plan = Plan(some_free(), some_free(), "telemetra", access="token", auto_login=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TELEMETRA_TWITCH_CLIENT_ID", "app")
        patch.setenv("TELEMETRA_TWITCH_CLIENT_SECRET", SECRET)
        patch.setenv("TELEMETRA_TWITCH_REDIRECT_URI", f"http://127.0.0.1:{plan.port}/signed-in")
        patch.setenv("TELEMETRA_TWITCH_URL", twitch.base)
        folder = StateDir(tmp_path_factory.mktemp("sign-in") / "state")
        with Stack(surroundings(Path("/dev/null")), folder, plan, Silent()) as stack:
            yield stack


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def back_with(page: Page, **said: str) -> None:
    """Have Twitch send the browser back with this, beside the state that it came with."""

    def answer(route: Route) -> None:
        asked = parse_qs(urlsplit(route.request.url).query)
        query = urlencode({**said, "state": asked["state"][0]})
        route.fulfill(status=302, headers={"Location": f"{asked['redirect_uri'][0]}?{query}"})

    page.route("**/oauth2/authorize?*", answer)


@pytest.mark.journey
def test_who_agrees_comes_back_to_the_channel_with_the_rights_that_are_theirs(
    page: Page, guarded: Stack
) -> None:
    page.goto(f"{guarded.url}/c/{PERSON}")
    page.click(OFFER)
    page.wait_for_selector('.main:is([data-status="silent"], [data-status="empty"])', timeout=20_000)
    assert page.url == f"{guarded.url}/c/{PERSON}"
    me = page.evaluate(
        """async () => {
            const headers = { authorization: `Bearer ${sessionStorage.getItem('telemetra.token')}` };
            return (await fetch('/api/v1/me', { headers })).json();
        }"""
    )
    assert (me["role"], me["channels"]) == ("broadcaster", [PERSON])
    page.reload()
    page.wait_for_selector('.main:is([data-status="silent"], [data-status="empty"])', timeout=20_000)


@pytest.mark.journey
def test_who_does_not_agree_is_told_so_and_may_try_again(page: Page, guarded: Stack) -> None:
    page.goto(f"{guarded.url}/c/{PERSON}")
    back_with(page, error="access_denied", error_description="The user denied you access")
    page.click(OFFER)
    page.wait_for_selector('[data-sign-in="refused"]')
    assert page.url == f"{guarded.url}/c/{PERSON}"
    assert "The user denied you access" in page.inner_text("main")
    page.unroute("**/oauth2/authorize?*")
    page.click(OFFER)
    page.wait_for_selector('.main:is([data-status="silent"], [data-status="empty"])', timeout=20_000)


@pytest.mark.journey
def test_a_code_that_buys_nothing_and_a_return_that_nobody_began_are_over(page: Page, guarded: Stack) -> None:
    page.goto(guarded.url)
    back_with(page, code="made_up")
    page.click(OFFER)
    page.wait_for_selector('[data-sign-in="expired"]')
    page.goto(f"{guarded.url}/signed-in?code=c&state=s")
    page.wait_for_selector('[data-sign-in="expired"]')
    page.wait_for_selector(OFFER)
    assert page.url == f"{guarded.url}/"
