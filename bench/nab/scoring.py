"""The published scoring of the Numenta Anomaly Benchmark (Lavin and Ahmad, 2015), by rows of a series.

A row is worth what it adds when it is flagged. In a window the earliest flagged row counts, worth more the
earlier it is; a window without one costs ``miss``; a flagged row outside costs ``false_alarm``, less so
shortly after a window. The first rows of a series are probation and count for nothing.

    position   -1 ........... 0 ........... 1 ........ 3
               [   window      ]  cheaper      full cost
    value       1   .86    .5    0   -.7   -.97       -1   (times its weight)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Final

import numpy as np
from numpy.typing import NDArray

PROBATION_SHARE: Final = 0.15
PROBATION_MOST: Final = 750
FAR: Final = 3.0
"""Window widths after a window from which on a false alarm costs its full weight."""

NEVER: Final = float("inf")
"""The threshold that flags nothing."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Profile:
    """What hits, false alarms and misses weigh."""

    name: str
    hit: float
    false_alarm: float
    miss: float


STANDARD: Final = Profile("standard", 1.0, 0.11, 1.0)
LOW_FP: Final = Profile("reward_low_FP_rate", 1.0, 0.22, 1.0)
LOW_FN: Final = Profile("reward_low_FN_rate", 1.0, 0.11, 2.0)
PROFILES: Final = (STANDARD, LOW_FP, LOW_FN)


@dataclass(frozen=True, slots=True)
class Curve:
    """The raw score of a series as its threshold falls, as steps.

    Attributes:
        levels: scores that rows which count have, falling.
        gains: what flagging the rows of that score adds to the raw score; same length.
        windows: windows that can be found.
    """

    levels: Floats
    gains: Floats
    windows: int


@dataclass(frozen=True, slots=True)
class Series:
    """A series with its truth.

    Attributes:
        name: ``category/file.csv``.
        scores: anomaly score of each row.
        windows: (first, last) row of each anomaly window, in order and apart.
    """

    name: str
    scores: Floats
    windows: Sequence[tuple[int, int]]


def scaled_sigmoid(position: float) -> float:
    """Return the unweighted worth of a flag at a position relative to a window, see the module."""
    return -1.0 if position >= FAR else 2.0 / (1.0 + exp(5.0 * position)) - 1.0


def probation(rows: int) -> int:
    """Return how many rows at the start of a series count for nothing."""
    return int(min(PROBATION_SHARE * rows, PROBATION_MOST))


def curve(series: Series, profile: Profile) -> Curve:
    """Return what rows add to the raw score when flagged after all rows that score higher."""
    rows = len(series.scores)
    worth = np.full(rows, -profile.false_alarm)
    window_of = np.full(rows, -1)
    for number, (first, last) in enumerate(series.windows):
        width = last - first + 1
        inside = [scaled_sigmoid(-(last - row + 1) / width) for row in range(first, last + 1)]
        worth[first : last + 1] = np.array(inside) * profile.hit / scaled_sigmoid(-1.0)
        window_of[first : last + 1] = number
        until = series.windows[number + 1][0] if number + 1 < len(series.windows) else rows
        after = [scaled_sigmoid((row - last) / max(width - 1, 1)) for row in range(last + 1, until)]
        worth[last + 1 : until] = np.array(after) * profile.false_alarm
    counted = np.arange(probation(rows), rows)
    order = counted[np.argsort(-series.scores[counted], kind="stable")]
    gains = worth[order]
    found = window_of[order]
    seen = set(found[found >= 0].tolist())
    for number in seen:
        at = np.flatnonzero(found == number)
        best = np.maximum.accumulate(np.concatenate(([-profile.miss], gains[at])))
        gains[at] = np.diff(best)
    levels, at = np.unique(-series.scores[order], return_index=True)
    sums = np.add.reduceat(gains, at) if len(at) else gains
    return Curve(-levels, sums, len(seen))


def raw(one: Curve, threshold: float, profile: Profile) -> float:
    """Return the raw score of a series when rows that score at least ``threshold`` are flagged."""
    return float(one.gains[one.levels >= threshold].sum()) - profile.miss * one.windows


def normalised(total: float, windows: int, profile: Profile) -> float:
    """Return 0 for a detector that flags nothing and 100 for one that hits every window at its start."""
    nothing = -profile.miss * windows
    return 100.0 * (total - nothing) / (profile.hit * windows - nothing) if windows else 0.0


def score(curves: Sequence[Curve], threshold: float, profile: Profile) -> float:
    """Return the normalised score of many series under one threshold."""
    total = sum(raw(one, threshold, profile) for one in curves)
    return normalised(total, sum(one.windows for one in curves), profile)


def best_threshold(curves: Sequence[Curve]) -> float:
    """Return the threshold of the greatest score, in the middle of the gap below the lowest row it flags.

    Among equals the highest; ``NEVER`` when flagging anything only costs.
    """
    levels = np.concatenate([one.levels for one in curves])
    order = np.argsort(-levels, kind="stable")
    levels = levels[order]
    sums = np.cumsum(np.concatenate([one.gains for one in curves])[order])
    ends = np.flatnonzero(np.append(levels[1:] != levels[:-1], True))
    best = int(np.argmax(sums[ends]))
    if sums[ends[best]] <= 0:
        return NEVER
    last = ends[best]
    below = levels[last + 1] if last + 1 < len(levels) else levels[last]
    return float((levels[last] + below) / 2)
