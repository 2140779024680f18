"""The stored series of a channel, and the end of it that is not stored yet."""

from __future__ import annotations

from collections.abc import Iterable

from telemetra.application.ports import MetricStore, PaneStore
from telemetra.application.query import ceil_to
from telemetra.domain.metrics import MetricKey, MetricRow
from telemetra.domain.summary import Summary
from telemetra.domain.window import Grain, floor_to


class History:
    """Reads minutes, hours and days.

    Rows are stored once they have closed, so whatever lies after the newest stored row is still open. It is
    merged on reading, minutes from panes coarser grains from the next finer one, and marked as not final::

        stored   |  10:00  |  10:01  |  10:02  |
        panes                                  |--|--|--|--|--|--|--|--|
        answer   |  10:00  |  10:01  |  10:02  |  10:03  |10:04
                    final     final     final      open    open
    """

    def __init__(self, metrics: MetricStore, panes: PaneStore) -> None:
        """Take the stores of rows and of panes."""
        self._metrics = metrics
        self._panes = panes

    def __call__(self, channel: str, grain: Grain, start_ms: int, end_ms: int) -> list[MetricRow]:
        """Return the rows that start in ``[start_ms, end_ms)``, oldest first; no data, no row."""
        rows = self._metrics.span(channel, grain, start_ms, end_ms)
        open_ms = rows[-1].end_ms if rows else ceil_to(start_ms, grain.span_ms)
        last_ms = ceil_to(end_ms, grain.span_ms)
        return [*rows, *self._open(channel, grain, open_ms, last_ms)] if open_ms < last_ms else rows

    def _open(self, channel: str, grain: Grain, start_ms: int, end_ms: int) -> Iterable[MetricRow]:
        merged: dict[int, tuple[Summary, int]] = {}
        for at_ms, part, version in self._parts(channel, grain, start_ms, end_ms):
            at = floor_to(at_ms, grain.span_ms)
            summary, seen = merged.get(at, (Summary(), 0))
            merged[at] = summary.merge(part), seen + version
        for at in sorted(merged):
            summary, version = merged[at]
            yield MetricRow(MetricKey(channel, grain, at), summary, final=False, revision=0, version=version)

    def _parts(
        self, channel: str, grain: Grain, start_ms: int, end_ms: int
    ) -> Iterable[tuple[int, Summary, int]]:
        if grain.finer is None:
            for key, partial in self._panes.span(channel, start_ms, end_ms, consistent=False):
                yield key.start_ms, Summary.of((partial.content,)), partial.version
        else:
            for row in self(channel, grain.finer, start_ms, end_ms):
                yield row.key.start_ms, row.summary, row.version
