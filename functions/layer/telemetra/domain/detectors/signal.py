"""What every detector of one signal offers: a value a pane in, its surprise and expected range out.

>>> from telemetra.domain.detectors import Prior, signal_detector
>>> detector = signal_detector("ewma", Prior(dispersion=8.0))
>>> scorer = detector.scorer()
>>> for at_ms in range(0, 600_000, 10_000):
...     reading = scorer.step(at_ms, 20.0)
>>> scorer.step(600_000, 200.0).score >= detector.threshold
True
>>> resumed = detector.scorer(scorer.encode())
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from math import erfc, log, log10, pi, sqrt
from typing import Any, Final, Protocol, TypeGuard

import msgspec

from telemetra.domain.errors import CorruptStateError

LARGEST: Final = 1e15
"""Values beyond it, either side, count as missing: they are no measurement and their squares overflow."""

FARTHEST: Final = 1e6
"""Deviations as which more are taken."""

_FAR: Final = 25.0
"""Deviations beyond which ``erfc`` nears underflow, so that its first asymptotic term is used."""


class Reading(msgspec.Struct, frozen=True):
    """What a detector makes of one pane.

    Attributes:
        surprise: -log10 of the chance of a value at least so far off, all baselines taken together; 0 in
            warm-up and for a missing pane. Neither held nor budgeted: it stays high while a burst lasts.
        score: in [0, 1): the surprise after peak-hold and alarm budget, so that one event rises above the
            detector's ``threshold`` once, or again only when it grows. What is flagged and ranked.
        expected: the value that was most likely, before this pane was seen; in the unit of the signal.
        low: lower end of the range that an ordinary value lies in.
        high: upper end of it.
        side: 1 when the value lay above what was expected, -1 below, 0 when equal or missing.
        warm: whether enough panes were seen for ``surprise`` to mean anything.
    """

    surprise: float
    score: float
    expected: float
    low: float
    high: float
    side: int
    warm: bool


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known of a signal before its first pane, and the least spread it is ever credited with.

    Attributes:
        dispersion: variance over mean of a count; 5 to 13 in real chat by panes of 10 s, 0 for a signal that
            is no count.
        floor: least standard deviation, in the unit of the signal.
    """

    dispersion: float = 0.0
    floor: float = 0.0

    def spread(self, level: float) -> float:
        """Return the standard deviation expected of values around ``level``."""
        return sqrt(self.floor * self.floor + self.dispersion * abs(level))


class SignalScorer(Protocol):
    """One signal of one channel, being scored; mutable, and the same after ``encode`` and ``scorer``."""

    def step(self, at_ms: int, value: float | None) -> Reading:
        """Score the next pane, then learn from it.

        Args:
            at_ms: start of the pane; later than all before it.
            value: None (or NaN, or beyond ``LARGEST``) when the pane has no value, which is not the same as
                0: it moves no baseline, only the time that a peak is held.
        """

    def encode(self) -> bytes:
        """Return the state as versioned bytes, at most 2 KB."""


class SignalDetector(Protocol):
    """A detector with its parameters; starts and resumes scorers.

    Attributes:
        name: name and parameter hash; stored beside the state, which means nothing to another name.
        threshold: a reading is a flag when its ``score`` is at least this.
    """

    @property
    def name(self) -> str:
        """Name and parameter hash of this detector."""

    @property
    def threshold(self) -> float:
        """Score that makes a flag."""

    def scorer(self, state: bytes = b"") -> SignalScorer:
        """Go on from an encoded state, or start when there is none.

        Raises:
            CorruptStateError: ``state`` was not written by this detector.
        """


def named(kind: str, parameters: Any) -> str:
    """Return ``kind`` and a hash over a dataclass of parameters, such as ``ewma-5e0c31aa``."""
    canonical = msgspec.json.encode(asdict(parameters))
    return f"{kind}-{blake2b(canonical, digest_size=4).hexdigest()}"


def gaussian_surprise(deviations: float) -> float:
    """Return -log10 of the chance that a normal value lies at least so many deviations off, either side."""
    z = abs(deviations)
    if z > _FAR:
        return z * z / 2 / log(10) + log10(z * sqrt(pi / 2))
    return -log10(erfc(z / sqrt(2)))


def deviations(distance: float, spread: float) -> float:
    """Return how many deviations a distance is, at most ``FARTHEST`` to either side."""
    return max(-FARTHEST, min(FARTHEST, distance / spread))


def present(value: float | None) -> TypeGuard[float]:
    """Tell whether a pane has a value at all: a number within ``LARGEST``."""
    return value is not None and -LARGEST <= value <= LARGEST


def checked(numbers: Sequence[float], what: str, most: float = 2 * LARGEST) -> None:
    """Raise ``CorruptStateError`` when a stored number is beyond what any values can lead to."""
    for number in numbers:
        if not -most <= number <= most:
            message = f"{what}: {number} is beyond {most:g}"
            raise CorruptStateError(message)


class PeakHold:
    """Lets an event rise once: after a peak only a higher one passes for a while.

    Attributes:
        height: the peak that is held; 0 when none is.
        left: panes that it is still held for.
    """

    __slots__ = ("height", "left")

    def __init__(self, height: float = 0.0, left: int = 0) -> None:
        """Take up a stored hold."""
        self.height = height
        self.left = left

    def tick(self) -> None:
        """Let a pane pass."""
        if self.left:
            self.left -= 1
            if not self.left:
                self.height = 0.0

    def passes(self, height: float, least: float, panes: int) -> bool:
        """Tell whether a height of at least ``least`` tops what is held, and if so hold it for ``panes``."""
        if height < least or height <= self.height:
            return False
        self.height, self.left = height, panes
        return True
