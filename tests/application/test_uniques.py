"""Chatters of spans: unions of minutes and panes, never sums."""

from __future__ import annotations

from telemetra.adapters.memory import MemoryPaneStore
from telemetra.application.ports import MetricStore, PaneStore
from telemetra.application.uniques import Chatters, Uniques
from telemetra.domain.distinct import EXACT_BOUND
from telemetra.domain.metrics import MetricRow
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.window import MINUTE_MS, PANE_MS, Grain
from tests.application.samples import CHANNEL, NOW, chat, panes, row, rows, viewers


def counted(
    metrics: MetricStore, store: PaneStore, end_ms: int, minutes: tuple[int, ...] = (1, 5, 60)
) -> list[int]:
    """Return the counts of the spans."""
    return [span.different.finish() for span in Uniques(metrics, store)(CHANNEL, end_ms, minutes)]


def test_who_writes_every_minute_counts_once() -> None:
    stored = rows(*(row(NOW - at * MINUTE_MS, chat(3, users=(1, 2, 100 + at))) for at in range(1, 61)))
    assert counted(stored, panes(), NOW) == [3, 7, 62]


def test_the_minute_that_runs_is_read_from_its_panes() -> None:
    stored = rows(row(NOW - MINUTE_MS, chat(2, users=(1, 2))))
    store = panes((NOW, chat(1, users=(3,)), 1), (NOW, viewers(NOW, 9), 1), (NOW + PANE_MS, chat(1), 1))
    assert counted(stored, store, NOW + 2 * PANE_MS, (5,)) == [3]
    assert counted(stored, store, NOW + PANE_MS, (5,)) == [3]


def test_a_span_begins_within_a_minute_with_the_panes_that_are_left_of_it() -> None:
    stored = rows(row(NOW, chat(2, users=(1, 2))), row(NOW + MINUTE_MS, chat(1, users=(3,))))
    store = panes((NOW, chat(1, users=(1,)), 1), (NOW + 3 * PANE_MS, chat(1, users=(2,)), 1))
    end_ms = NOW + 2 * MINUTE_MS + 2 * PANE_MS
    found = Uniques(stored, store)(CHANNEL, end_ms, (1, 2, 5))
    assert [(each.start_ms - NOW, each.different.finish()) for each in found] == [
        (MINUTE_MS + 2 * PANE_MS, 0),
        (2 * PANE_MS, 2),
        (end_ms - 5 * MINUTE_MS - NOW, 3),
    ]


def test_minutes_that_are_not_stored_yet_are_read_from_their_panes() -> None:
    store = panes(*((NOW - at * PANE_MS, chat(1, users=(at,)), 1) for at in range(1, 40)))
    assert counted(rows(), store, NOW) == [6, 30, 39]


def test_many_chatters_are_an_estimate_and_few_are_a_count() -> None:
    users = range(2 * EXACT_BOUND)
    parts = [users[at : at + 200] for at in range(0, len(users), 200)]
    stored = rows(*(row(NOW - at * MINUTE_MS, chat(9, users=part)) for at, part in enumerate(parts, 1)))
    one, all_ = Uniques(stored, panes())(CHANNEL, NOW, (1, 60))
    assert (one.different.exact, all_.different.exact) == (True, False)
    assert abs(all_.different.finish() - len(users)) < 0.05 * len(users)


def test_before_the_beginning_of_time_there_is_nothing() -> None:
    assert counted(rows(), panes(), 0, (1, 60)) == [0, 0]
    assert Uniques(rows(), panes())(CHANNEL, 0, (60,)) == [Chatters(60, 0, 0, chat(0, users=()).chatters)]


class _Counted(MemoryPaneStore):
    """Notes which ranges are read."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[int, int | None]] = []

    def span(
        self, channel: str, start_ms: int, end_ms: int | None, *, consistent: bool = True
    ) -> list[tuple[PaneKey, Partial]]:
        self.asked.append((start_ms, end_ms))
        return super().span(channel, start_ms, end_ms, consistent=consistent)


def test_an_hour_reads_sixty_rows_at_most_and_the_panes_of_its_ends() -> None:
    store = _Counted()
    stored = rows(*(row(NOW - at * MINUTE_MS, chat(1)) for at in range(1, 62)))
    read: list[MetricRow] = stored.span(CHANNEL, Grain.MINUTE, NOW - 60 * MINUTE_MS, NOW)
    assert len(read) == 60
    Uniques(stored, store)(CHANNEL, NOW + PANE_MS, (1, 60))
    first_ms = NOW - 60 * MINUTE_MS
    assert store.asked == [
        (NOW, NOW + PANE_MS),
        (NOW - MINUTE_MS + PANE_MS, NOW),
        (first_ms + PANE_MS, first_ms + MINUTE_MS),
    ]
