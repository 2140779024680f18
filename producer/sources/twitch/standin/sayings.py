"""What the stand-in's chatters say."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final
from uuid import UUID

from producer.sources.twitch.standin.world import Saying
from producer.sources.words import ADJECTIVES, NOUNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PEOPLE: Final = 200
_OPENINGS: Final = (
    "nice one",
    "\U0001f600\U0001f3fd wow",
    "e\u0301toile",
    "what a play",
    "\u4f60\u597d",
    "gg",
)
_EMOTES: Final = (("25", "Kappa"), ("425618", "LUL"), ("1", ":)"))
_FIRST: Final = 0.03
_CHEERING: Final = 0.01


def sayings(seed: int, channels: Sequence[str]) -> Iterator[Saying]:
    """Yield messages without end; each text is unlike all others."""
    rng = Random(f"{seed}/sayings")
    names = [f"{rng.choice(ADJECTIVES)}_{rng.choice(NOUNS)}_{index}" for index in range(_PEOPLE)]
    number = 0
    while True:
        number += 1
        text = f"{rng.choice(_OPENINGS)} {number}"
        emotes: list[tuple[str, int, int]] = []
        for emote, name in rng.sample(_EMOTES, rng.randrange(3)):
            emotes.append((emote, len(text) + 1, len(text) + len(name)))
            text = f"{text} {name}"
        if rng.random() < _FIRST:
            text = f"{text} KEKW"
        chance = rng.random()
        yield Saying(
            id=str(UUID(int=rng.getrandbits(128), version=4)),
            channel=rng.choice(channels),
            login=rng.choice(names),
            text=text,
            emotes=tuple(emotes),
            bits=100 if chance > 1 - _CHEERING else 0,
            first=chance < _FIRST,
        )
