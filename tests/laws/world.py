"""A cloud in miniature: streams, pollers, tables and a clock, driven by a seeded schedule of faults."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from telemetra.adapters.kinesis_event import records_of
from telemetra.adapters.memory import (
    MemoryDirectory,
    MemoryMetricStore,
    MemoryMomentStore,
    MemoryPaneStore,
    MemoryRejects,
    MemoryStateStore,
    MemoryTicks,
)
from telemetra.adapters.pane_event import touched_of
from telemetra.application.aggregate import AggregateRecords
from telemetra.application.ports import PaneChange
from telemetra.application.summarize import Sources, SummarizeChannels
from telemetra.domain.hashing import KeyedHash
from telemetra.domain.partial import PaneKey
from telemetra.domain.window import DAY_MS, MINUTE_MS
from telemetra.domain.zscore import ZScore
from tests.laws.scheduler import Faults, Invocation, Port
from tests.laws.timeline import Sent, timeline

USER_KEY = b"oracle"
PARTITIONS = 2
"""Shards of the panes' own stream: it keeps the order of one row's changes, not of a channel's."""


class LoggedPanes(MemoryPaneStore):
    """The pane table with its stream: the keys of every change, in order, by partition."""

    def __init__(self, *, lag: bool = False) -> None:
        """Start with an empty stream."""
        super().__init__(lag=lag)
        self.changes: list[list[PaneKey]] = [[] for _ in range(PARTITIONS)]

    def write(self, changes: Sequence[PaneChange]) -> set[PaneKey]:
        """Write, and log what was accepted."""
        refused = super().write(changes)
        for change in changes:
            if change.key not in refused:
                self.changes[change.key.start_ms // 10_000 % PARTITIONS].append(change.key)
        return refused


@dataclass(slots=True)
class Poller:
    """Delivers one log in order: whole batches, again until they succeed, and sometimes once more later.

    Attributes:
        log: what it delivers, growing.
        deliver: starts the invocation for a batch.
        done: entries checkpointed.
        running: the invocation under way, and the entries it has.
        halves: after a failure, whether only half of the batch is tried (bisect).
    """

    log: Sequence[Any]
    deliver: Callable[[Sequence[Any]], Invocation]
    done: int = 0
    running: tuple[Invocation, int] | None = None
    halves: bool = False
    strays: list[Invocation] = field(default_factory=list)

    def start(self, random: Random) -> None:
        """Begin the next batch, if there is something to deliver and nothing is under way."""
        waiting = len(self.log) - self.done
        if self.running is not None or not waiting:
            return
        size = random.randrange(1, min(waiting, 12) + 1)
        if self.halves:
            size = max(1, size // 2)
        self.running = self.deliver(self.log[self.done : self.done + size]), size
        if random.random() < 0.1:
            first = max(0, self.done - random.randrange(6))
            self.strays.append(self.deliver(self.log[first : self.done + size]))

    def settle(self) -> None:
        """Move the checkpoint when the running batch has ended."""
        self.strays = [stray for stray in self.strays if not stray.done]
        if self.running is None or not self.running[0].done:
            return
        invocation, size = self.running
        self.running = None
        self.halves = invocation.failed
        if not invocation.failed:
            self.done += size

    def invocations(self) -> list[Invocation]:
        """Return what is under way."""
        return [*([self.running[0]] if self.running else []), *self.strays]


class World:
    """One run of a schedule."""

    def __init__(
        self,
        seed: int,
        *,
        crowd: int = 40,
        resends: bool = True,
        panes: LoggedPanes | None = None,
        metrics: MemoryMetricStore | None = None,
        states: MemoryStateStore | None = None,
    ) -> None:
        """Prepare the schedule of ``seed``; other stores stand in where a mark is taken away."""
        self.random = Random(seed)
        self.faults = Faults(self.random, self.random.choice((0.0, 0.01, 0.04)))
        self.sent = timeline(self.random, crowd=crowd, resends=resends)
        self.panes = panes or LoggedPanes(lag=True)
        self.metrics = metrics or MemoryMetricStore()
        self.states = states or MemoryStateStore()
        self.directory = MemoryDirectory()
        self.now_ms = self.sent[0].arrival_ms
        wrap = partial(_faulty, self.faults)
        self.aggregate = AggregateRecords(
            wrap(self.panes), wrap(self.directory), wrap(MemoryRejects()), KeyedHash(USER_KEY)
        )
        sources = Sources(
            panes=wrap(self.panes),
            metrics=wrap(self.metrics),
            moments=wrap(MemoryMomentStore()),
            states=wrap(self.states),
            directory=wrap(self.directory),
            ticks=wrap(MemoryTicks()),
        )
        self.summarize = SummarizeChannels(sources, ZScore())
        self.shards: dict[tuple[str, str], Poller] = {}
        self.streams = [Poller(log, self._summarize) for log in self.panes.changes]
        self.minutes: list[Invocation] = []

    def run(self) -> World:
        """Play the schedule to its end, then let everything settle without faults."""
        arrivals = iter(self.sent)
        waiting = next(arrivals, None)
        while waiting is not None:
            if self.random.random() < 0.3:
                self._arrive(waiting)
                waiting = next(arrivals, None)
            self._turn()
        self.faults.rate = 0.0
        for _ in range(4):
            self._drain()
            self.now_ms += DAY_MS + MINUTE_MS
            self._tick()
        self._drain()
        return self

    def _arrive(self, sent: Sent) -> None:
        self.now_ms = max(self.now_ms, sent.arrival_ms)
        key = (sent.kind.value, sent.shard)
        if key not in self.shards:
            self.shards[key] = Poller([], self._aggregate)
        log = self.shards[key].log
        assert isinstance(log, list)
        log.append(sent)

    def _turn(self) -> None:
        """Start something or let something go on."""
        pollers = [*self.shards.values(), *self.streams]
        chance = self.random.random()
        if chance < 0.25:
            poller = self.random.choice(pollers)
            if not self._waits_for_parent(poller):
                poller.start(self.random)
        elif chance < 0.27:
            self._tick()
        else:
            running = [*(one for poller in pollers for one in poller.invocations()), *self.minutes]
            if running:
                self.random.choice(running).step()
        for poller in pollers:
            poller.settle()
        self.minutes = [one for one in self.minutes if not one.done]

    def _waits_for_parent(self, poller: Poller) -> bool:
        """Say whether it reads a child shard whose parents still hold records, as Lambda does."""
        child = self.shards.get(("chat", "shardId-000000000009"))
        if poller is not child:
            return False
        parents = (self.shards.get(("chat", f"shardId-00000000000{number}")) for number in range(2))
        return any(parent is not None and parent.done < len(parent.log) for parent in parents)

    def _tick(self) -> None:
        now_ms = self.now_ms
        self.minutes.append(Invocation(lambda: self.summarize.pass_time(now_ms)))

    def _drain(self) -> None:
        pollers = [*self.shards.values(), *self.streams]
        busy = True
        while busy:
            self._turn()
            pollers = [*self.shards.values(), *self.streams]
            busy = any(poller.done < len(poller.log) or poller.invocations() for poller in pollers)
            busy = busy or bool(self.minutes)

    def _aggregate(self, batch: Sequence[Sent]) -> Invocation:
        event = {"Records": [_kinesis(sent) for sent in batch]}
        return Invocation(lambda: self.aggregate(records_of(event)))

    def _summarize(self, batch: Sequence[PaneKey]) -> Invocation:
        event = {"Records": [*map(_change, batch), _removal(batch[0])]}
        now_ms = self.now_ms + self.random.randrange(-2000, 2000)
        return Invocation(lambda: self.summarize(touched_of(event), now_ms))


def _faulty(faults: Faults, port: Any) -> Any:
    return Port(port, faults)


def _kinesis(sent: Sent) -> dict[str, Any]:
    return {
        "eventID": f"{sent.shard}:{sent.sequence}",
        "eventSourceARN": f"arn:aws:kinesis:us-east-1:000000000000:stream/telemetra-{sent.kind}",
        "kinesis": {
            "sequenceNumber": str(sent.sequence),
            "approximateArrivalTimestamp": sent.arrival_ms / 1000,
            "data": base64.b64encode(sent.data).decode(),
        },
    }


def _change(key: PaneKey, name: str = "MODIFY") -> dict[str, Any]:
    slot = f"{key.start_ms:013d}#{key.kind}#{key.shard}"
    return {"eventName": name, "dynamodb": {"Keys": {"channel": {"S": key.channel}, "slot": {"S": slot}}}}


def _removal(key: PaneKey) -> dict[str, Any]:
    """Return what expiry would say of a row that is long gone."""
    return _change(PaneKey(key.channel, key.start_ms - 3 * DAY_MS, key.kind, key.shard), "REMOVE")


def grouped(sent: Sequence[Sent]) -> dict[tuple[str, int], list[Any]]:
    """Return every event once, by channel and minute."""
    known: set[bytes] = set()
    minutes: defaultdict[tuple[str, int], list[Any]] = defaultdict(list)
    for record in sent:
        if record.data in known:
            continue
        known.add(record.data)
        for event in record.events:
            minutes[event.channel, event.ts - event.ts % MINUTE_MS].append(event)
    return minutes
