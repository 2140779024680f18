"""The live view: 60 s windows that slide by one pane; the newest pane still fills."""

from __future__ import annotations

from dataclasses import dataclass

from telemetra.application.ports import PaneStore
from telemetra.application.query import ceil_to
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
        """Return the windows whose newest pane starts in ``[start_ms, end_ms)``, oldest first.

        A window without a pane is left out.
        """
        newest = range(ceil_to(start_ms, PANE_MS), end_ms, PANE_MS)
        before_ms = MINUTE_MS - PANE_MS
        panes: dict[int, tuple[Summary, int]] = {}
        for key, partial in self._panes.span(
            channel, newest.start - before_ms, end_ms, consistent=consistent
        ):
            summary, version = panes.get(key.start_ms, (Summary(), 0))
            panes[key.start_ms] = summary.include(partial.content), version + partial.version
        windows = []
        for at_ms in newest:
            starts = range(at_ms - before_ms, at_ms + PANE_MS, PANE_MS)
            parts = [panes[start] for start in starts if start in panes]
            if parts:
                windows.append(_merged(channel, starts.start, parts))
        return windows

    def now(self, channel: str, now_ms: int) -> Window | None:
        """Return the window whose newest pane holds ``now_ms``; None when it is silent."""
        start_ms = floor_to(now_ms, PANE_MS)
        return next(iter(self(channel, start_ms, start_ms + PANE_MS, consistent=True)), None)


def _merged(channel: str, start_ms: int, parts: list[tuple[Summary, int]]) -> Window:
    summary, version = Summary(), 0
    for part, seen in parts:
        summary, version = summary.merge(part), version + seen
    return Window(channel, start_ms, summary, version)
