"""The scenario engine: channels that chat, watch and pay, from a seed.

A `Scenario` is a pure function of its fields: the events of each channel's 10 s block come from a generator
seeded by (seed, channel, block), so any stretch can be made without what came before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import TYPE_CHECKING, Final

from producer.event import to_line
from producer.sources.bursts import stagger
from producer.sources.channel import BLOCK_MS, Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from producer.event import Event, Line
    from producer.sources.bursts import Burst


SHARES: Final = (1.0, 0.7, 0.45)
"""What channels of a lively scenario have of its rate, in turn."""


class Style(StrEnum):
    """How a scenario plays."""

    STEADY = "steady"
    LIVELY = "lively"
    DEMO = "demo"


@dataclass(frozen=True)
class Scenario:
    """Channels on one clock; ``start_ms`` is where their block 0 begins."""

    start_ms: int
    channels: tuple[Channel, ...]

    def events(self, from_ms: int | None = None, until_ms: int | None = None) -> Iterator[Event]:
        """Yield the events of ``[from_ms, until_ms)`` by (ts, event id), for ever without ``until_ms``."""
        first = self.start_ms if from_ms is None else max(from_ms, self.start_ms)
        for ordinal in count((first - self.start_ms) // BLOCK_MS):
            start = self.start_ms + ordinal * BLOCK_MS
            if until_ms is not None and start >= until_ms:
                return
            block = [event for channel in self.channels for event in channel.block(ordinal)]
            block.sort(key=lambda event: (event.ts, event.event_id))
            for event in block:
                if event.ts >= first and (until_ms is None or event.ts < until_ms):
                    yield event

    def lines(self, from_ms: int | None = None, until_ms: int | None = None) -> Iterator[Line]:
        """Yield the same events as contract JSON."""
        return map(to_line, self.events(from_ms, until_ms))

    def bursts(self, from_ms: int, until_ms: int) -> list[Burst]:
        """Return the moments that begin in ``[from_ms, until_ms)``, in time order."""
        found = [burst for channel in self.channels for burst in channel.bursts(from_ms, until_ms)]
        return sorted(
            (burst for burst in found if from_ms <= burst.start_ms < until_ms),
            key=lambda burst: (burst.start_ms, burst.channel),
        )


def plain(style: Style, *, seed: int, start_ms: int, channels: Sequence[str], rate: float) -> Scenario:
    """Return a steady scenario (exactly ``rate`` a second) or a lively one (chance, moods, bursts)."""
    lively = style is not Style.STEADY
    return Scenario(
        start_ms,
        tuple(
            Channel(
                seed,
                start_ms,
                name,
                rate * SHARES[index % len(SHARES)] if lively else rate,
                lively=lively,
                recur_from_ms=start_ms + stagger(index) if lively else None,
            )
            for index, name in enumerate(channels)
        ),
    )
