"""The chat of one channel: how many messages in a second, who writes them, and what they say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from producer.event import Chat
from producer.sources.words import TAILS, Mood

if TYPE_CHECKING:
    from collections.abc import Iterator

    from producer.sources.bursts import Burst
    from producer.sources.cast import Cast

_MOOD_MS: Final = 90_000
_MOOD_WEIGHTS: Final = {Mood.CALM: 45, Mood.FUN: 25, Mood.TENSE: 15, Mood.HYPE: 10, Mood.SAD: 5}
_HOT: Final = 2.0
_SAME_EMOTE: Final = 0.4
_CHEERING: Final = 0.003
_FIRST: Final = 0.005
_TAILED: Final = 0.15
_SMALL_MEAN: Final = 40


@dataclass(frozen=True, slots=True)
class Chatroom:
    """The chat of ``channel``; ``rate`` is its usual messages a second.

    Attributes:
        seed: of the scenario.
        channel: its name.
        rate: usual messages a second.
        lively: counts vary by chance and slow waves; otherwise second ``n`` holds its exact share.
        cast: chatters and messages.
    """

    seed: int
    channel: str
    rate: float
    lively: bool
    cast: Cast

    def mood(self, at_ms: int) -> Mood:
        """Return how the chat feels at ``at_ms`` after the start, outside bursts."""
        rng = Random(f"{self.seed}/{self.channel}/mood/{at_ms // _MOOD_MS}")
        return rng.choices(tuple(_MOOD_WEIGHTS), tuple(_MOOD_WEIGHTS.values()))[0]

    def count(self, rng: Random, second: int, level: float) -> int:
        """Return how many messages second ``second`` has at ``level`` times the rate."""
        if not self.lively:
            return math.floor(self.rate * (second + 1) * level) - math.floor(self.rate * second * level)
        wave = 1 + 0.12 * math.sin(second / 105 + self.seed) + 0.06 * math.sin(second / 33)
        return _poisson(rng, self.rate * level * wave)

    def second(
        self, rng: Random, *, start_ms: int, count: int, mood: Mood, burst: Burst | None, mark: str
    ) -> Iterator[Chat]:
        """Yield ``count`` messages of the second from ``start_ms``, in time order.

        Args:
            rng: where chance comes from.
            start_ms: event time of the second.
            count: how many.
            mood: of the chat.
            burst: the moment that carries the chat along, if one does.
            mark: first part of the event ids.
        """
        cast = self.cast
        if burst:
            people = rng.choices(cast.crowd, k=count)
        else:
            people = rng.choices(cast.crowd[: len(cast.regulars)], cum_weights=cast.regulars, k=count)
        messages = rng.choices(cast.messages[mood], cum_weights=cast.weights, k=count)
        stamps = sorted(rng.choices(range(start_ms, start_ms + 1000), k=count))
        for index, (ts, chatter, said) in enumerate(zip(stamps, people, messages, strict=True)):
            text, emotes, bits, user_id = said.text, said.emotes, 0, chatter.user_id
            chance = rng.random()
            if burst and chance < _SAME_EMOTE:
                emotes = (burst.emote,) * (1 + int(chance * 10))
                text = " ".join(emotes)
            elif chance > 1 - _TAILED:
                text = f"{text} {rng.choice(TAILS)}"
            elif chance > 1 - _TAILED - _CHEERING:
                bits = rng.choice((50, 100, 100, 200, 500, 1000))
                text = f"Cheer{bits} {text}"
            first = rng.random() < _FIRST
            yield Chat(
                event_id=f"{mark}{index:03x}",
                channel=self.channel,
                ts=ts,
                user_id=f"{user_id}{index}" if first else user_id,
                user=f"{chatter.user}{index}" if first else chatter.user,
                text=text,
                emotes=emotes,
                badges=() if first else chatter.badges,
                bits=bits,
                first=first,
            )


def _poisson(rng: Random, mean: float) -> int:
    """Draw a Poisson count: by products of uniforms when small (Knuth), else by its normal limit."""
    if mean > _SMALL_MEAN:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count
