"""The chat of one channel: how many messages in a second, who writes them, and what they say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from producer.event import Chat
from producer.sources.scenario.cast import Said, spoken
from producer.sources.words import TAILS, Mood

if TYPE_CHECKING:
    from collections.abc import Iterator

    from producer.sources.scenario.cast import Cast, Chatter
    from producer.sources.scenario.sayings import Voice

_MOOD_MS: Final = 90_000
_MOOD_WEIGHTS: Final = {Mood.CALM: 45, Mood.FUN: 25, Mood.TENSE: 15, Mood.HYPE: 10, Mood.SAD: 5}
_CHEERING: Final = 0.003
_TAILED: Final = 0.15
_SMALL_MEAN: Final = 40
_QUIET: Final = 0.5
"""Below this share of the usual rate those who write write longer."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a second of chat goes.

    Attributes:
        level: multiple of the usual rate.
        mood: of those who have no part in a moment.
        strength: of the moment with the voice, 0 to 1.
        voice: how those speak who have part in it; None without one.
    """

    level: float
    mood: Mood
    strength: float = 0.0
    voice: Voice | None = None


@dataclass(frozen=True, slots=True)
class Chatroom:
    """The chat of ``channel``; ``rate`` is its usual messages a second.

    Attributes:
        key: tells its chance from that of all others.
        channel: its name.
        rate: usual messages a second.
        even: second ``n`` holds its exact share; otherwise counts vary by chance.
        newcomers: share of messages that are a chatter's first ever.
        cast: chatters and messages.
    """

    key: str
    channel: str
    rate: float
    even: bool
    newcomers: float
    cast: Cast

    def mood(self, at_ms: int) -> Mood:
        """Return how the chat feels at ``at_ms`` after the start, outside moments."""
        rng = Random(f"{self.key}/mood/{at_ms // _MOOD_MS}")
        return rng.choices(tuple(_MOOD_WEIGHTS), tuple(_MOOD_WEIGHTS.values()))[0]

    def count(self, rng: Random, second: int, level: float) -> int:
        """Return how many messages second ``second`` has at ``level`` times the rate."""
        if self.even:
            return math.floor(self.rate * (second + 1) * level) - math.floor(self.rate * second * level)
        return _poisson(rng, self.rate * level)

    def second(
        self, rng: Random, *, start_ms: int, count: int, pace: Pace, mark: str, only: Iterator[Chatter] | None
    ) -> Iterator[Chat]:
        """Yield ``count`` messages of the second from ``start_ms``, in time order.

        Args:
            rng: where chance comes from.
            start_ms: event time of the second.
            count: how many.
            pace: how it goes.
            mark: first part of the event ids.
            only: in slow mode, who may write, each once; fewer messages when it runs dry.
        """
        cast = self.cast
        usual = rng.choices(cast.crowd[: len(cast.regulars)], cum_weights=cast.regulars, k=count)
        messages = rng.choices(cast.messages[pace.mood], cum_weights=cast.weights, k=count)
        stamps = sorted(rng.choices(range(start_ms, start_ms + 1000), k=count))
        share = pace.voice.moment.share * pace.strength if pace.voice else 0.0
        for index, (ts, chatter, said) in enumerate(zip(stamps, usual, messages, strict=True)):
            who, what, bits, first = chatter, said, 0, False
            if pace.voice and rng.random() < share:
                what = pace.voice.say(rng)
                who = rng.choice(pace.voice.people or cast.crowd)
            else:
                if rng.random() * pace.level > 1:
                    who = rng.choice(cast.crowd)
                what, bits = self._worded(rng, pace, who, said)
                first = rng.random() < self.newcomers
            if only:
                found = next(only, None)
                if found is None:
                    return
                who, first = found, False
            yield Chat(
                event_id=f"{mark}{index:03x}",
                channel=self.channel,
                ts=ts,
                user_id=f"{who.user_id}{index}" if first else who.user_id,
                user=f"{who.user}{index}" if first else who.user,
                text=what.text,
                emotes=what.emotes,
                badges=() if first else who.badges,
                bits=bits,
                first=first,
            )

    def _worded(self, rng: Random, pace: Pace, who: Chatter, said: Said) -> tuple[Said, int]:
        """Return an ordinary message of ``who``, and the bits in it."""
        chance = rng.random()
        if who.bot:
            return rng.choice(self.cast.replies), 0
        if pace.level < _QUIET:
            return Said(f"{spoken(rng, pace.mood)}, {spoken(rng, Mood.CALM)}", ()), 0
        if chance > 1 - _TAILED and not said.emotes:
            return Said(f"{said.text} {rng.choice(TAILS)}", said.emotes), 0
        if chance < _CHEERING:
            bits = rng.choice((50, 100, 100, 200, 500, 1000))
            return Said(f"Cheer{bits} {said.text}", said.emotes), bits
        return said, 0


def _poisson(rng: Random, mean: float) -> int:
    """Draw a Poisson count: by products of uniforms when small (Knuth), else by its normal limit."""
    if mean > _SMALL_MEAN:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count
