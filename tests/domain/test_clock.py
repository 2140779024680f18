"""Watermarks: a lagging shard delays its own kind, silence moves on, old shards are forgotten."""

from __future__ import annotations

from telemetra.domain.clock import ACTIVE_MS, IDLE_MS, Clock
from telemetra.domain.events import Kind
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.viewers import ViewerPane
from telemetra.domain.window import LATENESS_MS, PANE_MS

T0 = 1_700_000_000_000


def row(kind: Kind, shard: str, mark_ms: int, arrival_ms: int) -> tuple[PaneKey, Partial]:
    return PaneKey("aurora", T0, kind, shard), Partial(ViewerPane(), 1, (), 1, mark_ms, arrival_ms)


def test_a_clock_that_saw_nothing_has_no_watermark() -> None:
    assert Clock().watermark(Kind.CHAT, T0) is None
    assert Clock().closed(Kind.CHAT, T0) is None
    assert Clock().closed_everywhere(T0) is None


def test_the_slowest_shard_holds_its_kind_back_and_only_its_kind() -> None:
    clock = Clock().absorb(
        [
            row(Kind.CHAT, "a", T0 + 50_000, T0 + 50_000),
            row(Kind.CHAT, "b", T0 + 20_000, T0 + 50_000),
            row(Kind.VIEWER, "a", T0 + 40_000, T0 + 50_000),
        ]
    )
    assert clock.watermark(Kind.CHAT, T0 + 50_000) == T0 + 20_000
    assert clock.watermark(Kind.VIEWER, T0 + 50_000) == T0 + 40_000
    assert clock.closed_everywhere(T0 + 50_000) == T0 + 20_000 - LATENESS_MS


def test_a_shard_silent_for_a_minute_is_forgotten_once_its_sister_moves_on() -> None:
    clock = Clock().absorb([row(Kind.CHAT, "a", T0, T0), row(Kind.CHAT, "b", T0 + ACTIVE_MS, T0 + ACTIVE_MS)])
    assert clock.watermark(Kind.CHAT, T0 + ACTIVE_MS) == T0 + ACTIVE_MS


def test_silence_moves_the_watermark_by_the_time_since_the_last_arrival() -> None:
    clock = Clock().absorb([row(Kind.CHAT, "a", T0 - 7_200_000, T0)])
    assert clock.watermark(Kind.CHAT, T0 + IDLE_MS) == T0 - 7_200_000
    assert clock.watermark(Kind.CHAT, T0 + IDLE_MS + 1) == T0 - 7_200_000 + IDLE_MS + 1


def test_a_pane_closes_when_the_watermark_has_passed_its_end_by_the_lateness() -> None:
    end_ms = T0 + PANE_MS
    before = Clock().absorb([row(Kind.CHAT, "a", end_ms + LATENESS_MS - 1, T0)])
    after = Clock().absorb([row(Kind.CHAT, "a", end_ms + LATENESS_MS, T0)])
    assert before.closed(Kind.CHAT, T0) == T0
    assert after.closed(Kind.CHAT, T0) == end_ms


def test_absorbing_twice_or_in_another_order_changes_nothing() -> None:
    rows = [
        row(Kind.CHAT, "a", T0 + 5, T0 + 9),
        row(Kind.CHAT, "a", T0 + 9, T0 + 5),
        row(Kind.VIEWER, "b", T0, T0),
    ]
    once = Clock().absorb(rows)
    assert once == once.absorb(rows) == Clock().absorb(rows[::-1])


def test_a_packed_clock_comes_back_equal() -> None:
    clock = Clock().absorb([row(Kind.CHAT, "a", 1, 2), row(Kind.VIEWER, "b", 3, 4)])
    assert Clock.unpacked(clock.packed()) == clock
