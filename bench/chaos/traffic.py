"""Chat of an experiment's own channels, its instants fixed before anything is sent, and its truth."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Final

from bench.chaos.verdict import Minutes
from producer.event import Chat, Line, to_line
from producer.sources.words import EMOTES, PHRASES
from telemetra.adapters.clock import now_ms
from telemetra.domain.window import MINUTE_MS, SECOND_MS, floor_to

BEAT_MS: Final = 500


class Chatter:
    """Says things on channels; the same seed says the same."""

    def __init__(self, channels: Sequence[str], rng: Random) -> None:
        self.channels = channels
        self._rng = rng
        self._said = 0

    def say(self, at_ms: Sequence[int]) -> list[Line]:
        """Return one message for each instant, the channels in turn."""
        return [self._one(instant) for instant in at_ms]

    def _one(self, at_ms: int) -> Line:
        rng, number = self._rng, self._said
        self._said += 1
        mood = rng.choice(list(PHRASES))
        emotes = tuple(rng.choices(EMOTES[mood], k=rng.randrange(3)))
        user = f"viewer_{rng.randrange(500)}"
        channel = self.channels[number % len(self.channels)]
        text = " ".join([rng.choice(PHRASES[mood]), *emotes])
        return to_line(Chat(f"{channel}-{number}", channel, at_ms, user, user, text, emotes, (), 0))


def counted(lines: Iterable[Line]) -> Minutes:
    """Return what is true of lines.

    Example:
        >>> chatter = Chatter(["a", "b"], Random(1))
        >>> sorted(counted(chatter.say([0, 1, 59_999, 60_000])).items())
        [(('a', 0), 2), (('b', 0), 1), (('b', 60000), 1)]
    """
    return Counter((line.channel, floor_to(line.ts, MINUTE_MS)) for line in lines)


def beats(chatter: Chatter, rate: float, seconds: float, take: Callable[[list[Line]], object]) -> None:
    """Play on time, open-loop: each half second what was said in it, however late the one before was."""
    start_ms, pause = now_ms(), threading.Event()
    begun = time.monotonic()
    for number in range(round(seconds * SECOND_MS / BEAT_MS)):
        size = round(rate * BEAT_MS / SECOND_MS)
        first_ms = start_ms + number * BEAT_MS
        lines = chatter.say([first_ms + at * BEAT_MS // size for at in range(size)])
        pause.wait(max(0.0, begun + (number + 1) * BEAT_MS / SECOND_MS - time.monotonic()))
        take(lines)
