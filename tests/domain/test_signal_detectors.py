"""Every detector of one signal: bursts flagged once, gaps no zeros, restarts unseen, corrupt states out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf, isfinite, log, log10, nan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple

from telemetra.domain.detectors import (
    DETECTORS,
    Budget,
    Ensemble,
    Ewma,
    Prior,
    Reading,
    SignalDetector,
    WindowZScore,
    signal_detector,
)
from telemetra.domain.detectors.signal import LARGEST, gaussian_surprise
from telemetra.domain.detectors.tail import Residual, TailShape
from telemetra.domain.encoding import seal, unseal
from telemetra.domain.errors import CorruptStateError, ParameterError
from telemetra.domain.window import PANE_MS

CHAT = Prior(dispersion=8.0, floor=2.0)
CALM = [20.0, 23.0, 19.0, 26.0, 14.0, 22.0, 17.0, 21.0, 25.0, 16.0]

HOUR_MS = 3_600_000
GOLDEN = Path(__file__).parent / "golden"

GOLDEN_DETECTORS: dict[str, SignalDetector] = {
    "ensemble": Ensemble(spans=(30, 120), hour_rate=0.1, budget=Budget(blend=0.5), prior=CHAT),
    "ewma": Ewma(prior=CHAT),
    "zscore": WindowZScore(prior=CHAT),
}

every_detector = pytest.mark.parametrize("name", sorted(DETECTORS))
values = st.one_of(
    st.none(),
    st.integers(0, 60).map(float),
    st.floats(-1e6, 1e6),
    st.sampled_from([nan, inf, -inf, 1e300, LARGEST, -LARGEST, 5e-324]),
)


def readings(detector: SignalDetector, series: Sequence[float | None], state: bytes = b"") -> list[Reading]:
    scorer = detector.scorer(state)
    return [scorer.step(at * PANE_MS, value) for at, value in enumerate(series)]


def flags(detector: SignalDetector, series: Sequence[float | None]) -> list[int]:
    read = readings(detector, series)
    return [at for at, reading in enumerate(read) if reading.score >= detector.threshold]


@every_detector
def test_a_calm_signal_is_never_flagged(name: str) -> None:
    assert flags(signal_detector(name, CHAT), [*CALM * 20]) == []


@every_detector
def test_a_burst_is_flagged_once_when_it_begins(name: str) -> None:
    series = [*CALM * 4, 160.0, 150.0, 140.0, *CALM]
    assert flags(signal_detector(name, CHAT), [*series]) == [40]


@every_detector
def test_a_burst_that_grows_rises_again(name: str) -> None:
    at = flags(signal_detector(name, CHAT), [*CALM * 4, 120.0, 900.0, 140.0])
    assert at == [40, 41]


@every_detector
def test_a_reading_names_what_was_expected_and_the_side(name: str) -> None:
    read = readings(signal_detector(name, CHAT), [*CALM * 4, 160.0])[-1]
    assert read.low < 14
    assert 15 < read.expected < 25
    assert 26 < read.high < 100
    assert read.side == 1
    assert read.surprise > 3
    assert readings(signal_detector(name, CHAT), [*CALM * 4, -160.0])[-1].side == -1


@every_detector
def test_it_is_warm_within_thirty_panes(name: str) -> None:
    read = readings(signal_detector(name, CHAT), [*CALM * 4])
    assert not read[0].warm
    assert read[30].warm
    assert all(reading.surprise == 0 and reading.score == 0 for reading in read if not reading.warm)


@every_detector
def test_a_missing_pane_moves_no_baseline(name: str) -> None:
    detector = signal_detector(name, CHAT)
    gap: list[float | None] = [None, nan, inf, None, 2 * LARGEST]
    gapped = readings(detector, [*CALM * 4, *gap, 160.0])
    plain = readings(detector, [*CALM * 4, 160.0])
    assert gapped[-1] == plain[-1]
    assert all(
        (reading.surprise, reading.score, reading.side, reading.expected) == (0, 0, 0, plain[-1].expected)
        for reading in gapped[40:45]
    )


@every_detector
def test_zeros_are_values(name: str) -> None:
    detector = signal_detector(name, CHAT)
    zeros = readings(detector, [*CALM * 4, *[0.0] * 30, 20.0])[-1]
    assert zeros.expected < readings(detector, [*CALM * 4, *[None] * 30, 20.0])[-1].expected


@every_detector
def test_a_constant_signal_of_unknown_spread_is_calm(name: str) -> None:
    assert flags(signal_detector(name, Prior()), [7.0] * 100) == []


@every_detector
@given(data=st.data())
def test_stops_and_restarts_are_unseen(name: str, data: st.DataObject) -> None:
    offered = [signal_detector(name, CHAT), signal_detector(name, Prior()), GOLDEN_DETECTORS[name]]
    detector = data.draw(st.sampled_from(offered))
    series = data.draw(st.lists(values, max_size=120))
    stops = data.draw(st.sets(st.integers(0, len(series))))
    scorer, read = detector.scorer(), []
    for at, value in enumerate(series):
        if at in stops:
            scorer = detector.scorer(scorer.encode())
        read.append(scorer.step(at * PANE_MS * 60, value))
    whole = detector.scorer()
    assert read == [whole.step(at * PANE_MS * 60, value) for at, value in enumerate(series)]
    assert all(0 <= reading.score < 1 and reading.surprise >= 0 for reading in read)
    assert all(reading.low <= reading.expected <= reading.high for reading in read)


@every_detector
@pytest.mark.parametrize("last", [LARGEST, -LARGEST, 5e-324])
@pytest.mark.parametrize("least", [5e-324, 1e-300, 1e-160, 1e-20])
def test_the_farthest_value_after_the_least_spread_has_a_score(name: str, least: float, last: float) -> None:
    series = [0.0] * 20 + [least, 0.0] * 10 + [last]
    for reading in readings(signal_detector(name, Prior()), series):
        assert isfinite(reading.surprise)
        assert 0 <= reading.score < 1


@every_detector
@given(data=st.data())
def test_spoiled_bytes_are_refused_or_harmless(name: str, data: st.DataObject) -> None:
    detector = GOLDEN_DETECTORS[name]
    version = data.draw(st.integers(1, NEWEST[name]))
    spoilt = bytearray((GOLDEN / f"detector_{name}.v{version}").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    try:
        scorer = detector.scorer(bytes(spoilt))
    except CorruptStateError:
        return
    for at in range(3):
        scorer.step(HOUR_MS * (at + 1), 90.0)
    detector.scorer(scorer.encode())


@every_detector
def test_its_state_fits_two_kilobytes(name: str) -> None:
    scorer = signal_detector(name, CHAT).scorer()
    for at in range(6_000):
        scorer.step(at * PANE_MS, 20.1 + at % 7 + (900.1 + at if at % 90 == 89 else 0.0))
        assert len(scorer.encode()) <= 2_048


@every_detector
def test_a_state_of_other_bytes_is_refused(name: str) -> None:
    detector = signal_detector(name, CHAT)
    scorer = detector.scorer()
    for at, value in enumerate(CALM * 4):
        scorer.step(at * PANE_MS, value)
    good = scorer.encode()
    for bad in (b"\xff" + good[1:], good[:-1], good[:1], seal(good[0], ("another", "shape"))):
        with pytest.raises(CorruptStateError):
            detector.scorer(bad)


NEWEST = {"ensemble": 2, "ewma": 1, "zscore": 1}
"""Version in which the state of each is written."""


@every_detector
def test_states_of_the_newest_version_are_read_and_written_unchanged(name: str) -> None:
    detector = GOLDEN_DETECTORS[name]
    scorer = detector.scorer()
    for at, value in enumerate([*CALM * 3, 160.0, None, 150.0, 0.5]):
        scorer.step(at * PANE_MS, value)
    golden = (GOLDEN / f"detector_{name}.v{NEWEST[name]}").read_bytes()
    assert scorer.encode() == golden
    resumed = detector.scorer(golden)
    assert resumed.encode() == golden
    assert resumed.step(HOUR_MS, 90.0) == scorer.step(HOUR_MS, 90.0)


def test_a_state_of_version_one_goes_on_as_if_it_had_been_written_in_version_two() -> None:
    detector = GOLDEN_DETECTORS["ensemble"]
    old, new = (
        detector.scorer((GOLDEN / f"detector_ensemble.v{version}").read_bytes()) for version in (1, 2)
    )
    for at, value in enumerate([90.0, 12.0, 300.0, 11.0], start=1):
        before, after = (scorer.step(HOUR_MS * at, value) for scorer in (old, new))
        assert astuple(before) == pytest.approx(astuple(after), rel=1e-5)


def test_a_state_of_version_two_is_less_than_half_as_long() -> None:
    scorer = signal_detector("ensemble", CHAT).scorer()
    for at in range(6_000):
        scorer.step(at * PANE_MS, 20.1 + at % 7 + (900.1 + at if at % 90 == 89 else 0.0))
    assert len(scorer.encode()) <= 460


@pytest.mark.parametrize(("place", "value"), [(4, b""), (4, b"\0" * 3), (6, b"\1\0"), (7, b"\0"), (3, b"\1")])
def test_numbers_that_are_cut_or_missing_are_refused(place: int, value: bytes) -> None:
    detector = signal_detector("ensemble", CHAT)
    with pytest.raises(CorruptStateError):
        detector.scorer(spoiled(detector.scorer().encode(), (place,), value))


def spoiled(good: bytes, path: tuple[int, ...], value: object) -> bytes:
    """Return a state with one of its numbers replaced."""
    version, form = unseal(good, {good[0]: Any}, "state")
    inner = form
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return seal(version, form)


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("ensemble", (0,), -1),
        ("ensemble", (1, 0), -1),
        ("ensemble", (1, 1), [1.0]),
        ("ensemble", (1, 2), nan),
        ("ensemble", (1, 4), [1]),
        ("ensemble", (2, 0, 0), -1.0),
        ("ensemble", (2, 1, 1), 1.5),
        ("ensemble", (2, 1, 2), 0.0),
        ("ensemble", (2, 1, 7), 0.0),
        ("ensemble", (2, 2), [1.0]),
        ("ensemble", (3, 0), inf),
        ("ensemble", (3, 1), nan),
        ("ensemble", (3, 2), -1),
        ("ensemble", (3, 3), [(1, nan)]),
        ("ewma", (0,), -1),
        ("ewma", (1,), nan),
        ("ewma", (2,), -1.0),
        ("ewma", (4,), -1),
        ("zscore", (0,), [1.0] * 61),
        ("zscore", (1,), inf),
        ("zscore", (2,), -1),
    ],
)
def test_a_number_out_of_range_is_refused(name: str, path: tuple[int, ...], value: object) -> None:
    detector = GOLDEN_DETECTORS[name]
    good = (GOLDEN / f"detector_{name}.v1").read_bytes()
    with pytest.raises(CorruptStateError):
        detector.scorer(spoiled(good, path, value))


def changed(value: Any) -> Any:
    """Return another value of the same kind: of a dataclass, its first parameter changed."""
    if isinstance(value, tuple):
        return (*value, 1_000)
    if hasattr(value, "__dataclass_fields__"):
        first = next(iter(value.__dataclass_fields__))
        return replace(value, **{first: getattr(value, first) + 1})
    return value + 1


@every_detector
def test_the_name_changes_with_every_parameter(name: str) -> None:
    detector: Any = signal_detector(name, CHAT)
    names = {detector.name, signal_detector(name, Prior()).name}
    for field in detector.__dataclass_fields__:
        if field != "prior":
            names.add(replace(detector, **{field: changed(getattr(detector, field))}).name)
    assert len(names) == len(detector.__dataclass_fields__) + 1
    assert all(one.startswith(f"{name}-") for one in names)
    assert signal_detector(name, CHAT).name == detector.name


def test_an_unknown_name_is_told_what_there_is() -> None:
    with pytest.raises(ParameterError, match=r"'prophet' is none of .*ewma.*zscore"):
        signal_detector("prophet", CHAT)


def test_surprise_is_the_gaussian_tail_also_where_that_underflows() -> None:
    assert gaussian_surprise(1.959964) == pytest.approx(1.30103, abs=1e-5)
    assert gaussian_surprise(-25.0) == pytest.approx(gaussian_surprise(25.0001), rel=1e-3)
    assert gaussian_surprise(1e4) == pytest.approx(2.17e7, rel=1e-2)


def hourly(detector: SignalDetector, days: int, last: float) -> list[Reading]:
    """Read days of a quiet night and one busy hour, then ``last`` at the busy hour."""
    scorer, read = detector.scorer(), []
    for at in range(days * 24 * 4):
        hour = at // 4 % 24
        value = (300.0 if hour == 20 else 20.0) + at % 3
        read.append(scorer.step(at * HOUR_MS // 4, value))
    return [*read, scorer.step((days * 24 + 20) * HOUR_MS, last)]


def test_a_busy_hour_of_every_day_becomes_usual() -> None:
    watching = Ensemble(spans=(500,), short=4, hour_rate=0.2, prior=CHAT)
    usual, quiet = hourly(watching, 6, 300.0)[-1], hourly(watching, 6, 20.0)[-1]
    assert usual.surprise < quiet.surprise
    assert hourly(replace(watching, hour_rate=0.0), 6, 20.0)[-1].surprise < quiet.surprise


def test_hours_are_kept_over_restarts() -> None:
    watching = Ensemble(spans=(500,), short=4, hour_rate=0.2, prior=CHAT)
    scorer = resumed = watching.scorer()
    for at in range(400):
        resumed = watching.scorer(resumed.encode())
        value = 20.0 + (at // 4 % 24) * 9 + at % 5
        assert resumed.step(at * HOUR_MS // 4, value) == scorer.step(at * HOUR_MS // 4, value)


def test_bursts_that_keep_coming_cost_the_budget() -> None:
    detector = signal_detector("ensemble", CHAT)
    series = [*CALM * 4, *([200.0, *CALM, *CALM] * 20)]
    found = flags(detector, series)
    assert found[0] == 40
    assert len(found) < 10


def test_an_event_beyond_the_memory_costs_nothing() -> None:
    forgetful = Ensemble(prior=CHAT, budget=Budget(memory=100))
    steady = Ensemble(prior=CHAT)
    series: list[float | None] = [*CALM * 4, 200.0, *CALM * 12, 200.0]
    assert readings(forgetful, series)[-1].score > readings(steady, series)[-1].score


def test_a_blend_waits_for_a_surprise_to_last() -> None:
    patient = Ensemble(prior=CHAT, budget=Budget(blend=0.3))
    spike, burst = [*CALM * 4, 160.0, *CALM], [*CALM * 4, 160.0, 170.0, 160.0, 170.0, *CALM]
    assert flags(patient, spike) == []
    assert flags(patient, burst) != []
    assert flags(Ensemble(prior=CHAT), spike) == [40]


def test_a_change_after_perfect_stillness_is_surprising() -> None:
    still = Ensemble()
    assert readings(still, [7.0] * 60 + [8.0])[-1].surprise > 10


def test_a_tail_of_equal_excesses_is_taken_as_exponential() -> None:
    tail = TailShape(weight=1.0, fading=1.0)
    residual = Residual(1.0, tail.start(), tail.start())
    surprises = [residual.step(size, tail, 0.0, 0.0, warm=True) for size in (5.0, 5.0, 5.0)]
    assert surprises[2] == pytest.approx(log10(1 / 0.02) + 1 / log(10), abs=0.1)
    assert residual.step(-2.0, tail, 0.0, 0.0, warm=True) == 0
