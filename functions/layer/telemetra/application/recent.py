"""What an instance of summarize has seen of its channels: enough to say that nothing is due.

Nearly every change of a pane makes nothing due: the minute is open and no moment is told. To find that out,
rows need not be read again that were read before. Whatever is published or stored is derived from a
consistent read that is made for it; so rows that are remembered wrongly, or not at all since another instance
was told of them, delay a closing by ``BELIEVED_MS`` or to the schedule's next minute, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from telemetra.application.closing import Rows
from telemetra.application.ports import PaneStore
from telemetra.domain.detection import Facts
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.state import ChannelState
from telemetra.domain.window import SECOND_MS

BELIEVED_MS: Final = 45 * SECOND_MS
"""How long after a channel was read in full what was seen of it since then is believed."""

MOST_CHANNELS: Final = 1_000
"""Channels remembered; beyond it the one that was read in full longest ago is forgotten."""


@dataclass(slots=True)
class _Seen:
    from_ms: int
    read_ms: int
    rows: dict[PaneKey, Partial]
    facts: Facts | None = field(default=None)


class Recent:
    """The rows of channels from a minute on, as they were read last."""

    def __init__(self, panes: PaneStore) -> None:
        """Take the store of panes."""
        self._panes = panes
        self._seen: dict[str, _Seen] = {}

    def refresh(self, touched: Mapping[str, Collection[PaneKey]], now_ms: int) -> None:
        """Read the rows that changed on channels that are remembered, all in one go; some may come stale."""
        warm = [key for channel, keys in touched.items() if self._believed(channel, now_ms) for key in keys]
        for key, partial in self._panes.load(warm, consistent=False).items() if warm else ():
            rows = self._seen[key.channel].rows
            if key not in rows or rows[key].version < partial.version:
                rows[key] = partial

    def rows(self, state: ChannelState, keys: Collection[PaneKey], now_ms: int) -> Rows | None:
        """Return the rows of the minutes that are not settled; None when they are not known well enough."""
        seen = self._believed(state.channel, now_ms)
        if seen is None or not state.version or state.settled_ms < seen.from_ms:
            return None
        if any(key.start_ms < state.settled_ms or key not in seen.rows for key in keys):
            return None
        return sorted((key, row) for key, row in seen.rows.items() if key.start_ms >= state.settled_ms)

    def remember(
        self, channel: str, from_ms: int, rows: Iterable[tuple[PaneKey, Partial]], now_ms: int
    ) -> None:
        """Keep what was read in full of the panes from ``from_ms`` on."""
        self._seen.pop(channel, None)
        if len(self._seen) >= MOST_CHANNELS:
            del self._seen[next(iter(self._seen))]
        self._seen[channel] = _Seen(
            from_ms, now_ms, {key: row for key, row in rows if key.start_ms >= from_ms}
        )

    def facts(self, channel: str, read: Callable[[], Facts]) -> Facts:
        """Return what was read of the channel since its rows were read in full, or read it."""
        seen = self._seen[channel]
        if seen.facts is None:
            seen.facts = read()
        return seen.facts

    def _believed(self, channel: str, now_ms: int) -> _Seen | None:
        seen = self._seen.get(channel)
        return seen if seen is not None and abs(now_ms - seen.read_ms) <= BELIEVED_MS else None
