"""One exponentially weighted mean and variance: the light detector."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from typing import Final

from telemetra.domain.detectors.signal import (
    LARGEST,
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
_WHAT: Final = "ewma state"
_Packed = tuple[int, float, float, float, int]


@dataclass(frozen=True, slots=True)
class Ewma:
    """Deviations from an exponentially weighted mean (Roberts, 1959), held at their peak.

    What lies beyond ``clip`` deviations moves the baseline only as far as ``clip`` does.

    Attributes:
        memory: panes that the mean looks back, on average.
        warm_up: panes with a value needed before anything is surprising.
        deviations: how far off a flag is; a score of one half.
        clip: see above.
        hold: panes that a peak is held for.
        prior: of the signal.
    """

    memory: int = 60
    warm_up: int = 12
    deviations: float = 3.0
    clip: float = 3.0
    hold: int = 6
    prior: Prior = field(default_factory=Prior)

    @property
    def name(self) -> str:
        """Name and parameter hash of this detector."""
        return named("ewma", self)

    @property
    def threshold(self) -> float:
        """Score that makes a flag."""
        return 0.5

    def scorer(self, state: bytes = b"") -> _Scorer:
        """Go on from an encoded state; see ``SignalDetector.scorer``."""
        if not state:
            return _Scorer(self, 0, 0.0, 0.0, PeakHold())
        _, (seen, mean, variance, height, left) = unseal(state, {_VERSION: _Packed}, _WHAT)
        checked((mean, height), _WHAT)
        checked((variance,), _WHAT, 4 * LARGEST * LARGEST)
        if seen < 0 or variance < 0 or left < 0:
            message = f"{_WHAT}: negative: {min(seen, variance, left)}"
            raise CorruptStateError(message)
        return _Scorer(self, seen, mean, variance, PeakHold(height, left))


class _Scorer:
    __slots__ = ("_detector", "_hold", "_mean", "_seen", "_variance")

    def __init__(self, detector: Ewma, seen: int, mean: float, variance: float, hold: PeakHold) -> None:
        self._detector, self._seen, self._mean, self._variance = detector, seen, mean, variance
        self._hold = hold

    def step(self, at_ms: int, value: float | None) -> Reading:  # noqa: ARG002 - has no clock
        detector, mean, hold = self._detector, self._mean, self._hold
        spread = max(sqrt(self._variance), detector.prior.spread(mean)) or 1.0
        low, high = mean - 2 * spread, mean + 2 * spread
        warm = self._seen >= detector.warm_up
        hold.tick()
        if not present(value):
            return Reading(0.0, 0.0, mean, low, high, 0, warm)
        z = deviations(value - mean, spread)
        if warm:
            self._learn(mean + spread * max(-detector.clip, min(detector.clip, z)))
        else:
            self._learn(value)
            return Reading(0.0, 0.0, mean, low, high, 0, warm)
        far = abs(z)
        score = far / (far + detector.deviations)
        if far >= detector.deviations and not hold.passes(far, detector.deviations, detector.hold):
            score = 0.0
        return Reading(gaussian_surprise(z), score, mean, low, high, (z > 0) - (z < 0), warm)

    def _learn(self, value: float) -> None:
        self._seen += 1
        weight = max(1.0 / self._seen, 2.0 / (self._detector.memory + 1))
        gap = value - self._mean
        self._mean += weight * gap
        self._variance = (1.0 - weight) * (self._variance + weight * gap * gap)

    def encode(self) -> bytes:
        return seal(_VERSION, (self._seen, self._mean, self._variance, self._hold.height, self._hold.left))
