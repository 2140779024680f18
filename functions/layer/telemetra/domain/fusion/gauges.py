"""The signals of one channel: each read from a pane and scored, then fused into one surprise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from telemetra.domain.detection import Observation
from telemetra.domain.detectors import Reading, SignalDetector
from telemetra.domain.fusion.memory import PackedEvidence
from telemetra.domain.fusion.parameters import TELLS, Parameters
from telemetra.domain.fusion.signals import PLACES, SIGNALS
from telemetra.domain.window import PANE_MS

RATE: Final = PLACES["chat_rate"]
VIEWERS: Final = PLACES["viewers"]
MOOD: Final = PLACES["sentiment"]
UNIQUES: Final = PLACES["uniques"]
DUPLICATES: Final = PLACES["duplicates"]
LENGTH: Final = PLACES["message_length"]

EVERY: Final = frozenset(range(len(SIGNALS)))
ONLY_VIEWERS: Final = frozenset({VIEWERS})
NONE: Final = frozenset[int]()

DIGITS: Final = 4
"""Decimals of what is told."""

_WITHOUT_CHAT: Final = frozenset({"viewers", "revenue"})
_WORTH_TELLING: Final = 1.3

Readings = Sequence[tuple[float | None, Reading]]
"""Value and reading of each signal, in the order of ``SIGNALS``; None for a signal without a value."""


class Gauges:
    """The scorers of all signals; they change as they learn."""

    def __init__(self, detectors: Sequence[SignalDetector], states: Sequence[bytes]) -> None:
        """Go on from stored states; none of them for a start."""
        self._detectors = detectors
        self._scorers = [
            detector.scorer(state)
            for detector, state in zip(detectors, states or [b""] * len(detectors), strict=True)
        ]

    def encode(self) -> list[bytes]:
        """Return the state of each signal."""
        return [scorer.encode() for scorer in self._scorers]

    def read(self, pane: Observation, *, blind: bool, learning: frozenset[int] = EVERY) -> Readings:
        """Score each signal.

        Args:
            pane: what to read.
            blind: whether nothing came where something always does: then no signal has a value.
            learning: places of the signals that learn from it; not those in which something stands out.
        """
        found = []
        for place, signal in enumerate(SIGNALS):
            value = None if blind else signal.of(pane.summary)
            scorer = self._scorers[place]
            if place not in learning:
                scorer = self._detectors[place].scorer(scorer.encode())
            found.append((value, scorer.step(pane.start_ms, value)))
        return found

    def forget_rate(self) -> None:
        """Learn the chat's usual rate anew: it has changed for good."""
        for place in (RATE, UNIQUES):
            self._scorers[place] = self._detectors[place].scorer()


def fused(pane: Observation, readings: Readings, known: Sequence[float], at: Parameters) -> float:
    """Return the fused surprise of a pane; 0 unless a signal that can carry a moment stands out.

    Args:
        pane: what was read.
        readings: of each signal.
        known: what causes that are known for sure add, each of them enough to carry a moment.
        at: the numbers.
    """
    total, carried = 0.0, False
    enough = pane.chat.count >= at.least_messages
    for tell in TELLS:
        place = PLACES[tell.signal]
        value, reading = readings[place]
        if value is None or reading.side != tell.side or not (enough or tell.signal in _WITHOUT_CHAT):
            continue
        effect = SIGNALS[place].effect(value, reading.expected)
        if (effect - tell.least) * tell.side >= 0:
            total += tell.weight * min(reading.surprise, at.cap)
            carried = carried or tell.carries
    return total + sum(known) if carried or any(known) else 0.0


def raiders_of(pane: Observation, at: Parameters) -> int:
    """Return the viewers of a raid that was announced shortly before the end of this pane; 0 without one."""
    facts = pane.facts
    since_ms = pane.start_ms + PANE_MS - facts.raid_ms
    return facts.raid_viewers if 0 < since_ms <= at.raid_ms else 0


def evidence(readings: Readings) -> list[PackedEvidence]:
    """Return what the signals say, the most surprising first: the chat rate, and those one pane in twenty."""
    found: list[PackedEvidence] = []
    for place, (value, reading) in enumerate(readings):
        if place == RATE or (value is not None and reading.surprise >= _WORTH_TELLING):
            low = reading.low if place == MOOD else max(0.0, reading.low)
            measured, low, high = (round(number, DIGITS) for number in (value or 0.0, low, reading.high))
            found.append((SIGNALS[place].name, measured, low, high, round(reading.surprise, 2)))
    return sorted(found, key=lambda row: -row[-1])
