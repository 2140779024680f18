"""Every word and emote that matters, in a perfect hash that looks up all tokens of a batch at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from telemetra.domain.sentiment.emotes import LONGEST_TOKEN, Emotes
from telemetra.domain.sentiment.lexicon import lexicon
from telemetra.domain.sentiment.rules import (
    BOOSTS,
    CONTRACTION,
    DAMPENING_PAIRS,
    IDIOMS,
    NEGATIONS,
    is_negation,
)
from telemetra.domain.sentiment.tokens import Tokens

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
"""Tokens as three little-endian words of eight bytes each, padded with zeros: shape (n, 3)."""

LEXICON: Final = 1
RATED: Final = 2
NEGATION: Final = 4
NEVER: Final = 8
SO_THIS: Final = 16
WITHOUT: Final = 32
DOUBT: Final = 64
LEAST: Final = 128
AT_VERY: Final = 256
NO: Final = 512
OR_NOR: Final = 1024
BUT: Final = 2048
EMOTE: Final = 4096

_ROLES: Final = {
    NEVER: ("never",),
    SO_THIS: ("so", "this"),
    WITHOUT: ("without",),
    DOUBT: ("doubt",),
    LEAST: ("least",),
    AT_VERY: ("at", "very"),
    NO: ("no",),
    OR_NOR: ("or", "nor"),
    BUT: ("but",),
}
_PAIRS: Final = sorted({tuple(phrase.split()[:2]) for phrase in IDIOMS.keys() | DAMPENING_PAIRS})

_BITS: Final = 16
_MIX: Final = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93], np.uint64)
_NOT_FIRST_BYTE: Final = np.uint64(0xFFFFFFFFFFFFFF00)
_BYTE_1: Final = np.uint64(1)
_SEED: Final = 20261101


@dataclass(frozen=True, slots=True)
class Table:
    """What is known of each word, by its number; number 0 is any other word.

    Attributes:
        words: the word itself, lower case.
        shouted: the word in capitals; zeros when it has no letter.
        rating: its rating in the lexicon, 0 when it has none.
        boost: what it adds to the word after it.
        flags: its roles in the rules.
        opens: pairs of words that it begins, a bit each.
        closes: pairs of words that it ends.
        contraction: number of a word that is known only to hold "n't".
        row: its row in ``exact`` and ``emote``.
        exact: spellings of the emotes with this lower-case name: (spellings, rows, 3).
        emote: numbers of those emotes, -1 for none: (spellings, rows).
        polarity: of each emote, in 1/10,000.
        numbers: number of each emote, by name.
        spelled: number of each word, by the word.
    """

    words: Words
    shouted: Words
    rating: NDArray[np.float64]
    boost: NDArray[np.float64]
    flags: NDArray[np.uint16]
    opens: NDArray[np.uint16]
    closes: NDArray[np.uint16]
    contraction: int
    row: NDArray[np.intp]
    exact: Words
    emote: Ints
    polarity: Ints
    numbers: Mapping[str, int]
    spelled: Mapping[str, int]
    _keys: Words
    _levels: tuple[_Level, ...]

    @classmethod
    def of(cls, emotes: Emotes) -> Table:
        """Return the table of the lexicon, the rules and these emotes."""
        return _build(tuple(emotes.known.items()), tuple(emotes.spoken))

    def number_of(self, word: str) -> int:
        """Return the number of a lower-case word, 0 when it is not in the table."""
        return self.spelled.get(word, self.contraction if CONTRACTION in word else 0)

    def find(self, tokens: Tokens) -> NDArray[np.intp]:
        """Return the number of each token, 0 for one that is not in the table."""
        keys = tokens.beginnings(slice(None), lower=True)
        long = tokens.long()
        words = tokens.spelled(long, lower=True)
        keys[long] = _keys(words)
        found = self._levels[0].candidates(keys)
        wrong = np.flatnonzero(self._keys.take(found) != keys)
        for level in self._levels[1:]:
            taken = wrong[found[wrong] > 0]
            found[wrong] = 0
            found[taken] = level.candidates(keys[taken])
            wrong = taken[self._keys[found[taken]] != keys[taken]]
        found[wrong] = 0
        found[long[(self.words[found[long]] != words).any(axis=1)]] = 0
        contracted = tokens.holding_contraction()
        found[contracted[found[contracted] == 0]] = self.contraction
        return found


@dataclass(frozen=True, slots=True)
class _Level:
    """One hash of the keys; those that find their slot taken are in the next level."""

    factor: np.uint64
    slots: NDArray[np.uint16]

    def candidates(self, keys: Words) -> NDArray[np.intp]:
        return self.slots.take(_slots(keys, self.factor)).astype(np.intp)


def spelled(names: list[str]) -> Words:
    """Return names of at most 24 ASCII characters as words of eight bytes."""
    padded = np.array([name.encode("ascii") for name in names], f"S{LONGEST_TOKEN}")
    return padded.view("<u8").reshape(-1, LONGEST_TOKEN // 8)


def _keys(words: Words) -> Words:
    """Return the first word of short tokens, which no other has, and a hash of the words of long ones.

    No token begins with byte 1, so the two never meet.
    """
    mixed = (words * _MIX).sum(axis=1, dtype=np.uint64)
    return np.where(words[:, 1] > 0, mixed & _NOT_FIRST_BYTE | _BYTE_1, words[:, 0])


def _slots(keys: Words, factor: np.uint64) -> Ints:
    return ((keys * factor) >> np.uint64(64 - _BITS)).view(np.int64)


def _levels(keys: Words) -> tuple[_Level, ...]:
    """Return as many levels as it takes until every key has a slot."""
    random = np.random.default_rng(_SEED)
    numbers = np.arange(1, len(keys))
    levels: list[_Level] = []
    while len(numbers):
        factor = random.integers(1 << 63, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
        slots, firsts = np.unique(_slots(keys[numbers], factor), return_index=True)
        level = np.zeros(1 << _BITS, np.uint16)
        level[slots] = numbers[firsts]
        levels.append(_Level(factor, level))
        numbers = np.delete(numbers, firsts)
    return tuple(levels)


@lru_cache(maxsize=16)
def _build(known: tuple[tuple[str, int], ...], spoken: tuple[str, ...]) -> Table:
    numbers = {name: number for number, (name, _) in enumerate(known)}
    spellings: dict[str, list[str]] = defaultdict(list)
    for name in spoken:
        spellings[name.lower()].append(name)
    others = NEGATIONS | BOOSTS.keys() | spellings.keys() | {word for pair in _PAIRS for word in pair}
    others |= {word for words in _ROLES.values() for word in words}
    names = ["", *lexicon(), CONTRACTION, *sorted(others - lexicon().keys() - {CONTRACTION})]
    number = {name: at for at, name in enumerate(names)}
    rating = np.zeros(len(names))
    rating[1 : len(lexicon()) + 1] = list(lexicon().values())
    boost = np.zeros(len(names))
    boost[[number[word] for word in BOOSTS]] = list(BOOSTS.values())
    row, exact, emote = _exact(number, spellings, numbers)
    words = spelled(names)
    shouted = spelled([name.upper() for name in names])
    shouted[(shouted == words).all(axis=1)] = 0
    keys = _keys(words)
    return Table(
        words=words,
        shouted=shouted,
        rating=rating,
        boost=boost,
        flags=_flags(names, number, spellings),
        opens=_pair_bits(number, 0),
        closes=_pair_bits(number, 1),
        contraction=number[CONTRACTION],
        row=row,
        exact=exact,
        emote=emote,
        polarity=np.array([polarity for _, polarity in known], np.int64),
        numbers=numbers,
        spelled=number,
        _keys=keys,
        _levels=_levels(keys),
    )


def _flags(
    names: list[str], number: Mapping[str, int], spellings: Mapping[str, list[str]]
) -> NDArray[np.uint16]:
    rated = lexicon()
    flags = np.zeros(len(names), np.uint16)
    flags[1 : len(rated) + 1] = LEXICON | RATED
    flags[[number[word] for word in BOOSTS]] &= ~RATED & 0xFFFF
    flags[[at for at, name in enumerate(names) if name not in rated and is_negation(name)]] |= NEGATION
    for role, words in _ROLES.items():
        flags[[number[word] for word in words]] |= role
    flags[[number[name] for name in spellings]] |= EMOTE
    return flags


def _pair_bits(number: Mapping[str, int], side: int) -> NDArray[np.uint16]:
    bits = np.zeros(len(number), np.uint16)
    for bit, pair in enumerate(_PAIRS):
        bits[number[pair[side]]] |= 1 << bit
    return bits


def _exact(
    number: Mapping[str, int], spellings: Mapping[str, list[str]], numbers: Mapping[str, int]
) -> tuple[NDArray[np.intp], Words, Ints]:
    row = np.zeros(len(number), np.intp)
    depth = max(map(len, spellings.values()), default=1)
    exact = np.zeros((depth, len(spellings) + 1, LONGEST_TOKEN // 8), np.uint64)
    emote = np.full((depth, len(spellings) + 1), -1, np.int64)
    for at, (lower, names) in enumerate(spellings.items(), start=1):
        row[number[lower]] = at
        exact[: len(names), at] = spelled(names)
        emote[: len(names), at] = [numbers[name] for name in names]
    return row, exact, emote
