"""Lags count from when an event was due, and the report says which bars hold."""

from __future__ import annotations

from bench.load.lag import Lags, Seen, lags, quantile
from bench.load.page import page, plot
from bench.load.schedule import Part, Schedule, Truth

START_MS = 1_795_392_000_000


def booked(rate: float = 10, channels: int = 2, seconds: int = 3, *, packed: bool = True) -> Truth:
    truth = Truth()
    for part in Schedule(rate, channels, seconds, START_MS, packed=packed).parts():
        truth.book(part)
    return truth


def names(channels: int = 2) -> tuple[str, ...]:
    return Schedule(1, channels, 1, START_MS, packed=True).channels


def test_every_event_is_due_when_its_part_is_and_in_one_minute_only() -> None:
    parts = list(Schedule(1000, 4, 2, START_MS, packed=False).parts())
    assert [part.due_ms - START_MS for part in parts] == [100 * n for n in range(1, 21)]
    assert all(part.due_ms - 100 <= line.ts < part.due_ms for part in parts for line in part.lines)
    assert sum(len(part.lines) for part in parts) == booked(1000, 4, 2).minutes.total() == 2000


def test_single_records_hold_one_event_and_packed_ones_all_of_a_key() -> None:
    part = next(iter(Schedule(50, 1, 1, START_MS, packed=True).parts()))
    assert [record.events for record in part.records(packed=True)] == [50]
    assert [record.events for record in part.records(packed=False)] == [1] * 50
    assert Part(0, []).records(packed=False) == []


def test_the_lag_of_each_event_counts_from_its_due_instant() -> None:
    truth, one = booked(), names()[0]
    seen = [
        Seen(START_MS + 1_300, one, START_MS - 50_000, 5),
        Seen(START_MS + 9_000, one, START_MS - 45_000, 15),
    ]
    found = lags(truth, seen, [one])
    assert found.values == [300] * 5 + [6_000] * 5 + [7_000] * 5
    assert found.unseen == 0
    assert found.figures()["p50_ms"] == 6_000
    assert found.by_second(0.99) == [(0, 300), (1, 7_000), (2, 6_000)]


def test_a_stack_that_stands_still_is_not_left_out() -> None:
    truth, one = booked(), names()[0]
    found = lags(truth, [Seen(START_MS + 60_000, one, START_MS, 15)], [one])
    assert min(found.values) == 57_000


def test_a_window_that_has_slid_on_still_shows_what_came_before_it() -> None:
    truth, one = booked(), names()[0]
    assert truth.shown(one, START_MS + 1_000, 3) == 8
    assert lags(truth, [Seen(START_MS + 5_000, one, START_MS + 1_000, 3)], [one]).unseen == 7


def test_a_channel_that_nobody_was_shown_is_unseen() -> None:
    assert lags(booked(), [], names()).unseen == 30


def test_a_quantile_is_a_value_that_was_measured() -> None:
    values = sorted(range(1000))
    assert [quantile(values, share) for share in (0.5, 0.99, 0.999, 1.0)] == [499, 989, 998, 999]
    assert Lags([], 0).figures()["p99_ms"] is None


def test_the_page_is_whole_and_says_which_bar_is_missed() -> None:
    figures = {
        "title": "<load>",
        "kept": False,
        "bars": [{"what": "lag", "found": 9, "bar": 3, "kept": False}],
        "load": {"events": 12_000},
    }
    drawn = plot("Lag", "ms", {"p50": [(0, 0), (1, 10)], "p99": []})
    told = page(figures, [drawn])
    assert "&lt;load&gt;" in told
    assert "12,000" in told
    assert "class=missed" in told
    assert 'points="44.0,156.0 676.0,44.0"' in told
    assert "http" not in told
