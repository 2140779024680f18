"""What is known of each channel: live, title, category, language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from producer.event import StreamMeta

if TYPE_CHECKING:
    from producer.sources.twitch.values import Arrival, Change

AGAIN_MS: Final = 60_000
"""What is known is told again after this long."""


class Channels:
    """Folds changes to whole ``stream_meta`` events; only news and what is due again is told."""

    def __init__(self) -> None:
        self._known: dict[str, StreamMeta] = {}
        self._told_ms: dict[str, int] = {}

    def change(self, change: Change) -> StreamMeta | None:
        """Take ``change``; return what to tell, if anything. Older than what is known it changes nothing."""
        before = self._known.get(change.channel)
        if before is not None and change.ts < before.ts:
            return None
        base = before or _nothing(change.channel)
        after = msgspec.structs.replace(
            base,
            event_id=change.event_id,
            ts=change.ts,
            live=base.live if change.live is None else change.live,
            title=base.title if change.title is None else change.title,
            category=base.category if change.category is None else change.category,
            language=base.language if change.language is None else change.language,
        )
        self._known[change.channel] = after
        due = self._told_ms.get(change.channel, -AGAIN_MS) + AGAIN_MS <= change.ts
        if not due and before is not None and _content(before) == _content(after):
            return None
        self._told_ms[change.channel] = change.ts
        return after

    def raided(self, arrival: Arrival) -> StreamMeta:
        """Return the metadata of the channel with the raid that came."""
        known = self._known.get(arrival.channel) or _nothing(arrival.channel)
        return msgspec.structs.replace(
            known, event_id=f"{arrival.event_id}-raid", ts=arrival.ts, raid=arrival.raid
        )

    def is_known(self, channel: str) -> bool:
        """Say whether anything was told of ``channel``."""
        return channel in self._known


def _content(meta: StreamMeta) -> tuple[bool, str, str, str]:
    return meta.live, meta.title, meta.category, meta.language


def _nothing(channel: str) -> StreamMeta:
    """Return the metadata of a channel of which nothing is known but that something happens there."""
    return StreamMeta("", channel, 0, live=True, title="", category="", language="")
