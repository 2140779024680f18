"""Planted moments: when a channel's chat runs many times its usual rate, and why."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from producer.sources.words import EMOTES, Mood

if TYPE_CHECKING:
    from collections.abc import Iterator

_RISE_MS: Final = 3_000
_FALL_MS: Final = 4_000
_SAG: Final = 0.2
_TAIL_MS: Final = 20_000
_EVERY_MS: Final = 480_000
_APART_MS: Final = 150_000
_OFFSET_MS: Final = (40_000, 80_000)


@dataclass(frozen=True, slots=True)
class Burst:
    """One planted moment of one channel.

    Attributes:
        type: ``hype``, ``raid`` or ``sub-bomb``.
        start_ms: first instant above the usual rate.
        duration_ms: how long the rate stays high; it then falls within seconds.
        factor: the highest rate, as a multiple of the usual one.
        mood: what the chatters say meanwhile.
        emote: what most of them post.
        crowd: viewers that a raid brings, or subs that a sub-bomb gives.
    """

    channel: str
    type: str
    start_ms: int
    duration_ms: int
    factor: float
    mood: Mood
    emote: str
    crowd: int = 0

    @property
    def peak_ms(self) -> int:
        """The instant of the highest rate."""
        return self.start_ms + _RISE_MS

    @property
    def end_ms(self) -> int:
        """The first instant after the high rate."""
        return self.start_ms + self.duration_ms

    def level(self, at_ms: int) -> float:
        """Return the multiple of the usual rate at ``at_ms``: up in 3 s, a slow sag, down in seconds."""
        since = at_ms - self.start_ms
        if since < 0 or since > self.duration_ms + _TAIL_MS:
            return 1.0
        if since < _RISE_MS:
            shape = since / _RISE_MS
        else:
            shape = 1 - _SAG * (min(since, self.duration_ms) - _RISE_MS) / (self.duration_ms - _RISE_MS)
        if since > self.duration_ms:
            shape *= math.exp((self.duration_ms - since) / _FALL_MS)
        return 1 + (self.factor - 1) * shape

    def arrivals(self, at_ms: int) -> int:
        """Return how many of a raid's viewers are there at ``at_ms``: a step, then a slow leaving."""
        if self.type != "raid" or at_ms < self.start_ms:
            return 0
        return int(self.crowd * math.exp((self.start_ms - at_ms) / 600_000))


def _height(rng: Random) -> float:
    return rng.uniform(6.5, 8.0)


def hype(channel: str, start_ms: int, rng: Random) -> Burst:
    """Return a hype burst of 20 to 40 s and up to 6.5 to 8 times the usual rate."""
    mood = rng.choice((Mood.HYPE, Mood.FUN))
    duration_ms = rng.randrange(20_000, 40_000, 1_000)
    return Burst(channel, "hype", start_ms, duration_ms, _height(rng), mood, rng.choice(EMOTES[mood]))


def raid(channel: str, start_ms: int, rng: Random) -> Burst:
    """Return a raid of a few hundred viewers, who greet for half a minute."""
    crowd = rng.randrange(300, 1_300)
    return Burst(channel, "raid", start_ms, 35_000, _height(rng), Mood.CALM, "HeyGuys", crowd)


def sub_bomb(channel: str, start_ms: int, rng: Random) -> Burst:
    """Return a gift of twenty to a hundred subs and the cheering that follows."""
    crowd = rng.choice((20, 50, 100))
    return Burst(channel, "sub-bomb", start_ms, 30_000, _height(rng), Mood.HYPE, "HYPERS", crowd)


def stagger(index: int) -> int:
    """Return by how many ms the recurring bursts of channel ``index`` follow the first channel's."""
    return index * _APART_MS % _EVERY_MS


def recurring(seed: int, channel: str, start_ms: int, from_ms: int, until_ms: int) -> Iterator[Burst]:
    """Yield the hype bursts around ``[from_ms, until_ms)``: from ``start_ms`` on one every eight minutes.

    The first of them begins 40 to 80 s after ``start_ms``.
    """
    first = max(0, (from_ms - start_ms) // _EVERY_MS - 1)
    for slot in range(first, (until_ms - start_ms) // _EVERY_MS + 1):
        rng = Random(f"{seed}/{channel}/slot/{slot}")
        yield hype(channel, start_ms + slot * _EVERY_MS + rng.randrange(*_OFFSET_MS, 1_000), rng)
