"""Moments at their place in time: when a planted moment is how strong, and what it does."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from producer.sources.scenario.kinds import MOMENTS
from producer.sources.words import EMOTES, PASTAS, VOTES, Mood

if TYPE_CHECKING:
    from collections.abc import Iterator

    from producer.sources.scenario.spec import MomentSpec, Range

_SAG: Final = 0.2
_FALLS: Final = 5.0
_LEAVING_MS: Final = 600_000
_RAID_TAIL_MS: Final = 3 * _LEAVING_MS
_HELD_BREATH: Final = 0.75
_FOLLOW: Final = 0.6
"""How much of a fall in viewers the chat follows."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One planted moment of one channel; every figure is drawn.

    Attributes:
        channel: its channel.
        type: one of ``kinds.MOMENTS``.
        start_ms: first instant of its effect.
        end_ms: first instant after its full effect; it then fades.
        rise_ms: from the start to the peak.
        fall_ms: time constant of the fading; 0: it is over at once.
        factor: chat rate at the peak, as a multiple of the usual one.
        share: of the messages at the peak, those that are all about it.
        crowd: raiders, given subs, or bots.
        drop: share of the viewers who leave.
        build_up_ms: tense time before the start.
        mood: how the others speak; None as usual.
        emote: what those in it post.
        texts: the copypasta, or the answers of the poll.
    """

    channel: str
    type: str
    start_ms: int
    end_ms: int
    rise_ms: int = 0
    fall_ms: int = 0
    factor: float = 1.0
    share: float = 0.0
    crowd: int = 0
    drop: float = 0.0
    build_up_ms: int = 0
    mood: Mood | None = None
    emote: str = ""
    texts: tuple[str, ...] = ()

    @property
    def peak_ms(self) -> int:
        """The instant of the strongest effect."""
        return self.start_ms + self.rise_ms

    @property
    def silent(self) -> bool:
        """Whether no event comes at all from start to end."""
        return self.type == "outage"

    @property
    def touches_ms(self) -> tuple[int, int]:
        """The first instant that is different because of it, and the first that is not any more."""
        tail = _RAID_TAIL_MS if self.type == "raid" else int(_FALLS * self.fall_ms)
        return self.start_ms - self.build_up_ms, self.end_ms + tail

    def shape(self, at_ms: int) -> float:
        """Return how strong it is at ``at_ms``, 0 to 1: up, a slow sag while it lasts, then fading."""
        since, lasts = at_ms - self.start_ms, self.end_ms - self.start_ms
        if since < 0 or (since >= lasts and (not self.fall_ms or since > lasts + _FALLS * self.fall_ms)):
            return 0.0
        if since < self.rise_ms:
            return since / self.rise_ms
        sag = _SAG if self.factor > 1 else 0.0
        held = 1 - sag * (min(since, lasts) - self.rise_ms) / max(1, lasts - self.rise_ms)
        return held * math.exp((lasts - since) / self.fall_ms) if since > lasts else held

    def builds_up(self, at_ms: int) -> bool:
        """Say whether the chat holds its breath at ``at_ms``."""
        return self.start_ms - self.build_up_ms <= at_ms < self.start_ms

    def level(self, at_ms: int) -> float:
        """Return the multiple of the usual chat rate at ``at_ms``."""
        if self.builds_up(at_ms):
            return _HELD_BREATH
        shape = self.shape(at_ms)
        return (1 + (self.factor - 1) * shape) * (1 - _FOLLOW * self.drop * shape)

    def arrivals(self, at_ms: int) -> int:
        """Return how many of a raid's viewers are there at ``at_ms``: a step, then a slow leaving."""
        if self.type != "raid" or at_ms < self.start_ms:
            return 0
        return int(self.crowd * math.exp((self.start_ms - at_ms) / _LEAVING_MS))


def moments_of(
    spec: MomentSpec, key: str, channel: str, start_ms: int, window: tuple[int, int]
) -> Iterator[Moment]:
    """Yield the occurrences of ``spec`` that touch ``window``, in time order.

    Args:
        spec: what the file says.
        key: tells its chance from that of all others.
        channel: where it happens.
        start_ms: the instant that ``at`` counts from.
        window: two instants, half-open.
    """
    at = spec.figures["at"]
    every = spec.every_ms
    first = last = 0
    if every:
        reach = int(spec.figures["lasts"].high + _RAID_TAIL_MS)
        first = max(0, int(window[0] - start_ms - at.high - reach) // every)
        last = max(0, int(window[1] - start_ms - at.low) // every + 1)
    for number in range(first, last + 1):
        moment = _drawn(spec, f"{key}/{number}", channel, start_ms + number * every)
        begins, ends = moment.touches_ms
        if begins < window[1] and ends > window[0]:
            yield moment


def _drawn(spec: MomentSpec, key: str, channel: str, start_ms: int) -> Moment:
    rng, kind = Random(key), MOMENTS[spec.type]
    figure = {name: each.draw(rng) for name, each in sorted(spec.figures.items())}
    begins = start_ms + _second(figure["at"], spec.figures["at"])
    emotes = kind.emotes or EMOTES[kind.mood or Mood.CALM]
    return Moment(
        channel=channel,
        type=spec.type,
        start_ms=begins,
        end_ms=begins + round(figure["lasts"]),
        rise_ms=round(figure.get("rise", 0)),
        fall_ms=round(figure.get("fall", 0)),
        factor=figure.get("factor", 1.0),
        share=figure.get("share", 0.0),
        crowd=round(figure.get("crowd", 0)),
        drop=figure.get("drop", 0.0),
        build_up_ms=round(figure.get("build-up", 0)),
        mood=kind.mood,
        emote=spec.emote or rng.choice(emotes),
        texts=spec.texts or _texts(spec.type, rng),
    )


def _second(at_ms: float, spread: Range) -> int:
    """Return a drawn instant; one that has room to vary falls on a whole second."""
    return round(at_ms) if spread.low == spread.high else round(at_ms / 1_000) * 1_000


def _texts(type_: str, rng: Random) -> tuple[str, ...]:
    if type_ == "copypasta":
        return (rng.choice(PASTAS),)
    return rng.choice(VOTES) if type_ == "poll" else ()
