"""How good scores are, and how far that can be trusted: one threshold, held-out series, resampled series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from bench.nab.scoring import (
    PROFILES,
    STANDARD,
    Curve,
    Profile,
    Series,
    best_threshold,
    curve,
    normalised,
    probation,
    raw,
    score,
)

FOLDS: Final = 5
PARTITIONS: Final = 50
"""Random partitions into folds that the mean cross-validated score is taken over."""

RESAMPLES: Final = 2_000
SEED: Final = 20_150_926
CHAT_LIKE: Final = "realTweets/"
"""The category that is closest to chat: tweets per five minutes."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What is behind a score.

    Attributes:
        windows: anomaly windows.
        hits: of them found.
        false_rows: flagged rows outside.
    """

    windows: int
    hits: int
    false_rows: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """Normalised scores of one profile.

    Attributes:
        frozen: under the given threshold.
        frozen_interval: 5 % and 95 % of it when the series are drawn again with replacement.
        searched: under the best threshold for these very series, as the leaderboard does it.
        searched_threshold: that threshold.
        held_out: each series under the threshold that is best for the four fifths it is not in.
        held_out_interval: 5 % and 95 % of it, drawn again.
        held_out_mean: mean over random partitions.
        held_out_spread: standard deviation over them.
        tweets_frozen: ``frozen`` of the realTweets series alone.
        tweets_held_out: their part of ``held_out``.
        tweets_searched: under the best threshold for them alone.
    """

    frozen: float
    frozen_interval: tuple[float, float]
    searched: float
    searched_threshold: float
    held_out: float
    held_out_interval: tuple[float, float]
    held_out_mean: float
    held_out_spread: float
    tweets_frozen: float
    tweets_held_out: float
    tweets_searched: float


def counts(series: Sequence[Series], threshold: float) -> Counts:
    """Count windows found and rows flagged outside them."""
    windows = hits = false_rows = 0
    for one in series:
        flags = {
            row
            for row in np.flatnonzero(one.scores >= threshold).tolist()
            if row >= probation(len(one.scores))
        }
        for first, last in one.windows:
            inside = {row for row in flags if first <= row <= last}
            flags -= inside
            windows += 1
            hits += bool(inside)
        false_rows += len(flags)
    return Counts(windows, hits, false_rows)


def held_out(curves: Sequence[Curve], folds: Sequence[Sequence[int]], profile: Profile) -> list[float]:
    """Return the raw score of each series under the threshold that is best for the other folds."""
    raws = [0.0] * len(curves)
    for fold in folds:
        threshold = best_threshold([one for at, one in enumerate(curves) if at not in set(fold)])
        for at in fold:
            raws[at] = raw(curves[at], threshold, profile)
    return raws


def interval(raws: Sequence[float], curves: Sequence[Curve], profile: Profile) -> tuple[float, float]:
    """Return 5 % and 95 % of the normalised score over series drawn with replacement."""
    drawn = np.random.default_rng(SEED).integers(len(raws), size=(RESAMPLES, len(raws)))
    totals = np.array(raws)[drawn].sum(axis=1)
    windows = np.array([one.windows for one in curves])[drawn].sum(axis=1)
    scores = [normalised(float(one), int(of), profile) for one, of in zip(totals, windows, strict=True)]
    low, high = np.quantile(scores, (0.05, 0.95))
    return round(float(low), 1), round(float(high), 1)


def judge(series: Sequence[Series], threshold: float, profile: Profile = STANDARD) -> Judgement:
    """Score series, sorted by name, under one profile in every way of ``Judgement``."""
    curves = [curve(one, profile) for one in series]
    tweets = [at for at, one in enumerate(series) if one.name.startswith(CHAT_LIKE)]
    count = len(curves)

    def total(raws: Sequence[float], of: Sequence[int]) -> float:
        return normalised(sum(raws[at] for at in of), sum(curves[at].windows for at in of), profile)

    everything = range(count)
    frozen = [raw(one, threshold, profile) for one in curves]
    best = best_threshold(curves)
    plain = held_out(curves, [range(first, count, FOLDS) for first in range(FOLDS)], profile)
    random = np.random.default_rng(SEED)
    repeated = [
        total(held_out(curves, [order[first::FOLDS].tolist() for first in range(FOLDS)], profile), everything)
        for order in (random.permutation(count) for _ in range(PARTITIONS))
    ]
    chat = [curves[at] for at in tweets]
    figures = {
        "frozen": total(frozen, everything),
        "searched": score(curves, best, profile),
        "held_out": total(plain, everything),
        "held_out_mean": float(np.mean(repeated)),
        "held_out_spread": float(np.std(repeated)),
        "tweets_frozen": total(frozen, tweets),
        "tweets_held_out": total(plain, tweets),
        "tweets_searched": score(chat, best_threshold(chat), profile) if chat else 0.0,
    }
    return Judgement(
        frozen_interval=interval(frozen, curves, profile),
        held_out_interval=interval(plain, curves, profile),
        searched_threshold=round(best, 4),
        **{name: round(value, 1) for name, value in figures.items()},
    )


def report(series: Sequence[Series], threshold: float) -> dict[str, Any]:
    """Return the judgement of every profile and the counts behind the frozen threshold, as plain values."""
    return {
        "series": len(series),
        "threshold": threshold,
        **asdict(counts(series, threshold)),
        **{profile.name: asdict(judge(series, threshold, profile)) for profile in PROFILES},
    }
