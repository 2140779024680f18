"""A stretch of a channel as a file: a table, a report that stands alone, or a list of clips for an editor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from telemetra.application.access import Role
from telemetra.application.answers import CSV
from telemetra.application.export.clips import Cut, clip_list
from telemetra.application.export.report import Report, report_html
from telemetra.application.history import History
from telemetra.application.listings import MOST_ITEMS, MomentFilter, MomentsPage
from telemetra.application.ports import Directory
from telemetra.application.query import EXPORT_SPANS, Query, Range, Series
from telemetra.application.recall import Body
from telemetra.application.representation import moment_item, row_item
from telemetra.application.selection import metrics_csv
from telemetra.domain.errors import ParameterError
from telemetra.domain.moment import Moment
from telemetra.domain.window import SECOND_MS, Grain

FORMS: Final = ("csv", "html", "edl")
FRAME_RATES: Final = ("24", "25", "30", "50", "60")
LONGEST_LEAD_S: Final = 300
USUAL_LEAD_S: Final = 15

MOST_MOMENTS: Final = 500
"""Moments of one file."""

HTML: Final = "text/html; charset=utf-8"
EDL: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for.

    Attributes:
        form: ``csv``, ``html`` or ``edl``.
        series: grain and range.
        lead_in_ms: how long before a moment its clip begins.
        fps: frames a second of the timecodes.
        stream_start_ms: instant of timecode zero; None means when the stream went live.
    """

    form: str
    series: Series
    lead_in_ms: int
    fps: int
    stream_start_ms: int | None


def export_of(query: Query, now_ms: int) -> Asked:
    """Return what the parameters of a request ask for."""
    form = query.choice("format", FORMS)
    if form is None:
        message = f"format is missing: one of {', '.join(FORMS)} is expected"
        raise ParameterError(message)
    return Asked(
        form,
        query.series(now_ms, EXPORT_SPANS),
        query.whole("lead_in", USUAL_LEAD_S, low=0, high=LONGEST_LEAD_S) * SECOND_MS,
        int(query.choice("fps", FRAME_RATES) or "30"),
        query.instant("stream_start", 0) if query.text("stream_start") else None,
    )


class Export:
    """Makes the files."""

    def __init__(self, history: History, moments: MomentsPage, directory: Directory) -> None:
        """Take what reads rows, moments and channels."""
        self._history = history
        self._moments = moments
        self._directory = directory

    def __call__(self, channel: str, role: Role, asked: Asked, now_ms: int) -> Body:
        """Return the file.

        Raises:
            ParameterError: the range holds more moments than one file takes.
        """
        span = asked.series.range
        name = f"{channel}-{span.start_ms}-{span.end_ms}.{asked.form}"
        closed = span.end_ms <= now_ms
        if asked.form == "edl":
            text = clip_list(channel, self._newest_last(channel, span), self._cut(channel, asked))
            return Body(EDL, text, closed, name)
        rows = self._history(channel, Grain(asked.series.grain), span.start_ms, span.end_ms)
        items = [row_item(row, role) for row in rows]
        closed = closed and all(item.final for item in items)
        if asked.form == "csv":
            return Body(CSV, metrics_csv(items), closed, name)
        moments = [moment_item(moment) for moment in self._newest_last(channel, span)]
        return Body(HTML, report_html(Report(channel, asked.series, items, moments)), closed, name)

    def _newest_last(self, channel: str, span: Range) -> list[Moment]:
        page = self._moments(channel, span, MomentFilter(), limit=MOST_ITEMS, cursor=None)
        found = list(page.items)
        while page.cursor is not None and len(found) <= MOST_MOMENTS:
            page = self._moments(channel, span, MomentFilter(), limit=MOST_ITEMS, cursor=page.cursor)
            found += page.items
        if len(found) > MOST_MOMENTS:
            message = (
                f"from {span.start_ms} to {span.end_ms} holds more than {MOST_MOMENTS} moments:"
                " ask for a shorter range"
            )
            raise ParameterError(message)
        return found[::-1]

    def _cut(self, channel: str, asked: Asked) -> Cut:
        start_ms = asked.stream_start_ms
        if start_ms is None:
            stream = self._directory.get(channel)
            since_ms = stream.live_since_ms if stream else None
            start_ms = asked.series.range.start_ms if since_ms is None else since_ms
        return Cut(start_ms, asked.lead_in_ms, asked.fps)
