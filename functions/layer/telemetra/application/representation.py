"""Rows, windows, moments and channels as the JSON objects of the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from telemetra.application.access import Role
from telemetra.application.live import TOP_EMOTES
from telemetra.domain.directory import Stream
from telemetra.domain.figures import Figures
from telemetra.domain.metrics import MetricRow
from telemetra.domain.moment import Moment
from telemetra.domain.slide import Sliding
from telemetra.domain.window import MINUTE_MS

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
    return _metric(row.key.start_ms, row.end_ms, state, row.summary.finish(TOP_EMOTES, 0), role)


def window_item(window: Sliding, role: Role) -> dict[str, Any]:
    """Return a live window, which is never final."""
    state = {"final": False, "revision": 0, "version": window.version}
    return _metric(window.start_ms, window.end_ms, state, window.figures, role)


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
        "feedback": None if moment.feedback is None else moment.feedback.value,
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
        "words": [
            {"name": word.name, "emote": word.emote, "share": word.share, "lift": word.lift}
            for word in moment.words
        ],
        "mood": None if moment.mood is None else {"usual": moment.mood[0], "peak": moment.mood[1]},
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
    start_ms: int, end_ms: int, state: dict[str, Any], figures: Figures, role: Role
) -> dict[str, Any]:
    item = {
        "start": iso(start_ms),
        "start_ms": start_ms,
        "end_ms": end_ms,
        **state,
        "chat_count": figures.count,
        "unique_chatters": figures.chatters,
        "unique_exact": figures.chatters_exact,
        "viewers": None
        if figures.viewers_mean is None
        else {
            "min": figures.viewers_low,
            "max": figures.viewers_peak,
            "mean": round(figures.viewers_mean, _MEAN_DIGITS),
            "last": figures.viewers_last,
        },
        "sentiment": {
            "mean": None if figures.mood is None else round(figures.mood, _MEAN_DIGITS),
            "coverage": round(figures.coverage, _MEAN_DIGITS),
        },
        "emotes": [{"name": name, "count": count} for name, count in figures.emotes],
    }
    if role.sees_revenue:
        item["revenue"] = {"cents": figures.cents, "counts": figures.sales}
    return item
