"""Time as integers: panes, minutes, hours and days on the event-time axis (UTC milliseconds).

    panes    |--0--|--1--|--2--|--3--|--4--|--5--|--6--|     10 s each, [start, end)
    minute   [=================================)             panes 0 to 5, tumbling: the record
    window         [=================================)       panes 1 to 6, sliding by one pane: the live view

A window is the merge of its panes (Li et al., "No pane, no gain", 2005), so an event touches one pane only.
"""

from __future__ import annotations

from enum import StrEnum

SECOND_MS = 1_000
PANE_MS = 10 * SECOND_MS
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
PANES_A_WINDOW = MINUTE_MS // PANE_MS

LATENESS_MS = 10 * SECOND_MS
"""How far the watermark must pass the end of a pane before the pane closes."""

FUTURE_LIMIT_MS = 60 * SECOND_MS
"""An event further ahead of its record's arrival than this is a reject."""

LATE_LIMIT_MS = DAY_MS
"""An event further behind its record's arrival than this is counted as late and not folded."""

PAST_LIMIT_MS = 8 * DAY_MS
"""An event further behind than this is no late event but a wrong clock (1970, say): a reject."""


class Grain(StrEnum):
    """Width of a stored metrics row."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"

    @property
    def span_ms(self) -> int:
        """Width in milliseconds."""
        return {Grain.MINUTE: MINUTE_MS, Grain.HOUR: HOUR_MS, Grain.DAY: DAY_MS}[self]

    @property
    def finer(self) -> Grain | None:
        """The grain whose rows this one merges; None for the minute, which merges panes."""
        return {Grain.MINUTE: None, Grain.HOUR: Grain.MINUTE, Grain.DAY: Grain.HOUR}[self]


def floor_to(at_ms: int, span_ms: int) -> int:
    """Return the start of the half-open interval of width ``span_ms`` that holds ``at_ms``.

    >>> floor_to(25_000, PANE_MS), floor_to(20_000, PANE_MS), floor_to(-1, PANE_MS)
    (20000, 20000, -10000)
    """
    return at_ms - at_ms % span_ms
