"""The words of a batch of messages: which count, and a hash of each text, without a step per message.

A word is a token of the sentiment's tokeniser in lower case, the punctuation around it left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from telemetra.domain.keys import key_of, keys_of
from telemetra.domain.sentiment import PUNCTUATION, Tokens, cut, word_number
from telemetra.domain.vocabulary import Keys, Numbers, Vocabulary

WORD_LIMIT: Final = 32
"""Longest word that is counted, in bytes of UTF-8."""

HASH_BITS: Final = 40

_LIKELY_BITS: Final = 13

_EMOTICON: Final = 2
_EXACT: Final = 8
_PUNCTUATION: Final = PUNCTUATION.encode()
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX_AGAIN: Final = np.uint64(0xC2B2AE3D27D4EB4F)


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a batch of messages.

    Attributes:
        message: of each word that counts, the position of its message; a word may come twice.
        number: its number in the vocabulary.
        text: 40-bit hash of each message, whatever its letter case, punctuation and spacing.
        emotes_only: whether a message holds emotes and nothing else.
        length: of each message, in code points.
        sentiment: of each token its number in the sentiment's table, -1 where that has to look it up; None
            when these are other tokens than the sentiment sees.
    """

    message: Numbers
    number: Numbers
    text: Keys
    emotes_only: NDArray[np.bool_]
    length: Numbers
    sentiment: Numbers | None


def said(texts: Sequence[str], tokens: Tokens, emotes: Numbers, sizes: Numbers, known: Vocabulary) -> Said:
    """Read a batch of messages.

    Args:
        texts: the messages.
        tokens: their tokens, as the sentiment sees them.
        emotes: numbers of the emotes of all messages in turn.
        sizes: emotes of each message.
        known: numbers the words.
    """
    folded = tokens.texts is not texts
    if folded:
        length = np.fromiter(map(len, texts), np.int64, len(texts))
        tokens = _uncut(texts)
    else:
        length = np.diff(tokens.offsets) - 1
    keys = keys_of(tokens.lower, tokens.starts, tokens.ends)
    owner = np.repeat(np.arange(len(texts)), np.diff(tokens.first))
    is_emote = _emotes(keys, owner, known.emotes.column(word_key, np.uint64)[emotes], sizes)
    others = np.bincount(owner[~is_emote], minlength=len(texts))
    left_out = is_emote | (tokens.ends - tokens.starts > WORD_LIMIT)
    left_out[_named(tokens)] = True
    kept = np.flatnonzero(~left_out)
    number = known.words.find(keys[kept], lambda at: _spelled(tokens, kept[at]))
    return Said(
        message=owner[kept],
        number=number,
        text=_texts(keys, owner, tokens.first),
        emotes_only=(others == 0) & (sizes > 0),
        length=length,
        sentiment=None if folded else _in_table(tokens, kept, number, known),
    )


def _in_table(tokens: Tokens, kept: Numbers, number: Numbers, known: Vocabulary) -> Numbers:
    """Return the number of each token in the sentiment's table, by the number that those kept have here.

    Words are few, tokens many. Only a word of eight bytes or fewer has a key that no other has.
    """
    numbers = np.full(len(tokens.starts), -1)
    numbers[kept] = known.words.column(word_number, np.int64).take(number)
    numbers[kept[number == 0]] = -1
    numbers[tokens.ends - tokens.starts > _EXACT] = -1
    return numbers


def word_key(word: str) -> int:
    """Return the key of one word, the same as in a batch."""
    data = word.lower().encode("utf-8", "surrogatepass")
    stripped = data.strip(_PUNCTUATION)
    return key_of(stripped if len(stripped) > _EMOTICON else data)


def _uncut(texts: Sequence[str]) -> Tokens:
    """Cut texts beyond ASCII again, which the sentiment's tokens keep no spelling of."""
    encoded = [text.lower().encode("utf-8", "surrogatepass") for text in texts]
    return cut(texts, b"\n".join(encoded), map(len, encoded))


def _emotes(keys: Keys, owner: Numbers, emotes: Keys, sizes: Numbers) -> NDArray[np.bool_]:
    """Say of each token whether it is an emote that its message came with.

    Round r compares every token that may be an emote of the batch at all with the r-th emote of its message;
    a run of one emote is one round.
    """
    of = np.repeat(np.arange(len(sizes)), sizes)
    if len(of) > 1:
        again = np.flatnonzero((emotes[1:] == emotes[:-1]) & (of[1:] == of[:-1])) + 1
        emotes, of = np.delete(emotes, again), np.delete(of, again)
    left = np.bincount(of, minlength=len(sizes))
    rank = np.arange(len(of)) - (np.cumsum(left) - left)[of]
    found = np.zeros(len(keys), np.bool_)
    likely = np.zeros(1 << _LIKELY_BITS, np.bool_)
    likely[_slots(emotes)] = True
    tokens = np.flatnonzero(likely.take(_slots(keys)))
    for turn in range(int(left.max(initial=0))):
        tokens = tokens[left[owner[tokens]] > turn]
        wanted = np.zeros(len(sizes), np.uint64)
        current = rank == turn
        wanted[of[current]] = emotes[current]
        found[tokens[wanted[owner[tokens]] == keys[tokens]]] = True
    return found


def _slots(keys: Keys) -> Numbers:
    return ((keys * _MIX) >> np.uint64(64 - _LIKELY_BITS)).view(np.int64)


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
    mixed = (keys ^ (keys >> np.uint64(32))) + (place + np.uint64(1)) * _MIX
    mixed = (mixed ^ (mixed >> np.uint64(29))) * _MIX_AGAIN
    sums = np.zeros(len(keys) + 1, np.uint64)
    np.cumsum(mixed ^ (mixed >> np.uint64(32)), out=sums[1:])
    totals = (sums[first[1:]] - sums[first[:-1]]) * _MIX
    hashes: Keys = totals >> np.uint64(64 - HASH_BITS)
    return hashes
