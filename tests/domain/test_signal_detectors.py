"""Every detector of one signal: bursts flagged once, gaps no zeros, restarts unseen, corrupt states out."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetra.domain.detectors import DETECTORS, Prior, Reading, SignalDetector, signal_detector
from telemetra.domain.detectors.signal import LARGEST, gaussian_surprise
from telemetra.domain.encoding import seal, unseal
from telemetra.domain.errors import CorruptStateError, ParameterError
from telemetra.domain.window import PANE_MS

CHAT = Prior(dispersion=8.0, floor=2.0)
CALM = [20.0, 23.0, 19.0, 26.0, 14.0, 22.0, 17.0, 21.0, 25.0, 16.0]

every_detector = pytest.mark.parametrize("name", sorted(DETECTORS))
values = st.one_of(
    st.none(),
    st.integers(0, 60).map(float),
    st.floats(-1e6, 1e6),
    st.sampled_from([nan, inf, -inf, 1e300, LARGEST, -LARGEST, 5e-324]),
)


def readings(detector: SignalDetector, series: list[float | None], state: bytes = b"") -> list[Reading]:
    scorer = detector.scorer(state)
    return [scorer.step(at * PANE_MS, value) for at, value in enumerate(series)]


def flags(detector: SignalDetector, series: list[float | None]) -> list[int]:
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
    detector = signal_detector(name, data.draw(st.sampled_from([CHAT, Prior()])))
    series = data.draw(st.lists(values, max_size=120))
    stops = data.draw(st.sets(st.integers(0, len(series))))
    scorer, read = detector.scorer(), []
    for at, value in enumerate(series):
        if at in stops:
            scorer = detector.scorer(scorer.encode())
        read.append(scorer.step(at * PANE_MS, value))
    assert read == readings(detector, series)
    assert all(0 <= reading.score < 1 and reading.surprise >= 0 for reading in read)
    assert all(reading.low <= reading.expected <= reading.high for reading in read)


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
    detector = signal_detector(name, CHAT)
    with pytest.raises(CorruptStateError):
        detector.scorer(spoiled(detector.scorer().encode(), path, value))


@every_detector
def test_the_name_changes_with_every_parameter(name: str) -> None:
    detector: Any = signal_detector(name, CHAT)
    names = {detector.name, signal_detector(name, Prior()).name}
    for field in detector.__dataclass_fields__:
        if field != "prior":
            names.add(replace(detector, **{field: getattr(detector, field) + 1}).name)
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
