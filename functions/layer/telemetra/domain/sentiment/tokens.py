"""The tokens of a batch of messages, found in one buffer of bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from telemetra.domain.sentiment.emotes import LONGEST_TOKEN
from telemetra.domain.sentiment.text import PUNCTUATION, fold

Ints = NDArray[np.int64]

_PUNCTUATION: Final = PUNCTUATION.encode()
_IS_PUNCTUATION: Final = np.zeros(256, np.bool_)
_IS_PUNCTUATION[list(_PUNCTUATION)] = True
_EMOTICON: Final = 2
_ROUNDS: Final = 16
"""Marks stripped from either side of all tokens at once; the few with more are stripped one by one."""

_WORD: Final = 8
_MASKS: Final = np.array([(1 << 8 * size) - 1 for size in range(_WORD + 1)], np.uint64)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of messages, in order.

    Attributes:
        texts: the messages, folded.
        data: their bytes, one a character, with a line feed around each.
        lower: the same in lower case.
        offsets: where in ``data`` each message begins, and one past the last.
        first: the first token of each message, and the number of tokens.
        starts: where each token begins, the punctuation around it left out.
        ends: where it ends.
        whole: whether no punctuation was left out of it.
    """

    texts: Sequence[str]
    data: NDArray[np.uint8]
    lower: NDArray[np.uint8]
    offsets: Ints
    first: Ints
    starts: Ints
    ends: Ints
    whole: NDArray[np.bool_]

    def only(self, at: Ints) -> Tokens:
        """Return some of the tokens; ``first`` does not fit them."""
        return replace(self, starts=self.starts[at], ends=self.ends[at], whole=self.whole[at])

    def spelled(self, at: Ints, *, lower: bool) -> NDArray[np.uint64]:
        """Return tokens as words of eight bytes; zeros for one longer than 24."""
        return _spelled(self.lower if lower else self.data, self.starts[at], self.ends[at])

    def beginnings(self, at: Ints | slice, *, lower: bool) -> NDArray[np.uint64]:
        """Return the first eight bytes of tokens."""
        return _beginnings(self.lower if lower else self.data, self.starts[at], self.ends[at])

    def long(self) -> Ints:
        """Return the tokens longer than eight bytes."""
        return np.flatnonzero(self.ends - self.starts > _WORD)

    def owner(self, at: Ints) -> Ints:
        """Return the message of each token."""
        return np.searchsorted(self.first, at, "right") - 1

    def count(self, char: str) -> Ints:
        """Return how often each message holds an ASCII character."""
        found = np.flatnonzero(self.data == ord(char))
        owners = np.searchsorted(self.offsets, found, "right") - 1
        return np.bincount(owners, minlength=len(self.texts))

    def holding_contraction(self) -> Ints:
        """Return the tokens that hold "n't"."""
        lower = self.lower
        marks = np.flatnonzero(lower == ord("'"))
        marks = marks[(lower[marks - 1] == ord("n")) & (lower[marks + 1] == ord("t"))]
        holders = np.searchsorted(self.starts, marks, "right") - 1
        inside = (self.starts[holders] < marks) & (marks + 1 < self.ends[holders])
        holding: Ints = holders[inside]
        return holding


def tokenise(texts: Sequence[str]) -> Tokens:
    """Return the tokens of a batch of messages."""
    joined = "\n".join(texts)
    if not joined.isascii():
        texts = [fold(text) for text in texts]
        joined = "\n".join(texts)
    return cut(texts, joined.encode("latin-1"), map(len, texts))


def cut(texts: Sequence[str], joined: bytes, sizes: Iterable[int]) -> Tokens:
    """Return the tokens of messages whose bytes, ``sizes`` of them each, are joined by line feeds."""
    raw = b"\n%b\n" % joined
    data = np.frombuffer(raw + bytes(LONGEST_TOKEN), np.uint8)
    spaces = np.flatnonzero(data[: len(raw)] <= ord(" "))
    filled = np.flatnonzero(np.diff(spaces) > 1)
    starts, ends = spaces[filled] + 1, spaces[filled + 1]
    offsets = np.empty(len(texts) + 1, np.int64)
    offsets[0] = 1
    np.cumsum(np.fromiter(sizes, np.int64, len(texts)) + 1, out=offsets[1:])
    offsets[1:] += 1
    first = np.searchsorted(starts, offsets)
    whole = _strip(raw, data, starts, ends)
    capital = (data - np.uint8(ord("A"))) < 26  # noqa: PLR2004
    lower = data | np.left_shift(capital, 5, dtype=np.uint8)
    return Tokens(texts, data, lower, offsets, first, starts, ends, whole)


def _strip(raw: bytes, data: NDArray[np.uint8], starts: Ints, ends: Ints) -> NDArray[np.bool_]:
    """Move the bounds of tokens past the punctuation around them; return which had none."""
    at = np.flatnonzero(_IS_PUNCTUATION.take(data.take(starts)) | _IS_PUNCTUATION.take(data.take(ends - 1)))
    start, end = starts[at], ends[at]
    moving = np.arange(len(at))
    for _ in range(_ROUNDS):
        left, right = start[moving], end[moving]
        from_left = _IS_PUNCTUATION.take(data.take(left)) & (left < right)
        left += from_left
        from_right = _IS_PUNCTUATION.take(data.take(right - 1)) & (left < right)
        right -= from_right
        start[moving], end[moving] = left, right
        moving = moving[from_left | from_right]
        if not len(moving):
            break
    for row in moving.tolist():
        rest = raw[start[row] : end[row]].lstrip(_PUNCTUATION)
        start[row] = end[row] - len(rest)
        end[row] = start[row] + len(rest.rstrip(_PUNCTUATION))
    stripped = end - start > _EMOTICON
    at, start, end = at[stripped], start[stripped], end[stripped]
    starts[at], ends[at] = start, end
    whole = np.ones(len(starts), np.bool_)
    whole[at] = False
    return whole


def _beginnings(data: NDArray[np.uint8], starts: Ints, ends: Ints) -> NDArray[np.uint64]:
    beginnings: NDArray[np.uint64] = _eights(data)[starts] & _MASKS.take(np.minimum(ends - starts, _WORD))
    return beginnings


def _eights(data: NDArray[np.uint8]) -> NDArray[np.uint64]:
    return np.ndarray((len(data) - _WORD + 1,), "<u8", data, strides=(1,))


def _spelled(data: NDArray[np.uint8], starts: Ints, ends: Ints) -> NDArray[np.uint64]:
    size = ends - starts
    eights = _eights(data)
    words = np.zeros((len(starts), LONGEST_TOKEN // _WORD), np.uint64)
    words[:, 0] = _beginnings(data, starts, ends)
    long = np.flatnonzero(size > _WORD)
    for part in range(1, LONGEST_TOKEN // _WORD):
        left = np.clip(size[long] - part * _WORD, 0, _WORD)
        words[long, part] = eights[starts[long] + part * _WORD] & _MASKS.take(left)
    words[size > LONGEST_TOKEN] = 0
    return words
