"""The live view: 60 s windows that slide by one pane; the newest pane still fills."""

from __future__ import annotations

from dataclasses import dataclass

from telemetra.application.ports import PaneStore
from telemetra.domain.summary import Summary
from telemetra.domain.window import MINUTE_MS, PANE_MS, floor_to


@dataclass(frozen=True, slots=True)
class Window:
    """The merge of six panes.

    Attributes:
        channel: channel id.
        start_ms: start of its first pane.
        summary: what its panes say.
        version: sum of the versions of the partials merged; a larger one has seen more.
    """

    channel: str
    start_ms: int
    summary: Summary
    version: int

    @property
    def end_ms(self) -> int:
        """End of its last pane, exclusive."""
        return self.start_ms + MINUTE_MS


class Live:
    """Reads windows."""

    def __init__(self, panes: PaneStore) -> None:
        """Take the store of panes."""
        self._panes = panes

    def __call__(self, channel: str, start_ms: int, end_ms: int, *, consistent: bool = False) -> list[Window]:
        """Return the windows that end in ``(start_ms, end_ms]``, oldest first; no pane, no window."""
        first_ms = floor_to(start_ms, PANE_MS) + PANE_MS
        last_ms = floor_to(end_ms, PANE_MS)
        panes: dict[int, tuple[Summary, int]] = {}
        for key, partial in self._panes.span(channel, first_ms - MINUTE_MS, last_ms, consistent=consistent):
            summary, version = panes.get(key.start_ms, (Summary(), 0))
            panes[key.start_ms] = summary.include(partial.content), version + partial.version
        windows = []
        for end in range(first_ms, last_ms + PANE_MS, PANE_MS):
            parts = [panes[at] for at in range(end - MINUTE_MS, end, PANE_MS) if at in panes]
            if parts:
                windows.append(_merged(channel, end - MINUTE_MS, parts))
        return windows

    def now(self, channel: str, now_ms: int) -> Window | None:
        """Return the window whose newest pane holds ``now_ms``; None when it is silent."""
        end_ms = floor_to(now_ms, PANE_MS) + PANE_MS
        return next(iter(self(channel, end_ms - PANE_MS, end_ms, consistent=True)), None)


def _merged(channel: str, start_ms: int, parts: list[tuple[Summary, int]]) -> Window:
    summary, version = Summary(), 0
    for part, seen in parts:
        summary, version = summary.merge(part), version + seen
    return Window(channel, start_ms, summary, version)
