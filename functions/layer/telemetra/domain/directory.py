"""What is known of a channel itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stream:
    """One entry of the directory.

    Attributes:
        channel: channel id.
        live: what the newest metadata said; None when the channel never sent any.
        title: newest title, or None.
        category: newest category, or None.
        language: newest language, or None.
        last_seen_ms: newest event seen, to the minute.
        live_since_ms: ts of the metadata that turned it live; None while it is not.
        described_ms: ts of the newest metadata applied; 0 when there was none.
        raid_ms: ts of the newest raid that was announced; 0 when there was none.
        raid_viewers: viewers that it brought.
    """

    channel: str
    live: bool | None = None
    title: str | None = None
    category: str | None = None
    language: str | None = None
    last_seen_ms: int = 0
    live_since_ms: int | None = None
    described_ms: int = 0
    raid_ms: int = 0
    raid_viewers: int = 0
