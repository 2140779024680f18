"""What an instance of summarize remembers spares it reads, and never decides what is published."""

from __future__ import annotations

from msgspec.structs import replace

from telemetra.adapters.memory import MemoryPaneStore
from telemetra.application.ports import PaneChange
from telemetra.application.recent import BELIEVED_MS, CHATTING_MS, MOST_CHANNELS, SKEW_MS, Recent
from telemetra.domain.chat import ChatPane
from telemetra.domain.detection import Facts
from telemetra.domain.events import Kind
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.state import ChannelState
from telemetra.domain.window import LATENESS_MS, MINUTE_MS, PANE_MS
from tests.application.test_summarize import Desk

T0 = 1_795_392_000_000
STATE = ChannelState("aurora", version=1, closed_ms=T0, settled_ms=T0)
KEY = PaneKey("aurora", T0, Kind.CHAT, "s")


def partial(version: int) -> Partial:
    return Partial(ChatPane(count=version), version, (), version, T0, T0, f"chat-{version}")


def written(*versions: int, lag: bool = False) -> MemoryPaneStore:
    store = MemoryPaneStore(lag=lag)
    before = None
    for version in versions:
        after = partial(version)
        assert not store.write([PaneChange(KEY, before, after)])
        before = after
    return store


def remembering(store: MemoryPaneStore, *, version: int = 1) -> Recent:
    recent = Recent(store)
    recent.remember("aurora", T0, [(KEY, partial(version))], T0)
    return recent


def test_a_row_that_changed_is_read_alone_and_the_newer_one_is_kept() -> None:
    recent = remembering(written(1, 2))
    recent.refresh({"aurora": {KEY}, "unknown": {KEY}}, T0 + 1)
    assert recent.rows(STATE, {KEY}, T0 + 1) == [(KEY, partial(2))]


def test_a_stale_answer_does_not_undo_what_was_seen() -> None:
    recent = remembering(written(1, 2, lag=True), version=2)
    recent.refresh({"aurora": {KEY}}, T0 + 1)
    assert recent.rows(STATE, {KEY}, T0 + 1) == [(KEY, partial(2))]


def test_rows_are_not_known_when_they_are_old_unseen_or_before_what_was_read() -> None:
    recent = remembering(written(1))
    later = PaneKey("aurora", T0 + PANE_MS, Kind.CHAT, "s")
    earlier = PaneKey("aurora", T0 - PANE_MS, Kind.CHAT, "s")
    assert recent.rows(STATE, {KEY}, T0 + BELIEVED_MS) is not None
    assert recent.rows(STATE, {KEY}, T0 + BELIEVED_MS + 1) is None
    assert recent.rows(STATE, {later}, T0) is None
    assert recent.rows(STATE, {earlier}, T0) is None
    assert recent.rows(ChannelState("aurora"), {KEY}, T0) is None
    assert recent.rows(ChannelState("aurora", 1, settled_ms=T0 - MINUTE_MS), {KEY}, T0) is None


def test_what_was_settled_since_is_left_out() -> None:
    moved = ChannelState("aurora", 2, settled_ms=T0 + MINUTE_MS)
    assert remembering(written(1)).rows(moved, (), T0) == []


def test_the_channel_read_longest_ago_is_forgotten_first() -> None:
    recent = Recent(MemoryPaneStore())
    for number in range(MOST_CHANNELS + 1):
        recent.remember(f"c{number}", T0, [], T0)
    known = [recent.rows(ChannelState(f"c{at}", 1, settled_ms=T0), (), T0) for at in (0, 1, MOST_CHANNELS)]
    assert known == [None, [], []]


def test_facts_are_read_once() -> None:
    recent = remembering(written(1))
    asked: list[Facts] = []

    def read() -> Facts:
        asked.append(Facts(live=True))
        return asked[-1]

    assert [recent.facts("aurora", read) for _ in range(3)] == [Facts(live=True)] * 3
    assert len(asked) == 1


class Counted(MemoryPaneStore):
    """Counts the reads of whole stretches."""

    def __init__(self) -> None:
        super().__init__()
        self.spans = 0

    def span(
        self, channel: str, start_ms: int, end_ms: int | None, *, consistent: bool = True
    ) -> list[tuple[PaneKey, Partial]]:
        self.spans += 1
        assert consistent
        return super().span(channel, start_ms, end_ms)


def test_a_change_that_makes_nothing_due_reads_no_stretch() -> None:
    panes = Counted()
    desk = Desk(panes)
    for start_ms in range(T0, T0 + 2 * MINUTE_MS, PANE_MS):
        desk.run(desk.fold(start_ms, 5))
    before, pane = panes.spans, desk.fold(T0 + 2 * MINUTE_MS - PANE_MS, 5)
    for _ in range(5):
        desk.run(pane)
    assert panes.spans == before


def test_another_instance_that_saw_nothing_publishes_the_same() -> None:
    warm, cold = Desk(), Desk()
    for start_ms in range(T0, T0 + 4 * MINUTE_MS, PANE_MS):
        for desk in (warm, cold):
            key = desk.fold(start_ms, start_ms // PANE_MS % 7 + 1)
            if desk is cold:
                desk.__post_init__()
            desk.run(key)
    for minute in range(T0, T0 + 4 * MINUTE_MS, MINUTE_MS):
        assert warm.row(minute) == cold.row(minute)
    assert warm.row(T0) is not None


def viewed(start_ms: int) -> PaneKey:
    return PaneKey("aurora", start_ms, Kind.VIEWER, "s")


def chatting(closed_ms: int = T0) -> Recent:
    """A channel that wrote in its first pane, and whose state was looked at."""
    recent = remembering(written(1))
    recent.rows(ChannelState("aurora", 1, closed_ms=closed_ms, settled_ms=T0), (), T0)
    return recent


def test_viewers_wait_for_chat_while_nobody_can_have_closed_their_minute() -> None:
    assert chatting().waits("aurora", {viewed(T0)}, T0 + 20_000)


def test_what_waited_is_looked_at_with_the_next_change() -> None:
    recent = chatting()
    recent.waits("aurora", {viewed(T0)}, T0 + 20_000)
    assert recent.refresh({"aurora": {KEY}}, T0 + 21_000) == {"aurora": {KEY, viewed(T0)}}
    assert recent.refresh({"aurora": {KEY}}, T0 + 22_000) == {"aurora": {KEY}}


def test_a_change_does_not_wait_where_its_minute_may_be_closed_or_another_be_due() -> None:
    almost = T0 + MINUTE_MS + LATENESS_MS - SKEW_MS
    late_chat = [(KEY, replace(partial(1), arrival_ms=almost))]
    for closed_ms, key in ((T0, viewed(T0 + MINUTE_MS)), (T0 + MINUTE_MS, viewed(T0))):
        recent = Recent(written(1))
        recent.remember("aurora", T0, late_chat, almost - 1)
        recent.rows(ChannelState("aurora", 1, closed_ms=closed_ms, settled_ms=T0), (), almost - 1)
        assert recent.waits("aurora", {key}, almost - 1)
        assert not recent.waits("aurora", {key}, almost)


def test_a_change_does_not_wait_for_a_channel_that_is_unknown_or_does_not_chat() -> None:
    assert not Recent(written(1)).waits("aurora", {viewed(T0)}, T0)
    assert not chatting().waits("aurora", {KEY, viewed(T0)}, T0)
    assert not chatting().waits("aurora", set(), T0)
    assert not chatting().waits("aurora", {viewed(T0)}, T0 + CHATTING_MS)


def test_a_summarizer_tells_of_viewers_of_a_channel_that_chats_and_reads_nothing_for_them() -> None:
    panes = Counted()
    desk = Desk(panes)
    for start_ms in range(T0, T0 + 3 * MINUTE_MS, PANE_MS):
        desk.run(desk.fold(start_ms, 5))
    spans, told = panes.spans, len(desk.ticks.sent)
    desk.run(viewed(T0 + 3 * MINUTE_MS - PANE_MS), now_ms=T0 + 3 * MINUTE_MS)
    assert (panes.spans, len(desk.ticks.sent)) == (spans, told + 1)
