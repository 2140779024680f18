"""A browser, and a stack of its own because one test kills the edge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from local.embedded import embedded
from local.settings import surroundings
from local.supervisor import DIST, Stack
from tests.journey.running import RunningStack
from tests.web.chromium import found, launched
from tests.web.standin import standins

__all__ = ["standins"]

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def embedded_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack as its supervisor sees it."""
    if not (DIST / "index.html").is_file():
        pytest.fail(f"{DIST} is not built; run `npm run build` in web/")
    with embedded(tmp_path_factory.mktemp("dashboard") / "state") as started:
        yield started


@pytest.fixture(scope="session")
def stack(embedded_stack: Stack) -> RunningStack:
    """The same stack as a user sees it."""
    return RunningStack.of(embedded_stack, surroundings(Path("/dev/null")).child_environment({}))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; a machine that promises to test everything must have it."""
    path = found()
    if path is None:
        reason = "no Chromium on PATH and CHROMIUM names none"
        if surroundings(Path("/dev/null")).environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with launched(path) as started:
        yield started


@pytest.fixture
def open_page(browser: Browser, stack: RunningStack) -> Iterator[OpenPage]:
    """Open a path of the dashboard at a width and height, in a context of its own."""
    contexts = []

    def opened(
        path: str, *, width: int = 1280, height: int = 800, before: Callable[[Page], None] | None = None
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        if before:
            before(page)
        page.goto(stack.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
