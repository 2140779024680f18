"""Several baselines, an empirical tail for each, and an alarm budget."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, islice
from math import sqrt
from typing import Final

from telemetra.domain.detectors.alarms import Alarms, Budget, PackedAlarms
from telemetra.domain.detectors.baselines import HOURS, Baselines, PackedBaselines
from telemetra.domain.detectors.narrow import COUNT, FLOAT, HALF, half, packed, rounded, unpacked
from telemetra.domain.detectors.signal import Prior, Reading, checked, named, present
from telemetra.domain.detectors.tail import NUMBERS, Residual, TailShape
from telemetra.domain.encoding import seal, unseal
from telemetra.domain.errors import CorruptStateError

OLDEST: Final = 65_535
"""Panes after which an event is not stored any more; every budget has forgotten it before."""

_MEAN_SIZE: Final = 0.8
"""Mean size of a normal residual, in standard deviations."""

_VERSION: Final = 2
_WHAT: Final = "ensemble state"
_V1 = tuple[int, PackedBaselines, list[list[float]], PackedAlarms]
_Packed = tuple[int, int, int, bytes, bytes, int, bytes, bytes]


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Residuals against several baselines, each with the chance that its own tail gives it, and a budget.

    The residuals of a value are its distances from an exponentially weighted mean of each of ``spans`` and
    from what its hour of the day (UTC) was last; and that of the mean of ``short`` from the longest mean,
    which is a slow shift. The squares of their surprises add up.

    Attributes:
        spans: panes that the means look back, rising.
        short: panes that the mean looks back whose shift is watched.
        hour_rate: weight of a value in the baseline of its hour; 0 watches no hours.
        warm_up: panes with a value needed before anything is surprising.
        tail: how chances are estimated.
        budget: what an alarm costs.
        alarm: height of an alarm that is a flag; a score of one half.
        prior: of the signal.
    """

    spans: tuple[int, ...] = (30, 120)
    short: int = 6
    hour_rate: float = 0.0
    warm_up: int = 24
    tail: TailShape = field(default_factory=TailShape)
    budget: Budget = field(default_factory=Budget)
    alarm: float = 3.0
    prior: Prior = field(default_factory=Prior)

    @property
    def name(self) -> str:
        """Name and parameter hash of this detector."""
        return named("ensemble", self)

    @property
    def threshold(self) -> float:
        """Score that makes a flag."""
        return 0.5

    def scorer(self, state: bytes = b"") -> _Scorer:
        """Go on from an encoded state; see ``SignalDetector.scorer``."""
        hourly = bool(self.hour_rate)
        count = len(self.spans) + hourly + 1
        if not state:
            residuals = [Residual(0.0, self.tail.start(), self.tail.start()) for _ in range(count)]
            return _Scorer(self, 0, Baselines.start(len(self.spans), hourly=hourly), residuals, Alarms())
        version, stored = unseal(state, {1: _V1, _VERSION: _Packed}, _WHAT)
        if version == _VERSION:
            stored = _widened(stored, len(self.spans), count)
        pane, baselines, rows, alarms = stored
        _, means, short, _, days, usual = baselines
        recent, peak, left, events = alarms
        shape = [len(means), len(days), len(usual), len(rows)]
        if shape != [len(self.spans), HOURS * hourly, HOURS * hourly, count]:
            message = f"{_WHAT}: lists of another length: {shape}"
            raise CorruptStateError(message)
        checked([*means, short, *usual, recent, peak, *(height for _, height in events)], _WHAT)
        ahead = max((at - pane for at, _ in events), default=0)
        if ahead > 0 or min(pane, baselines[0], left, *days) < 0 or max(days, default=0) > HOURS:
            message = f"{_WHAT}: a count out of range"
            raise CorruptStateError(message)
        residuals = [Residual.unpacked(row, _WHAT) for row in rows]
        known = [(at, half(height)) for at, height in events]
        return _Scorer(self, pane, Baselines(*baselines), residuals, Alarms(recent, peak, left, known))


class _Scorer:
    __slots__ = ("_alarms", "_baselines", "_calm", "_detector", "_gains", "_pane", "_residuals")

    def __init__(
        self,
        detector: Ensemble,
        pane: int,
        baselines: Baselines,
        residuals: list[Residual],
        alarms: Alarms,
    ) -> None:
        self._detector, self._pane, self._alarms = detector, pane, alarms
        self._baselines, self._residuals = baselines, residuals
        self._gains = tuple(2.0 / (span + 1.0) for span in (*detector.spans, detector.short))
        self._calm = 1.0 / sqrt(detector.short)
        self._round()

    def step(self, at_ms: int, value: float | None) -> Reading:
        detector, baselines, residuals = self._detector, self._baselines, self._residuals
        shape = detector.tail
        self._pane += 1
        self._alarms.tick()
        warm = baselines.seen >= detector.warm_up
        expected = baselines.means[0]
        floor = _MEAN_SIZE * detector.prior.spread(baselines.means[-1])
        reach = shape.beyond * max(residuals[0].unit, floor)
        if not present(value):
            return Reading(0.0, 0.0, expected, expected - reach, expected + reach, 0, warm)
        distances = baselines.distances(at_ms, value, self._gains, detector.hour_rate)
        gain = max(1.0 / shape.memory, 1.0 / baselines.seen)
        total, most, lead = 0.0, 0.0, distances[0]
        last = len(distances) - 1
        for at, distance in enumerate(distances):
            least = floor if at < last else floor * self._calm
            surprise = residuals[at].step(distance, shape, least, gain, warm=warm)
            total += surprise * surprise
            if surprise > most:
                most, lead = surprise, distance
        surprise = sqrt(total)
        height = self._alarms.height(self._pane, surprise, detector.budget)
        self._round()
        score = height / (height + detector.alarm)
        side = (lead > 0) - (lead < 0)
        return Reading(surprise, score, expected, expected - reach, expected + reach, side, warm)

    def _numbers(self) -> list[float]:
        baselines, alarms = self._baselines, self._alarms
        rows = chain.from_iterable(map(Residual.packed, self._residuals))
        return [*baselines.means, baselines.short, *rows, alarms.recent, alarms.peak, *baselines.usual]

    def _round(self) -> None:
        """Keep of every number what would be stored of it."""
        baselines, alarms = self._baselines, self._alarms
        numbers = iter(rounded(self._numbers()))
        baselines.means[:] = islice(numbers, len(baselines.means))
        baselines.short = next(numbers)
        for residual in self._residuals:
            residual.unit = next(numbers)
            residual.up[:] = islice(numbers, len(residual.up))
            residual.down[:] = islice(numbers, len(residual.down))
        alarms.recent, alarms.peak = next(numbers), next(numbers)
        baselines.usual[:] = numbers

    def encode(self) -> bytes:
        baselines, alarms = self._baselines, self._alarms
        events = [(self._pane - at, height) for at, height in alarms.events if self._pane - at <= OLDEST]
        form = (
            self._pane,
            baselines.seen,
            baselines.hour,
            bytes(baselines.days),
            packed(FLOAT, self._numbers()),
            alarms.left,
            packed(COUNT, [age for age, _ in events]),
            packed(HALF, [height for _, height in events]),
        )
        return seal(_VERSION, form)


def _widened(stored: _Packed, spans: int, count: int) -> _V1:
    """Return a state of version 2 as it was spelled in version 1."""
    pane, seen, hour, days, data, left, ages, heights = stored
    numbers, panes = unpacked(FLOAT, data, _WHAT), unpacked(COUNT, ages, _WHAT)
    high = unpacked(HALF, heights, _WHAT)
    first = spans + 1
    end = first + count * NUMBERS
    if len(numbers) != end + 2 + len(days) or len(panes) != len(high):
        message = f"{_WHAT}: {len(numbers)} numbers, {len(panes)} panes, {len(high)} heights"
        raise CorruptStateError(message)
    recent, peak, *usual = numbers[end:]
    baselines = (seen, numbers[:spans], numbers[spans], hour, list(days), usual)
    rows = [numbers[at : at + NUMBERS] for at in range(first, end, NUMBERS)]
    events = [(pane - int(age), height) for age, height in zip(panes, high, strict=True)]
    return pane, baselines, rows, (recent, peak, left, events)
