"""The live view: 60 s windows that slide by one pane; the newest pane still fills."""

from __future__ import annotations

from typing import Final

from telemetra.application.ports import PaneStore
from telemetra.application.query import ceil_to
from telemetra.domain.slide import Sliding, View, slide
from telemetra.domain.window import MINUTE_MS, PANE_MS, floor_to

TOP_EMOTES: Final = 20
"""Emotes listed of a window and of a row."""


class Live:
    """Reads windows."""

    def __init__(self, panes: PaneStore) -> None:
        """Take the store of panes."""
        self._panes = panes

    def __call__(
        self, channel: str, start_ms: int, end_ms: int, *, consistent: bool = False
    ) -> list[Sliding]:
        """Return the windows whose newest pane starts in ``[start_ms, end_ms)``, oldest first.

        A window without a pane is left out. Tokens are not listed.
        """
        before_ms = MINUTE_MS - PANE_MS
        first_ms = ceil_to(start_ms, PANE_MS) - before_ms
        held = self._panes.span(channel, first_ms, end_ms, consistent=consistent)
        rows = [(channel, key.start_ms, partial.content, partial.version) for key, partial in held]
        view = View(first_ms, end_ms - before_ms, emotes=TOP_EMOTES, tokens=0, bounded=True)
        return list(slide(rows, view))

    def now(self, channel: str, now_ms: int) -> Sliding | None:
        """Return the window whose newest pane holds ``now_ms``; None when it is silent."""
        start_ms = floor_to(now_ms, PANE_MS)
        return next(iter(self(channel, start_ms, start_ms + PANE_MS, consistent=True)), None)
