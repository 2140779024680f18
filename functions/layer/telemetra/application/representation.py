"""Rows, windows, moments and channels as the JSON objects of the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from telemetra.application.access import Role
from telemetra.application.live import Window
from telemetra.domain.directory import Stream
from telemetra.domain.metrics import MetricRow
from telemetra.domain.moment import Moment
from telemetra.domain.summary import Summary
from telemetra.domain.window import MINUTE_MS

TOP_EMOTES: Final = 20

LIVE_FOR_MS: Final = 2 * MINUTE_MS
"""A channel that never said whether it is live counts as live this long after its newest event."""

_MEAN_DIGITS: Final = 4
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def iso(at_ms: int) -> str:
    """Return an instant in ISO 8601, to the second.

    >>> iso(1_795_456_800_000)
    '2026-11-23T18:00:00Z'
    """
    return (_EPOCH + timedelta(milliseconds=at_ms)).strftime("%Y-%m-%dT%H:%M:%SZ")


def row_item(row: MetricRow, role: Role) -> dict[str, Any]:
    """Return a stored or open row."""
    state = {"final": row.final, "revision": row.revision, "version": row.version}
    return _metric(row.key.start_ms, row.end_ms, state, row.summary, role)


def window_item(window: Window, role: Role) -> dict[str, Any]:
    """Return a live window, which is never final."""
    state = {"final": False, "revision": 0, "version": window.version}
    return _metric(window.start_ms, window.end_ms, state, window.summary, role)


def moment_item(moment: Moment) -> dict[str, Any]:
    """Return a moment with its evidence."""
    return {
        "id": moment.id,
        "type": moment.type.value,
        "start_ms": moment.start_ms,
        "peak_ms": moment.peak_ms,
        "end_ms": moment.end_ms,
        "score": moment.score,
        "sentence": moment.sentence,
        "version": moment.version,
        "evidence": [
            {
                "signal": evidence.signal,
                "value": evidence.value,
                "expected_low": evidence.expected_low,
                "expected_high": evidence.expected_high,
                "surprise": evidence.surprise,
            }
            for evidence in moment.evidence
        ],
    }


def stream_item(stream: Stream, now_ms: int) -> dict[str, Any]:
    """Return an entry of the directory."""
    recent = stream.last_seen_ms > now_ms - LIVE_FOR_MS
    return {
        "stream_id": stream.channel,
        "live": recent if stream.live is None else stream.live,
        "title": stream.title,
        "category": stream.category,
        "language": stream.language,
        "last_seen_ms": stream.last_seen_ms,
        "live_since_ms": stream.live_since_ms,
    }


def _metric(
    start_ms: int, end_ms: int, state: dict[str, Any], summary: Summary, role: Role
) -> dict[str, Any]:
    chat, viewers = summary.chat, summary.viewers
    item = {
        "start": iso(start_ms),
        "start_ms": start_ms,
        "end_ms": end_ms,
        **state,
        "chat_count": chat.count,
        "unique_chatters": chat.chatters.finish(),
        "unique_exact": chat.chatters.exact,
        "viewers": None
        if viewers.mean is None
        else {
            "min": viewers.low,
            "max": viewers.high,
            "mean": round(viewers.mean, _MEAN_DIGITS),
            "last": viewers.last[2],
        },
        "sentiment": {
            "mean": None if chat.mood is None else round(chat.mood, _MEAN_DIGITS),
            "coverage": round(chat.coverage, _MEAN_DIGITS),
        },
        "emotes": [{"name": name, "count": count} for name, count in chat.emotes.top(TOP_EMOTES)],
    }
    if role.sees_revenue:
        item["revenue"] = {
            "cents": summary.revenue.cents_by_currency(),
            "counts": summary.revenue.counts_by_type(),
        }
    return item
