"""The words of a batch of messages: which count, and a hash of each text, without a step per message.

A word is a token of the sentiment's tokeniser in lower case, the punctuation around it left out. Its key is
its UTF-8 bytes while they fit into 64 bits, and a hash of them otherwise (FNV's xor and multiply, eight bytes
at a time).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from telemetra.domain.sentiment import PUNCTUATION, Tokens, cut
from telemetra.domain.vocabulary import Keys, Numbers, Vocabulary

WORD_LIMIT: Final = 32
"""Longest word that is counted, in bytes of UTF-8."""

HASH_BITS: Final = 40

_WORD: Final = 8
_EMOTICON: Final = 2
_PUNCTUATION: Final = PUNCTUATION.encode()
_MASKS: Final = np.array([(1 << 8 * size) - 1 for size in range(_WORD + 1)], np.uint64)
_MIX: Final = 0x9E3779B97F4A7C15
_SHIFT: Final = 29
_LOW: Final = (1 << 64) - 1
_MARK: Final = 1
"""Lowest byte of a hashed key; no word begins with it."""


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a batch of messages.

    Attributes:
        message: of each word that counts, the position of its message; a word may come twice.
        number: its number in the vocabulary.
        text: 40-bit hash of each message, whatever its letter case, punctuation and spacing.
        emotes_only: whether a message holds emotes and nothing else.
    """

    message: Numbers
    number: Numbers
    text: Keys
    emotes_only: NDArray[np.bool_]


def said(texts: Sequence[str], tokens: Tokens, emotes: Numbers, sizes: Numbers, known: Vocabulary) -> Said:
    """Read a batch of messages.

    Args:
        texts: the messages.
        tokens: their tokens, as the sentiment sees them.
        emotes: numbers of the emotes of all messages in turn.
        sizes: emotes of each message.
        known: numbers the words.
    """
    if tokens.texts is not texts:
        tokens = _uncut(texts)
    keys = _keys(tokens)
    counts = np.diff(tokens.first)
    owner = np.repeat(np.arange(len(texts)), counts)
    is_emote = _emotes(keys, owner, known.emotes.keys_of(key_of)[emotes], sizes)
    others = np.bincount(owner[~is_emote], minlength=len(texts))
    left_out = is_emote | (tokens.ends - tokens.starts > WORD_LIMIT)
    left_out[_named(tokens)] = True
    kept = np.flatnonzero(~left_out)
    number = known.words.find(keys[kept], lambda at: _spelled(tokens, kept[at]))
    return Said(owner[kept], number, _texts(keys, owner, tokens.first), (others == 0) & (sizes > 0))


def key_of(word: str) -> int:
    """Return the key of one word, the same as in a batch."""
    data = word.lower().encode("utf-8", "surrogatepass")
    stripped = data.strip(_PUNCTUATION)
    data = stripped if len(stripped) > _EMOTICON else data
    if len(data) <= _WORD:
        return int.from_bytes(data, "little")
    key = 0
    for at in range(0, len(data), _WORD):
        key = (key ^ int.from_bytes(data[at : at + _WORD], "little")) * _MIX & _LOW
        key ^= key >> _SHIFT
    return key & ~0xFF | _MARK


def _uncut(texts: Sequence[str]) -> Tokens:
    """Cut texts beyond ASCII again, which the sentiment's tokens keep no spelling of."""
    encoded = [text.lower().encode("utf-8", "surrogatepass") for text in texts]
    return cut(texts, b"\n".join(encoded), map(len, encoded))


def _keys(tokens: Tokens) -> Keys:
    keys = tokens.beginnings(slice(None), lower=True)
    long = tokens.long()
    start, left = tokens.starts[long], (tokens.ends - tokens.starts)[long]
    eights = np.ndarray((len(tokens.lower) - _WORD + 1,), "<u8", tokens.lower, strides=(1,))
    hashed = np.zeros(len(long), np.uint64)
    at = np.arange(len(long))
    while len(at):
        part = eights[start[at]] & _MASKS.take(np.minimum(left[at], _WORD))
        mixed = (hashed[at] ^ part) * np.uint64(_MIX)
        hashed[at] = mixed ^ (mixed >> np.uint64(_SHIFT))
        start += _WORD
        left -= _WORD
        at = at[left[at] > 0]
    keys[long] = hashed & np.uint64(_LOW ^ 0xFF) | np.uint64(_MARK)
    return keys


def _emotes(keys: Keys, owner: Numbers, emotes: Keys, sizes: Numbers) -> NDArray[np.bool_]:
    """Say of each token whether it is an emote that its message came with.

    Round r compares every token with the r-th emote of its message; a run of one emote is one round.
    """
    of = np.repeat(np.arange(len(sizes)), sizes)
    if len(of) > 1:
        again = np.flatnonzero((emotes[1:] == emotes[:-1]) & (of[1:] == of[:-1])) + 1
        emotes, of = np.delete(emotes, again), np.delete(of, again)
    left = np.bincount(of, minlength=len(sizes))
    rank = np.arange(len(of)) - (np.cumsum(left) - left)[of]
    found = np.zeros(len(keys), np.bool_)
    tokens = np.arange(len(keys))
    for turn in range(int(left.max(initial=0))):
        tokens = tokens[left[owner[tokens]] > turn]
        wanted = np.zeros(len(sizes), np.uint64)
        current = rank == turn
        wanted[of[current]] = emotes[current]
        found[tokens[wanted[owner[tokens]] == keys[tokens]]] = True
    return found


def _named(tokens: Tokens) -> Numbers:
    """Return the tokens that mention someone or link somewhere."""
    data = tokens.data
    at = np.flatnonzero(data == ord("@"))
    colons = np.flatnonzero(data == ord(":"))
    links = colons[(data[colons + 1] == ord("/")) & (data[colons + 2] == ord("/"))]
    marks = np.concatenate((at, links))
    holders = np.searchsorted(tokens.starts, marks + 1, "right") - 1
    return holders[(holders >= 0) & (marks < tokens.ends[holders])] if len(marks) else marks


def _spelled(tokens: Tokens, at: Numbers) -> list[str]:
    raw = tokens.lower.tobytes()
    spans = zip(tokens.starts[at].tolist(), tokens.ends[at].tolist(), strict=True)
    return [raw[start:end].decode("utf-8", "replace") for start, end in spans]


def _texts(keys: Keys, owner: Numbers, first: Numbers) -> Keys:
    """Return a hash of each message: the wrapping sum of its keys, mixed with their places."""
    place = (np.arange(len(keys)) - first[owner]).view(np.uint64)
    mixed = (keys ^ (keys >> np.uint64(32))) + (place + np.uint64(1)) * np.uint64(_MIX)
    mixed = (mixed ^ (mixed >> np.uint64(_SHIFT))) * np.uint64(0xC2B2AE3D27D4EB4F)
    sums = np.zeros(len(keys) + 1, np.uint64)
    np.cumsum(mixed ^ (mixed >> np.uint64(32)), out=sums[1:])
    totals = (sums[first[1:]] - sums[first[:-1]]) * np.uint64(_MIX)
    hashes: Keys = totals >> np.uint64(64 - HASH_BITS)
    return hashes
