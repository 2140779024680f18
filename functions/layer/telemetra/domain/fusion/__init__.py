"""Several signals of a channel fused into one moment at a time, named and explained."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from telemetra.domain.detection import Detector
from telemetra.domain.detectors import DETECTORS
from telemetra.domain.fusion.fused import Fused, without_words
from telemetra.domain.fusion.parameters import Parameters
from telemetra.domain.zscore import ZScore

__all__ = ["BASELINE", "NAMES", "Fused", "Parameters", "forget_words", "moment_detector"]

BASELINE: Final = "zscore"
"""The detector to beat: chat rate alone."""

_PEAK_HOLD: Final = 12
"""Panes after which the baseline lets a moment end: the best of six on scenarios and logs."""

NAMES: Final = tuple(sorted({*DETECTORS, BASELINE}))
"""What a detector of moments can be called."""


def forget_words(name: str, state: bytes, unwanted: Callable[[str], bool]) -> tuple[bytes, int]:
    """Return the state of the detector of that name without unwanted words, and how many it had.

    The baseline learns no words.
    """
    kind = name.rpartition("-")[0]
    return without_words(state, unwanted) if kind in NAMES and kind != BASELINE else (state, 0)


def moment_detector(name: str) -> Detector:
    """Return the detector of moments of that name.

    Raises:
        ParameterError: no detector has that name.
    """
    return ZScore(hold=_PEAK_HOLD) if name == BASELINE else Fused(name)
