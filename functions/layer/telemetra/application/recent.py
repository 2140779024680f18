"""What an instance of summarize has seen of its channels: enough to say that nothing is due.

Nearly every change of a pane makes nothing due: the minute is open and no moment is told. To find that out,
rows need not be read again that were read before. Whatever is published or stored is derived from a
consistent read that is made for it; so rows that are remembered wrongly, or not at all since another instance
was told of them, delay a closing by ``BELIEVED_MS`` or to the schedule's next minute, and nothing else.

Where chat is delivered anyhow, the other kinds' changes wait for it to be looked at, as long as the clock
alone says that nobody can have closed their minute: no watermark is ahead of the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from telemetra.application.closing import Rows
from telemetra.application.ports import PaneStore
from telemetra.domain.detection import Facts
from telemetra.domain.events import Kind
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.state import ChannelState
from telemetra.domain.window import LATENESS_MS, MINUTE_MS, SECOND_MS, floor_to

BELIEVED_MS: Final = 45 * SECOND_MS
"""How long after a channel was read in full what was seen of it since then is believed."""

SKEW_MS: Final = 5 * SECOND_MS
"""How far the clocks of two instances may be apart."""

CHATTING_MS: Final = 30 * SECOND_MS
"""How long after its last message a channel is taken to chat."""

MOST_CHANNELS: Final = 1_000
"""Channels remembered; beyond it the one that was read in full longest ago is forgotten."""


@dataclass(slots=True)
class _Seen:
    from_ms: int
    read_ms: int
    rows: dict[PaneKey, Partial]
    closed_ms: int = 0
    unread: set[PaneKey] = field(default_factory=set)
    facts: Facts | None = None

    def chats(self, now_ms: int) -> bool:
        """Say whether a message came lately."""
        return any(
            key.kind is Kind.CHAT and row.arrival_ms > now_ms - CHATTING_MS for key, row in self.rows.items()
        )


class Recent:
    """The rows of channels from a minute on, as they were read last."""

    def __init__(self, panes: PaneStore) -> None:
        """Take the store of panes."""
        self._panes = panes
        self._seen: dict[str, _Seen] = {}

    def waits(self, channel: str, keys: Collection[PaneKey], now_ms: int) -> bool:
        """Say whether changes may wait for the next delivery of chat; if so, they are read with it."""
        seen = self._believed(channel, now_ms)
        if seen is None or not keys or any(key.kind is Kind.CHAT for key in keys):
            return False
        first_ms = floor_to(min(key.start_ms for key in keys), MINUTE_MS)
        soonest_ms = min(max(seen.closed_ms, seen.from_ms), first_ms) + MINUTE_MS + LATENESS_MS
        if now_ms + SKEW_MS >= soonest_ms or not seen.chats(now_ms):
            return False
        seen.unread |= set(keys)
        return True

    def refresh(self, touched: Mapping[str, Collection[PaneKey]], now_ms: int) -> dict[str, set[PaneKey]]:
        """Read the rows that changed on channels that are remembered, all in one go; some may come stale.

        Returns:
            All changes to look at: those given and those that waited.
        """
        looked = {channel: set(keys) for channel, keys in touched.items()}
        warm: set[PaneKey] = set()
        for channel, keys in list(looked.items()):
            seen = self._believed(channel, now_ms)
            if seen is not None:
                looked[channel] = keys | seen.unread
                seen.unread.clear()
                warm |= looked[channel]
        for key, partial in self._panes.load(warm, consistent=False).items() if warm else ():
            rows = self._seen[key.channel].rows
            if key not in rows or rows[key].version < partial.version:
                rows[key] = partial
        return looked

    def rows(self, state: ChannelState, keys: Collection[PaneKey], now_ms: int) -> Rows | None:
        """Return the rows of the minutes that are not settled; None when they are not known well enough."""
        seen = self._believed(state.channel, now_ms)
        if seen is None or not state.version or state.settled_ms < seen.from_ms:
            return None
        seen.closed_ms = state.closed_ms
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
