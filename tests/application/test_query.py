"""Query parameters: values within bounds, or a refusal that names value and bound."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetra.application.query import MOST_POINTS, STEPS, Query, Range, Series, channel_id
from telemetra.application.representation import iso
from telemetra.domain.errors import ParameterError
from tests.application.samples import NOW

HOUR = 3_600_000


def query(**values: str | list[str]) -> Query:
    return Query(
        {name.strip("_"): value if isinstance(value, list) else [value] for name, value in values.items()}
    )


@pytest.mark.parametrize(
    "text",
    [
        str(NOW),
        "2026-11-23T18:00:00Z",
        "2026-11-23T18:00:00.000Z",
        "2026-11-23T20:00:00+02:00",
        "2026-11-23T20:00:00 02:00",
    ],
)
def test_an_instant_is_epoch_milliseconds_or_iso_8601(text: str) -> None:
    assert query(to=text).instant("to", 0) == NOW


@given(st.integers(0, 4_000_000_000))
def test_what_is_written_is_read_back(second: int) -> None:
    assert query(to=iso(second * 1_000)).instant("to", 0) == second * 1_000


@pytest.mark.parametrize(
    "text", ["yesterday", "-5", "2026-11-23T18:00:00", "2026-11-23", "1969-12-31T00:00:00Z", "1e9", "٣"]
)
def test_anything_else_is_refused_with_its_value(text: str) -> None:
    with pytest.raises(ParameterError, match=re.escape(f"to is {text!r}")):
        query(to=text).instant("to", 0)


@pytest.mark.parametrize(
    ("grain", "start", "end"),
    [
        ("minute", NOW - 59 * 60_000, NOW + 60_000),
        ("hour", NOW - 47 * HOUR, NOW + HOUR),
        ("day", NOW - 18 * HOUR - 29 * 24 * HOUR, NOW + 6 * HOUR),
        ("live", NOW + 10_000 - 300_000, NOW + 10_000),
    ],
)
def test_a_series_ends_now_unless_it_is_said(grain: str, start: int, end: int) -> None:
    assert query(grain=grain).series(NOW + 1) == Series(grain, Range(start, end))


def test_the_usual_grain_is_the_minute_and_an_empty_parameter_is_none() -> None:
    assert query(grain="", _from="").series(NOW) == Query().series(NOW)
    assert Query().series(NOW).grain == "minute"


def test_a_range_with_one_end_keeps_its_usual_length_or_reaches_now() -> None:
    assert query(to=str(NOW - HOUR)).series(NOW).range == Range(NOW - 2 * HOUR, NOW - HOUR)
    assert query(_from=str(NOW - 60_000)).series(NOW).range == Range(NOW - 60_000, NOW + 60_000)
    assert query(to="1000").series(NOW).range == Range(0, 1_000)


@pytest.mark.parametrize("start", [2_000, 1_000])
def test_from_must_be_before_to(start: int) -> None:
    with pytest.raises(ParameterError, match=f"from is {start}, to is 1000"):
        query(_from=str(start), to="1000").series(NOW)


@pytest.mark.parametrize("grain", STEPS)
def test_a_series_holds_so_many_points_and_not_one_more(grain: str) -> None:
    end = NOW - NOW % STEPS[grain]
    most = end - MOST_POINTS * STEPS[grain]
    query(grain=grain, _from=str(most), to=str(end)).series(NOW)
    with pytest.raises(ParameterError, match=f"holds 1501 points of grain {grain}: at most 1500"):
        query(grain=grain, _from=str(most - STEPS[grain]), to=str(end)).series(NOW)


def test_a_choice_names_what_there_is() -> None:
    with pytest.raises(ParameterError, match="grain is 'week': one of minute, hour, day, live"):
        query(grain="week").series(NOW)


@pytest.mark.parametrize(("text", "value"), [("1", 1), ("100", 100)])
def test_a_whole_number_within_its_bounds(text: str, value: int) -> None:
    assert query(limit=text).whole("limit", 50, low=1, high=100) == value
    assert Query().whole("limit", 50, low=1, high=100) == 50


@pytest.mark.parametrize("text", ["0", "101", "-1", "1.5", "many"])
def test_a_whole_number_beyond_its_bounds_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match=re.escape(f"limit is {text!r}: a whole number from 1 to 100")):
        query(limit=text).whole("limit", 50, low=1, high=100)


def test_a_share_lies_between_0_and_1() -> None:
    assert [query(min_score=text).share("min_score") for text in ("", "0", "0.25", "1")] == [0, 0, 0.25, 1]
    for text in ("-0.1", "1.01", "nan", "high"):
        with pytest.raises(ParameterError, match=f"min_score is '{text}'"):
            query(min_score=text).share("min_score")


def test_a_parameter_is_given_once() -> None:
    with pytest.raises(ParameterError, match="grain is given 2 times"):
        query(grain=["hour", "day"]).series(NOW)


def test_a_channel_id_is_lower_case_letters_digits_and_underscores() -> None:
    assert channel_id("aurora_1") == "aurora_1"
    for text in ("", "Aurora", "a-b", "a" * 65):
        with pytest.raises(ParameterError, match="stream_id"):
            channel_id(text)
