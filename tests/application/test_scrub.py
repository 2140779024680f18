"""Words that only one user said leave the stored counts; everything else of a row stays."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
import pytest

from telemetra.adapters.memory import MemoryMetricStore, MemoryPaneStore, MemoryStateStore
from telemetra.application.ports import PaneChange, StateChange, StateStore
from telemetra.application.scrub import Scrub, Scrubbed
from telemetra.domain.chat import ChatPane
from telemetra.domain.encoding import seal
from telemetra.domain.errors import ContentionError
from telemetra.domain.fusion.memory import Memory
from telemetra.domain.metrics import MetricKey, MetricRow
from telemetra.domain.partial import PaneKey
from telemetra.domain.state import ChannelState
from telemetra.domain.tally import Tally
from telemetra.domain.window import DAY_MS, HOUR_MS, MINUTE_MS, PANE_MS, Grain, floor_to
from tests.application.samples import CHANNEL, NOW, panes, row, rows, viewers

WORDS = {"hello": 5, "quetzal": 1, "ada's": 2}
PANE = ChatPane(count=5, tokens=Tally(WORDS), emotes=Tally({"Kappa": 1}))
SAID = [(CHANNEL, NOW + 12_000, "hello quetzal Kappa"), (CHANNEL, NOW + MINUTE_MS * 5, "elsewhere")]
CELLS = {(CHANNEL, NOW)}


def tables() -> tuple[MemoryPaneStore, MemoryMetricStore]:
    pane = NOW + PANE_MS
    starts = {grain: floor_to(NOW, span) for grain, span in
              ((Grain.MINUTE, MINUTE_MS), (Grain.HOUR, HOUR_MS), (Grain.DAY, DAY_MS))}  # fmt: skip
    return (
        panes((pane, PANE, 3), (pane, viewers(pane, 9), 2), (NOW, ChatPane(tokens=Tally({"quetzal": 1})), 1)),
        rows(*(row(start, PANE, grain=grain) for grain, start in starts.items())),
    )


def words_of(stored: MemoryMetricStore, grain: Grain) -> dict[str, int]:
    start = floor_to(NOW, grain.span_ms)
    return dict(stored.load([MetricKey(CHANNEL, grain, start)])[MetricKey(CHANNEL, grain, start)]
                .summary.chat.tokens.counts)  # fmt: skip


def scrub(panes_: MemoryPaneStore, metrics: MemoryMetricStore, states: StateStore | None = None) -> Scrub:
    return Scrub(panes_, metrics, states or MemoryStateStore())


def learned(detector_name: str, *words: str) -> MemoryStateStore:
    """Return the state of a channel whose detector has learned these words."""
    states = MemoryStateStore()
    detector = seal(1, Memory(habits=[(word, 900) for word in words]))
    states.write([StateChange(0, ChannelState(CHANNEL, 1, detector_name=detector_name, detector=detector))])
    return states


def test_own_words_and_names_leave_panes_and_rows_and_counts_stay() -> None:
    panes_, metrics = tables()
    done = scrub(panes_, metrics)(CELLS, SAID, ["Ada", ""])
    assert done == Scrubbed(rows=4, words=8)
    first, second, third = (partial for _, partial in panes_.span(CHANNEL, NOW, NOW + MINUTE_MS))
    assert isinstance(first.content, ChatPane)
    assert dict(first.content.tokens.counts) == {"quetzal": 1}
    after = second.content if isinstance(second.content, ChatPane) else third.content
    assert after == msgspec.structs.replace(PANE, tokens=Tally({"hello": 5}))
    for grain in Grain:
        assert words_of(metrics, grain) == {"hello": 5}
    assert scrub(panes_, metrics)(CELLS, SAID, ["ada"]) == Scrubbed()


def test_a_dry_run_counts_and_writes_nothing() -> None:
    panes_, metrics = tables()
    assert scrub(panes_, metrics)(CELLS, SAID, ["ada"], write=False) == Scrubbed(rows=4, words=8)
    assert words_of(metrics, Grain.DAY) == WORDS


def test_where_nothing_is_stored_nothing_is_done() -> None:
    assert scrub(MemoryPaneStore(), MemoryMetricStore())(CELLS, SAID, ["ada"]) == Scrubbed()


class Moving(MemoryPaneStore):
    """Refuses every write."""

    def write(self, changes: Sequence[PaneChange]) -> set[PaneKey]:
        return {change.key for change in changes}


class MovingRows(MemoryMetricStore):
    """Refuses every correction."""

    def correct(self, rows: Sequence[MetricRow]) -> set[MetricKey]:
        return {row.key for row in rows}


@pytest.mark.parametrize("moving", ["panes", "rows"])
def test_rows_that_keep_moving_are_said(moving: str) -> None:
    panes_, metrics = tables()
    if moving == "panes":
        panes_ = _copied(Moving(), panes_)
    else:
        metrics = MovingRows()
        MemoryMetricStore.write(metrics, [row(NOW, PANE)])
    with pytest.raises(ContentionError, match="moved 8 times"):
        scrub(panes_, metrics)(CELLS, SAID, ["ada"])


def _copied(store: MemoryPaneStore, source: MemoryPaneStore) -> MemoryPaneStore:
    kept = source.span(CHANNEL, NOW, NOW + MINUTE_MS)
    MemoryPaneStore.write(store, [PaneChange(key, None, partial) for key, partial in kept])
    return store


def test_the_words_of_another_channel_or_time_do_not_count() -> None:
    said: Collection[tuple[str, int, str]] = [
        ("other", NOW + 12_000, "quetzal"),
        (CHANNEL, NOW - 1, "quetzal"),
    ]
    panes_, metrics = tables()
    scrub(panes_, metrics)(CELLS, said, [])
    assert words_of(metrics, Grain.MINUTE) == WORDS


def test_the_detector_unlearns_what_no_row_counts_any_more() -> None:
    panes_, metrics = tables()
    states = learned("ensemble-1", "quetzal", "hello", "ada", "other")
    before = states.load([CHANNEL])[CHANNEL]
    assert scrub(panes_, metrics, states)(CELLS, SAID, ["ada"], write=False) == Scrubbed(rows=5, words=10)
    assert states.load([CHANNEL])[CHANNEL] == before
    assert scrub(panes_, metrics, states)(CELLS, SAID, ["ada"]) == Scrubbed(rows=5, words=10)
    after = states.load([CHANNEL])[CHANNEL]
    assert (after.version, after.detector) == (2, seal(1, Memory(habits=[("hello", 900), ("other", 900)])))
    assert scrub(panes_, metrics, states)(CELLS, SAID, ["ada"]) == Scrubbed()


def test_the_state_of_the_baseline_is_left_alone() -> None:
    panes_, metrics = tables()
    states = learned("zscore-1", "quetzal")
    before = states.load([CHANNEL])[CHANNEL]
    scrub(panes_, metrics, states)(CELLS, SAID, [])
    assert states.load([CHANNEL])[CHANNEL] == before


class MovingStates(MemoryStateStore):
    """Refuses every change of a stored state."""

    def write(self, changes: Sequence[StateChange]) -> set[str]:
        stored = [change for change in changes if change.before]
        super().write([change for change in changes if not change.before])
        return {change.after.channel for change in stored}


def test_a_state_that_keeps_moving_is_said() -> None:
    panes_, metrics = tables()
    states, kept = MovingStates(), learned("ensemble-1", "quetzal").load([CHANNEL])[CHANNEL]
    states.write([StateChange(0, kept)])
    with pytest.raises(ContentionError, match="state of aurora_plays moved 8 times"):
        scrub(panes_, metrics, states)(CELLS, SAID, [])
