"""Rows, windows, moments and channels in the shapes of the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, TypedDict

from msgspec import UNSET

from telemetra.application.access import Role
from telemetra.application.contract import shapes
from telemetra.application.live import TOP_EMOTES
from telemetra.application.uniques import Chatters
from telemetra.domain.directory import Stream
from telemetra.domain.figures import Figures
from telemetra.domain.metrics import MetricRow
from telemetra.domain.moment import Moment
from telemetra.domain.slide import Sliding
from telemetra.domain.window import MINUTE_MS

LIVE_FOR_MS: Final = 2 * MINUTE_MS
"""A channel that never said whether it is live counts as live this long after its newest event."""

_MEAN_DIGITS: Final = 4
_LENGTH_DIGITS: Final = 1
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def iso(at_ms: int) -> str:
    """Return an instant in ISO 8601, to the second.

    >>> iso(1_795_456_800_000)
    '2026-11-23T18:00:00Z'
    """
    return (_EPOCH + timedelta(milliseconds=at_ms)).strftime("%Y-%m-%dT%H:%M:%SZ")


class _State(TypedDict):
    final: bool
    revision: int
    version: int


def row_item(row: MetricRow, role: Role) -> shapes.Metric:
    """Return a stored or open row."""
    state = _State(final=row.final, revision=row.revision, version=row.version)
    return _metric(row.key.start_ms, row.end_ms, state, row.summary.finish(TOP_EMOTES, 0), role)


def window_item(window: Sliding, role: Role) -> shapes.Metric:
    """Return a live window, which is never final."""
    state = _State(final=False, revision=0, version=window.version)
    return _metric(window.start_ms, window.end_ms, state, window.figures, role)


def uniques_item(span: Chatters) -> shapes.Uniques:
    """Return how many different chatters a span had."""
    return shapes.Uniques(
        minutes=span.minutes,
        start_ms=span.start_ms,
        end_ms=span.end_ms,
        unique_chatters=span.different.finish(),
        unique_exact=span.different.exact,
    )


def moment_item(moment: Moment) -> shapes.Moment:
    """Return a moment with its evidence."""
    return shapes.Moment(
        id=moment.id,
        type=moment.type.value,
        start_ms=moment.start_ms,
        peak_ms=moment.peak_ms,
        end_ms=moment.end_ms,
        score=moment.score,
        sentence=moment.sentence,
        version=moment.version,
        feedback=None if moment.feedback is None else moment.feedback.value,
        evidence=[
            shapes.Evidence(
                signal=evidence.signal,
                value=evidence.value,
                expected_low=evidence.expected_low,
                expected_high=evidence.expected_high,
                surprise=evidence.surprise,
            )
            for evidence in moment.evidence
        ],
        words=[
            shapes.Told(word.name[: shapes.LONGEST], word.emote, word.share, word.lift)
            for word in moment.words
        ],
        mood=None if moment.mood is None else shapes.Turn(*moment.mood),
    )


def stream_item(stream: Stream, now_ms: int) -> shapes.Channel:
    """Return an entry of the directory."""
    recent = stream.last_seen_ms > now_ms - LIVE_FOR_MS
    return shapes.Channel(
        stream_id=stream.channel,
        live=recent if stream.live is None else stream.live,
        title=_cut(stream.title),
        category=_cut(stream.category),
        language=_cut(stream.language),
        last_seen_ms=stream.last_seen_ms,
        live_since_ms=stream.live_since_ms,
    )


def _cut(text: str | None) -> str | None:
    return None if text is None else text[: shapes.LONGEST]


def _metric(start_ms: int, end_ms: int, state: _State, figures: Figures, role: Role) -> shapes.Metric:
    return shapes.Metric(
        start=iso(start_ms),
        start_ms=start_ms,
        end_ms=end_ms,
        **state,
        chat_count=figures.count,
        unique_chatters=figures.chatters,
        unique_exact=figures.chatters_exact,
        viewers=_viewers(figures),
        sentiment=shapes.Sentiment(
            mean=None if figures.mood is None else round(figures.mood, _MEAN_DIGITS),
            coverage=round(figures.coverage, _MEAN_DIGITS),
        ),
        emotes=[shapes.EmoteCount(name[: shapes.LONGEST], count) for name, count in figures.emotes],
        message_length=None if figures.length is None else round(figures.length, _LENGTH_DIGITS),
        revenue=shapes.Revenue(figures.cents, figures.sales) if role.sees_revenue else UNSET,
    )


def _viewers(figures: Figures) -> shapes.Viewers | None:
    low, peak, last = figures.viewers_low, figures.viewers_peak, figures.viewers_last
    if figures.viewers_mean is None or low is None or peak is None or last is None:
        return None
    return shapes.Viewers(low, peak, round(figures.viewers_mean, _MEAN_DIGITS), last)
