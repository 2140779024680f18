"""What those in a moment say, and who they are."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from producer.sources.scenario.cast import Said, people, spoken, strangers
from producer.sources.words import ADVERTS, Mood

if TYPE_CHECKING:
    from collections.abc import Callable

    from producer.sources.scenario.cast import Chatter
    from producer.sources.scenario.moment import Moment

_TALKING: Final = 0.4
"""Share of a raid's viewers who write."""

_SHOUTED: Final = 0.2
_COMPLAINED: Final = 0.4
_VARIED: Final = 0.06
_HALVED: Final = 0.55
_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Voice:
    """One moment's way to speak.

    Attributes:
        moment: whose.
        people: who writes; empty: whoever is in the crowd.
        say: makes one message.
    """

    moment: Moment
    people: tuple[Chatter, ...]
    say: Callable[[Random], Said]


def voice(moment: Moment, key: str) -> Voice:
    """Return how those in ``moment`` speak.

    Args:
        moment: the moment.
        key: tells the chance of its people from all other chance.
    """
    rng = Random(f"{key}/{moment.start_ms}/people")
    who: list[Chatter] = []
    if moment.type == "raid":
        who = people(rng, max(1, round(moment.crowd * _TALKING)))
    elif moment.type == "bot-raid":
        who = strangers(rng, moment.crowd)
    makers: dict[str, Callable[[Moment, Random], Said]] = {
        "raid": _greeted,
        "copypasta": _copied,
        "poll": _voted,
        "bot-raid": _advertised,
        "outrage": _complained,
    }
    make = makers.get(moment.type, _cheered)
    return Voice(moment, tuple(who), lambda chance: make(moment, chance))


def _cheered(moment: Moment, rng: Random) -> Said:
    shown = (moment.emote,) * rng.choice((1, 1, 1, 2, 3, 5))
    if rng.random() < _SHOUTED:
        return Said(f"{spoken(rng, moment.mood or Mood.HYPE).upper()} {moment.emote}", (moment.emote,))
    return Said(" ".join(shown), shown)


def _complained(moment: Moment, rng: Random) -> Said:
    if rng.random() < _COMPLAINED:
        phrase = spoken(rng, Mood.ANGER)
        return Said(phrase.upper() if rng.random() < _HALVED else phrase, ())
    return _cheered(moment, rng)


def _greeted(moment: Moment, rng: Random) -> Said:
    origin = raiders_of(moment.channel)
    shown = (moment.emote,) * rng.choice((1, 2, 3))
    text = " ".join(shown)
    chance = rng.random()
    if chance < _COMPLAINED:
        return Said(f"{origin} RAID {text}", shown)
    if chance < _HALVED:
        return Said(f"hi from {origin} {text}", shown)
    return Said(text, shown)


def _copied(moment: Moment, rng: Random) -> Said:
    (text,) = moment.texts
    if rng.random() < _VARIED:
        return Said(f"{text[: round(len(text) * rng.uniform(0.3, 0.9))].strip()}", ())
    return Said(text, ())


def _voted(moment: Moment, rng: Random) -> Said:
    """Vote: more than half for the first answer, what is left halved from one to the next."""
    answers = list(moment.texts)
    while len(answers) > 1 and rng.random() > _HALVED:
        del answers[0]
    return Said(answers[0], ())


def _advertised(_moment: Moment, rng: Random) -> Said:
    place = "".join(rng.choices(_LETTERS, k=5)) + " . example"
    return Said(rng.choice(ADVERTS).format(place=place), ())


def raiders_of(channel: str) -> str:
    """Return the name of the channel that raids ``channel``."""
    return f"{channel[:50]}_friends"
