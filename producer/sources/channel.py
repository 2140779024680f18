"""One channel of the scenario: its events of any 10 s block, from the seed alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from random import Random
from typing import TYPE_CHECKING, Final

from producer.event import Chat, Event, Raid, StreamMeta, Viewer
from producer.sources.bursts import recurring
from producer.sources.cast import assemble
from producer.sources.chatroom import Chatroom
from producer.sources.payments import bomb, cheer, payment
from producer.sources.words import SHOWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from producer.sources.bursts import Burst

BLOCK_MS: Final = 10_000

_HOT: Final = 2.0
_BURST_TAIL_MS: Final = 1_800_000
_VIEWER_EVERY_MS: Final = 5_000
_META_EVERY: Final = 3
_SHOW_BLOCKS: Final = 210
_VIEWERS_PER_RATE: Final = 60 * 1000 / 35
_PAYMENTS_PER_MESSAGE: Final = 1 / 200


@dataclass(frozen=True)
class Channel:
    """A channel's part in the scenario.

    Attributes:
        seed: of the scenario.
        start_ms: where block 0 begins.
        name: the channel.
        rate: usual chat messages a second.
        lively: counts vary by chance and mood; otherwise each second holds its exact share of ``rate``.
        planted: moments at fixed places.
        recur_from_ms: from here on a hype burst every eight minutes, the first within two; None for none.
        off_ms: the stream ends here; None for never.
    """

    seed: int
    start_ms: int
    name: str
    rate: float
    lively: bool = True
    planted: tuple[Burst, ...] = ()
    recur_from_ms: int | None = None
    off_ms: int | None = None

    @cached_property
    def _room(self) -> Chatroom:
        cast = assemble(self.seed, self.name, self.rate)
        return Chatroom(self.seed, self.name, self.rate, self.lively, cast)

    @cached_property
    def _mark(self) -> str:
        """Twelve hex digits that set this channel's event ids apart from those of other runs."""
        return blake2b(f"{self.seed}/{self.start_ms}/{self.name}".encode(), digest_size=6).hexdigest()

    @cached_property
    def _phase(self) -> int:
        """A number of this channel's own, to set its rhythms apart from the others'."""
        return int.from_bytes(blake2b(f"{self.seed}/{self.name}".encode(), digest_size=4).digest())

    def bursts(self, from_ms: int, until_ms: int) -> list[Burst]:
        """Return the moments whose effect touches ``[from_ms, until_ms)``."""
        found = list(self.planted)
        if self.recur_from_ms is not None:
            found += recurring(self.seed, self.name, self.recur_from_ms, from_ms, until_ms)
        return [
            burst for burst in found if burst.start_ms < until_ms and burst.end_ms + _BURST_TAIL_MS > from_ms
        ]

    def block(self, ordinal: int) -> list[Event]:
        """Return the events of block ``ordinal`` by (ts, event id)."""
        start = self.start_ms + ordinal * BLOCK_MS
        end = self.off_ms if self.off_ms is not None else start + BLOCK_MS
        if end <= start:
            return []
        rng = Random(f"{self.seed}/{self.name}/{ordinal}")
        bursts = self.bursts(start, start + BLOCK_MS)
        chats = list(self._chats(rng, ordinal, start, bursts))
        events: list[Event] = [
            *chats,
            *(cheer(chat) for chat in chats if chat.bits),
            *self._viewers(rng, ordinal, start, bursts),
            *self._metas(ordinal, start, bursts),
            *self._payments(rng, ordinal, start, bursts),
        ]
        if end < start + BLOCK_MS:
            events = [event for event in events if event.ts < end]
        if end == self.off_ms and end <= start + BLOCK_MS:
            events.append(self._meta(ordinal, end - 1, "off", live=False))
        events.sort(key=lambda event: (event.ts, event.event_id))
        return events

    def _chats(self, rng: Random, ordinal: int, start: int, bursts: list[Burst]) -> Iterator[Chat]:
        usual = self._room.mood(start - self.start_ms)
        for second in range(BLOCK_MS // 1000):
            at_ms = start + second * 1000
            hottest = max(bursts, key=lambda burst: burst.level(at_ms + 500), default=None)
            level = hottest.level(at_ms + 500) if hottest else 1.0
            burst = hottest if level > _HOT else None
            yield from self._room.second(
                rng,
                start_ms=at_ms,
                count=self._room.count(rng, ordinal * 10 + second, level),
                mood=burst.mood if burst else usual,
                burst=burst,
                mark=f"{self._mark}-{ordinal:x}-{second}",
            )

    def _viewers(self, rng: Random, ordinal: int, start: int, bursts: list[Burst]) -> Iterator[Viewer]:
        base = max(20.0, self.rate * _VIEWERS_PER_RATE)
        for at_ms in range(start + self._phase % _VIEWER_EVERY_MS, start + BLOCK_MS, _VIEWER_EVERY_MS):
            minutes = (at_ms - self.start_ms) / 60_000 + self._phase % 97
            wave = 1 + 0.06 * math.sin(minutes / 9) + 0.02 * math.sin(minutes / 2.3) + rng.gauss(0, 0.003)
            here = int(base * wave) + sum(burst.arrivals(at_ms) for burst in bursts)
            yield Viewer(f"{self._mark}-{ordinal:x}-v{at_ms - start:04x}", self.name, at_ms, here)

    def _metas(self, ordinal: int, start: int, bursts: list[Burst]) -> Iterator[StreamMeta]:
        if ordinal % _META_EVERY == 0:
            yield self._meta(ordinal, start + self._phase % 1_000, "m")
        for burst in bursts:
            if burst.type == "raid" and start <= burst.start_ms < start + BLOCK_MS:
                raid = Raid(f"{self.name[:50]}_friends", burst.crowd)
                yield self._meta(ordinal, burst.start_ms, "r", raid=raid)

    def _meta(
        self, ordinal: int, at_ms: int, mark: str, *, live: bool = True, raid: Raid | None = None
    ) -> StreamMeta:
        shows = len(SHOWS)
        category, *titles = SHOWS[(self._phase + ordinal // _SHOW_BLOCKS) % shows]
        title = titles[self._phase % len(titles)]
        event_id = f"{self._mark}-{ordinal:x}-{mark}"
        return StreamMeta(event_id, self.name, at_ms, live, title, category, "en", raid)

    def _payments(self, rng: Random, ordinal: int, start: int, bursts: list[Burst]) -> Iterator[Event]:
        level = max((burst.level(start + BLOCK_MS // 2) for burst in bursts), default=1.0)
        chance = self.rate * _PAYMENTS_PER_MESSAGE * level
        crowd = self._room.cast.crowd
        mark = f"{self._mark}-{ordinal:x}-t"
        for second in range(BLOCK_MS // 1000):
            if rng.random() < chance:
                ts = start + second * 1000 + rng.randrange(1000)
                payer = rng.choice(crowd)
                yield payment(rng, event_id=f"{mark}{second}", channel=self.name, ts=ts, payer=payer)
        for burst in bursts:
            if burst.type == "sub-bomb" and start <= burst.start_ms < start + BLOCK_MS:
                ts, subs = burst.start_ms, min(burst.crowd, len(crowd) - 1)
                yield from bomb(rng, event_id=mark, channel=self.name, ts=ts, crowd=crowd, subs=subs)
