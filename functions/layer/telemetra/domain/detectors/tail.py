"""How unlikely a residual is, by the peaks that its own signal has shown so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, log1p
from typing import Final

from telemetra.domain.detectors.signal import FARTHEST, checked
from telemetra.domain.errors import CorruptStateError

NUMBERS: Final = 9
"""Of a residual, packed."""

LEAST_EXCESS: Final = 1e-9
"""Excess as which a smaller one is learned, so that their mean stays a number to divide by."""

_LEAST_STORED: Final = LEAST_EXCESS / 2
"""Room for what rounding takes away."""

_LN10: Final = log(10.0)

_RARE: Final = 1e-6
"""Least share of residuals that is taken to lie in a tail, however long none did."""

_FLAT: Final = 1e-3
"""Shapes below it are taken as exponential."""


@dataclass(frozen=True, slots=True)
class TailShape:
    """Peaks over a threshold, generalised Pareto (Pickands, 1975), fitted by moments and forgetting.

    A residual is measured in units of its own mean size, so that a new channel starts from what is true of
    most: ``share`` of residuals beyond ``beyond`` units with excesses of mean ``excess``, as if ``weight``
    of them had been seen.

    Attributes:
        beyond: units at which a tail begins.
        share: see above.
        excess: see above.
        weight: see above.
        memory: values after which unit and share are mostly forgotten.
        fading: by how much each excess outweighs the one before.
        most: excess as which a larger one is learned.
        clip: units beyond which a residual widens the unit no further.
    """

    beyond: float = 3.0
    share: float = 0.02
    excess: float = 1.0
    weight: float = 20.0
    memory: int = 2_000
    fading: float = 0.02
    most: float = 100.0
    clip: float = 10.0

    def start(self) -> list[float]:
        """Return the numbers of a tail of which nothing was seen; see ``Residual``."""
        total = self.weight * self.excess
        return [self.share, self.weight, total, 2.0 * total * self.excess]

    def surprise(self, tail: Sequence[float], excess: float) -> float:
        """Return -log10 of the chance of an excess of at least this size, in units."""
        share, weight, total, squares = tail
        mean = total / weight
        variance = max(squares / weight - mean * mean, 1e-12)
        shape = 0.5 * (1.0 - mean * mean / variance)
        if shape < _FLAT:
            return (excess / mean - log(share)) / _LN10
        return (log1p(shape * excess / (mean * (1.0 - shape))) / shape - log(share)) / _LN10


@dataclass(slots=True)
class Residual:
    """Distances of one signal from one baseline, and how far they reach to either side.

    Attributes:
        unit: mean size of a residual.
        up: tail above: share of the residuals in it, then weight, sum and sum of squares of their excesses.
        down: tail below.
    """

    unit: float
    up: list[float]
    down: list[float]

    def packed(self) -> list[float]:
        """Return all numbers in one list."""
        return [self.unit, *self.up, *self.down]

    @classmethod
    def unpacked(cls, numbers: list[float], what: str) -> Residual:
        """Undo ``packed``; raises ``CorruptStateError`` when no residuals lead to such numbers."""
        checked(numbers, what)
        if len(numbers) != NUMBERS or min(numbers) < 0.0:
            message = f"{what}: {len(numbers)} numbers of a residual from {min(numbers, default=0)}"
            raise CorruptStateError(message)
        unit, up, down = numbers[0], numbers[1:5], numbers[5:]
        for share, weight, total, _ in (up, down):
            if share > 1.0 + LEAST_EXCESS or min(weight, total) < _LEAST_STORED:
                message = f"{what}: a tail of share {share}, weight {weight} and sum {total}"
                raise CorruptStateError(message)
        return cls(unit, up, down)

    def step(self, distance: float, shape: TailShape, floor: float, gain: float, *, warm: bool) -> float:
        """Return the surprise of a distance, then learn it.

        Args:
            distance: of the value from the baseline.
            shape: parameters of the tails.
            floor: least unit.
            gain: weight of this value in the unit.
            warm: whether the unit means anything yet; if not, nothing is surprising.
        """
        size = abs(distance)
        if not warm:
            self.unit += gain * (size - self.unit)
            return 0.0
        unit = max(self.unit, floor)
        up, down = self.up, self.down
        keep = 1.0 - 1.0 / shape.memory
        up[0] = max(up[0] * keep, _RARE)
        down[0] = max(down[0] * keep, _RARE)
        excess = (min(size / unit, FARTHEST) if unit else shape.most * (size > 0)) - shape.beyond
        surprise = 0.0
        if excess > 0.0:
            tail = up if distance > 0.0 else down
            surprise = shape.surprise(tail, excess)
            learned = max(min(excess, shape.most), LEAST_EXCESS)
            tail[0] += 1.0 - keep
            fade = 1.0 - shape.fading
            tail[1] = tail[1] * fade + 1.0
            tail[2] = tail[2] * fade + learned
            tail[3] = tail[3] * fade + learned * learned
            size = min(size, shape.clip * unit) if unit else size
        self.unit += gain * (size - self.unit)
        return surprise
