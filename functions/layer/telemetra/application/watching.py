"""Let the detector see the panes of a channel that have closed since it last looked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import log2
from typing import Final

from telemetra.domain.clock import IDLE_MS
from telemetra.domain.detection import Detector, Facts, Observation
from telemetra.domain.events import Kind
from telemetra.domain.moment import Moment
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.state import ChannelState
from telemetra.domain.summary import Summary
from telemetra.domain.window import PANE_MS

STRICTER: Final = 1.5
"""What halving a channel's alarm budget adds to the fused surprise that opens a moment."""

Rows = Sequence[tuple[PaneKey, Partial]]

LEADS: Final = (Kind.CHAT, Kind.VIEWER)
"""The first of these that a channel sends says when its panes are scored, with what the others have by then.

A kind that comes seldom, as payments do, says little of how far event time has come: it would hold up the
moment that the chat is in the middle of. So the others may be behind by ``IDLE_MS``, after which silence
counts as having come as far; a stream that is further behind, as when hours are sent at once, is waited for.
"""


@dataclass(frozen=True, slots=True)
class Watch:
    """What the detector found.

    Attributes:
        state: the channel's state with the detector moved on.
        moments: moments that opened, changed or ended.
    """

    state: ChannelState
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """What is read when a state is warmed up again: rows from before, and moments that may still be open."""

    rows: Rows
    moments: Sequence[Moment]


def knows(state: ChannelState, detector: Detector) -> bool:
    """Say whether the stored state is this detector's, or there is none at all yet."""
    return state.detector_name in ("", detector.name)


def watch(
    state: ChannelState,
    rows: Rows,
    detector: Detector,
    now_ms: int,
    *,
    facts: Callable[[], Facts] = Facts,
    past: Past | None = None,
) -> Watch:
    """Advance the detector over the panes that are closed; what is not there is silence.

    Args:
        state: with the clock moved on.
        rows: partials of the channel since its detector last looked.
        detector: scores the panes.
        now_ms: the clock, for a channel that has fallen silent.
        facts: asked for when there is a pane to score.
        past: given when the state is of another detector or of other parameters: it is warmed up with these
            rows, what they held is not told again, and what the other one left open ends.
    """
    closed_ms = _closed(state, now_ms)
    if closed_ms is None:
        return Watch(state, ())
    known = state.detector if state.detector_name == detector.name else b""
    last_ms = detector.last_pane_ms(known)
    if last_ms >= closed_ms - PANE_MS:
        return Watch(state, ())
    told = replace(facts(), strictness=-STRICTER * log2(state.budget))
    ended: tuple[Moment, ...] = ()
    if past is not None:
        before = [pane for pane in _observed((*past.rows, *rows), told) if pane.start_ms < state.closed_ms]
        known = detector.advance(state.channel, known, before).state
        last_ms = detector.last_pane_ms(known)
        ended = tuple(
            replace(moment, end_ms=max(state.closed_ms, moment.peak_ms + PANE_MS), version=moment.version + 1)
            for moment in past.moments
            if moment.end_ms is None
        )
    panes = [pane for pane in _observed(rows, told) if last_ms < pane.start_ms < closed_ms]
    if last_ms and not (panes and panes[-1].start_ms == closed_ms - PANE_MS):
        panes.append(Observation(closed_ms - PANE_MS, facts=told))
    seen = detector.advance(state.channel, known, panes)
    following = replace(state, detector=seen.state, detector_name=detector.name)
    return Watch(following, (*ended, *seen.moments))


def _closed(state: ChannelState, now_ms: int) -> int | None:
    kinds = state.clock.kinds()
    lead = next((kind for kind in LEADS if kind in kinds), None)
    if lead is None:
        return None
    late = {kind: 0 if kind is lead else IDLE_MS for kind in kinds}
    closed = ((state.clock.closed(kind, now_ms), late_ms) for kind, late_ms in late.items())
    return min(at + late_ms for at, late_ms in closed if at is not None)


def _observed(rows: Rows, facts: Facts) -> list[Observation]:
    """Merge the rows of each pane, oldest first."""
    panes: defaultdict[int, Summary] = defaultdict(Summary)
    for key, partial in rows:
        panes[key.start_ms] = panes[key.start_ms].include(partial.content)
    return [Observation(at, panes[at], facts) for at in sorted(panes)]
