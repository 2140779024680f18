"""Which intervals of a channel are due: pure decisions over its state, its panes and the clock.

A minute is published when every kind that the channel sends has closed it, and again on every later change.
It is merged once more after the state that says so is durable (*settled*): a pane written while the closing
was under way is then either seen by that second merge, or its own summarizer reads the new state and
publishes a revision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from telemetra.domain.clock import Clock
from telemetra.domain.metrics import MetricKey, MetricRow
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.state import ChannelState
from telemetra.domain.summary import Summary
from telemetra.domain.window import DAY_MS, HOUR_MS, MINUTE_MS, Grain, floor_to

Rows = Sequence[tuple[PaneKey, Partial]]

SETTLE_AFTER_MS: Final = 3 * MINUTE_MS
"""How long what is closed may wait for the next closing to settle it, before time alone does."""


@dataclass(frozen=True, slots=True)
class Span:
    """Panes to read: those that start in ``[start_ms, end_ms)``; None means no end."""

    start_ms: int
    end_ms: int | None


@dataclass(frozen=True, slots=True)
class Closing:
    """What is due for one channel.

    Attributes:
        state: the state to go on with; its clock and marks are moved on.
        minutes: derived rows of the minutes to publish.
        hours: starts of the hours to merge again, if they have closed.
        moved: whether ``state`` should be stored.
    """

    state: ChannelState
    minutes: tuple[MetricRow, ...]
    hours: tuple[int, ...]
    moved: bool


def spans(state: ChannelState, touched: Collection[PaneKey]) -> list[Span]:
    """Return what must be read: the minutes not settled yet, and each older minute that was touched."""
    minutes = sorted({floor_to(key.start_ms, MINUTE_MS) for key in touched})
    open_ms = _open_ms(state, minutes)
    wanted: list[Span] = []
    for minute in minutes:
        if minute >= open_ms:
            break
        if wanted and wanted[-1].end_ms == minute:
            wanted[-1] = replace(wanted[-1], end_ms=minute + MINUTE_MS)
        else:
            wanted.append(Span(minute, minute + MINUTE_MS))
    return [*wanted, Span(open_ms, None)]


def close(state: ChannelState, rows: Rows, touched: Collection[PaneKey], now_ms: int) -> Closing:
    """Decide what is due, given the rows of ``spans``.

    Args:
        state: as stored.
        rows: partials of the channel, read consistently.
        touched: rows whose change led here; empty when only time has passed.
        now_ms: the clock, for kinds that have fallen silent.
    """
    clock = state.clock.absorb(rows)
    boundary = _boundary(clock, state, now_ms)
    overdue = state.settled_ms < state.closed_ms < now_ms - SETTLE_AFTER_MS
    moved = boundary > state.closed_ms or (overdue and not touched)
    by_minute: defaultdict[int, list[tuple[PaneKey, Partial]]] = defaultdict(list)
    for key, partial in rows:
        by_minute[floor_to(key.start_ms, MINUTE_MS)].append((key, partial))
    changed = {floor_to(key.start_ms, MINUTE_MS) for key in touched}
    due = sorted(
        minute
        for minute in by_minute
        if minute < boundary and (minute in changed or (moved and minute >= state.settled_ms))
    )
    minutes = tuple(_minute(state.channel, minute, by_minute[minute]) for minute in due)
    following = replace(state, clock=clock)
    if moved:
        settled_ms = state.closed_ms if state.version else min(_open_ms(state, changed), boundary)
        following = replace(following, settled_ms=settled_ms, closed_ms=boundary)
    hours = {floor_to(minute, HOUR_MS) for minute in due}
    if moved and state.settled_ms:
        hours.add(floor_to(state.settled_ms - 1, HOUR_MS))
    return Closing(following, minutes, tuple(sorted(hours)), moved)


def merged(key: MetricKey, parts: Iterable[MetricRow]) -> MetricRow | None:
    """Merge the finer rows of an hour or a day; None when there are none."""
    summary, version = Summary(), 0
    for part in parts:
        summary, version = summary.merge(part.summary), version + part.version
    return MetricRow(key, summary, final=True, revision=0, version=version) if version else None


def coarser(starts: Iterable[int], closed_ms: int) -> list[int]:
    """Return the days, of those hours, that lie wholly before ``closed_ms``."""
    days = {floor_to(start, DAY_MS) for start in starts}
    return sorted(day for day in days if day + DAY_MS <= closed_ms)


def revised(row: MetricRow, stored: Mapping[MetricKey, MetricRow]) -> MetricRow | None:
    """Return the row with its revision set; None when what is stored has seen as much."""
    before = stored.get(row.key)
    if before is None:
        return row
    return replace(row, revision=before.revision + 1) if row.version > before.version else None


def _open_ms(state: ChannelState, minutes: Collection[int]) -> int:
    """Return the first minute not settled; a channel without state starts at the first one touched."""
    return state.settled_ms if state.version else min(minutes, default=0)


def _boundary(clock: Clock, state: ChannelState, now_ms: int) -> int:
    closed = clock.closed_everywhere(now_ms)
    return max(state.closed_ms, 0 if closed is None else floor_to(closed, MINUTE_MS))


def _minute(channel: str, start_ms: int, rows: Rows) -> MetricRow:
    return MetricRow(
        MetricKey(channel, Grain.MINUTE, start_ms),
        Summary.of(partial.content for _, partial in rows),
        final=True,
        revision=0,
        version=sum(partial.version for _, partial in rows),
    )
