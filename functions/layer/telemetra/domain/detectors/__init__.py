"""Scorers of one signal, chosen by name: ``zscore``, ``ewma`` and ``ensemble``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from telemetra.domain.detectors.alarms import Budget
from telemetra.domain.detectors.ensemble import Ensemble
from telemetra.domain.detectors.ewma import Ewma
from telemetra.domain.detectors.signal import Prior, Reading, SignalDetector, SignalScorer
from telemetra.domain.detectors.zscore import WindowZScore
from telemetra.domain.errors import ParameterError

__all__ = [
    "DETECTORS",
    "Budget",
    "Ensemble",
    "Ewma",
    "Prior",
    "Reading",
    "SignalDetector",
    "SignalScorer",
    "WindowZScore",
    "signal_detector",
]

DETECTORS: Final[Mapping[str, Callable[[Prior], SignalDetector]]] = MappingProxyType(
    {
        "zscore": lambda prior: WindowZScore(prior=prior),
        "ensemble": lambda prior: Ensemble(prior=prior),
        "ewma": lambda prior: Ewma(prior=prior),
    }
)
"""Name to the detector with the settings for panes of 10 s, given what is known of a signal."""


def signal_detector(name: str, prior: Prior) -> SignalDetector:
    """Return the detector of that name for a signal.

    Raises:
        ParameterError: no detector has that name.
    """
    make = DETECTORS.get(name)
    if make is None:
        message = f"detector {name!r} is none of {', '.join(sorted(DETECTORS))}"
        raise ParameterError(message)
    return make(prior)
