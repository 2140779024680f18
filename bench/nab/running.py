"""Our detectors over the series of the benchmark: what they score, how fast, and in how much state."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from bench.nab.corpus import Table, instant_ms
from telemetra.domain.detectors import Budget, Ensemble, Ewma, Prior, SignalDetector, WindowZScore

THRESHOLD: Final = 0.5
"""The frozen threshold: a row is flagged when its ``anomaly_score`` is at least this, for every detector.

The scores are scaled so that it lies at one half. What was chosen on the 31 series is ``FROZEN.alarm``, the
height that scores one half: 0.2 lies on a plateau. Averaged over the detector and 30 with every parameter
moved at random by up to a third, each height from 0.05 to 0.3 gives 67.4 to 68.3 at the standard profile;
above it the score falls.
"""

HOLD: Final = 200
"""Rows that a peak is held for: a twentieth of most series, half of most windows."""

FROZEN: Final = Ensemble(
    spans=(1_000,),
    short=20,
    hour_rate=0.2,
    warm_up=30,
    budget=Budget(blend=0.4, hold=HOLD),
    alarm=0.2,
    prior=Prior(),
)
"""The one parameter set for all series; their rows are minutes apart, not 10 s, and of no known spread."""

DETECTORS: Final[Mapping[str, SignalDetector]] = MappingProxyType(
    {
        "zscore": WindowZScore(hold=HOLD),
        "ewma": Ewma(memory=200, hold=HOLD),
        "ensemble": FROZEN,
    }
)

STATE_EVERY: Final = 250
"""Rows between two measurements of the encoded state."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What scoring took.

    Attributes:
        rows: rows scored.
        cpu_s: CPU seconds of scoring them.
        state_bytes: greatest encoded state seen.
    """

    rows: int = 0
    cpu_s: float = 0.0
    state_bytes: int = 0

    def plus(self, other: Cost) -> Cost:
        return Cost(
            self.rows + other.rows, self.cpu_s + other.cpu_s, max(self.state_bytes, other.state_bytes)
        )

    @property
    def us_per_row(self) -> float:
        """CPU microseconds a row."""
        return 1e6 * self.cpu_s / self.rows if self.rows else 0.0


def run(
    detector: SignalDetector, table: Table, clock: Callable[[], float] = time.process_time
) -> tuple[list[float], Cost]:
    """Score a series row by row, each before the next is read."""
    rows = list(zip(map(instant_ms, table.stamps), table.columns["value"], strict=True))
    scorer = detector.scorer()
    scores: list[float] = []
    cost = Cost(len(rows))
    for first in range(0, len(rows), STATE_EVERY):
        some = rows[first : first + STATE_EVERY]
        began = clock()
        scores += [scorer.step(at_ms, value).score for at_ms, value in some]
        cpu_s = cost.cpu_s + clock() - began
        cost = replace(cost, cpu_s=cpu_s, state_bytes=max(cost.state_bytes, len(scorer.encode())))
    return scores, cost
