"""What every state of the page must keep at every size: nothing clipped, nothing sideways, all in order."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page

SIZES: Final = ((360, 740), (1280, 800), (2560, 1440))
PANELS: Final = ["pulse", "flow", "moments", "emotes", "mood", "revenue", "chatters", "copypasta"]

SIDEWAYS: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
ORDER: Final = "[...document.querySelectorAll('[data-panel]')].map((panel) => panel.dataset.panel)"
CLIPPED: Final = """
() => [...document.querySelectorAll(
    '.tile h2, .tile strong, .tile-delta, .panel h2, .mood td, .mood th, .badge, .keys, .uniques dd, '
    + '.link-line, .notice, .pace, .revenue-count, .ratio, .mood tr, '
    + '.ops-summary, .alarm-state, .alarm-name, .alarm-value, '
    + '.scrub-keys .button, .revenue-sums, .ratio p, .alerts .check')]
  .filter((element) => {
    const box = element.getBoundingClientRect();
    const within = element.closest('.panel, .tile, .topbar, .scrubber') ?? document.body;
    const home = within.getBoundingClientRect();
    return box.width > 0 && (element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0
      || element.matches('.check, .pace, .revenue-count, .ratio, tr') && box.bottom > home.bottom + 0.5
      || box.right > home.right + 0.5 || box.left < home.left - 0.5 || box.right > innerWidth + 0.5);
  })
  .map((element) => `${element.className || element.tagName}: ${element.textContent}`)
"""
OVERLAPPING: Final = """
() => {
  const boxes = [...document.querySelectorAll('.tile, .panel, .link-line, .offline-line')]
    .map((element) => [element.className, element.getBoundingClientRect()]);
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
    && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return boxes.flatMap(([name, a], index) => boxes.slice(index + 1)
    .filter(([, b]) => a.width > 0 && b.width > 0 && meet(a, b))
    .map(([other]) => `${name} and ${other}`));
}
"""
SMALL: Final = """
() => [...document.querySelectorAll(
    'button, a[href], select, input, [role=slider], [role=option], label.check')]
  .filter((control) => control.checkVisibility({ checkVisibilityCSS: true }))
  .filter((control) => !control.closest('.visually-hidden'))
  .filter((control) => !control.matches(
    '.skip, .link, [tabindex="-1"], input[type=checkbox], input[type=range]'))
  .filter((control) => {
    const box = control.getBoundingClientRect();
    const after = getComputedStyle(control, '::after');
    const reach = (size) => after.content === 'none' ? 0 : parseFloat(after[size]) || 0;
    return box.width > 0 && ['width', 'height'].some((size) => Math.max(box[size], reach(size)) < 43.5);
  })
  .map((control) => control.outerHTML.slice(0, 120))
"""


def resize(page: Page, width: int, height: int) -> None:
    """Give the page another size and wait until it has drawn twice."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def faults(page: Page) -> list[str]:
    """Return what breaks the layout now."""
    sideways = page.evaluate(SIDEWAYS)
    found = [f"sideways by {sideways}"] if sideways else []
    found += [f"clipped {each}" for each in page.evaluate(CLIPPED)]
    found += [f"overlap {each}" for each in page.evaluate(OVERLAPPING)]
    found += [f"small {each}" for each in page.evaluate(SMALL)]
    return found
