"""Keyed hashes of user ids a batch at a time: whoever has been seen is found by the bytes of the id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from telemetra.domain.keys import PADDING, keys_of
from telemetra.domain.vocabulary import Keys, Words

UserHash = Callable[[str], int]
"""Maps a user id to its keyed 40-bit hash; no id is ever stored."""

_FEED: Final = ord("\n")


class Users:
    """The users that a container knows."""

    def __init__(self, user_hash: UserHash) -> None:
        """Take the hash of one id."""
        self._hash = user_hash
        self._known = Words()
        self._hashes = np.zeros(1, np.uint64)

    def of(self, ids: Sequence[str]) -> Keys:
        """Return the hash of each id."""
        raw = "\n".join(ids).encode("utf-8", "surrogatepass") + b"\n"
        data = np.frombuffer(raw + PADDING, np.uint8)
        ends = np.flatnonzero(data[: len(raw)] == _FEED)
        if len(ends) != len(ids):
            return np.array([self._hash(one) for one in ids], np.uint64)
        starts = np.concatenate((ends[:1] * 0, ends[:-1] + 1))
        numbers = self._known.find(keys_of(data, starts, ends), lambda at: [ids[place] for place in at])
        if len(self._hashes) < len(self._known.names):
            new = [self._hash(one) for one in self._known.names[len(self._hashes) :]]
            self._hashes = np.concatenate((self._hashes, np.array(new, np.uint64)))
        hashes = self._hashes.take(numbers)
        for at in np.flatnonzero(numbers == 0).tolist():
            hashes[at] = self._hash(ids[at])
        return hashes
