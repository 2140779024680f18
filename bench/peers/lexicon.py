"""The peers' idea of mood: a few dozen words, looked up one by one.

That is far less work than the product's own scorer (lexicon of thousands, emotes, negation, boosters), so it
favours the peers.
"""

from __future__ import annotations

from typing import Final

POINTS: Final = {
    "amazing": 3,
    "angry": -2,
    "awesome": 3,
    "awful": -3,
    "bad": -2,
    "boring": -2,
    "clutch": 2,
    "crazy": 1,
    "cringe": -2,
    "epic": 2,
    "fail": -2,
    "fun": 2,
    "gg": 2,
    "good": 2,
    "great": 3,
    "happy": 2,
    "hate": -3,
    "insane": 2,
    "lame": -2,
    "lol": 1,
    "lose": -1,
    "love": 3,
    "nice": 2,
    "rip": -1,
    "sad": -2,
    "terrible": -3,
    "trash": -3,
    "ugly": -2,
    "win": 2,
    "worst": -3,
    "wow": 2,
    "wrong": -1,
}


def points(text: str) -> int:
    """Return the summed points of the words in a text, split at spaces."""
    return sum(POINTS.get(word, 0) for word in text.split(" "))
