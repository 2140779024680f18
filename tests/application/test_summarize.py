"""What a summarizer publishes, and when: closed minutes, revisions, rollups, moments, and news of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import log2
from typing import ClassVar

import pytest

from telemetra.adapters.memory import (
    MemoryDirectory,
    MemoryMetricStore,
    MemoryMomentStore,
    MemoryPaneStore,
    MemoryStateStore,
    MemoryTicks,
)
from telemetra.application.closing import SETTLE_AFTER_MS, close, spans
from telemetra.application.ports import PaneChange, StateChange
from telemetra.application.summarize import Sources, SummarizeChannels
from telemetra.application.watching import STRICTER
from telemetra.domain.chat import ChatPane
from telemetra.domain.detection import Advance, Observation
from telemetra.domain.errors import ContentionError, CorruptStateError
from telemetra.domain.events import Kind
from telemetra.domain.metrics import MetricKey, MetricRow
from telemetra.domain.moment import Moment
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.state import ChannelState
from telemetra.domain.viewers import ViewerPane
from telemetra.domain.window import HOUR_MS, MINUTE_MS, PANE_MS, Grain
from telemetra.domain.zscore import ZScore

T0 = 1_795_392_000_000


@dataclass
class Desk:
    """One channel's tables, a summarizer over them, and a writer of chat panes."""

    panes: MemoryPaneStore = field(default_factory=MemoryPaneStore)
    metrics: MemoryMetricStore = field(default_factory=MemoryMetricStore)
    moments: MemoryMomentStore = field(default_factory=MemoryMomentStore)
    states: MemoryStateStore = field(default_factory=MemoryStateStore)
    directory: MemoryDirectory = field(default_factory=MemoryDirectory)
    ticks: MemoryTicks = field(default_factory=MemoryTicks)

    def __post_init__(self) -> None:
        """Build the use case and let the channel be known."""
        self.directory.touch({"aurora": T0})
        self.summarize = SummarizeChannels(
            Sources(self.panes, self.metrics, self.moments, self.states, self.directory, self.ticks), ZScore()
        )

    def fold(self, start_ms: int, count: int = 1, arrival_ms: int = 0) -> PaneKey:
        """Add messages to a pane as the aggregate function would, and return its key."""
        key = PaneKey("aurora", start_ms, Kind.CHAT, "shardId-000000000000")
        before = self.panes.load([key]).get(key)
        content = ChatPane(count=count + (before.content.count if before else 0))
        version = before.version + 1 if before else 1
        upto = before.upto + 1 if before else start_ms
        mark_ms = start_ms + PANE_MS - 1
        after = Partial(content, upto, (), version, mark_ms, arrival_ms or mark_ms)
        assert not self.panes.write([PaneChange(key, before, after)])
        return key

    def run(self, *keys: PaneKey, now_ms: int | None = None) -> None:
        """Summarize as soon as the panes are there."""
        self.summarize(set(keys), now_ms or max(key.start_ms for key in keys) + PANE_MS)

    def found(self) -> list[Moment]:
        """Return the moments, newest first."""
        return list(self.moments.page("aurora", 0, T0 + HOUR_MS, limit=9, cursor=None).items)

    def row(self, start_ms: int, grain: Grain = Grain.MINUTE) -> MetricRow | None:
        """Return a published row."""
        return self.metrics.load([MetricKey("aurora", grain, start_ms)]).get(
            MetricKey("aurora", grain, start_ms)
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def play(desk: Desk, start_ms: int, counts: Sequence[int]) -> None:
    """Fold and summarize one pane after another."""
    for number, count in enumerate(counts):
        desk.run(desk.fold(start_ms + number * PANE_MS, count))


def test_a_minute_is_published_once_its_panes_and_the_lateness_have_passed(desk: Desk) -> None:
    play(desk, T0, [1] * 7)
    assert desk.row(T0) is None
    play(desk, T0 + 7 * PANE_MS, [1])
    row = desk.row(T0)
    assert row is not None
    assert (row.summary.chat.count, row.final, row.revision, row.version) == (6, True, 0, 6)


def test_a_late_event_revises_its_minute_and_the_hour_above_it(desk: Desk) -> None:
    play(desk, T0, [1] * 8)
    desk.run(desk.fold(T0 + HOUR_MS + 2 * MINUTE_MS))
    desk.run(desk.fold(T0 + HOUR_MS + 4 * MINUTE_MS))
    hour = desk.row(T0, Grain.HOUR)
    assert hour is not None
    assert (hour.summary.chat.count, hour.revision) == (8, 0)
    desk.run(desk.fold(T0 + PANE_MS, 5), now_ms=T0 + HOUR_MS + 5 * MINUTE_MS)
    minute, hour = desk.row(T0), desk.row(T0, Grain.HOUR)
    assert minute is not None
    assert hour is not None
    assert (minute.summary.chat.count, minute.revision) == (11, 1)
    assert (hour.summary.chat.count, hour.revision) == (13, 1)


def test_a_day_is_published_when_it_is_over(desk: Desk) -> None:
    play(desk, T0, [1] * 8)
    desk.summarize.pass_time(T0 + 23 * HOUR_MS)
    assert desk.row(T0, Grain.DAY) is None
    desk.summarize.pass_time(T0 + 24 * HOUR_MS + 2 * MINUTE_MS)
    row = desk.row(T0, Grain.DAY)
    assert row is not None
    assert row.summary.chat.count == 8


def test_time_alone_closes_the_minutes_of_a_silent_channel_and_then_rests(desk: Desk) -> None:
    play(desk, T0, [3])
    desk.summarize.pass_time(T0 + 20_000)
    assert desk.row(T0) is None
    report = desk.summarize.pass_time(T0 + 3 * MINUTE_MS)
    assert (report.channels, report.minutes) == (1, 1)
    row = desk.row(T0)
    assert row is not None
    assert row.summary.chat.count == 3
    assert desk.summarize.pass_time(T0 + 3 * MINUTE_MS).minutes == 0


def test_a_channel_in_the_directory_without_panes_is_left_alone(desk: Desk) -> None:
    report = desk.summarize.pass_time(T0 + MINUTE_MS)
    assert (report.channels, report.minutes, desk.ticks.sent) == (1, 0, [])


def test_every_touched_channel_gets_a_tick_that_names_what_is_new(desk: Desk) -> None:
    play(desk, T0, [1] * 8)
    assert [tick.minutes for tick in desk.ticks.sent] == [()] * 7 + [(T0,)]


def test_a_burst_is_a_moment_with_a_tick_of_its_own(desk: Desk) -> None:
    play(desk, T0, [10] * 20 + [90] + [10] * 6)
    (moment,) = desk.found()
    assert moment.start_ms == T0 + 20 * PANE_MS
    assert moment.end_ms == T0 + 21 * PANE_MS
    assert any(tick.moments == (moment.start_ms,) for tick in desk.ticks.sent)


def test_a_detector_of_other_parameters_warms_up_from_the_stored_panes(desk: Desk) -> None:
    play(desk, T0, [10] * 14 + [90] + [10] * 6)
    state = desk.states.load(["aurora"])["aurora"]
    other = replace(state, detector_name="zscore-of-another-time", version=state.version + 1)
    assert not desk.states.write([StateChange(state.version, other)])
    (told,) = desk.found()
    left_open = replace(told, start_ms=told.start_ms + PANE_MS, end_ms=None)
    desk.moments = MemoryMomentStore()
    desk.moments.write([left_open])
    desk.__post_init__()
    play(desk, T0 + 21 * PANE_MS, [10, 90, *[10] * 12])
    again, ended = desk.found()
    assert again.start_ms == T0 + 22 * PANE_MS
    assert (ended.start_ms, ended.end_ms) == (left_open.start_ms, state.closed_ms)
    assert desk.states.load(["aurora"])["aurora"].detector_name == ZScore().name


def test_a_pane_that_was_scored_is_not_scored_again(desk: Desk) -> None:
    play(desk, T0, [10] * 8)
    before = desk.states.load(["aurora"])["aurora"]
    assert before.detector
    desk.run(desk.fold(T0 + 7 * PANE_MS))
    assert desk.states.load(["aurora"])["aurora"] == before


def test_panes_wait_for_a_kind_that_is_far_behind_but_not_for_one_that_comes_seldom(desk: Desk) -> None:
    def read(at_ms: int, arrival_ms: int) -> PaneKey:
        key = PaneKey("aurora", at_ms, Kind.VIEWER, "shardId-000000000000")
        partial = Partial(ViewerPane(1, 9, 9, 9, (at_ms, "v", 9)), at_ms, (), 1, at_ms, arrival_ms)
        assert not desk.panes.write([PaneChange(key, None, partial)])
        return key

    def scored_ms() -> int:
        return ZScore().last_pane_ms(desk.states.load(["aurora"])["aurora"].detector)

    now_ms = T0 + HOUR_MS
    keys = [desk.fold(T0 + number * PANE_MS, arrival_ms=now_ms) for number in range(60)]
    desk.run(*keys, read(T0 + 20 * PANE_MS, now_ms), now_ms=now_ms)
    assert scored_ms() == T0 + 21 * PANE_MS
    desk.run(read(T0 + 57 * PANE_MS, now_ms), now_ms=now_ms)
    assert scored_ms() == T0 + 57 * PANE_MS


def test_viewers_that_come_right_after_messages_are_told_at_once(desk: Desk) -> None:
    desk.run(desk.fold(T0))
    desk.run(desk.fold(T0))
    told = len(desk.ticks.sent)
    key = PaneKey("aurora", T0, Kind.VIEWER, "shardId-000000000000")
    content = ViewerPane(1, 9, 9, 9, (T0, "reading", 9))
    desk.panes.write([PaneChange(key, None, Partial(content, 1, (), 1, T0 + 5_000, T0 + 5_000))])
    desk.run(key)
    assert len(desk.ticks.sent) == told + 1


def test_a_channel_of_viewers_alone_is_not_watched_for_moments(desk: Desk) -> None:
    key = PaneKey("aurora", T0, Kind.STREAM_META, "shardId-000000000000")
    assert not desk.panes.write([PaneChange(key, None, Partial(ChatPane(), 1, (), 1, T0, T0))])
    desk.run(key)
    assert desk.states.load(["aurora"])["aurora"].detector == b""


class Noting(ZScore):
    """Notes how strict it is asked to be."""

    asked: ClassVar[list[float]] = []

    def advance(self, channel: str, state: bytes, panes: Sequence[Observation]) -> Advance:
        self.asked.extend(pane.facts.strictness for pane in panes)
        return super().advance(channel, state, panes)


def test_feedback_reaches_the_detector_with_the_state_and_can_be_taken_back() -> None:
    desk, detector = Desk(), Noting()
    desk.summarize = SummarizeChannels(
        Sources(desk.panes, desk.metrics, desk.moments, desk.states, desk.directory, desk.ticks), detector
    )
    play(desk, T0, [10] * 8)
    for number, factor in enumerate((0.25, 1.0)):
        desk.states.tune("aurora", factor)
        detector.asked.clear()
        play(desk, T0 + (8 + 2 * number) * PANE_MS, [10] * 2)
        assert set(detector.asked) == {-STRICTER * log2(factor)}


class MovingStates(MemoryStateStore):
    """Another summarizer is always a little faster."""

    def write(self, changes: Sequence[StateChange]) -> set[str]:
        return {change.after.channel for change in changes}


def test_a_state_that_never_stands_still_gives_the_batch_back() -> None:
    desk = Desk(states=MovingStates())
    with pytest.raises(ContentionError, match="aurora"):
        desk.run(desk.fold(T0))


class SlowMetrics(MemoryMetricStore):
    """Somebody else has published every row meanwhile."""

    def write(self, rows: Sequence[MetricRow]) -> set[MetricKey]:
        super().write(rows)
        return {row.key for row in rows}


def test_a_refused_minute_still_goes_on_to_rollups_moments_and_tick() -> None:
    desk = Desk(metrics=SlowMetrics())
    play(desk, T0, [1] * 8)
    desk.run(desk.fold(T0 + HOUR_MS + 2 * MINUTE_MS))
    assert desk.row(T0, Grain.HOUR) is not None
    assert len(desk.ticks.sent) == 9
    assert all(tick.minutes == () for tick in desk.ticks.sent)


def test_what_is_closed_is_settled_by_the_next_closing_or_by_time_when_there_is_none() -> None:
    state = ChannelState("aurora", version=1, closed_ms=T0)
    soon, later = (close(state, (), (), T0 + wait_ms) for wait_ms in (SETTLE_AFTER_MS, SETTLE_AFTER_MS + 1))
    assert (soon.moved, soon.state.settled_ms) == (False, 0)
    assert (later.moved, later.state.settled_ms) == (True, T0)
    desk = Desk()
    play(desk, T0, [1] * 14)
    assert desk.states.load(["aurora"])["aurora"].settled_ms == T0 + MINUTE_MS


def test_only_late_minutes_and_the_open_end_are_read() -> None:
    state = ChannelState("aurora", version=3, settled_ms=T0 + HOUR_MS)
    keys = [
        PaneKey("aurora", T0 + at, Kind.CHAT, "s")
        for at in (0, MINUTE_MS, 5 * MINUTE_MS, HOUR_MS + MINUTE_MS)
    ]
    assert [(span.start_ms - T0, span.end_ms and span.end_ms - T0) for span in spans(state, keys)] == [
        (0, 2 * MINUTE_MS),
        (5 * MINUTE_MS, 6 * MINUTE_MS),
        (HOUR_MS, None),
    ]


def test_a_stored_state_comes_back_equal_and_other_bytes_do_not() -> None:
    desk = Desk()
    play(desk, T0, [10] * 20)
    state = desk.states.load(["aurora"])["aurora"]
    assert ChannelState.decode("aurora", state.version, state.encode()) == state
    for bytes_ in (b"", b"\x09", state.encode()[:-3], state.encode()[:1] + b"\xc0"):
        with pytest.raises(CorruptStateError):
            ChannelState.decode("aurora", 1, bytes_)
