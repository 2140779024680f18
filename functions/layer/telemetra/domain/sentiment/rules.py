"""The numbers and function words of VADER's rules (Hutto and Gilbert, 2014; MIT, (c) C.J. Hutto).

The lexicon itself is read from the installed package; see ``lexicon``.
"""

from __future__ import annotations

from math import sqrt
from typing import Final

from telemetra.domain.sentiment.emotes import SENTIMENT_UNIT

NEGATE: Final = -0.74
"""A negated rating turns over and loses a quarter."""

SHOUT: Final = 0.733
"""What a word in capitals adds when the message is not all capitals."""

BOOST: Final = 0.293
"""What a booster adds, and a dampener takes away."""

STRESS: Final = 1.25
"""Factor of "never so" and "so" or "this" right before the word."""

FADE: Final = (1.0, 0.95, 0.9)
"""How much of a modifier is left one, two and three words before the rated word."""

BEFORE_BUT: Final = 0.5
AFTER_BUT: Final = 1.5
"""Weights of ratings before and after the first "but" of a message."""

FIXED: Final = 1 << 32
"""Ratings are summed as integers in units of 2**-32, so that their order cannot matter."""

BOOSTERS: Final = frozenset((
    "absolutely", "amazingly", "awfully", "completely", "considerable", "considerably", "decidedly",
    "deeply", "effing", "enormous", "enormously", "entirely", "especially", "exceptional",
    "exceptionally", "extreme", "extremely", "fabulously", "flippin", "flipping", "frackin", "fracking",
    "frickin", "fricking", "friggin", "frigging", "fuckin", "fucking", "fuggin", "fugging", "fully",
    "greatly", "hella", "highly", "hugely", "incredible", "incredibly", "intensely", "major", "majorly",
    "more", "most", "particularly", "purely", "quite", "really", "remarkably", "so", "substantially",
    "thoroughly", "total", "totally", "tremendous", "tremendously", "uber", "unbelievably", "unusually",
    "utter", "utterly", "very",
))  # fmt: skip
DAMPENERS: Final = frozenset((
    "almost", "barely", "hardly", "kind-of", "kinda", "kindof", "less", "little", "marginal",
    "marginally", "occasional", "occasionally", "partly", "scarce", "scarcely", "slight", "slightly",
    "somewhat", "sort-of", "sorta", "sortof",
))  # fmt: skip
BOOSTS: Final = dict.fromkeys(BOOSTERS, BOOST) | dict.fromkeys(DAMPENERS, -BOOST)
DAMPENING_PAIRS: Final = frozenset({"just enough", "kind of", "sort of"})

NEGATIONS: Final = frozenset((
    "ain't", "aint", "aren't", "arent", "can't", "cannot", "cant", "couldn't", "couldnt", "daren't",
    "darent", "despite", "didn't", "didnt", "doesn't", "doesnt", "don't", "dont", "hadn't", "hadnt",
    "hasn't", "hasnt", "haven't", "havent", "isn't", "isnt", "mightn't", "mightnt", "mustn't", "mustnt",
    "needn't", "neednt", "neither", "never", "none", "nope", "nor", "not", "nothing", "nowhere",
    "oughtn't", "oughtnt", "rarely", "seldom", "shan't", "shant", "shouldn't", "shouldnt", "uh-uh",
    "uhuh", "wasn't", "wasnt", "weren't", "werent", "without", "won't", "wont", "wouldn't", "wouldnt",
))  # fmt: skip
CONTRACTION: Final = "n't"
"""A word that holds this negates too."""

IDIOMS: Final = {
    "the shit": 3.0,
    "the bomb": 3.0,
    "bad ass": 1.5,
    "bus stop": 0.0,
    "yeah right": -2.0,
    "kiss of death": -1.5,
    "to die for": 3.0,
    "beating heart": 3.5,
}
"""Ratings of phrases that hold a rated word."""

EXCLAIMED: Final = (0.0, 0.292, 2 * 0.292, 3 * 0.292, 4 * 0.292)
"""Emphasis of so many exclamation marks; more than four are as four."""

ASKED: Final = (0.0, 0.0, 2 * 0.18, 3 * 0.18, 0.96)
"""Emphasis of so many question marks; more than four are as four."""

SPREAD: Final = 15.0
"""How slowly a sum of ratings nears 1."""


def is_negation(word: str) -> bool:
    """Tell whether a lower-case word turns over what follows it."""
    return word in NEGATIONS or CONTRACTION in word


def emphasis(exclamations: int, questions: int) -> float:
    """Return what the marks of a message add to the size of its rating."""
    return EXCLAIMED[min(exclamations, 4)] + ASKED[min(questions, 4)]


def compound(total: int, marks: float) -> int:
    """Squeeze a sum of ratings (units of 2**-32) and the emphasis of its marks into -10,000 to 10,000.

    Every step is one correctly rounded operation on doubles, and the last one rounds half to even, so any
    implementation of the same steps gives the same integer.
    """
    rating = total / FIXED
    if rating > 0:
        rating += marks
    elif rating < 0:
        rating -= marks
    return round(rating / sqrt(rating * rating + SPREAD) * SENTIMENT_UNIT)
