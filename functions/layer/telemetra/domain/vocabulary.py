"""Dense numbers for names, so that counting them is sorting integers.

A number means nothing outside its vocabulary and is never stored. Number 0 stands for every name that has
none: the vocabulary is bounded, and what it cannot name is counted as error (``tally.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from telemetra.domain.keys import Keys, Numbers, key_of

__all__ = ["NAME_LIMIT", "VOCABULARY", "Keys", "Names", "Numbers", "Vocabulary", "Words"]

T = TypeVar("T", bound=np.generic)

NAME_LIMIT: Final = 64
"""Longest name that is kept, in code points."""

VOCABULARY: Final = 1 << 17
"""Names numbered at most; well above what 6 MB of chat holds."""

_SLOT_BITS: Final = 17
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)


class _Columns:
    """What is worked out once a name, by number."""

    def __init__(self) -> None:
        self.names = [""]
        self._columns: dict[Callable[[str], int], NDArray[Any]] = {}

    def column(self, of: Callable[[str], int], kind: type[T]) -> NDArray[T]:
        """Return ``of`` every name, by number; worked out once a name."""
        known = self._columns.get(of, np.empty(0, kind))
        if len(known) < len(self.names):
            new = np.array([of(name) for name in self.names[len(known) :]], kind)
            known = self._columns[of] = np.concatenate((known, new))
        return known


class Names(_Columns, dict[str, int]):
    """Name to number; names are numbered when first looked up, 0 stands for one too many or too long."""

    def __missing__(self, name: str) -> int:
        """Number a new name."""
        if not name or len(name) > NAME_LIMIT or len(self.names) >= VOCABULARY:
            return 0
        self[name] = number = len(self.names)
        self.names.append(name)
        return number


class Words(_Columns):
    """Word to number, looked up a batch at a time by 64-bit key.

    Behind the index stands a direct-mapped cache: one multiplication finds the slot of a key, and only keys
    that are not in their slot go through a dictionary, each once a batch.
    """

    def __init__(self) -> None:
        """Start with number 0 taken."""
        super().__init__()
        self._index: dict[int, int] = {}
        self._spelled: dict[str, int] = {}
        self._slots = np.zeros(1 << _SLOT_BITS, np.int32)
        self._keys = np.zeros(1 << 12, np.uint64)

    def find(self, keys: Keys, spell: Callable[[Numbers], list[str]]) -> Numbers:
        """Return the number of each key.

        Args:
            keys: keys of words, none of them 0; a word has one key.
            spell: positions in ``keys`` to the words there, asked for new ones only.
        """
        slots = ((keys * _MIX) >> np.uint64(64 - _SLOT_BITS)).view(np.int64)
        found = self._slots.take(slots).astype(np.int64)
        missed = np.flatnonzero(self._keys.take(found) != keys)
        if len(missed):
            distinct, first, inverse = np.unique(keys[missed], return_index=True, return_inverse=True)
            numbers = self._numbered(distinct.tolist(), missed[first], spell)
            self._slots[slots[missed[first]]] = numbers
            found[missed] = numbers[inverse]
        return found

    def __getitem__(self, word: str) -> int:
        """Return the number of a word that was spelled before, here or elsewhere; 0 when there is no room."""
        number = self._spelled.get(word)
        if number is None:
            key = key_of(word.encode("utf-8", "surrogatepass"))
            number = int(self._numbered([key], np.zeros(1, np.int64), lambda at: [word] * len(at))[0])
        return number

    def _numbered(
        self, keys: list[int], positions: Numbers, spell: Callable[[Numbers], list[str]]
    ) -> Numbers:
        """Return the numbers of distinct keys, new ones for those never seen."""
        numbers = [self._index.get(key, -1) for key in keys]
        new = [at for at, number in enumerate(numbers) if number < 0]
        room = max(0, VOCABULARY - len(self.names))
        for at in new[room:]:
            numbers[at] = 0
        new = new[:room]
        for at, word in zip(new, spell(positions[new]), strict=True):
            numbers[at] = self._index[keys[at]] = self._spelled[word] = len(self.names)
            self.names.append(word)
        if new:
            self._remember([keys[at] for at in new])
        return np.array(numbers, np.int64)

    def _remember(self, keys: list[int]) -> None:
        while len(self._keys) < len(self.names):
            self._keys = np.concatenate((self._keys, np.zeros_like(self._keys)))
        self._keys[len(self.names) - len(keys) : len(self.names)] = np.array(keys, np.uint64)


class Vocabulary:
    """The emotes and words that a container knows."""

    def __init__(self) -> None:
        """Start empty."""
        self.emotes = Names()
        self.words = Words()

    def fresh(self) -> Vocabulary:
        """Return this vocabulary, or an empty one when it is half full."""
        most = max(len(self.emotes.names), len(self.words.names))
        return self if most < VOCABULARY // 2 else Vocabulary()
