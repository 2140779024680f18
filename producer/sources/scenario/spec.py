"""What a scenario file says, checked and in plain values; nothing is drawn by chance yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from random import Random


class Range(NamedTuple):
    """A number that the seed draws between two bounds; equal bounds are that number."""

    low: float
    high: float

    def draw(self, rng: Random) -> float:
        """Return a number of the range; always takes one step of ``rng``."""
        return self.low + (self.high - self.low) * rng.random()


@dataclass(frozen=True, slots=True)
class MomentSpec:
    """One planted moment; the units are those of ``keys.MOMENT_KEYS``, times in ms.

    Attributes:
        every_ms: it recurs after so long, for ever; 0 for never.
        figures: its ranges by key: ``at``, ``lasts``, ``rise``, ``fall``, ``factor``, ``share``, ``crowd``,
            ``drop``, ``build-up``, as far as its type has them.
        emote: what most of those in it post; empty: drawn.
        texts: a copypasta's text, the answers of a poll; empty: drawn.
    """

    type: str
    figures: dict[str, Range]
    every_ms: int = 0
    emote: str = ""
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeSpec:
    """Something that happens to a channel and is no moment.

    Attributes:
        figures: its ranges by key: ``at``, ``lasts``, ``to``, ``gap``, as far as its type has them.
        category: what a category switch switches to; empty: the next of the list.
    """

    type: str
    figures: dict[str, Range]
    category: str = ""


@dataclass(frozen=True, slots=True)
class ChannelSpec:
    """One channel.

    Attributes:
        name: empty for a name from the list; a channel with a name of its own is always there.
        viewers: concurrent viewers.
        chat: messages a minute and 1,000 viewers.
        noise: deviation of the logarithm of the chat's pace, second by second.
        staff: share of messages by moderators and bots.
        newcomers: share of messages that are a chatter's first ever.
        even: no chance: every second holds exactly its share of the rate.
    """

    viewers: Range
    chat: Range
    noise: Range
    staff: Range
    newcomers: Range
    name: str = ""
    even: bool = False
    moments: tuple[MomentSpec, ...] = ()
    changes: tuple[ChangeSpec, ...] = ()


@dataclass(frozen=True, slots=True)
class Spec:
    """A whole scenario.

    Attributes:
        name: of the file, without its ending.
        about: one or two sentences for people.
        lasts_ms: how long it is when nothing else bounds it; live it goes on.
        history_ms: how much of it is sent at once before it goes live.
    """

    name: str
    about: str
    lasts_ms: int
    history_ms: int = 0
    channels: tuple[ChannelSpec, ...] = field(default=())

    @property
    def open_channels(self) -> tuple[ChannelSpec, ...]:
        """The channels without a name of their own."""
        return tuple(channel for channel in self.channels if not channel.name)
