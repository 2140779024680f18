"""Who chats in a channel and what there is to say: weighted tables, drawn from in bulk.

The exponents are those at the head of public chat dumps; the most active chatters are moderators and bots.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random
from typing import Final

from producer.sources.words import (
    ADJECTIVES,
    EMOTES,
    NOUNS,
    OPENERS,
    OWN_ENDINGS,
    OWN_PREFIXES,
    PHRASES,
    REPLIES,
    TAILS,
    Mood,
)

CHATTER_EXPONENT: Final = 0.62
EMOTE_EXPONENT: Final = 1.0

_CROWD: Final = 3
_REGULARS_PER_RATE: Final = 150
_FEWEST: Final = 60
_TEMPLATES: Final = 1_200
_TEMPLATE_EXPONENT: Final = 0.3
_PEOPLE: Final = 15_000
_SUBSCRIBED: Final = 0.85
_OWN_MOOD: Final = 0.5
_OWN_EMOTES: Final = 0.6
_OPENED: Final = 0.35
_TAILED: Final = 0.3
_EMOTE_ONLY: Final = 0.5
_WITH_EMOTE: Final = 0.17
_MIXED: Final = 0.15
_EMOTE_COUNTS: Final = ((1, 2, 3, 4), (80, 9, 7, 4))
_BOT_RANKS: Final = (2, 6)
"""Ranks of the channel's own bots, from 0."""


@dataclass(frozen=True, slots=True)
class Chatter:
    """One person and the badges they wear; ``bot`` for the channel's own bots."""

    user_id: str
    user: str
    badges: tuple[str, ...]
    bot: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One message and the emotes in it, in order."""

    text: str
    emotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """The chatters of one channel and the messages of each mood, with cumulative weights.

    Attributes:
        crowd: every chatter, the regulars first, by how much they write.
        regulars: cumulative weights of the regulars, Zipf-like.
        messages: templates by mood.
        weights: their cumulative weights.
        replies: what the channel's bots say.
    """

    crowd: tuple[Chatter, ...]
    regulars: tuple[float, ...]
    messages: dict[Mood, tuple[Said, ...]]
    weights: tuple[float, ...]
    replies: tuple[Said, ...] = tuple(Said(text, ()) for text in REPLIES)


@cache
def zipf(count: int, exponent: float) -> tuple[float, ...]:
    """Return the weights ``rank ** -exponent`` of ranks 1 to ``count``."""
    return tuple(rank**-exponent for rank in range(1, count + 1))


def assemble(key: str, rate: float, staff: float) -> Cast:
    """Build the cast of a channel: as many regulars as its rate keeps busy, in a crowd three times that.

    Args:
        key: tells its chance from that of all others.
        rate: usual messages a second.
        staff: share of the messages that moderators and bots write; they are the most active chatters.
    """
    rng = Random(f"{key}/cast")
    regulars = min(max(_FEWEST, int(_REGULARS_PER_RATE * rate)), _PEOPLE // _CROWD)
    weights = tuple(accumulate(zipf(regulars, CHATTER_EXPONENT)))
    crowd = rng.sample(_everyone(), regulars * _CROWD)
    for rank, weight in enumerate(weights):
        if weight > staff * weights[-1]:
            break
        crowd[rank] = _hired(crowd[rank], bot=rank in _BOT_RANKS)
    return Cast(
        crowd=tuple(crowd),
        regulars=weights,
        messages=_voice(rng.randrange(len(OWN_PREFIXES))),
        weights=tuple(accumulate(zipf(_TEMPLATES, _TEMPLATE_EXPONENT))),
    )


def people(rng: Random, count: int) -> list[Chatter]:
    """Return some who are elsewhere usually: the viewers of another channel."""
    return rng.sample(_everyone(), min(count, _PEOPLE))


def strangers(rng: Random, count: int) -> list[Chatter]:
    """Return accounts that never wrote anywhere: bots."""
    first = rng.randrange(900_000_000, 990_000_000)
    return [
        Chatter(str(first + number), f"{rng.choice(NOUNS)}{rng.randrange(10_000, 99_999)}", ())
        for number in range(count)
    ]


@cache
def _voice(number: int) -> dict[Mood, tuple[Said, ...]]:
    """Return what is said in the channels that speak alike, with favourite emotes of their own."""
    rng = Random(f"voice/{number}")
    favourites = {mood: tuple(rng.sample(names, len(names))) for mood, names in EMOTES.items()}
    own = tuple(f"{OWN_PREFIXES[number]}{ending}" for ending in rng.sample(OWN_ENDINGS, len(OWN_ENDINGS)))
    return {mood: tuple(_said(rng, mood, favourites, own) for _ in range(_TEMPLATES)) for mood in Mood}


@cache
def _everyone() -> tuple[Chatter, ...]:
    """Return all people there are; each channel has some of them."""
    rng = Random("people")
    return tuple(_chatter(rng, number) for number in range(_PEOPLE))


def _chatter(rng: Random, number: int) -> Chatter:
    user = f"{rng.choice(ADJECTIVES)}_{rng.choice(NOUNS)}{number}"
    badges: tuple[str, ...] = ()
    if rng.random() < _SUBSCRIBED:
        badges = (f"subscriber/{rng.choice((1, 3, 6, 12, 24))}",)
    return Chatter(str(10_000_000 + number * 37), user, badges)


def _hired(chatter: Chatter, *, bot: bool) -> Chatter:
    user = f"{chatter.user}_bot" if bot else chatter.user
    return Chatter(chatter.user_id, user, ("moderator/1", *chatter.badges), bot)


def _said(rng: Random, mood: Mood, favourites: dict[Mood, tuple[str, ...]], own: tuple[str, ...]) -> Said:
    """Write one message: emotes only, words, or words and an emote; ``own`` are the channel's emotes."""

    def emote() -> str:
        names = own if rng.random() < _OWN_EMOTES else favourites[_leaning(rng, mood)]
        return rng.choices(names, zipf(len(names), EMOTE_EXPONENT))[0]

    style = rng.random()
    if style < _EMOTE_ONLY:
        shown = (emote(),) * rng.choices(*_EMOTE_COUNTS)[0]
        if rng.random() < _MIXED:
            shown = (*shown, emote())
        return Said(" ".join(shown), shown)
    phrase = spoken(rng, _leaning(rng, mood))
    if style < _EMOTE_ONLY + _WITH_EMOTE:
        last = emote()
        return Said(f"{phrase} {last}", (last,))
    return Said(phrase, ())


def _leaning(rng: Random, mood: Mood) -> Mood:
    return mood if rng.random() < _OWN_MOOD else rng.choice(list(Mood))


def spoken(rng: Random, mood: Mood) -> str:
    """Return a phrase of ``mood``, often with a word before or after it."""
    phrase = rng.choice(PHRASES[mood])
    if rng.random() < _OPENED:
        phrase = f"{rng.choice(OPENERS)} {phrase}"
    if rng.random() < _TAILED:
        phrase = f"{phrase} {rng.choice(TAILS)}"
    return phrase
