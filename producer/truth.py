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
    from producer.sources.scenario.world import Scenario


class TrueMinute(msgspec.Struct, frozen=True):
    """One channel's minute ``[start_ms, start_ms + 60 s)``, counted plainly."""

    start_ms: int
    chat_count: int
    unique_chatters: int
    viewers: int | None
    cents: dict[str, int]


class TrueMoment(msgspec.Struct, frozen=True):
    """One planted moment: full effect in ``[start_ms, end_ms)``, strongest at ``peak_ms``."""

    type: str
    start_ms: int
    peak_ms: int
    end_ms: int
    factor: float


class TrueChange(msgspec.Struct, frozen=True):
    """Something that changed and is no moment; without ``end_ms`` it stays."""

    type: str
    start_ms: int
    end_ms: int | None


class TrueChannel(msgspec.Struct, frozen=True):
    """One channel: its whole minutes that hold events, its moments and its changes, in time order."""

    minutes: list[TrueMinute]
    moments: list[TrueMoment]
    changes: list[TrueChange]


class Truth(msgspec.Struct, frozen=True):
    """The ground truth of ``[start_ms, end_ms)``; minutes that reach past the end are left out."""

    scenario: str
    seed: int
    rate: float
    start_ms: int
    end_ms: int
    events: dict[str, int]
    channels: dict[str, TrueChannel]

    def write(self, path: Path) -> None:
        """Write the truth as JSON; whoever reads meanwhile reads all of it or all of the one before."""
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f"{path.name}.tmp")
        half.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n")
        half.replace(path)


class Tally:
    """Counts events on their way past, in time order; a minute that is over takes little room."""

    def __init__(self) -> None:
        self._done: dict[str, list[TrueMinute]] = {}
        self._open: dict[str, _Minute] = {}
        self._kinds: dict[str, int] = {}

    def watch(self, events: Iterable[Event]) -> Iterator[Event]:
        """Yield ``events`` unchanged, counting each."""
        for event in events:
            start_ms = event.ts - event.ts % MINUTE_MS
            minute = self._open.get(event.channel)
            if minute is None or minute.start_ms != start_ms:
                if minute is not None:
                    self._done.setdefault(event.channel, []).append(minute.finish())
                minute = self._open[event.channel] = _Minute(start_ms)
            minute.add(event)
            kind = str(event.__struct_config__.tag)
            self._kinds[kind] = self._kinds.get(kind, 0) + 1
            yield event

    def _minutes(self, channel: str) -> list[TrueMinute]:
        last = self._open.get(channel)
        return [*self._done.get(channel, ()), *([last.finish()] if last else ())]

    def truth(self, scenario: Scenario, start_ms: int, end_ms: int) -> Truth:
        """Return what was counted, with what is planted in ``[start_ms, end_ms)`` of ``scenario``."""
        planted = scenario.moments(start_ms, end_ms)
        changed = scenario.changes(start_ms, end_ms)
        channels = {
            name: TrueChannel(
                [
                    minute
                    for minute in self._minutes(name)
                    if start_ms <= minute.start_ms and minute.start_ms + MINUTE_MS <= end_ms
                ],
                [
                    TrueMoment(each.type, each.start_ms, each.peak_ms, each.end_ms, round(each.factor, 2))
                    for each in planted
                    if each.channel == name
                ],
                [
                    TrueChange(each.type, each.start_ms, None if each.stays else each.end_ms)
                    for each in changed
                    if each.channel == name
                ],
            )
            for name in sorted(channel.name for channel in scenario.channels)
        }
        kinds = dict(sorted(self._kinds.items()))
        return Truth(scenario.name, scenario.seed, scenario.rate, start_ms, end_ms, kinds, channels)


class _Minute:
    """Plain sums of one minute."""

    def __init__(self, start_ms: int) -> None:
        self.start_ms = start_ms
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

    def finish(self) -> TrueMinute:
        return TrueMinute(
            self.start_ms, self.chats, len(self.users), self.viewers, dict(sorted(self.cents.items()))
        )
