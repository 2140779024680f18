"""Chat in columns: what is needed of a delivery's messages to fold them into rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from telemetra.domain.bulk import NUMBER_BITS, distincts, tallies
from telemetra.domain.distinct import Distinct
from telemetra.domain.events import Chat
from telemetra.domain.sentiment import emote_numbers, score_tokens, tokenise
from telemetra.domain.tally import Tally
from telemetra.domain.users import Users
from telemetra.domain.vocabulary import Keys, Numbers, Vocabulary
from telemetra.domain.words import said

_TOGETHER: Final = 5_000
"""Messages read at once: enough for vectors, few enough for the cache."""

_MESSAGE_BITS: Final = 24


class _Warm(msgspec.Struct, frozen=True, gc=False):
    """What is left of messages once they are decoded."""

    texts: list[str]
    cell: Numbers
    bits: Numbers
    users: list[str]
    emote: Numbers
    sizes: Numbers


@dataclass(slots=True)
class Columns:
    """Messages of one batch or of several, a value a message unless said otherwise.

    Attributes:
        cell: the cell that it belongs to.
        bits: bits cheered.
        score: sentiment, in 1/10,000.
        scored: 1 where the scorer had an opinion.
        length: in code points.
        emotes_only: 1 where it holds nothing but emotes.
        user: keyed hash of the user id.
        text: hash of the text.
        emote_message: message of each emote.
        emote: number of each emote.
        word: number and message of each word, packed; equal ones are one word said twice in a message.
    """

    cell: Numbers
    bits: Numbers
    score: NDArray[np.int32]
    scored: NDArray[np.bool_]
    length: Numbers
    emotes_only: NDArray[np.bool_]
    user: Keys
    text: Keys
    emote_message: Numbers
    emote: Numbers
    word: Keys


@dataclass(slots=True)
class Held:
    """What some rows of a fold hold already, a value a row of these.

    Attributes:
        at: the rows, each once.
    """

    at: Numbers
    count: Numbers
    bits: Numbers
    chatters: list[Distinct]
    emotes: list[Tally]
    repeats: list[Tally]
    tokens: list[Tally]
    sentiment: Numbers
    scored: Numbers
    length: Numbers
    emotes_only: Numbers
    texts: list[Distinct]


@dataclass(slots=True)
class Folded:
    """What the rows of a fold hold, a value a row."""

    count: list[int]
    bits: list[int]
    chatters: list[Distinct]
    emotes: list[Tally]
    repeats: list[Tally]
    tokens: list[Tally]
    sentiment: list[int]
    scored: list[int]
    length: list[int]
    emotes_only: list[int]
    texts: list[Distinct]


@dataclass(slots=True)
class Messages:
    """Messages taken in batch by batch, then folded row by row.

    Attributes:
        users: hashes user ids.
        known: numbers emotes and words.
    """

    users: Users
    known: Vocabulary
    _batches: list[Columns] = field(default_factory=list)
    _warm: list[_Warm] = field(default_factory=list)
    _size: int = 0
    _folded: int = 0

    def add(self, events: Sequence[Chat], cells: Numbers) -> None:
        """Take in messages; best right after decoding, some 250 KB of them, while they are in the cache.

        Args:
            events: the messages.
            cells: what each belongs to: any number that ``fold`` is told the row of.
        """
        names = [event.emotes for event in events]
        sizes = np.fromiter(map(len, names), np.int64, len(names))
        emotes = map(self.known.emotes.__getitem__, chain.from_iterable(names))
        self._warm.append(
            _Warm(
                texts=[event.text for event in events],
                cell=cells,
                bits=np.fromiter([event.bits for event in events], np.int64, len(events)),
                users=[event.user_id for event in events],
                emote=np.fromiter(emotes, np.int64, int(sizes.sum())),
                sizes=sizes,
            )
        )
        self._size += len(events)
        if self._size - self._folded >= _TOGETHER:
            self._read()

    def _read(self) -> None:
        """Turn the texts taken in so far into columns."""
        warm, self._warm = self._warm, []
        texts = [text for part in warm for text in part.texts]
        sizes = np.concatenate([part.sizes for part in warm])
        emote = np.concatenate([part.emote for part in warm])
        owner = np.repeat(np.arange(len(texts)), sizes)
        tokens = tokenise(texts)
        words = said(texts, tokens, emote, sizes, self.known)
        given = self.known.emotes.column(_emote_number, np.int64)[emote]
        scores, scored = score_tokens(tokens, owner, given, numbers=words.sentiment)
        self._batches.append(
            Columns(
                cell=np.concatenate([part.cell for part in warm]),
                bits=np.concatenate([part.bits for part in warm]),
                score=scores,
                scored=scored,
                length=words.length,
                emotes_only=words.emotes_only,
                user=self.users.of([user for part in warm for user in part.users]),
                text=words.text,
                emote_message=owner + self._folded,
                emote=emote,
                word=_packed(words.number, words.message + self._folded),
            )
        )
        self._folded = self._size

    def fold(self, row_of: Numbers, rows: int, held: Held) -> Folded:
        """Fold the messages into rows 0 to ``rows`` - 1.

        Args:
            row_of: row of each cell, -1 for those to leave out.
            rows: number of rows.
            held: what rows hold already.
        """
        if self._warm:
            self._read()
        every = self._whole()
        row = row_of[every.cell]
        taken = np.flatnonzero(row >= 0)
        told = row[taken]

        def total(column: NDArray[Any], before: Numbers) -> list[int]:
            sums = np.bincount(told, column[taken], rows).astype(np.int64)
            sums[held.at] += before
            added: list[int] = sums.tolist()
            return added

        count = np.bincount(told, minlength=rows)
        count[held.at] += held.count
        bits = np.zeros(rows, np.int64)
        bits[held.at] = held.bits
        cheers = taken[every.bits[taken] > 0]
        np.add.at(bits, row[cheers], every.bits[cheers])
        emotes, again = _pairs(row, _packed(every.emote, every.emote_message))
        words, said_again = _pairs(row, every.word)
        return Folded(
            count=count.tolist(),
            bits=bits.tolist(),
            chatters=distincts(told, every.user[taken], rows, held.at, held.chatters),
            emotes=tallies(emotes, self.known.emotes, rows, held.at, held.emotes),
            repeats=tallies(emotes[again], self.known.emotes, rows, held.at, held.repeats),
            tokens=tallies(words[~said_again], self.known.words, rows, held.at, held.tokens),
            sentiment=total(every.score, held.sentiment),
            scored=total(every.scored, held.scored),
            length=total(every.length, held.length),
            emotes_only=total(every.emotes_only, held.emotes_only),
            texts=distincts(told, every.text[taken], rows, held.at, held.texts),
        )

    def _whole(self) -> Columns:
        """Return all batches as one, and keep it so."""
        if len(self._batches) > 1:
            names = Columns.__slots__
            joined = (np.concatenate([getattr(batch, name) for batch in self._batches]) for name in names)
            self._batches = [Columns(*joined)]
        return self._batches[0]


def _packed(number: Numbers, message: Numbers) -> Keys:
    """Pack the number of a name and the message it stands in."""
    packed: Keys = (number << _MESSAGE_BITS | message).view(np.uint64)
    return packed


def _pairs(row: Numbers, named: Keys) -> tuple[Keys, NDArray[np.bool_]]:
    """Return row and number of each name, sorted, and whether its message has it once more already.

    Args:
        row: of each message, -1 to leave it out.
        named: number and message of each name, packed.
    """
    rows = row[(named & np.uint64((1 << _MESSAGE_BITS) - 1)).view(np.int64)]
    shift = np.uint64(NUMBER_BITS + _MESSAGE_BITS)
    pairs = ((rows.view(np.uint64) << shift) | named)[rows >= 0]
    pairs.sort()
    again = np.zeros(len(pairs), np.bool_)
    np.equal(pairs[1:], pairs[:-1], out=again[1:])
    pairs >>= np.uint64(_MESSAGE_BITS)
    return pairs, again


def _emote_number(name: str) -> int:
    return emote_numbers().get(name, -1)
