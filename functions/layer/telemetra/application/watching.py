"""Let the detector see the panes of a channel that have closed since it last looked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from telemetra.domain.chat import ChatPane
from telemetra.domain.detection import Detector, Observation
from telemetra.domain.events import Kind
from telemetra.domain.moment import Moment
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.state import ChannelState
from telemetra.domain.window import PANE_MS


@dataclass(frozen=True, slots=True)
class Watch:
    """What the detector found.

    Attributes:
        state: the channel's state with the detector moved on.
        moments: moments that opened, changed or ended.
    """

    state: ChannelState
    moments: tuple[Moment, ...]


def watch(
    state: ChannelState, rows: Sequence[tuple[PaneKey, Partial]], detector: Detector, now_ms: int
) -> Watch:
    """Advance the detector over the chat panes that are closed; silence counts as empty panes.

    A state of another detector, or of other parameters, is dropped, and warms up again.
    """
    known = state.detector if state.detector_name == detector.name else b""
    closed_ms = state.clock.closed(Kind.CHAT, now_ms)
    if closed_ms is None:
        return Watch(state, ())
    last_ms = detector.last_pane_ms(known)
    panes: defaultdict[int, ChatPane] = defaultdict(ChatPane)
    for key, partial in rows:
        if (
            key.kind is Kind.CHAT
            and last_ms < key.start_ms < closed_ms
            and isinstance(partial.content, ChatPane)
        ):
            panes[key.start_ms] = panes[key.start_ms].merge(partial.content)
    if last_ms and last_ms < closed_ms - PANE_MS:
        panes.setdefault(closed_ms - PANE_MS, ChatPane())
    seen = detector.advance(state.channel, known, [Observation(at, panes[at]) for at in sorted(panes)])
    return Watch(replace(state, detector=seen.state, detector_name=detector.name), seen.moments)
