"""Sentiment of whole batches of messages, equal to ``reference.score`` on every message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, pairwise, repeat
from typing import Final

import numpy as np
from numpy.typing import NDArray

from telemetra.domain.sentiment import ratings
from telemetra.domain.sentiment.emotes import Emotes
from telemetra.domain.sentiment.reference import score
from telemetra.domain.sentiment.table import EMOTE, Table
from telemetra.domain.sentiment.tokens import Tokens, tokenise

Ints = NDArray[np.int64]

_CHUNK: Final = 192 * 1024
"""Characters taken at a time: the arrays of a chunk stay in the cache."""

FEW: Final = 128
"""Messages of a batch below which scoring them one by one is faster."""


def score_batch(
    texts: Sequence[str], emotes: Sequence[Sequence[str]], additions: Mapping[str, float] | None = None
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Return what ``score`` returns for each message.

    Args:
        texts: the messages.
        emotes: names of the emotes in each, known or not.
        additions: polarity, -1 to 1, of a channel's own emotes.

    Returns:
        Scores in 1/10,000, 0 where there is none, and which there are.

    Raises:
        ValueError: when there are not as many lists of emotes as texts.
    """
    if len(texts) != len(emotes):
        msg = f"{len(texts)} texts with {len(emotes)} lists of emotes"
        raise ValueError(msg)
    scores = np.zeros(len(texts), np.int32)
    scored = np.zeros(len(texts), np.bool_)
    if len(texts) < FEW:
        for at, (text, names) in enumerate(zip(texts, emotes, strict=True)):
            found = score(text, names, additions)
            scored[at] = found is not None
            scores[at] = found or 0
        return scores, scored
    known = emote_numbers(additions)
    for part in _chunks(texts):
        sizes = np.fromiter(map(len, emotes[part]), np.int64)
        numbers = map(known.get, chain.from_iterable(emotes[part]), repeat(-1))
        owners = np.repeat(np.arange(len(sizes)), sizes)
        given = np.fromiter(numbers, np.int64, len(owners))
        scores[part], scored[part] = score_tokens(tokenise(texts[part]), owners, given, additions)
    return scores, scored


def emote_numbers(additions: Mapping[str, float] | None = None) -> Mapping[str, int]:
    """Return the number, for ``score_tokens``, of each emote that has a polarity."""
    return Table.of(Emotes.of(additions)).numbers


def _chunks(texts: Sequence[str]) -> Iterator[slice]:
    numbers = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1) // _CHUNK
    bounds = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist(), len(texts)]
    return (slice(first, last) for first, last in pairwise(bounds) if first < last)


def word_number(word: str) -> int:
    """Return the number, for ``score_tokens``, of a lower-case word."""
    return _own_table().number_of(word)


@cache
def _own_table() -> Table:
    return Table.of(Emotes.of())


def score_tokens(
    tokens: Tokens,
    owners: Ints,
    given: Ints,
    additions: Mapping[str, float] | None = None,
    numbers: NDArray[np.intp] | None = None,
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Return what ``score_batch`` returns, of messages that ``tokenise`` has cut already.

    Args:
        tokens: the messages.
        owners: the message of each emote that came with one.
        given: the number of that emote in ``emote_numbers``, -1 when it has none.
        additions: as for ``score_batch``.
        numbers: the ``word_number`` of each token, without additions, and -1 where it has to be looked up.
    """
    table = Table.of(Emotes.of(additions))
    scores = np.zeros(len(tokens.texts), np.int32)
    scored = np.zeros(len(tokens.texts), np.bool_)
    if numbers is None:
        numbers = table.find(tokens)
    elif len(asked := np.flatnonzero(numbers < 0)):
        numbers[asked] = table.find(tokens.only(asked))
    known = np.flatnonzero(numbers)
    came = np.flatnonzero(given >= 0)
    pairs = owners[came] * len(table.polarity) + given[came]
    messages, polarities = _by_emotes(table, tokens, numbers, known, pairs)
    scores[messages] = polarities
    scored[messages] = True
    messages, compounds = ratings.rate(table, tokens, numbers, known, scored)
    scores[messages] = compounds
    scored[messages] = True
    return scores, scored


def _by_emotes(
    table: Table, tokens: Tokens, numbers: NDArray[np.intp], known: Ints, given: Ints
) -> tuple[Ints, Ints]:
    """Return the messages that hold an emote with a polarity, and the mean of each.

    ``given`` has message times the kinds of emotes plus emote, for each emote that came with a message.
    """
    kinds = len(table.polarity)
    if not kinds:
        return known[:0], known[:0]
    pairs = np.concatenate((given, _spoken(table, tokens, numbers, known)))
    pairs.sort()
    messages, emote = np.divmod(pairs[np.diff(pairs, prepend=-1) > 0], kinds)
    bounds = np.flatnonzero(np.diff(messages, prepend=-1))
    totals = np.add.reduceat(table.polarity[emote], bounds) if len(bounds) else bounds
    counts = np.diff(bounds, append=len(messages))
    return messages[bounds], (2 * totals + counts) // (2 * counts)


def _spoken(table: Table, tokens: Tokens, numbers: NDArray[np.intp], known: Ints) -> Ints:
    """Return the same for each token that is exactly the name of an emote."""
    likely = known[(table.flags[numbers[known]] & EMOTE).astype(np.bool_) & tokens.whole[known]]
    row = table.row[numbers[likely]]
    spelling, at = np.nonzero(table.exact[:, row, 0] == tokens.beginnings(likely, lower=False))
    row, likely = row[at], likely[at]
    agrees = (table.exact[spelling, row] == tokens.spelled(likely, lower=False)).all(axis=1)
    spelling, row, likely = spelling[agrees], row[agrees], likely[agrees]
    pairs: Ints = tokens.owner(likely) * len(table.polarity) + table.emote[spelling, row]
    return pairs
