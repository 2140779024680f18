"""Turn changed panes into published minutes, rollups and moments, and tell whoever listens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from telemetra.application.closing import Closing, close, coarser, merged, revised, spans
from telemetra.application.ports import (
    Directory,
    MetricStore,
    MomentStore,
    PaneStore,
    StateChange,
    StateStore,
    Tick,
    Ticks,
)
from telemetra.application.recent import Recent
from telemetra.application.watching import Past, Rows, Watch, knows, watch
from telemetra.domain.delivery import MOST_TOLD
from telemetra.domain.detection import Detector, Facts
from telemetra.domain.errors import ContentionError
from telemetra.domain.metrics import MetricKey, MetricRow
from telemetra.domain.partial import PaneKey
from telemetra.domain.state import ChannelState
from telemetra.domain.window import DAY_MS, HOUR_MS, MINUTE_MS, PANE_MS, Grain

MOST_ATTEMPTS: Final = 8
"""Rounds of read, derive and conditional write before the batch is given back to the stream."""

QUIET_LIMIT_MS: Final = 3 * DAY_MS
"""Channels silent for longer are not visited by the schedule any more.

A day may end 24 hours after its last event, whose watermark may be 24 hours late; the third leaves time.
"""

_RECENT: Final = 20


@dataclass(frozen=True, slots=True)
class Sources:
    """The ports that summarize reads and writes."""

    panes: PaneStore
    metrics: MetricStore
    moments: MomentStore
    states: StateStore
    directory: Directory
    ticks: Ticks


@dataclass(frozen=True, slots=True)
class SummarizeReport:
    """What one invocation published.

    Attributes:
        channels: channels looked at.
        minutes: minute rows written.
        rollups: hour and day rows written.
        moments: moments written.
        deliveries: ids of deliveries that led here, at most ``MOST_TOLD``.
    """

    channels: int
    minutes: int
    rollups: int
    moments: int
    deliveries: tuple[str, ...] = ()


class SummarizeChannels:
    """The use case behind the summarize function; any number of them may run at once."""

    def __init__(self, sources: Sources, detector: Detector) -> None:
        """Take the ports and the detector that scores closed panes."""
        self._at = sources
        self._detector = detector
        self._recent = Recent(sources.panes)

    def __call__(self, touched: Collection[PaneKey], now_ms: int) -> SummarizeReport:
        """Publish what follows from changed partials.

        Raises:
            StoreUnavailableError: a port is down or throttled; deliver the batch again.
            ContentionError: other summarizers kept moving the same channels; deliver the batch again.
        """
        by_channel: defaultdict[str, set[PaneKey]] = defaultdict(set)
        for key in touched:
            by_channel[key.channel].add(key)
        due = {
            channel: keys
            for channel, keys in by_channel.items()
            if not self._recent.waits(channel, keys, now_ms)
        }
        return self._converge(due, now_ms, speaking=by_channel)

    def pass_time(self, now_ms: int) -> SummarizeReport:
        """Move silent channels on: close what time alone has closed, and settle what was closed."""
        channels = self._at.directory.seen_since(now_ms - QUIET_LIMIT_MS)
        return self._converge({channel: set() for channel in channels}, now_ms)

    def _converge(
        self, touched: Mapping[str, set[PaneKey]], now_ms: int, *, speaking: Collection[str] = ()
    ) -> SummarizeReport:
        """Publish what is due on channels, and have the live view of those that speak told."""
        looked = self._recent.refresh(touched, now_ms)
        pending = dict(looked)
        minutes: defaultdict[str, set[int]] = defaultdict(set)
        moments: defaultdict[str, set[int]] = defaultdict(set)
        deliveries: defaultdict[str, set[str]] = defaultdict(set)
        rollups = 0
        for _ in range(MOST_ATTEMPTS):
            states = self._at.states.load(pending)
            closings, watches = {}, {}
            for channel, keys in pending.items():
                state = states.get(channel, ChannelState(channel))
                closings[channel], watches[channel], rows = self._plan(state, keys, now_ms)
                deliveries[channel] |= {row.delivery for key, row in rows if key in keys and row.delivery}
            for row in self._publish(row for closing in closings.values() for row in closing.minutes):
                minutes[row.key.channel].add(row.key.start_ms)
            rollups += self._roll_up(closings.values(), states)
            found = [moment for seen in watches.values() for moment in seen.moments]
            if found:
                self._at.moments.write(found)
            for moment in found:
                moments[moment.channel].add(moment.start_ms)
            refused = self._store(closings, watches)
            pending = {channel: pending[channel] for channel in refused}
            if not pending:
                break
        else:
            message = f"state of {sorted(pending)[:3]} moved {MOST_ATTEMPTS} times while it was written"
            raise ContentionError(message)
        told = {channel: tuple(sorted(ids)[:MOST_TOLD]) for channel, ids in deliveries.items()}
        self._tell(speaking, minutes, moments, told)
        counts = (sum(map(len, seen.values())) for seen in (minutes, moments))
        causes = tuple(sorted(set().union(*told.values()))[:MOST_TOLD])
        return SummarizeReport(len(touched), next(counts), rollups, next(counts), causes)

    def _plan(
        self, state: ChannelState, keys: Collection[PaneKey], now_ms: int
    ) -> tuple[Closing, Watch, Rows]:
        """Decide what is due; beside it the rows that this rests on."""
        if not state.version and not keys:
            return Closing(state, (), (), moved=False), Watch(state, ()), ()
        rows = self._recent.rows(state, keys, now_ms)
        if rows is not None and knows(state, self._detector):
            closing, seen = self._looked(state, keys, rows, now_ms)
            if not (closing.moved or closing.minutes or seen.moments):
                return closing, seen, rows
        return self._planned(state, keys, now_ms)

    def _looked(
        self, state: ChannelState, keys: Collection[PaneKey], rows: Rows, now_ms: int
    ) -> tuple[Closing, Watch]:
        """Say what would be due if these were the rows."""
        closing = close(state, rows, keys, now_ms)

        def facts() -> Facts:
            return self._recent.facts(state.channel, lambda: self._facts(state.channel))

        return closing, watch(closing.state, rows, self._detector, now_ms, facts=facts)

    def _planned(
        self, state: ChannelState, keys: Collection[PaneKey], now_ms: int
    ) -> tuple[Closing, Watch, Rows]:
        """Decide what is due from all rows that matter, read for it."""
        wanted = spans(state, keys)
        rows = [
            row for span in wanted for row in self._at.panes.span(state.channel, span.start_ms, span.end_ms)
        ]
        self._recent.remember(state.channel, wanted[-1].start_ms, rows, now_ms)
        closing = close(state, rows, keys, now_ms)
        past = None if knows(state, self._detector) else self._past(state, rows)
        seen = watch(
            closing.state, rows, self._detector, now_ms, facts=lambda: self._facts(state.channel), past=past
        )
        return closing, seen, rows

    def _facts(self, channel: str) -> Facts:
        stream = self._at.directory.get(channel)
        return Facts() if stream is None else Facts(stream.live, stream.raid_ms, stream.raid_viewers)

    def _past(self, state: ChannelState, rows: Rows) -> Past:
        """Read what a detector warms up from that the stored state is none of."""
        first_ms = min((key.start_ms for key, _ in rows), default=state.closed_ms)
        from_ms = state.closed_ms - self._detector.history_panes * PANE_MS
        earlier = self._at.panes.span(state.channel, from_ms, first_ms) if from_ms < first_ms else []
        recent = self._at.moments.page(
            state.channel, state.closed_ms - HOUR_MS, state.closed_ms, limit=_RECENT, cursor=None
        )
        return Past(earlier, recent.items)

    def _publish(self, rows: Iterable[MetricRow]) -> list[MetricRow]:
        """Write the rows that have seen more than what is stored; return those written."""
        derived = list(rows)
        if not derived:
            return []
        stored = self._at.metrics.load([row.key for row in derived])
        news = [row for row in (revised(row, stored) for row in derived) if row is not None]
        refused = self._at.metrics.write(news) if news else set()
        return [row for row in news if row.key not in refused]

    def _roll_up(self, closings: Iterable[Closing], states: Mapping[str, ChannelState]) -> int:
        """Merge again the hours and days that have closed; return how many rows were written.

        Whoever wrote a minute that had closed before reads the state once more: if another summarizer has
        closed the hour meanwhile, one of the two merges has seen both.
        """
        due = [closing for closing in closings if closing.hours]
        late = [closing.state.channel for closing in due if _is_late(closing, states)]
        moved_on = self._at.states.load(late) if late else {}
        hours, days = [], []
        for closing in due:
            channel, closed_ms = closing.state.channel, closing.state.closed_ms
            if channel in moved_on:
                closed_ms = max(closed_ms, moved_on[channel].closed_ms)
            closed_hours = (start for start in closing.hours if start + Grain.HOUR.span_ms <= closed_ms)
            hours += [MetricKey(channel, Grain.HOUR, start) for start in closed_hours]
            days += [MetricKey(channel, Grain.DAY, start) for start in coarser(closing.hours, closed_ms)]
        written = self._publish(self._merged(hours))
        return len(written) + len(self._publish(self._merged(days)))

    def _merged(self, keys: Sequence[MetricKey]) -> list[MetricRow]:
        rows = []
        for key in keys:
            finer = key.grain.finer or Grain.MINUTE
            end_ms = key.start_ms + key.grain.span_ms
            parts = self._at.metrics.span(key.channel, finer, key.start_ms, end_ms, consistent=True)
            row = merged(key, parts)
            if row is not None:
                rows.append(row)
        return rows

    def _store(self, closings: Mapping[str, Closing], watches: Mapping[str, Watch]) -> set[str]:
        """Store the states that moved; return the channels whose state another summarizer moved first."""
        changes = []
        for channel, closing in closings.items():
            seen = watches[channel]
            if closing.moved or seen.moments:
                following = replace(seen.state, version=closing.state.version + 1)
                changes.append(StateChange(closing.state.version, following))
        return self._at.states.write(changes) if changes else set()

    def _tell(
        self,
        speaking: Collection[str],
        minutes: Mapping[str, set[int]],
        moments: Mapping[str, set[int]],
        deliveries: Mapping[str, tuple[str, ...]],
    ) -> None:
        ticks = [
            Tick(
                channel,
                tuple(sorted(minutes.get(channel, ()))),
                tuple(sorted(moments.get(channel, ()))),
                deliveries=deliveries.get(channel, ()),
            )
            for channel in sorted({*speaking, *minutes, *moments})
        ]
        if ticks:
            self._at.ticks.send(ticks)


def _is_late(closing: Closing, states: Mapping[str, ChannelState]) -> bool:
    """Say whether a minute is published again that the stored state had closed or settled."""
    state = states.get(closing.state.channel)
    if state is None:
        return bool(closing.minutes)
    return any(row.key.start_ms + MINUTE_MS <= state.closed_ms for row in closing.minutes)
