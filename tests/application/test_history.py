"""History: stored rows, and the open end merged on reading."""

from __future__ import annotations

from telemetra.application.history import History
from telemetra.domain.metrics import MetricRow
from telemetra.domain.window import DAY_MS, HOUR_MS, MINUTE_MS, PANE_MS, Grain
from tests.application.samples import CHANNEL, NOW, chat, panes, row, rows, viewers


def seen(found: list[MetricRow]) -> list[tuple[int, int, int, bool]]:
    """Return start (minutes after NOW), messages, version and state of each row."""
    return [
        ((at.key.start_ms - NOW) // MINUTE_MS, at.summary.chat.count, at.version, at.final) for at in found
    ]


def test_minutes_after_the_newest_stored_one_are_merged_from_panes() -> None:
    store = panes(
        (NOW, chat(100), 9),
        (NOW + MINUTE_MS, chat(3), 2),
        (NOW + MINUTE_MS, viewers(NOW, 50), 4),
        (NOW + MINUTE_MS + PANE_MS, chat(4), 1),
        (NOW + 3 * MINUTE_MS, chat(5), 1),
    )
    history = History(rows(row(NOW, chat(7))), store)
    found = history(CHANNEL, Grain.MINUTE, NOW, NOW + 4 * MINUTE_MS)
    assert seen(found) == [(0, 7, 6, True), (1, 7, 7, False), (3, 5, 1, False)]
    assert found[1].summary.viewers.high == 50


def test_without_a_stored_row_the_whole_range_is_open() -> None:
    history = History(rows(), panes((NOW, chat(1), 1), (NOW + MINUTE_MS, chat(2), 1)))
    assert seen(history(CHANNEL, Grain.MINUTE, NOW, NOW + 2 * MINUTE_MS)) == [
        (0, 1, 1, False),
        (1, 2, 1, False),
    ]


def test_a_row_belongs_to_the_range_that_holds_its_start() -> None:
    store = panes(*((NOW + at * PANE_MS, chat(1), 1) for at in range(18)))
    history = History(rows(), store)
    found = history(CHANNEL, Grain.MINUTE, NOW + 1, NOW + MINUTE_MS + 1)
    assert seen(found) == [(1, 6, 6, False)]
    assert history(CHANNEL, Grain.MINUTE, NOW + 1, NOW + 2) == []


def test_a_range_that_is_stored_to_its_end_reads_no_pane() -> None:
    history = History(rows(row(NOW, chat(7))), panes((NOW, chat(9), 9)))
    assert seen(history(CHANNEL, Grain.MINUTE, NOW, NOW + MINUTE_MS)) == [(0, 7, 6, True)]


def test_the_current_hour_is_merged_from_its_minutes_stored_and_open() -> None:
    stored = rows(
        row(NOW - HOUR_MS, chat(1_000), grain=Grain.HOUR, version=360),
        row(NOW - HOUR_MS, chat(1_000)),
        row(NOW, chat(7)),
        row(NOW + MINUTE_MS, chat(8)),
    )
    history = History(stored, panes((NOW + 2 * MINUTE_MS, chat(5), 2)))
    found = history(CHANNEL, Grain.HOUR, NOW - HOUR_MS, NOW + HOUR_MS)
    assert seen(found) == [(-60, 1_000, 360, True), (0, 20, 14, False)]


def test_the_current_day_is_merged_from_its_hours_stored_and_open() -> None:
    midnight = NOW - NOW % DAY_MS
    stored = rows(
        row(midnight, chat(40), grain=Grain.HOUR, version=10),
        row(midnight + HOUR_MS, chat(2), version=3),
    )
    history = History(stored, panes((midnight + HOUR_MS + MINUTE_MS, chat(1), 1)))
    (found,) = history(CHANNEL, Grain.DAY, midnight, midnight + DAY_MS)
    assert (found.key.grain, found.key.start_ms) == (Grain.DAY, midnight)
    assert (found.summary.chat.count, found.version, found.final) == (43, 14, False)
