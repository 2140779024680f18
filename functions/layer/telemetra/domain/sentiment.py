"""Sentiment of one message: emotes first, then the words of the VADER lexicon."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final

SENTIMENT_UNIT: Final = 10_000
"""Scores are integers in 1/10,000, so that sums merge exactly."""

_SCALE: Final = 4.0
"""The lexicon rates words from -4 to 4."""

EMOTES: Final = {
    "Kappa": -0.2,
    "LUL": 0.5,
    "KEKW": 0.5,
    "PogChamp": 0.8,
    "BibleThump": -0.5,
    "NotLikeThis": -0.6,
}


@cache
def lexicon() -> dict[str, float]:
    """Return word to polarity, -1 to 1 (Hutto and Gilbert, 2014)."""
    text = files("vaderSentiment").joinpath("vader_lexicon.txt").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line.strip())
    return {row[0]: float(row[1]) / _SCALE for row in rows}


def score(text: str, emotes: Sequence[str]) -> int | None:
    """Return the sentiment of a message in 1/10,000, -10,000 to 10,000; None when nothing in it has a polarity."""
    found = [EMOTES[name] for name in emotes if name in EMOTES]
    if not found:
        words = lexicon()
        found = [words[word] for word in text.lower().split() if word in words]
    return round(sum(found) / len(found) * SENTIMENT_UNIT) if found else None
