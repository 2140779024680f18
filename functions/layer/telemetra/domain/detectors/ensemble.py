"""Several baselines, an empirical tail for each, and an alarm budget."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from typing import Final

from telemetra.domain.detectors.alarms import Alarms, Budget, PackedAlarms
from telemetra.domain.detectors.baselines import HOURS, Baselines, PackedBaselines
from telemetra.domain.detectors.signal import Prior, Reading, checked, named, present
from telemetra.domain.detectors.tail import Residual, TailShape
from telemetra.domain.encoding import seal, unseal
from telemetra.domain.errors import CorruptStateError

_MEAN_SIZE: Final = 0.8
"""Mean size of a normal residual, in standard deviations."""

_VERSION: Final = 1
_WHAT: Final = "ensemble state"
_Packed = tuple[int, PackedBaselines, list[list[float]], PackedAlarms]


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
        _, (pane, packed, rows, alarms) = unseal(state, {_VERSION: _Packed}, _WHAT)
        _, means, short, _, days, usual = packed
        recent, peak, left, events = alarms
        shape = [len(means), len(days), len(usual), len(rows)]
        if shape != [len(self.spans), HOURS * hourly, HOURS * hourly, count]:
            message = f"{_WHAT}: lists of another length: {shape}"
            raise CorruptStateError(message)
        checked([*means, short, *usual, recent, peak, *(height for _, height in events)], _WHAT)
        if min(pane, packed[0], left) < 0:
            message = f"{_WHAT}: a negative count"
            raise CorruptStateError(message)
        residuals = [Residual.unpacked(row, _WHAT) for row in rows]
        return _Scorer(self, pane, Baselines(*packed), residuals, Alarms(*alarms))


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
        score = height / (height + detector.alarm)
        side = (lead > 0) - (lead < 0)
        return Reading(surprise, score, expected, expected - reach, expected + reach, side, warm)

    def encode(self) -> bytes:
        rows = [residual.packed() for residual in self._residuals]
        return seal(_VERSION, (self._pane, self._baselines.packed(), rows, self._alarms.packed()))
