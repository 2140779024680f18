"""Who chats in a channel and what there is to say: weighted tables, drawn from in bulk.

Head exponents are those of public chat dumps: about 0.62 for chatters, 0.8 for emotes; about half of the
messages are mostly emotes and the median message has two or three words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
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
_TEMPLATE_EXPONENT: Final = 0.3
_VOICES: Final = 8
_PEOPLE: Final = 15_000
_SUBSCRIBED: Final = 0.75
_OWN_MOOD: Final = 0.8
_TAILED: Final = 0.35
_EMOTE_ONLY: Final = 0.45
_WITH_EMOTE: Final = 0.2


@dataclass(frozen=True, slots=True)
class Chatter:
    """One person and the badges they wear."""

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
    everyone = _everyone(seed)
    regulars = min(max(_FEWEST, int(_REGULARS_PER_RATE * rate)), len(everyone) // _CROWD)
    return Cast(
        crowd=tuple(rng.sample(everyone, regulars * _CROWD)),
        regulars=tuple(accumulate(zipf(regulars, CHATTER_EXPONENT))),
        messages=_voice(seed, rng.randrange(_VOICES)),
        weights=tuple(accumulate(zipf(_TEMPLATES, _TEMPLATE_EXPONENT))),
    )


@cache
def _voice(seed: int, number: int) -> dict[Mood, tuple[Said, ...]]:
    """Return what is said in the channels that speak alike, with favourite emotes of their own."""
    rng = Random(f"{seed}/voice/{number}")
    favourites = {mood: tuple(rng.sample(names, len(names))) for mood, names in EMOTES.items()}
    return {mood: tuple(_said(rng, mood, favourites) for _ in range(_TEMPLATES)) for mood in Mood}


@cache
def _everyone(seed: int) -> tuple[Chatter, ...]:
    """Return the people of a scenario, of whom each channel has some."""
    rng = Random(f"{seed}/people")
    return tuple(_chatter(rng, number) for number in range(_PEOPLE))


def _chatter(rng: Random, number: int) -> Chatter:
    user = f"{rng.choice(ADJECTIVES)}_{rng.choice(NOUNS)}{number}"
    badges: tuple[str, ...] = ()
    if rng.random() < _SUBSCRIBED:
        badges = (f"subscriber/{rng.choice((1, 3, 6, 12, 24))}",)
    return Chatter(str(10_000_000 + number * 37), user, badges)


def _said(rng: Random, mood: Mood, favourites: dict[Mood, tuple[str, ...]]) -> Said:
    """Write one message: emotes only, words, or words and an emote."""
    source = mood if rng.random() < _OWN_MOOD else rng.choice(list(Mood))
    emotes = favourites[source]
    emote = rng.choices(emotes, zipf(len(emotes), EMOTE_EXPONENT))[0]
    style = rng.random()
    if style < _EMOTE_ONLY:
        shown = (emote,) * rng.choices((1, 2, 3, 5), (60, 15, 18, 7))[0]
        return Said(" ".join(shown), shown)
    phrase = rng.choice(PHRASES[mood])
    if rng.random() < _TAILED:
        phrase = f"{phrase} {rng.choice(TAILS)}"
    if style < _EMOTE_ONLY + _WITH_EMOTE:
        return Said(f"{phrase} {emote}", (emote,))
    return Said(phrase, ())
