"""The baseline: deviations from the last panes of one signal."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from math import fsum, sqrt
from typing import Final

from telemetra.domain.detectors.signal import (
    PeakHold,
    Prior,
    Reading,
    checked,
    deviations,
    gaussian_surprise,
    named,
    present,
)
from telemetra.domain.encoding import seal, unseal
from telemetra.domain.errors import CorruptStateError

_VERSION: Final = 1
_WHAT: Final = "window z-score state"
_Packed = tuple[list[float], float, int]


@dataclass(frozen=True, slots=True)
class WindowZScore:
    """Deviations from the mean of the last ``history`` panes, held at their peak.

    Attributes:
        history: panes with a value that make the baseline.
        warm_up: panes needed before anything is surprising.
        deviations: how far off a flag is; a score of one half.
        hold: panes that a peak is held for.
        prior: of the signal.
    """

    history: int = 60
    warm_up: int = 12
    deviations: float = 3.0
    hold: int = 6
    prior: Prior = field(default_factory=Prior)

    @property
    def name(self) -> str:
        """Name and parameter hash of this detector."""
        return named("zscore", self)

    @property
    def threshold(self) -> float:
        """Score that makes a flag."""
        return 0.5

    def scorer(self, state: bytes = b"") -> _Scorer:
        """Go on from an encoded state; see ``SignalDetector.scorer``."""
        if not state:
            return _Scorer(self, [], PeakHold())
        _, (values, height, left) = unseal(state, {_VERSION: _Packed}, _WHAT)
        checked((*values, height), _WHAT)
        if len(values) > self.history or left < 0:
            message = f"{_WHAT}: {len(values)} values of {self.history}, held for {left} panes"
            raise CorruptStateError(message)
        return _Scorer(self, values, PeakHold(height, left))


class _Scorer:
    __slots__ = ("_detector", "_hold", "_values")

    def __init__(self, detector: WindowZScore, values: list[float], hold: PeakHold) -> None:
        self._detector, self._hold = detector, hold
        self._values = deque(values, maxlen=detector.history)

    def step(self, at_ms: int, value: float | None) -> Reading:  # noqa: ARG002 - has no clock
        detector, values, hold = self._detector, self._values, self._hold
        seen = len(values)
        mean = fsum(values) / max(seen, 1)
        deviation = sqrt(fsum([(one - mean) ** 2 for one in values]) / max(seen, 1))
        spread = max(deviation, detector.prior.spread(mean)) or 1.0
        low, high = mean - 2 * spread, mean + 2 * spread
        warm = seen >= detector.warm_up
        hold.tick()
        if not present(value):
            return Reading(0.0, 0.0, mean, low, high, 0, warm)
        values.append(value)
        if not warm:
            return Reading(0.0, 0.0, mean, low, high, 0, warm)
        z = deviations(value - mean, spread)
        far = abs(z)
        score = far / (far + detector.deviations)
        if far >= detector.deviations and not hold.passes(far, detector.deviations, detector.hold):
            score = 0.0
        return Reading(gaussian_surprise(z), score, mean, low, high, (z > 0) - (z < 0), warm)

    def encode(self) -> bytes:
        return seal(_VERSION, (list(self._values), self._hold.height, self._hold.left))
