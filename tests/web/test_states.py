"""Every state at every size, dark and light, and in every theme against the accessibility rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.web.layout import SIZES, faults, resize
from tests.web.standin import WEB, Standin
from tests.web.states import State, missing, shown, states

THEMES = ("dark", "light", "contrast")
AXE = """
async (all) => {
  const asked = all ? { rules: { region: { enabled: false } } } : { runOnly: ['color-contrast'] };
  const found = await axe.run(document, asked);
  return found.violations.map(
    (each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
}
"""
OpenState = Callable[..., Page]


@pytest.fixture
def open_state(browser: Browser, standins: Standin) -> Iterator[OpenState]:
    """Open a state with the motion of a page that wants none."""
    contexts = []

    def opened(state: State, *, width: int = 1280, height: int = 800) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.goto(standins(state.mode) + state.path)
        shown(page, state)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.journey
@pytest.mark.parametrize("state", states(), ids=lambda state: state.name)
def test_a_state_is_whole_at_every_size_and_breaks_no_accessibility_rule(
    open_state: OpenState, state: State
) -> None:
    page = open_state(state)
    page.evaluate((WEB / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
    found: list[str] = []
    for theme in THEMES:
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        for width, height in SIZES if theme != "contrast" else ():
            resize(page, width, height)
            where = f"{theme} {width}: "
            found += [where + each for each in faults(page)]
            found += [where + f"no {each}" for each in missing(page, state) if theme == THEMES[0]]
        resize(page, *SIZES[1])
        found += [f"{theme} axe {each}" for each in page.evaluate(AXE, theme == THEMES[0])]
    assert found == []
