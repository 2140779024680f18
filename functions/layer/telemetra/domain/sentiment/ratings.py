"""VADER's rules on all rated words of a batch at once; ``reference.score_words`` says what they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from telemetra.domain.sentiment.emotes import SENTIMENT_UNIT
from telemetra.domain.sentiment.reference import score_words
from telemetra.domain.sentiment.rules import (
    AFTER_BUT,
    ASKED,
    BEFORE_BUT,
    EXCLAIMED,
    FADE,
    FIXED,
    NEGATE,
    SHOUT,
    SPREAD,
    STRESS,
)
from telemetra.domain.sentiment.table import (
    AT_VERY,
    BUT,
    DOUBT,
    LEAST,
    LEXICON,
    NEGATION,
    NEVER,
    NO,
    OR_NOR,
    RATED,
    SO_THIS,
    WITHOUT,
    Table,
)
from telemetra.domain.sentiment.text import split, strip
from telemetra.domain.sentiment.tokens import Tokens

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def rate(
    table: Table, tokens: Tokens, numbers: NDArray[np.intp], known: Ints, done: Bools
) -> tuple[Ints, Ints]:
    """Return the messages that hold a rated word, those done apart, and the sentiment of each.

    Args:
        table: the words.
        tokens: the batch.
        numbers: number of each token in the table.
        known: the tokens that are in the table.
        done: messages that need no rating.
    """
    roles = table.flags.take(numbers[known])
    at = known[(roles & RATED) > 0]
    owner = tokens.owner(at)
    left = ~done[owner]
    context = _Context.of(table, tokens, numbers, at[left], owner[left])
    special = np.zeros(len(done), np.bool_)
    special[context.owner[context.has_phrase()]] = True
    plain = ~special[context.owner]
    buts = known[(roles & BUT) > 0]
    valence = context.valence() * context.weight(buts)
    messages, totals = _totals(context.owner[plain], np.rint(valence[plain] * FIXED).astype(np.int64))
    others, scores = _by_reference(tokens.texts, np.flatnonzero(special))
    compounds = _compounds(totals, _emphasis(tokens, messages))
    return np.concatenate((messages, others)), np.concatenate((compounds, scores))


def _by_reference(texts: Sequence[str], messages: Ints) -> tuple[Ints, Ints]:
    found = [
        (message, score)
        for message in messages.tolist()
        if (score := score_words(texts[message], [strip(token) for token in split(texts[message])]))
        is not None
    ]
    columns = np.array(found, np.int64).reshape(-1, 2)
    return columns[:, 0], columns[:, 1]


def _totals(owner: Ints, valence: Ints) -> tuple[Ints, Ints]:
    bounds = np.flatnonzero(np.diff(owner, prepend=-1))
    return owner[bounds], np.add.reduceat(valence, bounds) if len(bounds) else bounds


def _emphasis(tokens: Tokens, messages: Ints) -> Floats:
    exclaimed = np.minimum(tokens.count("!")[messages], len(EXCLAIMED) - 1)
    asked = np.minimum(tokens.count("?")[messages], len(ASKED) - 1)
    emphasis: Floats = np.array(EXCLAIMED)[exclaimed] + np.array(ASKED)[asked]
    return emphasis


def _compounds(totals: Ints, marks: Floats) -> Ints:
    rating = totals / FIXED
    rating += np.sign(rating) * marks
    return np.rint(rating / np.sqrt(rating * rating + SPREAD) * SENTIMENT_UNIT).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Context:
    """Rated words and those around them; every array has one item a rated word.

    Attributes:
        table: the words.
        tokens: the batch.
        at: the rated tokens, ascending.
        owner: the message of each.
        own: the number of each in the table.
        back: the numbers of the one, two and three words before, 0 beyond the message.
        ahead: the number of the word after.
        deep: whether there are three words before.
        shouted: whether the word, and the three before, are in capitals while others of the message are not.
    """

    table: Table
    tokens: Tokens
    at: Ints
    owner: Ints
    own: NDArray[np.intp]
    back: tuple[NDArray[np.intp], ...]
    ahead: NDArray[np.intp]
    deep: Bools
    shouted: tuple[Bools, ...]

    @classmethod
    def of(cls, table: Table, tokens: Tokens, numbers: NDArray[np.intp], at: Ints, owner: Ints) -> _Context:
        """Look around the rated tokens."""
        depth = at - tokens.first[owner]
        own = numbers[at]
        back = tuple(numbers.take(at - step, mode="clip") * (depth >= step) for step in (1, 2, 3))
        ahead = numbers.take(at + 1, mode="clip") * (at + 1 < tokens.first[owner + 1])
        shouted = _shouted(table, tokens, at, owner, (own, *back))
        return cls(table, tokens, at, owner, own, back, ahead, depth >= len(back), shouted)

    def has_phrase(self) -> Bools:
        """Tell which words may be in or next to an idiom; the few of those are left to the reference."""
        opens, closes = self.table.opens, self.table.closes
        one, two, three = self.back
        pairs = ((three, two), (two, one), (one, self.own), (self.own, self.ahead))
        found = np.zeros(len(self.at), np.uint16)
        for left, right in pairs:
            found |= opens.take(left) & closes.take(right)
        return found > 0

    def weight(self, buts: Ints) -> Floats:
        """Return the weight that the first "but" of its message gives each word."""
        if not len(buts):
            return np.ones(len(self.at))
        owners, firsts = np.unique(self.tokens.owner(buts), return_index=True)
        pivot = np.full(len(self.tokens.texts), -1)
        pivot[owners] = buts[firsts]
        pivot = pivot[self.owner]
        return np.where(pivot < 0, 1.0, np.where(self.at < pivot, BEFORE_BUT, AFTER_BUT))

    def valence(self) -> Floats:
        """Return the rating of each word as the words around it change it."""
        flags = [self.table.flags.take(number) for number in self.back]
        valence = self._rating(flags)
        valence += np.where(self.shouted[0], _signed(SHOUT, valence), 0.0)
        turns = (
            _turn(flags[0]),
            _turn(flags[1], never=flags[0], doubt=flags[0]),
            _turn(flags[2], never=flags[1], doubt=flags[0] | flags[1]),
        )
        turns[2][self.deep & _has(flags[0], SO_THIS) & ~_has(flags[2], LEXICON)] = STRESS
        for number, shouted, fade, turn in zip(self.back, self.shouted[1:], FADE, turns, strict=True):
            boost = self.table.boost.take(number)
            boost = np.where(valence < 0, -boost, boost) + np.where(shouted, _signed(SHOUT, valence), 0.0)
            valence = (valence + fade * boost) * turn
        least = _has(flags[0], LEAST) & ~_has(flags[1], AT_VERY)
        return np.where(least, valence * NEGATE, valence)

    def _rating(self, flags: Sequence[NDArray[np.uint16]]) -> Floats:
        rating = self.table.rating.take(self.own)
        one, two, three = flags
        negated = _has(one | two, NO) | (_has(three, NO) & _has(one, OR_NOR))
        alone = _has(self.table.flags.take(self.own), NO) & _has(self.table.flags.take(self.ahead), LEXICON)
        return np.where(negated, rating * NEGATE, np.where(alone, 0.0, rating))


def _turn(
    flags: NDArray[np.uint16],
    never: NDArray[np.uint16] | None = None,
    doubt: NDArray[np.uint16] | None = None,
) -> Floats:
    """Return the factor of a word before; ``never`` and ``doubt`` are the words that could hinder it."""
    turn = np.where(_has(flags, NEGATION), NEGATE, 1.0)
    if doubt is not None:
        turn[_has(flags, WITHOUT) & _has(doubt, DOUBT)] = 1.0
    if never is not None:
        turn[_has(flags, NEVER) & _has(never, SO_THIS)] = STRESS
    return turn


def _has(flags: NDArray[np.uint16], role: int) -> Bools:
    return (flags & role) > 0


def _signed(size: float, like: Floats) -> Floats:
    return np.where(like > 0, size, -size)


def _shouted(
    table: Table, tokens: Tokens, at: Ints, owner: Ints, numbers: Sequence[NDArray[np.intp]]
) -> tuple[Bools, ...]:
    """Return which rated words, and which boosters up to three before, are in capitals for emphasis."""
    shouted = tuple(np.zeros(len(at), np.bool_) for _ in numbers)
    for step, number in enumerate(numbers):
        rows = np.flatnonzero(table.boost.take(number)) if step else np.arange(len(at))
        begins = tokens.beginnings(at[rows] - step, lower=False) == table.shouted[number[rows], 0]
        rows = rows[begins]
        spelled = tokens.spelled(at[rows] - step, lower=False)
        shouted[step][rows] = (spelled == table.shouted[number[rows]]).all(axis=1)
    likely = np.unique(owner[np.logical_or.reduce(shouted)])
    mixed = np.zeros(len(tokens.texts), np.bool_)
    mixed[likely] = [not _all_capitals(tokens.texts[message]) for message in likely.tolist()]
    return tuple(shout & mixed[owner] for shout in shouted)


def _all_capitals(text: str) -> bool:
    return text.isupper() and all(map(str.isupper, split(text)))
