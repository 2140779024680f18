"""What the sentiment of one message is; ``batch`` must agree with this on every message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from telemetra.domain.sentiment.emotes import Emotes, mean_polarity
from telemetra.domain.sentiment.lexicon import lexicon
from telemetra.domain.sentiment.rules import (
    AFTER_BUT,
    BEFORE_BUT,
    BOOST,
    BOOSTS,
    DAMPENING_PAIRS,
    FADE,
    FIXED,
    IDIOMS,
    NEGATE,
    SHOUT,
    STRESS,
    compound,
    emphasis,
    is_negation,
)
from telemetra.domain.sentiment.text import fold, split, strip


def score(text: str, emotes: Sequence[str], additions: Mapping[str, float] | None = None) -> int | None:
    """Return the sentiment of a message.

    Its emotes decide, each once, if any has a polarity: those given, and tokens of the text that are exactly
    the name of one. Otherwise its words do.

    Args:
        text: the message.
        emotes: names of the emotes in it, known or not.
        additions: polarity, -1 to 1, of the channel's own emotes.

    Returns:
        -10,000 to 10,000 in 1/10,000, or None when nothing in the message has a polarity.

    Example:
        >>> score("what a play", ["PogChamp"]), score("not good at all!", []), score("where are you", [])
        (8000, -4015, None)
    """
    table = Emotes.of(additions)
    folded = fold(text)
    tokens = split(folded)
    words = [strip(token) for token in tokens]
    names = {name for name in emotes if name in table.known}
    names.update(word for word, token in zip(words, tokens, strict=True) if word == token in table.spoken)
    if names:
        return mean_polarity(sum(table.known[name] for name in names), len(names))
    return score_words(folded, words)


def score_words(folded: str, words: Sequence[str]) -> int | None:
    """Return the sentiment of a folded text by its words alone; None when the lexicon rates none of them."""
    lower = [word.lower() for word in words]
    rated = [at for at in range(len(lower)) if _is_rated(lower, at)]
    if not rated:
        return None
    capitals = [word.isupper() for word in words]
    sentence = _Sentence(lower, capitals if not all(capitals) else [False] * len(words))
    pivot = lower.index("but") if "but" in lower else None
    total = sum(round(sentence.valence(at) * _weight(at, pivot) * FIXED) for at in rated)
    return compound(total, emphasis(folded.count("!"), folded.count("?")))


def _is_rated(lower: Sequence[str], at: int) -> bool:
    word = lower[at]
    if word == "kind" and lower[at + 1 : at + 2] == ["of"]:
        return False
    return word in lexicon() and word not in BOOSTS


def _weight(at: int, pivot: int | None) -> float:
    if pivot is None:
        return 1.0
    return BEFORE_BUT if at < pivot else AFTER_BUT


@dataclass(frozen=True, slots=True)
class _Sentence:
    """The words of a message.

    Attributes:
        lower: its words in lower case.
        shouted: which of them are in capitals while others are not.
    """

    lower: Sequence[str]
    shouted: Sequence[bool]

    def valence(self, at: int) -> float:
        """Return the rating of a word as the words around it change it."""
        valence = self._rating(at)
        if self.shouted[at]:
            valence += SHOUT if valence > 0 else -SHOUT
        for back in (1, 2, 3):
            if at < back or self.lower[at - back] in lexicon():
                continue
            valence += FADE[back - 1] * self._boost(at - back, valence)
            valence *= self._turn(at, back)
            if back == 3:  # noqa: PLR2004
                valence = self._idiom(at, valence)
        if self._word(at - 1) == "least" and self._word(at - 2) not in {"at", "very"}:
            valence *= NEGATE
        return valence

    def _rating(self, at: int) -> float:
        rating = lexicon()[self.lower[at]]
        one, two, three = (self._word(at - back) for back in (1, 2, 3))
        if "no" in {one, two} or (three == "no" and one in {"or", "nor"}):
            return rating * NEGATE
        if self.lower[at] == "no" and self._word(at + 1) in lexicon():
            return 0.0
        return rating

    def _boost(self, at: int, valence: float) -> float:
        boost = BOOSTS.get(self.lower[at], 0.0)
        if not boost:
            return 0.0
        if valence < 0:
            boost = -boost
        if self.shouted[at]:
            boost += SHOUT if valence > 0 else -SHOUT
        return boost

    def _turn(self, at: int, back: int) -> float:
        """Return the factor of the word ``back`` words before, as those in between let it act."""
        word = self._word(at - back)
        between = [self._word(at - nearer) for nearer in range(1, back)]
        if back > 1 and word == "never" and between[-1] in {"so", "this"}:
            return STRESS
        if back == 3 and between[0] in {"so", "this"}:  # noqa: PLR2004
            return STRESS
        if word == "without" and "doubt" in between:
            return 1.0
        return NEGATE if is_negation(word) else 1.0

    def _idiom(self, at: int, valence: float) -> float:
        around = (
            self._phrase(at - 1, at),
            self._phrase(at - 2, at),
            self._phrase(at - 2, at - 1),
            self._phrase(at - 3, at - 1),
            self._phrase(at - 3, at - 2),
        )
        valence = next((IDIOMS[phrase] for phrase in around if phrase in IDIOMS), valence)
        for ahead in (1, 2):
            valence = IDIOMS.get(self._phrase(at, at + ahead), valence)
        if DAMPENING_PAIRS.intersection(around[2:]):
            valence -= BOOST
        return valence

    def _phrase(self, first: int, last: int) -> str:
        return " ".join(self.lower[first : last + 1])

    def _word(self, at: int) -> str:
        return self.lower[at] if 0 <= at < len(self.lower) else ""
