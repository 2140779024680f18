"""Every port in memory, for tests of the use cases; held to the same contracts as the real stores.

Rows live in dictionaries and never expire, except connections, which go by the clock that they are given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from telemetra.adapters.clock import now_ms
from telemetra.adapters.cursors import cursor_after, start_of
from telemetra.adapters.sockets import delivered
from telemetra.adapters.walks import flipped, part_at, part_of, walk_of
from telemetra.application.ports import (
    Greeting,
    Mail,
    Page,
    PaneChange,
    Receipt,
    Record,
    Reject,
    StateChange,
    Subscription,
    Tick,
)
from telemetra.domain.directory import Stream
from telemetra.domain.events import Kind, StreamMeta
from telemetra.domain.feedback import Verdict
from telemetra.domain.metrics import MetricKey, MetricRow
from telemetra.domain.moment import Moment
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.state import ChannelState
from telemetra.domain.window import MINUTE_MS, Grain, floor_to

K = TypeVar("K")
V = TypeVar("V")


@dataclass(slots=True)
class _Versions(Generic[K, V]):
    """Rows with what they held one write ago, which is what a reader that does not insist may still see.

    Attributes:
        lag: whether such readers do see it.
    """

    lag: bool = False
    newest: dict[K, V] = field(default_factory=dict)
    previous: dict[K, V] = field(default_factory=dict)

    def put(self, key: K, value: V) -> None:
        if key in self.newest:
            self.previous[key] = self.newest[key]
        self.newest[key] = value

    def read(self, *, consistent: bool) -> dict[K, V]:
        return self.previous if self.lag and not consistent else self.newest


class MemoryPaneStore:
    """``PaneStore``; with ``lag`` a read that is not consistent misses each row's last write."""

    def __init__(self, *, lag: bool = False) -> None:
        self._rows = _Versions[PaneKey, Partial](lag)

    def load(self, keys: Collection[PaneKey], *, consistent: bool = True) -> dict[PaneKey, Partial]:
        rows = self._rows.read(consistent=consistent)
        return {key: rows[key] for key in keys if key in rows}

    def siblings(self, keys: Collection[PaneKey]) -> dict[PaneKey, list[Partial]]:
        families: defaultdict[tuple[str, int, Kind], list[PaneKey]] = defaultdict(list)
        for key in sorted(self._rows.newest):
            families[key.channel, key.start_ms, key.kind].append(key)
        return {
            key: [
                self._rows.newest[other]
                for other in families[key.channel, key.start_ms, key.kind]
                if other != key
            ]
            for key in keys
        }

    def write(self, changes: Sequence[PaneChange]) -> set[PaneKey]:
        refused: set[PaneKey] = set()
        for change in changes:
            stored = self._rows.newest.get(change.key)
            if (stored and stored.upto) == (change.before and change.before.upto):
                self._rows.put(change.key, change.after)
            else:
                refused.add(change.key)
        return refused

    def span(
        self, channel: str, start_ms: int, end_ms: int | None, *, consistent: bool = True
    ) -> list[tuple[PaneKey, Partial]]:
        return sorted(
            (
                (key, partial)
                for key, partial in self._rows.read(consistent=consistent).items()
                if key.channel == channel
                and start_ms <= key.start_ms
                and (end_ms is None or key.start_ms < end_ms)
            ),
            key=lambda row: row[0],
        )


class MemoryMetricStore:
    """``MetricStore``; with ``lag`` a read that is not consistent misses each row's last write."""

    def __init__(self, *, lag: bool = False) -> None:
        self._rows = _Versions[MetricKey, MetricRow](lag)

    def load(self, keys: Collection[MetricKey]) -> dict[MetricKey, MetricRow]:
        return {key: self._rows.newest[key] for key in keys if key in self._rows.newest}

    def write(self, rows: Sequence[MetricRow]) -> set[MetricKey]:
        refused: set[MetricKey] = set()
        for row in rows:
            stored = self._rows.newest.get(row.key)
            if stored is None or stored.version < row.version:
                self._rows.put(row.key, row)
            else:
                refused.add(row.key)
        return refused

    def correct(self, rows: Sequence[MetricRow]) -> set[MetricKey]:
        """Write each row unless the stored one has a larger version; return the keys refused."""
        refused: set[MetricKey] = set()
        for row in rows:
            stored = self._rows.newest.get(row.key)
            if stored is None or stored.version <= row.version:
                self._rows.put(row.key, row)
            else:
                refused.add(row.key)
        return refused

    def span(
        self, channel: str, grain: Grain, start_ms: int, end_ms: int, *, consistent: bool = False
    ) -> list[MetricRow]:
        rows = self._rows.read(consistent=consistent)
        return [
            rows[key]
            for key in sorted(rows)
            if (key.channel, key.grain) == (channel, grain) and start_ms <= key.start_ms < end_ms
        ]


class MemoryMomentStore:
    """``MomentStore`` and ``Judgements``."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, int], Moment] = {}

    def write(self, moments: Sequence[Moment]) -> None:
        for moment in moments:
            key = moment.channel, moment.start_ms
            stored = self._rows.get(key)
            if stored is None or stored.version <= moment.version:
                self._rows[key] = replace(moment, feedback=stored.feedback if stored else None)

    def load(self, channel: str, starts: Collection[int]) -> list[Moment]:
        return [self._rows[channel, start] for start in sorted(set(starts)) if (channel, start) in self._rows]

    def page(
        self, channel: str, start_ms: int, end_ms: int, *, limit: int, cursor: str | None
    ) -> Page[Moment]:
        before = end_ms if cursor is None else min(end_ms, start_of(cursor))
        starts = sorted(
            (start for of, start in self._rows if of == channel and start_ms <= start < before), reverse=True
        )
        moments = [self._rows[channel, start] for start in starts[:limit]]
        return Page(moments, cursor_after(moments[-1].id) if len(starts) > limit else None)

    def judge(self, channel: str, start_ms: int, verdict: Verdict | None) -> bool:
        stored = self._rows.get((channel, start_ms))
        if stored is not None:
            self._rows[channel, start_ms] = replace(stored, feedback=verdict)
        return stored is not None

    def verdicts(self, channel: str, since_ms: int) -> list[Verdict]:
        found = (
            row.feedback for (of, start), row in self._rows.items() if of == channel and start >= since_ms
        )
        return [verdict for verdict in found if verdict is not None]


class MemoryStateStore:
    """``StateStore`` and ``Budgets``."""

    def __init__(self) -> None:
        self._rows: dict[str, ChannelState] = {}

    def load(self, channels: Collection[str]) -> dict[str, ChannelState]:
        return {channel: self._rows[channel] for channel in channels if channel in self._rows}

    def write(self, changes: Sequence[StateChange]) -> set[str]:
        refused: set[str] = set()
        for change in changes:
            stored = self._rows.get(change.after.channel)
            if (stored.version if stored else 0) == change.before:
                kept = stored.budget if stored else 1.0
                self._rows[change.after.channel] = replace(change.after, budget=kept)
            else:
                refused.add(change.after.channel)
        return refused

    def tune(self, channel: str, budget: float) -> None:
        if channel in self._rows:
            self._rows[channel] = replace(self._rows[channel], budget=budget)


class MemoryDirectory:
    """``Directory``; ``clock`` says when a channel turned."""

    def __init__(self, *, clock: Callable[[], int] = now_ms) -> None:
        self._clock = clock
        self._rows: dict[str, Stream] = {}
        self._flips: dict[str, list[int]] = {}
        self._described_by: dict[str, str] = {}

    def touch(self, seen: Mapping[str, int]) -> None:
        for channel, at_ms in seen.items():
            stream = self._rows.get(channel, Stream(channel))
            minute_ms = max(stream.last_seen_ms, floor_to(at_ms, MINUTE_MS))
            self._rows[channel] = replace(stream, last_seen_ms=minute_ms)

    def describe(self, metas: Sequence[StreamMeta]) -> None:
        for meta in sorted(metas, key=lambda meta: (meta.ts, meta.event_id)):
            stream = self._rows.get(meta.channel, Stream(meta.channel))
            if meta.raid is not None and meta.ts > stream.raid_ms:
                stream = replace(stream, raid_ms=meta.ts, raid_viewers=meta.raid.viewers)
                self._rows[meta.channel] = stream
            known = stream.described_ms, self._described_by.get(meta.channel, "")
            if (meta.ts, meta.event_id) <= known:
                continue
            if meta.channel in self._rows and part_of(live=stream.live) != part_of(live=meta.live):
                self._flips[meta.channel] = flipped(self._flips.get(meta.channel, ()), self._clock())
            since_ms = meta.ts if stream.live_since_ms is None else stream.live_since_ms
            self._described_by[meta.channel] = meta.event_id
            self._rows[meta.channel] = replace(
                stream,
                live=meta.live,
                title=meta.title,
                category=meta.category,
                language=meta.language,
                live_since_ms=since_ms if meta.live else None,
                described_ms=meta.ts,
            )

    def get(self, channel: str) -> Stream | None:
        return self._rows.get(channel)

    def page(self, *, limit: int, cursor: str | None) -> Page[Stream]:
        walk = walk_of(cursor, self._clock())
        places = sorted(
            (part_at(part_of(live=stream.live), self._flips.get(channel, ()), walk.as_of_ms), channel)
            for channel, stream in self._rows.items()
        )
        rest = [place for place in places if place > (walk.part, walk.after)]
        streams = [self._rows[channel] for _, channel in rest[:limit]]
        return Page(streams, walk.cursor(*rest[limit - 1]) if len(rest) > limit else None)

    def seen_since(self, since_ms: int) -> list[str]:
        floor_ms = floor_to(since_ms, MINUTE_MS)
        return sorted(channel for channel, row in self._rows.items() if row.last_seen_ms >= floor_ms)


class MemoryConnections:
    """``Connections``; ``clock`` tells which sockets are over."""

    def __init__(self, *, clock: Callable[[], int] = now_ms) -> None:
        self._clock = clock
        self._sockets: dict[str, tuple[str, int]] = {}
        self._interests: dict[tuple[str, str], Subscription] = {}
        self._greetings: dict[tuple[str, str], Greeting] = {}
        self._said: dict[str, tuple[int, int]] = {}

    def open(self, connection: str, role: str, expires_ms: int) -> None:
        self._sockets[connection] = role, expires_ms

    def role(self, connection: str) -> str | None:
        role, expires_ms = self._sockets.get(connection, (None, 0))
        return role if expires_ms > self._clock() else None

    def hear(self, connection: str, minute: int) -> int | None:
        if self.role(connection) is None:
            return None
        heard, said = self._said.get(connection, (minute, 0))
        self._said[connection] = minute, said + 1 if heard == minute else 1
        return self._said[connection][1]

    def subscribe(self, subscription: Subscription, greeting: Greeting = Greeting.ASKED) -> None:
        self._interests[subscription.connection, subscription.channel] = subscription
        self._greetings[subscription.connection, subscription.channel] = greeting

    def interests(self, connection: str) -> dict[str, Greeting]:
        return {channel: self._greetings[of, channel] for of, channel in self._interests if of == connection}

    def greet(self, connection: str, channel: str, before: Greeting, after: Greeting) -> bool:
        key = connection, channel
        if key not in self._interests or self._greetings[key] is not before:
            return False
        self._greetings[key] = after
        return True

    def unsubscribe(self, connection: str, channel: str) -> None:
        self._interests.pop((connection, channel), None)

    def close(self, connection: str) -> None:
        self._sockets.pop(connection, None)
        self._interests = {
            key: interest for key, interest in self._interests.items() if interest.connection != connection
        }

    def subscribers(self, channel: str) -> list[Subscription]:
        return [self._interests[key] for key in sorted(self._interests) if key[1] == channel]


class MemoryRejects:
    """``Rejects``; ``kept`` holds each once."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, int, int | None], Reject] = {}

    @property
    def kept(self) -> list[Reject]:
        """What was sent, each reject once, in order of first sending."""
        return list(self._rows.values())

    def send(self, rejects: Sequence[Reject]) -> None:
        for reject in rejects:
            self._rows[reject.kind, reject.shard, reject.sequence, reject.line] = reject


class MemoryTicks:
    """``Ticks``; ``sent`` holds them in order."""

    def __init__(self) -> None:
        self.sent: list[Tick] = []

    def send(self, ticks: Sequence[Tick]) -> None:
        self.sent.extend(ticks)


class MemoryArchive:
    """``Archive``; ``kept`` holds each record once."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, int], Record] = {}

    @property
    def kept(self) -> list[Record]:
        """What was put, by stream, shard and sequence number."""
        return [self._rows[key] for key in sorted(self._rows)]

    def put(self, records: Sequence[Record]) -> None:
        for record in records:
            if record.data is not None:
                self._rows[record.kind, record.shard, record.sequence] = record


class MemorySockets:
    """``Sockets``; ``gone`` hang up, ``posted`` is what others were sent, ``closed`` those sent away."""

    def __init__(self, *, gone: Collection[str] = ()) -> None:
        self.gone = set(gone)
        self.posted: list[tuple[str, bytes]] = []
        self.closed: list[str] = []

    def post(self, connection: str, message: bytes) -> bool:
        if connection in self.gone:
            return False
        self.posted.append((connection, message))
        return True

    def close(self, connection: str) -> None:
        self.closed.append(connection)

    def deliver(self, mail: Sequence[Mail]) -> list[Receipt]:
        return [delivered(self.post, self.close, each) for each in mail]
