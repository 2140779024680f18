"""What is measured of a closed pane; None where there is nothing to measure, which is not the same as 0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from telemetra.domain.detectors import Prior
from telemetra.domain.summary import Summary

ENOUGH: Final = 8
"""Messages from which on a share of them means something."""

ENOUGH_SCORED: Final = 5
"""Messages with a sentiment from which on their mean means something."""

CENTS: Final = 100


@dataclass(frozen=True, slots=True)
class Signal:
    """One measure of a pane.

    Attributes:
        name: as evidence names it.
        of: reads it from a pane.
        prior: what is known of it before the first pane.
        soft: added to value and expected value before their ratio is taken; None when their difference
            tells more, as for shares.
    """

    name: str
    of: Callable[[Summary], float | None]
    prior: Prior
    soft: float | None = None

    def effect(self, value: float, expected: float) -> float:
        """Return how much more there was than expected: a ratio, or a difference for shares."""
        if self.soft is None:
            return value - expected
        return (value + self.soft) / (max(expected, 0.0) + self.soft)


def _rate(summary: Summary) -> float | None:
    return float(summary.chat.count)


def _uniques(summary: Summary) -> float | None:
    return float(summary.chat.chatters.finish())


def _viewers(summary: Summary) -> float | None:
    return float(summary.viewers.last[2]) if summary.viewers.count else None


def _mood(summary: Summary) -> float | None:
    return summary.chat.mood if summary.chat.scored >= ENOUGH_SCORED else None


def _concentration(summary: Summary) -> float | None:
    chat = summary.chat
    if chat.count < ENOUGH:
        return None
    return max(chat.holders().values(), default=0) / chat.count


def _revenue(summary: Summary) -> float | None:
    return sum(cents for _, cents in summary.revenue.sums.values()) / CENTS


def _duplicates(summary: Summary) -> float | None:
    chat = summary.chat
    return max(0.0, 1.0 - chat.texts.finish() / chat.count) if chat.count >= ENOUGH else None


def _length(summary: Summary) -> float | None:
    chat = summary.chat
    return chat.length / chat.count if chat.count >= ENOUGH else None


SIGNALS: Final = (
    Signal("chat_rate", _rate, Prior(dispersion=6.0, floor=1.5), soft=2.0),
    Signal("uniques", _uniques, Prior(dispersion=4.0, floor=1.5), soft=2.0),
    Signal("viewers", _viewers, Prior(dispersion=0.2, floor=2.0), soft=5.0),
    Signal("sentiment", _mood, Prior(floor=0.12)),
    Signal("emote_concentration", _concentration, Prior(floor=0.08)),
    Signal("revenue", _revenue, Prior(dispersion=10.0, floor=5.0), soft=10.0),
    Signal("duplicates", _duplicates, Prior(floor=0.07)),
    Signal("message_length", _length, Prior(floor=5.0), soft=5.0),
)
"""Every signal, chat rate first; the order is that of the stored state."""

PLACES: Final = {signal.name: place for place, signal in enumerate(SIGNALS)}
"""Place of each signal in ``SIGNALS``."""
