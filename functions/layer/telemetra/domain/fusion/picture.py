"""What a moment looks like so far: sums over its panes, and the features that its kind is told by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from telemetra.domain.chat import ChatPane
from telemetra.domain.events import TransactionType
from telemetra.domain.fusion.phrases import ANGER, LAUGHTER, VOTES
from telemetra.domain.sentiment import SENTIMENT_UNIT
from telemetra.domain.summary import Summary

_FEW: Final = 5
_GIFT: Final = TransactionType.GIFT.value

SHORT_VOTES: Final = 4
"""Options of a vote that are looked at."""


class Sums(msgspec.Struct, array_like=True):
    """Messages of a moment so far, all told and by what they are."""

    messages: int = 0
    duplicates: int = 0
    length: int = 0
    votes: int = 0
    laughter: int = 0
    anger: int = 0
    scored: int = 0
    sentiment: int = 0

    def add(self, summary: Summary) -> None:
        """Take in a pane."""
        chat = summary.chat
        self.messages += chat.count
        self.duplicates += max(0, chat.count - chat.texts.finish())
        self.length += chat.length
        self.votes += votes(chat)
        self.laughter += saying(chat, LAUGHTER)
        self.anger += saying(chat, ANGER)
        self.scored += chat.scored
        self.sentiment += chat.sentiment


def saying(chat: ChatPane, names: frozenset[str]) -> int:
    """Return how many messages hold one of these emotes or words; at most all, as some hold two."""
    emotes, tokens = chat.emotes.counts, chat.tokens.counts
    found = sum(chat.holding(name) for name in names if name in emotes)
    found += sum(tokens[name] for name in names if name in tokens)
    return min(chat.count, found)


def votes(chat: ChatPane) -> int:
    """Return how many messages hold one of the most frequent answers."""
    tokens = chat.tokens.counts
    counts = sorted((tokens[name] for name in VOTES if name in tokens), reverse=True)
    return min(chat.count, sum(counts[:SHORT_VOTES]))


def gifts(summary: Summary) -> int:
    """Return how many subscriptions were given away."""
    return sum(units for (kind, _), (units, _) in summary.revenue.sums.items() if kind == _GIFT)


class Usual(msgspec.Struct, array_like=True):
    """Usual shares of messages that laugh, are upset, or vote; and gifts a message."""

    laughter: float = 0.0
    anger: float = 0.0
    votes: float = 0.0
    gifts: float = 0.0

    def beyond(self, chat: ChatPane) -> Usual:
        """Return by how much the shares of a pane with messages are greater than usual."""
        return Usual(
            saying(chat, LAUGHTER) / chat.count - self.laughter,
            saying(chat, ANGER) / chat.count - self.anger,
            votes(chat) / chat.count - self.votes,
        )

    def learn(self, summary: Summary, weight: float) -> None:
        """Move towards a pane with messages by ``weight``."""
        beyond = self.beyond(summary.chat)
        self.laughter += weight * beyond.laughter
        self.anger += weight * beyond.anger
        self.votes += weight * beyond.votes
        self.gifts += weight * (min(gifts(summary), _FEW) / summary.chat.count - self.gifts)


@dataclass(frozen=True, slots=True)
class Picture:
    """The features that kinds are told by; see ``kinds.KINDS``.

    Attributes:
        silent: panes without any data while live.
        lacking: messages that are missing from a lull.
        drop: share of the viewers lost within seconds.
        raid: viewers that an announced raid brought, for each chatter more than usual at the peak.
        step: share by which the viewers grew at the start.
        gifts: subscriptions given away.
        rate: messages, as a multiple of the usual, at the peak.
        votes: share of messages that vote, beyond the usual.
        repeated: share of messages whose text was written before in the same pane, beyond the usual.
        length: mean length of a message, in code points.
        longer: that as a multiple of the usual.
        laughter: share of messages that laugh, beyond the usual.
        anger: share of messages that are upset, beyond the usual.
        mood: mean sentiment, -1 to 1; 0 when none was scored.
        mood_shift: that less the usual.
    """

    silent: float = 0.0
    lacking: float = 0.0
    drop: float = 0.0
    raid: float = 0.0
    step: float = 0.0
    gifts: float = 0.0
    rate: float = 0.0
    votes: float = 0.0
    repeated: float = 0.0
    length: float = 0.0
    longer: float = 0.0
    laughter: float = 0.0
    anger: float = 0.0
    mood: float = 0.0
    mood_shift: float = 0.0

    @property
    def upset(self) -> float:
        """How far mood and words together lean to anger; 1 is plain outrage."""
        return -self.mood_shift / 0.35 * (self.mood < 0) + self.anger / 0.25


def mean_mood(sums: Sums) -> float | None:
    """Return the mean sentiment of a moment so far."""
    return sums.sentiment / sums.scored / SENTIMENT_UNIT if sums.scored else None
