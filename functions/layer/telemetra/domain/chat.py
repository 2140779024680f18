"""What one pane of chat says: counts, chatters, emotes, tokens, sentiment, lengths and repeated texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from telemetra.domain.distinct import Distinct, PackedDistinct
from telemetra.domain.encoding import seal, unseal
from telemetra.domain.events import Chat
from telemetra.domain.messages import Folded, Held, Messages
from telemetra.domain.sentiment import SENTIMENT_UNIT
from telemetra.domain.tally import PackedTally, Tally
from telemetra.domain.users import UserHash, Users
from telemetra.domain.vocabulary import Vocabulary

_VERSION: Final = 2
ChatV1 = tuple[int, int, PackedDistinct, PackedTally, PackedTally, int, int, int, int, PackedDistinct]
PackedChat = tuple[
    int, int, PackedDistinct, PackedTally, PackedTally, int, int, int, int, PackedDistinct, PackedTally
]


class ChatPane(msgspec.Struct, frozen=True, gc=False):
    """Chat of one pane; a commutative monoid, exact while its tallies and sets are.

    Attributes:
        count: messages.
        bits: bits cheered.
        chatters: keyed hashes of the user ids that wrote.
        emotes: occurrences by emote name.
        tokens: messages by lower-case word that is no emote, mention or link; see ``words.py``.
        sentiment: sum over scored messages, in 1/10,000.
        scored: messages that the sentiment scorer had an opinion on.
        length: sum of message lengths, in code points.
        emote_only: messages that hold nothing but emotes.
        texts: hashes of the distinct texts.
        repeats: uses of an emote beyond the first in its message, by name: ``emotes`` less these are the
            messages that hold it. Panes stored in version 1 have none.
    """

    count: int = 0
    bits: int = 0
    chatters: Distinct = msgspec.field(default_factory=Distinct)
    emotes: Tally = msgspec.field(default_factory=Tally)
    tokens: Tally = msgspec.field(default_factory=Tally)
    sentiment: int = 0
    scored: int = 0
    length: int = 0
    emote_only: int = 0
    texts: Distinct = msgspec.field(default_factory=Distinct)
    repeats: Tally = msgspec.field(default_factory=Tally)

    @classmethod
    def of(cls, events: Sequence[Chat], user_hash: UserHash) -> ChatPane:
        """Fold messages into a pane."""
        messages = Messages(Users(user_hash), Vocabulary())
        messages.add(events, np.zeros(len(events), np.int64))
        return cls.folded(messages.fold(np.zeros(1, np.int64), 1, cls.held([None])))[0]

    @classmethod
    def held(cls, panes: Sequence[ChatPane | None]) -> Held:
        """Return what rows of a bulk fold hold already, None for nothing."""
        there = [(row, pane) for row, pane in enumerate(panes) if pane is not None]
        held = [pane for _, pane in there]
        return Held(
            at=np.array([row for row, _ in there], np.int64),
            count=np.array([pane.count for pane in held], np.int64),
            bits=np.array([pane.bits for pane in held], np.int64),
            chatters=[pane.chatters for pane in held],
            emotes=[pane.emotes for pane in held],
            repeats=[pane.repeats for pane in held],
            tokens=[pane.tokens for pane in held],
            sentiment=np.array([pane.sentiment for pane in held], np.int64),
            scored=np.array([pane.scored for pane in held], np.int64),
            length=np.array([pane.length for pane in held], np.int64),
            emotes_only=np.array([pane.emote_only for pane in held], np.int64),
            texts=[pane.texts for pane in held],
        )

    @classmethod
    def folded(cls, rows: Folded) -> list[ChatPane]:
        """Return the panes of a bulk fold, one a row."""
        return list(
            map(
                cls,
                rows.count,
                rows.bits,
                rows.chatters,
                rows.emotes,
                rows.tokens,
                rows.sentiment,
                rows.scored,
                rows.length,
                rows.emotes_only,
                rows.texts,
                rows.repeats,
            )
        )

    def merge(self, other: ChatPane) -> ChatPane:
        """Return the pane of both sets of messages."""
        return ChatPane(
            count=self.count + other.count,
            bits=self.bits + other.bits,
            chatters=self.chatters.merge(other.chatters),
            emotes=self.emotes.merge(other.emotes),
            tokens=self.tokens.merge(other.tokens),
            sentiment=self.sentiment + other.sentiment,
            scored=self.scored + other.scored,
            length=self.length + other.length,
            emote_only=self.emote_only + other.emote_only,
            texts=self.texts.merge(other.texts),
            repeats=self.repeats.merge(other.repeats),
        )

    @property
    def mood(self) -> float | None:
        """Mean sentiment of the scored messages, -1 to 1; None when none was scored."""
        return self.sentiment / self.scored / SENTIMENT_UNIT if self.scored else None

    @property
    def coverage(self) -> float:
        """Share of messages that were scored, 0 to 1."""
        return self.scored / self.count if self.count else 0.0

    @property
    def mean_length(self) -> float | None:
        """Mean message length in code points; None without a message."""
        return self.length / self.count if self.count else None

    def holders(self) -> dict[str, int]:
        """Return how many messages hold each emote."""
        held = dict(self.emotes.counts.items())
        for name, more in self.repeats.counts.items():
            held[name] = held.get(name, more) - more
        return held

    def encode(self) -> bytes:
        """Return canonical bytes."""
        return seal(_VERSION, self.packed())

    @classmethod
    def decode(cls, data: bytes) -> ChatPane:
        """Undo ``encode``; raises ``CorruptStateError``."""
        _, shape = unseal(data, {1: ChatV1, _VERSION: PackedChat}, "chat pane")
        return cls.unpacked(shape)

    def packed(self) -> PackedChat:
        """Return a canonical plain form."""
        return (
            self.count,
            self.bits,
            self.chatters.packed(),
            self.emotes.packed(),
            self.tokens.packed(),
            self.sentiment,
            self.scored,
            self.length,
            self.emote_only,
            self.texts.packed(),
            self.repeats.packed(),
        )

    @classmethod
    def unpacked(cls, shape: PackedChat | ChatV1) -> ChatPane:
        """Undo ``packed``."""
        count, bits, chatters, emotes, tokens, sentiment, scored, length, emote_only, texts, *later = shape
        return cls(
            count,
            bits,
            Distinct.unpacked(chatters),
            Tally.unpacked(emotes),
            Tally.unpacked(tokens),
            sentiment,
            scored,
            length,
            emote_only,
            Distinct.unpacked(texts),
            *map(Tally.unpacked, later),
        )
