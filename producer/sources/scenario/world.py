"""A scenario on a clock: its channels, their events and the moments planted in them, from a seed.

A `Scenario` is a pure function of its fields: the events of each channel's 10 s block come from a generator
seeded by (seed, channel, block), so any stretch can be made without what came before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Final

from producer.event import to_line
from producer.sources.scenario.channel import BLOCK_MS, Channel
from producer.sources.words import channel_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from producer.event import Event, Line
    from producer.sources.scenario.change import Change
    from producer.sources.scenario.moment import Moment
    from producer.sources.scenario.spec import ChannelSpec, Spec

_APART_MS: Final = 50_000
_ROUND_MS: Final = 480_000


@dataclass(frozen=True)
class Scenario:
    """Channels on one clock.

    Attributes:
        name: of the scenario.
        seed: same seed, start and channels, same events.
        start_ms: where their block 0 begins, and what every ``at`` counts from.
        channels: at least one.
    """

    name: str
    seed: int
    start_ms: int
    channels: tuple[Channel, ...]

    @property
    def rate(self) -> float:
        """Usual messages a second of the busiest channel."""
        return max(channel.rate for channel in self.channels)

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

    def moments(self, from_ms: int, until_ms: int) -> list[Moment]:
        """Return the moments that begin in ``[from_ms, until_ms)``, by (start, channel)."""
        found = [moment for channel in self.channels for moment in channel.moments(from_ms, until_ms)]
        return sorted(
            (moment for moment in found if from_ms <= moment.start_ms < until_ms),
            key=lambda moment: (moment.start_ms, moment.channel),
        )

    def changes(self, from_ms: int, until_ms: int) -> list[Change]:
        """Return the changes that begin in ``[from_ms, until_ms)``, by (start, channel)."""
        found = [change for channel in self.channels for change in channel.changes]
        return sorted(
            (change for change in found if from_ms <= change.start_ms < until_ms),
            key=lambda change: (change.start_ms, change.channel),
        )


def place(
    spec: Spec,
    seed: int,
    *,
    start_ms: int,
    names: Sequence[str] | None = None,
    rate: float | None = None,
) -> Scenario:
    """Put ``spec`` on a clock.

    Args:
        spec: what the file says.
        seed: draws every range and every event.
        start_ms: the instant that every ``at`` counts from.
        names: of the channels that have none in the file, as many as are wanted: the tables are used in turn,
            and the moments of a table used again come 50 s later each time. By default each table once.
        rate: messages a second of the busiest channel; all others, and all viewers, in proportion.
    """
    tables = spec.open_channels
    called = channel_names(len(tables)) if names is None else tuple(names) if tables else ()
    cast = [(tables[at % len(tables)], name, at // len(tables)) for at, name in enumerate(called)]
    cast += [(each, each.name, 0) for each in spec.channels if each.name]
    sized = [
        (each, name, again, *_size(each, f"{spec.name}/{seed}/{name}/size")) for each, name, again in cast
    ]
    busiest = max(each_rate for *_, each_rate in sized)
    scale = 1.0 if rate is None else rate / busiest
    return Scenario(
        spec.name,
        seed,
        start_ms,
        tuple(
            Channel(
                each, spec.name, seed, start_ms, name,
                rate if rate is not None and own == busiest else own * scale,
                viewers * scale,
                again * _APART_MS % _ROUND_MS,
            )
            for each, name, again, viewers, own in sized
        ),
    )  # fmt: skip


def _size(spec: ChannelSpec, key: str) -> tuple[float, float]:
    """Return viewers and messages a second."""
    rng = Random(key)
    viewers, chat = spec.viewers.draw(rng), spec.chat.draw(rng)
    return viewers, viewers * chat / 60_000
