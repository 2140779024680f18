"""How much of a score is luck of the parameters: the same detector with all of them moved at random."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from bench.nab.evaluation import CHAT_LIKE, FOLDS, SEED, held_out
from bench.nab.scoring import STANDARD, Series, best_threshold, curve, normalised, score
from telemetra.domain.detectors import Ensemble

REACH: Final = 1.35
"""Each parameter is multiplied by a factor between one over this and this, evenly in its logarithm."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure over the neighbours: mean, standard deviation, 5 % and 95 %."""

    mean: float
    deviation: float
    low: float
    high: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> Spread:
        low, high = np.quantile(figures, (0.05, 0.95))
        values = (np.mean(figures), np.std(figures), low, high)
        return cls(*(round(float(one), 1) for one in values))


def neighbours(detector: Ensemble, count: int) -> Iterator[Ensemble]:
    """Yield detectors near one, drawn from a fixed seed; its alarm, warm-up and prior stay."""
    random = np.random.default_rng(SEED)

    def near(number: float, most: float = float("inf")) -> float:
        return min(number * float(REACH ** random.uniform(-1, 1)), most)

    def whole(number: int) -> int:
        return max(round(near(number)), 1)

    for _ in range(count):
        tail, budget = detector.tail, detector.budget
        yield replace(
            detector,
            spans=tuple(whole(span) for span in detector.spans),
            short=whole(detector.short),
            hour_rate=near(detector.hour_rate, 1.0),
            tail=replace(
                tail,
                beyond=near(tail.beyond),
                share=near(tail.share),
                excess=near(tail.excess),
                weight=near(tail.weight),
                memory=whole(tail.memory),
                fading=near(tail.fading),
                most=near(tail.most),
                clip=near(tail.clip),
            ),
            budget=replace(
                budget,
                blend=near(budget.blend, 1.0),
                least=near(budget.least),
                hold=whole(budget.hold),
                margin=near(budget.margin),
                weight=near(budget.weight),
            ),
        )


def spread(
    detectors: Iterable[Ensemble], judged: Callable[[Ensemble], Sequence[Series]], threshold: float
) -> dict[str, Spread]:
    """Return how standard scores lie: frozen, held out and searched, and the frozen one of realTweets."""
    figures: dict[str, list[float]] = {"frozen": [], "held_out": [], "searched": [], "tweets_frozen": []}
    for detector in detectors:
        series = judged(detector)
        curves = [curve(one, STANDARD) for one in series]
        tweets = [one for one, of in zip(curves, series, strict=True) if of.name.startswith(CHAT_LIKE)]
        folds = [range(first, len(curves), FOLDS) for first in range(FOLDS)]
        figures["frozen"].append(score(curves, threshold, STANDARD))
        figures["searched"].append(score(curves, best_threshold(curves), STANDARD))
        figures["tweets_frozen"].append(score(tweets, threshold, STANDARD))
        figures["held_out"].append(
            normalised(sum(held_out(curves, folds, STANDARD)), sum(one.windows for one in curves), STANDARD)
        )
    return {name: Spread.of(values) for name, values in figures.items()}
