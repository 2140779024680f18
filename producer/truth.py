"""The truth of a run: what was sent and what was planted, counted event by event as it went out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from producer.event import Chat, Transaction, Viewer
from telemetra.domain.window import MINUTE_MS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from producer.event import Event
    from producer.sources.bursts import Burst


class TrueMinute(msgspec.Struct, frozen=True):
    """One channel's minute ``[start_ms, start_ms + 60 s)``, counted plainly."""

    start_ms: int
    chat_count: int
    unique_chatters: int
    viewers: int | None
    cents: dict[str, int]


class TrueMoment(msgspec.Struct, frozen=True):
    """One planted moment."""

    type: str
    start_ms: int
    peak_ms: int
    end_ms: int


class TrueChannel(msgspec.Struct, frozen=True):
    """One channel: its whole minutes that hold events, and its moments, in time order."""

    minutes: list[TrueMinute]
    moments: list[TrueMoment]


class Truth(msgspec.Struct, frozen=True):
    """The ground truth of ``[start_ms, end_ms)``; minutes that reach past the end are left out."""

    seed: int
    rate: float
    start_ms: int
    end_ms: int
    events: dict[str, int]
    channels: dict[str, TrueChannel]

    def write(self, path: Path) -> None:
        """Write the truth as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n")


class Tally:
    """Counts events on their way past."""

    def __init__(self) -> None:
        self._minutes: dict[str, dict[int, _Minute]] = {}
        self._kinds: dict[str, int] = {}

    def watch(self, events: Iterable[Event]) -> Iterator[Event]:
        """Yield ``events`` unchanged, counting each."""
        for event in events:
            minute = event.ts - event.ts % MINUTE_MS
            self._minutes.setdefault(event.channel, {}).setdefault(minute, _Minute()).add(event)
            kind = event.__struct_config__.tag
            self._kinds[str(kind)] = self._kinds.get(str(kind), 0) + 1
            yield event

    def truth(self, bursts: Iterable[Burst], *, seed: int, rate: float, start_ms: int, end_ms: int) -> Truth:
        """Return what was counted, with the planted ``bursts``."""
        moments: dict[str, list[TrueMoment]] = {}
        for burst in bursts:
            moment = TrueMoment(burst.type, burst.start_ms, burst.peak_ms, burst.end_ms)
            moments.setdefault(burst.channel, []).append(moment)
        channels = {
            name: TrueChannel(
                [
                    minutes[start].finish(start)
                    for start in sorted(minutes)
                    if start_ms <= start and start + MINUTE_MS <= end_ms
                ],
                moments.get(name, []),
            )
            for name, minutes in sorted(self._minutes.items())
        }
        return Truth(seed, rate, start_ms, end_ms, dict(sorted(self._kinds.items())), channels)


class _Minute:
    """Plain sums of one minute."""

    def __init__(self) -> None:
        self.chats = 0
        self.users: set[str] = set()
        self.viewers: int | None = None
        self.cents: dict[str, int] = {}

    def add(self, event: Event) -> None:
        if isinstance(event, Chat):
            self.chats += 1
            self.users.add(event.user_id)
        elif isinstance(event, Viewer):
            self.viewers = event.viewers
        elif isinstance(event, Transaction):
            self.cents[event.currency] = self.cents.get(event.currency, 0) + event.amount_cents

    def finish(self, start_ms: int) -> TrueMinute:
        return TrueMinute(
            start_ms, self.chats, len(self.users), self.viewers, dict(sorted(self.cents.items()))
        )
