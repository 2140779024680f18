"""Who chats in a channel and what there is to say: weighted tables, drawn from in bulk.

Head exponents are those of public chat dumps: about 0.62 for chatters, 0.8 for emotes; about half of the
messages are mostly emotes and the median message has two or three words.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Final

from producer.sources.words import ADJECTIVES, EMOTES, NOUNS, PHRASES, TAILS, Mood

CHATTER_EXPONENT: Final = 0.62
EMOTE_EXPONENT: Final = 0.8

_CROWD: Final = 3
_REGULARS_PER_RATE: Final = 150
_FEWEST: Final = 60
_TEMPLATES: Final = 320
_EMOTE_ONLY: Final = 0.45
_WITH_EMOTE: Final = 0.2


@dataclass(frozen=True, slots=True)
class Chatter:
    """One person, with the badges they wear in this channel."""

    user_id: str
    user: str
    badges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One message and the emotes in it, in order."""

    text: str
    emotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """The chatters of one channel and the messages of each mood, with cumulative weights.

    Attributes:
        crowd: every chatter, the regulars first.
        regulars: cumulative weights of the regulars, Zipf-like.
        messages: templates by mood.
        weights: their cumulative weights.
    """

    crowd: tuple[Chatter, ...]
    regulars: tuple[float, ...]
    messages: dict[Mood, tuple[Said, ...]]
    weights: tuple[float, ...]


def zipf(count: int, exponent: float) -> list[float]:
    """Return the weights ``rank ** -exponent`` of ranks 1 to ``count``."""
    return [rank**-exponent for rank in range(1, count + 1)]


def assemble(seed: int, channel: str, rate: float) -> Cast:
    """Build the cast of ``channel``: as many regulars as its rate keeps busy, in a crowd three times that."""
    rng = Random(f"{seed}/{channel}/cast")
    regulars = max(_FEWEST, int(_REGULARS_PER_RATE * rate))
    crowd = tuple(_chatter(rng, rank, regulars) for rank in range(regulars * _CROWD))
    favourites = {mood: tuple(rng.sample(names, len(names))) for mood, names in EMOTES.items()}
    messages = {mood: tuple(_said(rng, mood, favourites) for _ in range(_TEMPLATES)) for mood in Mood}
    return Cast(
        crowd=crowd,
        regulars=tuple(accumulate(zipf(regulars, CHATTER_EXPONENT))),
        messages=messages,
        weights=tuple(accumulate(zipf(_TEMPLATES, 0.3))),
    )


def _chatter(rng: Random, rank: int, regulars: int) -> Chatter:
    user = f"{rng.choice(ADJECTIVES)}_{rng.choice(NOUNS)}{rank}"
    badges: tuple[str, ...] = ()
    if rank in (3, 11):
        badges = ("moderator/1",)
    elif rng.random() < (0.8 if rank < regulars else 0.1):
        badges = (f"subscriber/{rng.choice((1, 3, 6, 12, 24))}",)
    return Chatter(str(rng.randrange(10_000_000, 900_000_000)), user, badges)


def _said(rng: Random, mood: Mood, favourites: dict[Mood, tuple[str, ...]]) -> Said:
    """Write one message: emotes only, words, or words and an emote."""
    source = mood if rng.random() < 0.8 else rng.choice(list(Mood))  # noqa: PLR2004
    emotes = favourites[source]
    emote = rng.choices(emotes, zipf(len(emotes), EMOTE_EXPONENT))[0]
    style = rng.random()
    if style < _EMOTE_ONLY:
        shown = (emote,) * rng.choices((1, 2, 3, 5), (60, 15, 18, 7))[0]
        return Said(" ".join(shown), shown)
    phrase = rng.choice(PHRASES[mood])
    if rng.random() < 0.35:  # noqa: PLR2004
        phrase = f"{phrase} {rng.choice(TAILS)}"
    if style < _EMOTE_ONLY + _WITH_EMOTE:
        return Said(f"{phrase} {emote}", (emote,))
    return Said(phrase, ())
