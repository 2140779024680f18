"""When each event is due, fixed before anything is sent, and which events a live window shows."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from producer.event import Line
from producer.load import BEAT_MS, Load
from producer.pack import Packed, pack
from producer.sources.words import channel_names
from telemetra.domain.window import MINUTE_MS, floor_to

SINGLE_MS = 100
"""How often single records are put; packed ones once a second, as the producer does."""


@dataclass(frozen=True, slots=True)
class Part:
    """What goes out at one instant.

    Attributes:
        due_ms: when it is to be put; the latency of its events counts from here.
        lines: its events, by time.
    """

    due_ms: int
    lines: Sequence[Line]

    def records(self, *, packed: bool) -> list[Packed]:
        """Return its records: one an event, or one a partition key."""
        if packed:
            return pack(self.lines)
        return [
            Packed(line.kind, str(number), line.data, 1, len(line.data))
            for number, line in enumerate(self.lines)
        ]


class Schedule:
    """Chat of ``channels`` at ``rate`` messages a second in all, from ``start_ms`` for ``seconds``."""

    def __init__(self, rate: float, channels: int, seconds: int, start_ms: int, *, packed: bool) -> None:
        self.channels = channel_names(channels)
        self.start_ms = start_ms
        self.seconds = seconds
        self._load = Load(rate, channels, seed=7)
        self._width_ms = BEAT_MS if packed else SINGLE_MS

    def parts(self) -> Iterator[Part]:
        """Yield what goes out, in time order."""
        for beat in range(self.seconds):
            lines = self._load.lines(self.start_ms, beat)
            first_ms = self.start_ms + beat * BEAT_MS
            for begin_ms in range(first_ms, first_ms + BEAT_MS, self._width_ms):
                end_ms = begin_ms + self._width_ms
                yield Part(end_ms, [line for line in lines if begin_ms <= line.ts < end_ms])


class Truth:
    """What was due, by channel.

    Attributes:
        minutes: messages by channel and minute.
    """

    def __init__(self) -> None:
        self.minutes: Counter[tuple[str, int]] = Counter()
        self._instants: defaultdict[str, list[int]] = defaultdict(list)
        self._due_ms: defaultdict[str, list[int]] = defaultdict(list)

    def book(self, part: Part) -> None:
        """Note what is due."""
        for line in part.lines:
            self.minutes[line.channel, floor_to(line.ts, MINUTE_MS)] += 1
            self._instants[line.channel].append(line.ts)
            self._due_ms[line.channel].append(part.due_ms)

    def shown(self, channel: str, start_ms: int, count: int) -> int:
        """Return how many messages of a channel a window from ``start_ms`` with ``count`` of them has seen.

        Events of a channel are folded in order, so the window shows those before it and its own first ones.
        """
        return bisect_left(self._instants[channel], start_ms) + count

    def due_ms(self, channel: str) -> Sequence[int]:
        """Return when each message of a channel is due, in order."""
        return self._due_ms[channel]
