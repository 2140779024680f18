"""One channel of the scenario: its events of any 10 s block, from the seed alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from random import Random
from typing import TYPE_CHECKING, Final

from producer.event import Chat, Event, Raid, StreamMeta, Viewer
from producer.sources.payments import bomb, cheer, payment
from producer.sources.scenario.cast import assemble
from producer.sources.scenario.change import Change, change_of
from producer.sources.scenario.chatroom import Chatroom, Pace
from producer.sources.scenario.moment import Moment, moments_of
from producer.sources.scenario.sayings import raiders_of, voice
from producer.sources.scenario.weather import Weather
from producer.sources.words import SHOWS, Mood

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from producer.sources.scenario.cast import Chatter
    from producer.sources.scenario.sayings import Voice
    from producer.sources.scenario.spec import ChannelSpec

BLOCK_MS: Final = 10_000

_VOICED: Final = 0.02
_INFECTIOUS: Final = 0.5
"""How strong a moment must be for its mood to be everyone's."""

_CARRIED: Final = 0.7
"""How much of the chat's wandering is gone when a moment carries it along."""

_VIEWER_EVERY_MS: Final = 5_000
_META_EVERY: Final = 3
_PAYMENTS_PER_MESSAGE: Final = 1 / 200
_RAIDERS_CHAT: Final = 0.4


@dataclass(frozen=True)
class Channel:
    """A channel's part in the scenario.

    Attributes:
        spec: what the file says of it.
        scenario: name of the scenario.
        seed: of the scenario.
        start_ms: where block 0 begins.
        name: the channel.
        rate: usual chat messages a second.
        viewers: usual concurrent viewers.
        shift_ms: its planted moments come so much later than the file says.
    """

    spec: ChannelSpec
    scenario: str
    seed: int
    start_ms: int
    name: str
    rate: float
    viewers: float
    shift_ms: int = 0

    @cached_property
    def _key(self) -> str:
        return f"{self.scenario}/{self.seed}/{self.name}"

    @cached_property
    def _room(self) -> Chatroom:
        rng = Random(f"{self._key}/room")
        staff, newcomers = self.spec.staff.draw(rng), self.spec.newcomers.draw(rng)
        cast = assemble(self._key, self.rate, staff)
        return Chatroom(self._key, self.name, self.rate, self.spec.even, newcomers, cast)

    @cached_property
    def _weather(self) -> Weather:
        deviation = self.spec.noise.draw(Random(f"{self._key}/noise"))
        return Weather(self._key, 0.0 if self.spec.even else deviation)

    @cached_property
    def _mark(self) -> str:
        """Twelve hex digits that set this channel's event ids apart from those of other runs."""
        return blake2b(f"{self._key}/{self.start_ms}".encode(), digest_size=6).hexdigest()

    @cached_property
    def _phase(self) -> int:
        """A number of this channel's own, to set its rhythms apart from the others'."""
        return int.from_bytes(blake2b(self._key.encode(), digest_size=4).digest())

    @cached_property
    def _voices(self) -> dict[Moment, Voice]:
        return {}

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What changes and is no moment, in time order."""
        placed = (
            change_of(each, f"{self._key}/change/{number}", self.name, self.start_ms)
            for number, each in enumerate(self.spec.changes)
        )
        return tuple(sorted(placed, key=lambda change: change.start_ms))

    @cached_property
    def _once(self) -> tuple[Moment, ...]:
        return tuple(self._placed((0, 10**15), recurring=False))

    def _placed(self, window: tuple[int, int], *, recurring: bool) -> Iterator[Moment]:
        for number, each in enumerate(self.spec.moments):
            if bool(each.every_ms) is recurring:
                key = f"{self._key}/moment/{number}"
                yield from moments_of(each, key, self.name, self.start_ms + self.shift_ms, window)

    def moments(self, from_ms: int, until_ms: int) -> list[Moment]:
        """Return the moments whose effect touches ``[from_ms, until_ms)``, by start."""
        found = [
            moment
            for moment in self._once
            if moment.touches_ms[0] < until_ms and moment.touches_ms[1] > from_ms
        ]
        found += self._placed((from_ms, until_ms), recurring=True)
        return sorted(found, key=lambda moment: moment.start_ms)

    def live(self, at_ms: int) -> bool:
        """Say whether the stream is on air at ``at_ms``."""
        return not any(change.type == "offline" and change.holds(at_ms) for change in self.changes)

    def block(self, ordinal: int) -> list[Event]:
        """Return the events of the 10 s from ``start_ms`` + 10 s x ``ordinal``, by (ts, event id)."""
        start = self.start_ms + ordinal * BLOCK_MS
        moments = self.moments(start, start + BLOCK_MS)
        rng = Random(f"{self._key}/{ordinal}")
        chats = list(self._chats(rng, ordinal, start, moments))
        events: list[Event] = [
            *chats,
            *(cheer(chat) for chat in chats if chat.bits),
            *self._viewers(rng, ordinal, start, moments),
            *self._payments(rng, ordinal, start, moments),
        ]
        events += self._metas(ordinal, start, moments)
        for moment in moments:
            if moment.silent:
                events = [event for event in events if not moment.start_ms <= event.ts < moment.end_ms]
        events.sort(key=lambda event: (event.ts, event.event_id))
        return events

    def _audience(self, at_ms: int, moments: Sequence[Moment]) -> float:
        """Return the multiple of the usual chat rate that comes from who is watching."""
        factor = math.prod(change.audience(at_ms) for change in self.changes)
        arrived = sum(moment.arrivals(at_ms) for moment in moments)
        return factor + min(_RAIDERS_CHAT, _RAIDERS_CHAT * arrived / self.viewers)

    def _pace(self, at_ms: int, moments: Sequence[Moment]) -> tuple[Pace, float]:
        """Return how the chat goes at ``at_ms``, and its whole multiple of the usual rate."""
        levels = [moment.level(at_ms) for moment in moments]
        level = max([1.0, *levels]) * math.prod(each for each in levels if each < 1)
        slow = self._slow(at_ms)
        changed = math.prod(change.chat(at_ms) for change in self.changes)
        tense = any(moment.builds_up(at_ms) for moment in moments)
        pace = Pace(level, Mood.TENSE if tense else self._room.mood(at_ms - self.start_ms))
        talking = [moment for moment in moments if moment.share and moment.shape(at_ms) > _VOICED]
        if talking and not slow:
            strongest = max(talking, key=lambda moment: moment.level(at_ms))
            if strongest not in self._voices:
                self._voices[strongest] = voice(strongest, self._key)
            strength = strongest.shape(at_ms)
            mood = strongest.mood if strongest.mood and strength > _INFECTIOUS else pace.mood
            pace = Pace(level, mood, strength, self._voices[strongest])
        full = (1.0 if slow else level) * changed * self._audience(at_ms, moments)
        return pace, full

    def _slow(self, at_ms: int) -> Change | None:
        return next((each for each in self.changes if each.type == "slow-mode" and each.holds(at_ms)), None)

    def _chats(self, rng: Random, ordinal: int, start: int, moments: Sequence[Moment]) -> Iterator[Chat]:
        only: Iterator[Chatter] | None = None
        for second in range(BLOCK_MS // 1_000):
            at_ms = start + second * 1_000
            pace, full = self._pace(at_ms + 500, moments)
            slow = self._slow(at_ms)
            if slow and only is None:
                only = self._turns(rng, ordinal, slow)
            number = ordinal * 10 + second
            wandering = self._weather.at(number) ** (1 - _CARRIED * pace.strength)
            yield from self._room.second(
                rng,
                start_ms=at_ms,
                count=self._room.count(rng, number, full * wandering),
                pace=pace,
                mark=f"{self._mark}-{ordinal:x}-{second}",
                only=only if slow else None,
            )

    def _turns(self, rng: Random, ordinal: int, slow: Change) -> Iterator[Chatter]:
        """Return who may write in this block of slow mode: a share of the crowd that waited long enough."""
        turns = -(-slow.gap_ms // BLOCK_MS) + 1
        waiting = list(self._room.cast.crowd[ordinal % turns :: turns])
        rng.shuffle(waiting)
        return iter(waiting)

    def _viewers(self, rng: Random, ordinal: int, start: int, moments: Sequence[Moment]) -> Iterator[Viewer]:
        for at_ms in range(start + self._phase % _VIEWER_EVERY_MS, start + BLOCK_MS, _VIEWER_EVERY_MS):
            minutes = (at_ms - self.start_ms) / 60_000 + self._phase % 97
            wave = 1 + 0.06 * math.sin(minutes / 9) + 0.02 * math.sin(minutes / 2.3) + rng.gauss(0, 0.003)
            kept = math.prod(1 - moment.drop * moment.shape(at_ms) for moment in moments)
            grown = math.prod(change.audience(at_ms) for change in self.changes)
            arrived = sum(moment.arrivals(at_ms) for moment in moments)
            here = max(0, int((self.viewers * grown * wave + arrived) * kept))
            if self.live(at_ms):
                yield Viewer(f"{self._mark}-{ordinal:x}-v{at_ms - start:04x}", self.name, at_ms, here)

    def _metas(self, ordinal: int, start: int, moments: Sequence[Moment]) -> Iterator[StreamMeta]:
        told_ms = start + self._phase % 1_000
        if ordinal % _META_EVERY == 0 and self.live(told_ms):
            yield self._meta(ordinal, told_ms, "m")
        for moment in moments:
            if moment.type == "raid" and start <= moment.start_ms < start + BLOCK_MS:
                raid = Raid(raiders_of(self.name), moment.crowd)
                yield self._meta(ordinal, moment.start_ms, "r", raid=raid)
        for number, change in enumerate(self.changes):
            for at_ms, mark in self._turning_points(change):
                if start <= at_ms < start + BLOCK_MS:
                    yield self._meta(ordinal, at_ms, f"{mark}{number}", live=mark != "off")

    def _turning_points(self, change: Change) -> Iterator[tuple[int, str]]:
        """Yield when a change is told, and a mark of how."""
        if change.type == "category-switch":
            yield change.start_ms, "cat"
        elif change.type == "offline":
            yield change.start_ms - (change.start_ms > self.start_ms), "off"
            yield change.end_ms, "on"

    def _meta(
        self, ordinal: int, at_ms: int, mark: str, *, live: bool = True, raid: Raid | None = None
    ) -> StreamMeta:
        switches = [
            each for each in self.changes if each.type == "category-switch" and each.start_ms <= at_ms
        ]
        category, *titles = SHOWS[(self._phase + len(switches)) % len(SHOWS)]
        if switches:
            category = switches[-1].category or category
        title = titles[self._phase % len(titles)]
        event_id = f"{self._mark}-{ordinal:x}-{mark}"
        return StreamMeta(event_id, self.name, at_ms, live, title, category, "en", raid)

    def _payments(self, rng: Random, ordinal: int, start: int, moments: Sequence[Moment]) -> Iterator[Event]:
        middle = start + BLOCK_MS // 2
        level = max((moment.level(middle) for moment in moments if moment.type != "bot-raid"), default=1.0)
        chance = self.rate * _PAYMENTS_PER_MESSAGE * level if self.live(middle) else 0.0
        crowd = self._room.cast.crowd
        mark = f"{self._mark}-{ordinal:x}-t"
        for second in range(BLOCK_MS // 1_000):
            if rng.random() < chance:
                ts = start + second * 1_000 + rng.randrange(1_000)
                payer = rng.choice(crowd)
                yield payment(rng, event_id=f"{mark}{second}", channel=self.name, ts=ts, payer=payer)
        for moment in moments:
            if moment.type == "sub-bomb" and moment.start_ms < start + BLOCK_MS <= moment.end_ms + BLOCK_MS:
                ts, subs = moment.start_ms, min(moment.crowd, len(crowd) - 1)
                own = Random(f"{self._key}/{ts}/bomb")
                mark = f"{self._mark}-b{(ts - self.start_ms) // 1_000:x}"
                given = bomb(own, event_id=mark, channel=self.name, ts=ts, crowd=crowd, subs=subs)
                yield from (event for event in given if start <= event.ts < start + BLOCK_MS)
