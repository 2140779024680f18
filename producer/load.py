"""Load: chat at a fixed rate, whatever becomes of it.

The generator is open-loop: each event has its instant before anything is sent, and a slow stream delays the
sending but never thins the load (no coordinated omission). How late each beat went out is measured.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Final

import msgspec

from producer.event import Line
from producer.pack import pack
from producer.sources.words import EMOTES, PHRASES, TAILS, channel_names
from telemetra.domain.events import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from producer.play import Beat
    from producer.sink import Sink

BEAT_MS: Final = 1_000

_POOL: Final = 4_096


@dataclass(slots=True)
class Lateness:
    """How late beats went out, in ms behind their instant.

    Attributes:
        beats: one figure a beat.
    """

    beats: list[int] = field(default_factory=list)

    def at(self, share: float) -> int:
        """Return the quantile at ``share``; 0 without a beat."""
        ranked = sorted(self.beats)
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else 0


class Load:
    """An endless chat of ``channels`` at ``rate`` messages a second in all; same seed, same words."""

    def __init__(self, rate: float, channels: int, *, seed: int) -> None:
        self._rate = rate
        self._channels = channel_names(channels)
        self._bodies = _bodies(Random(seed))

    def lines(self, start_ms: int, beat: int) -> list[Line]:
        """Return the messages of beat number ``beat``, spread evenly over it, by ascending time."""
        first, last = (round(self._rate * BEAT_MS / 1_000 * number) for number in (beat, beat + 1))
        return list(self._said(start_ms, range(first, last)))

    def _said(self, start_ms: int, numbers: Sequence[int]) -> Iterator[Line]:
        channels, bodies = self._channels, self._bodies
        for number in numbers:
            channel = channels[number % len(channels)]
            ts = start_ms + int(number * 1_000 / self._rate)
            data = b'{"schema":"chat.v1","event_id":"load-%d-%d","channel":"%b","ts":%d,%b' % (
                start_ms,
                number,
                channel.encode(),
                ts,
                bodies[number * 2_654_435_761 % _POOL],
            )
            yield Line(ts, Kind.CHAT, channel, data)


def play_load(
    load: Load, sink: Sink, beat: Beat, *, start_ms: int, seconds: float, salt: int = 1
) -> Lateness:
    """Send beat after beat when its last instant has passed; without ``seconds`` until stopped."""
    begun = beat.seconds()
    lateness = Lateness()
    for number in count():
        if seconds and number * BEAT_MS / 1_000 >= seconds:
            break
        records = pack(load.lines(start_ms, number), salt)
        due = begun + (number + 1) * BEAT_MS / 1_000
        if beat.wait(due - beat.seconds()):
            break
        lateness.beats.append(round(max(0.0, beat.seconds() - due) * 1_000))
        sink.send(records)
    return lateness


def _bodies(rng: Random) -> list[bytes]:
    """Return the ends of ``_POOL`` messages: user, text, emotes."""
    moods = list(PHRASES)
    bodies = []
    for _ in range(_POOL):
        mood = rng.choice(moods)
        emotes = rng.choices(EMOTES[mood], k=rng.choice((0, 0, 1, 1, 2)))
        words = [rng.choice(PHRASES[mood]), *emotes, *rng.choices(TAILS, k=rng.choice((0, 1)))]
        user = f"viewer_{rng.randrange(20_000)}"
        said = {"user_id": user, "user": user, "text": " ".join(words), "emotes": emotes}
        bodies.append(msgspec.json.encode(said | {"badges": (), "bits": 0})[1:])
    return bodies
