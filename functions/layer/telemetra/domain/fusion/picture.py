"""What a moment looks like so far: sums over its panes, and the features that its kind is told by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

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


class Voices(NamedTuple):
    """How many messages of a pane laugh, are upset, or vote."""

    laughter: int
    anger: int
    votes: int


def voices(chat: ChatPane) -> Voices:
    """Listen to a pane; a message that holds two such words counts twice, all together at most once each."""
    emotes, tokens = chat.holders(), dict(chat.tokens.counts.items())
    laughter, anger = (
        sum(map(emotes.__getitem__, names & emotes.keys()))
        + sum(map(tokens.__getitem__, names & tokens.keys()))
        for names in (LAUGHTER, ANGER)
    )
    answers = sorted(map(tokens.__getitem__, VOTES & tokens.keys()), reverse=True)
    return Voices(*(min(chat.count, each) for each in (laughter, anger, sum(answers[:SHORT_VOTES]))))


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

    def add(self, chat: ChatPane, heard: Voices) -> None:
        """Take in a pane."""
        self.messages += chat.count
        self.duplicates += max(0, chat.count - chat.texts.finish())
        self.length += chat.length
        self.votes += heard.votes
        self.laughter += heard.laughter
        self.anger += heard.anger
        self.scored += chat.scored
        self.sentiment += chat.sentiment


def gifts(summary: Summary) -> int:
    """Return how many subscriptions were given away."""
    return sum(units for (kind, _), (units, _) in summary.revenue.sums.items() if kind == _GIFT)


class Usual(msgspec.Struct, array_like=True):
    """Usual shares of messages that laugh, are upset, or vote; and gifts a message."""

    laughter: float = 0.0
    anger: float = 0.0
    votes: float = 0.0
    gifts: float = 0.0

    def beyond(self, count: int, heard: Voices) -> Usual:
        """Return by how much the shares of ``count`` messages are greater than usual."""
        return Usual(
            heard.laughter / count - self.laughter,
            heard.anger / count - self.anger,
            heard.votes / count - self.votes,
        )

    def learn(self, summary: Summary, heard: Voices, weight: float) -> None:
        """Move towards a pane with messages by ``weight``."""
        beyond = self.beyond(summary.chat.count, heard)
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
