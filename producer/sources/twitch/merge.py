"""One event for many sightings: by id, else by content, with bounded memory.

Ids decide. Only where a leg shows an id that no other leg has shown is content compared, and then one to one:
an event pairs with at most one sighting of each leg. When a leg later shows the other id itself, the two were
different events after all, and the second goes out too.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from producer.event import Chat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from producer.event import Transaction
    from producer.sources.twitch.values import Arrival, Leg, Sighting

Seen: TypeAlias = "Chat | Transaction | Arrival"

HOLD_MS: Final = 1_500
"""How long an event waits for the leg that knows more of it."""

PAIR_MS: Final = 5_000
"""Two legs show one event within this time of each other, or their contents are not compared."""

KEEP_MS: Final = 10 * 60_000
"""How long an id is remembered; Twitch re-sends within ten minutes."""

MAX_KEPT: Final = 200_000
"""Ids that are remembered at most."""


@dataclass(slots=True)
class Counts:
    """What merging did."""

    sightings: int = 0
    released: int = 0
    same_id: int = 0
    same_content: int = 0
    late_flags: int = 0
    parted: int = 0


@dataclass(slots=True, eq=False)
class _Known:
    """An event, and the ids that each leg gave it with the leg's times."""

    event: Seen
    at_ms: int
    seen: dict[Leg, dict[str, int]] = field(default_factory=dict)
    released: bool = False


class Merger:
    """Takes sightings as they arrive and gives each event once.

    Args:
        hold_ms: how long what is not whole waits for a better sighting.
    """

    def __init__(self, hold_ms: int = HOLD_MS, pair_ms: int = PAIR_MS) -> None:
        self.counts = Counts()
        self._hold_ms = hold_ms
        self._pair_ms = pair_ms
        self._by_id: OrderedDict[str, _Known] = OrderedDict()
        self._by_key: dict[tuple[object, ...], deque[_Known]] = {}
        self._recent: deque[tuple[tuple[object, ...], _Known]] = deque()
        self._held: deque[_Known] = deque()
        self._ready: list[Seen] = []

    def see(self, sighting: Sighting, now_ms: int) -> None:
        """Take one sighting that arrived at ``now_ms``, which never goes back."""
        self.counts.sightings += 1
        self._forget(now_ms)
        leg, event = sighting.leg, sighting.event
        known = self._by_id.get(event.event_id)
        if known is not None and event.event_id in known.seen.get(leg, {event.event_id: 0}):
            self.counts.same_id += 1
            self._improve(known, sighting)
        elif known is not None:
            self.counts.parted += 1
            others = {
                other: ids.pop(event.event_id) for other, ids in known.seen.items() if event.event_id in ids
            }
            known.seen = {other: ids for other, ids in known.seen.items() if ids}
            self._add(sighting, now_ms).seen.update({o: {event.event_id: ts} for o, ts in others.items()})
        elif (known := self._same_content(sighting, now_ms)) is not None:
            self.counts.same_content += 1
            self._by_id[event.event_id] = known
            self._improve(known, sighting)
        else:
            self._add(sighting, now_ms)

    def take(self, now_ms: int) -> list[Seen]:
        """Return what is ready at ``now_ms``, in order of arrival."""
        while self._held and (self._held[0].released or self._held[0].at_ms + self._hold_ms <= now_ms):
            self._release(self._held.popleft())
        ready, self._ready = self._ready, []
        self.counts.released += len(ready)
        return ready

    def drain(self) -> list[Seen]:
        """Return everything that still waits."""
        return self.take(self._held[-1].at_ms + self._hold_ms) if self._held else self.take(0)

    def _add(self, sighting: Sighting, now_ms: int) -> _Known:
        event = sighting.event
        known = _Known(event, now_ms, {sighting.leg: {event.event_id: event.ts}})
        self._by_id[event.event_id] = known
        self._by_id.move_to_end(event.event_id)
        self._by_key.setdefault(sighting.key, deque()).append(known)
        self._recent.append((sighting.key, known))
        if sighting.whole:
            self._release(known)
        else:
            self._held.append(known)
        return known

    def _same_content(self, sighting: Sighting, now_ms: int) -> _Known | None:
        """Return the event of equal content that this leg has not shown, or has shown at the same time."""
        for known in self._by_key.get(sighting.key, ()):
            shown = known.seen.get(sighting.leg)
            if now_ms - known.at_ms <= self._pair_ms and (
                shown is None or sighting.event.ts in shown.values()
            ):
                return known
        return None

    def _improve(self, known: _Known, sighting: Sighting) -> None:
        """Note the leg's id; take its event when it knows more and the other has not gone out."""
        event = sighting.event
        known.seen.setdefault(sighting.leg, {})[event.event_id] = event.ts
        if sighting.whole and not known.released:
            known.event = _joined(known.event, event)
            self._release(known)
        elif _first(event) and not _first(known.event):
            self.counts.late_flags += 1

    def _release(self, known: _Known) -> None:
        if not known.released:
            known.released = True
            self._ready.append(known.event)

    def _forget(self, now_ms: int) -> None:
        while self._recent and self._recent[0][1].at_ms + self._pair_ms < now_ms:
            key, known = self._recent.popleft()
            same = self._by_key[key]
            same.remove(known)
            if not same:
                del self._by_key[key]
        for event_id in self._stale(now_ms):
            del self._by_id[event_id]

    def _stale(self, now_ms: int) -> Iterator[str]:
        while self._by_id:
            event_id, known = next(iter(self._by_id.items()))
            if known.at_ms + KEEP_MS >= now_ms and len(self._by_id) <= MAX_KEPT:
                return
            yield event_id


def _first(event: Seen) -> bool:
    return isinstance(event, Chat) and event.first


def _joined(one: Seen, better: Seen) -> Seen:
    """Return ``better`` under the id of ``one``, with what only ``one`` knows."""
    if isinstance(one, Chat) and isinstance(better, Chat):
        emotes = max(better.emotes, one.emotes, key=len)
        first = better.first or one.first
        return msgspec.structs.replace(better, event_id=one.event_id, first=first, emotes=emotes)
    return better
