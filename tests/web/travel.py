"""Plays a stretch of the past at sixty times its speed, on the page's own clock."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page

from telemetra.domain.window import MINUTE_MS

SPEED: Final = 60
FLOW_ROWS: Final = """
() => Object.fromEntries([...document.querySelectorAll('[data-twin="chat-flow"] tbody tr')]
  .filter((row) => row.dataset.final === 'true')
  .map((row) => [row.dataset.end, Number(row.querySelector('td').textContent.replace(/\\D/g, ''))]))
"""
STEP_MS: Final = 5_000


def played(page: Page, address: str, start_ms: int, end_ms: int) -> dict[int, int]:
    """Open ``address`` at an instant, play until another, and return the messages of the minutes shown.

    They are by the end of the minute, as the table beside the chart had them at some time of the playing.
    The clock is not moved before the answers are there, since requests give up by it too.
    """
    page.clock.install()
    page.goto(f"{address}?at={start_ms}&speed={SPEED}&play=1")
    page.wait_for_selector('.main[data-status="past"] [data-tile]')
    page.wait_for_load_state("networkidle")
    seen: dict[str, int] = {}
    for _ in range((end_ms - start_ms) // (STEP_MS * SPEED) + 3):
        page.clock.run_for(STEP_MS)
        seen |= page.evaluate(FLOW_ROWS)
        if shown_at(page) >= end_ms:
            break
    assert shown_at(page) >= end_ms - MINUTE_MS
    return {int(end): count for end, count in seen.items() if start_ms < int(end) <= end_ms}


def shown_at(page: Page) -> int:
    """Return the instant that the page shows."""
    return int(page.get_attribute("[role=slider]", "aria-valuenow") or 0)


def moments_shown(page: Page) -> dict[str, str]:
    """Return the text of each moment listed, by its id."""
    listed: dict[str, str] = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('[data-moment]')]"
        ".map((each) => [each.dataset.moment, each.textContent]))"
    )
    return listed
