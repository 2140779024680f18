"""Send on time, look at live windows meanwhile, and hold the counts against the truth afterwards."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import aiohttp

from bench.chaos.traffic import Chatter
from bench.chaos.verdict import Minutes, differences
from bench.holdings import answered
from bench.load.lag import Lags, Seen, lags
from bench.load.schedule import Schedule, Truth
from local.status import memory
from local.supervisor import Stack
from local.waiting import holds_within
from local.watch import Watch
from producer.client import connect
from producer.pack import pack
from producer.sink import KinesisSink, Totals
from telemetra.adapters.clock import now_ms
from telemetra.application.contract import frames
from telemetra.client import messages_of
from telemetra.domain.window import MINUTE_MS, SECOND_MS

POLLED: Final = 2
PUSHED: Final = 5
POLL_EVERY_S: Final = 0.1
MEMORY_EVERY_S: Final = 2.0
SHOWN_WITHIN_S: Final = 60.0
COUNTED_WITHIN_S: Final = 120.0
STEADY_READS: Final = 5
WARM: Final = "warm_up"
WARM_WITHIN_S: Final = 90.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one load has shown.

    Attributes:
        readable: lags until the live window could be read.
        pushed: lags until a subscribed socket was told.
        late_ms: how late the latest part began to be put.
        sent_by_second: events accepted in each second since the start.
        memory_mb: samples of (second, megabytes by process).
        missing: events not counted.
        doubled: events counted too often.
    """

    readable: Lags
    pushed: Lags
    totals: Totals
    late_ms: int
    seconds: float
    sent_by_second: list[int]
    memory_mb: list[tuple[float, dict[str, float]]]
    missing: int
    doubled: int


def warm(stack: Stack) -> None:
    """Send a message and wait until a socket is told of it, so that every function runs already.

    Raises:
        RuntimeError: it was not told in time.
    """
    asyncio.run(_warm(stack))


async def _warm(stack: Stack) -> None:
    watch = Watch(stack.cloud, stack.url, stack.plan.prefix)
    url = f"{stack.url}/ws?ticket={watch.ticket()}"
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        await socket.send_json({"action": "subscribe", "stream_id": WARM})
        [line] = Chatter([WARM], Random(1)).say([now_ms()])
        await asyncio.to_thread(_sink(stack).send, pack([line]))
        try:
            async with asyncio.timeout(WARM_WITHIN_S):
                while not _windows(await socket.receive_str()):
                    pass
        except TimeoutError as error:
            message = f"no live window within {WARM_WITHIN_S:g} s of the first message"
            raise RuntimeError(message) from error
    await asyncio.to_thread(holds_within, lambda: bool(watch.newest_window(WARM)), WARM_WITHIN_S)


def _sink(stack: Stack) -> KinesisSink:
    return KinesisSink(
        connect(stack.cloud.endpoint_url),
        lambda kind: f"{stack.plan.prefix}-{kind}",
        sleep=time.sleep,
        seconds=time.monotonic,
        rng=Random(3),
    )


class Measurement:
    """One load on one stack."""

    def __init__(self, stack: Stack, schedule: Schedule, say: Callable[[str], None]) -> None:
        self._stack = stack
        self._schedule = schedule
        self._say = say
        self._watch = Watch(stack.cloud, stack.url, stack.plan.prefix)
        self._truth = Truth()
        self._over = threading.Event()
        self._read: list[Seen] = []
        self._told: list[Seen] = []
        self._memory: list[tuple[float, dict[str, float]]] = []
        self._accepted: list[tuple[int, int]] = []
        self._late_ms = 0

    def run(self, *, packed: bool) -> Outcome:
        """Play the whole schedule."""
        jobs = (self._poll, self._listen, self._weigh)
        threads = [threading.Thread(target=job, daemon=True) for job in jobs]
        for thread in threads:
            thread.start()
        totals = self._send(packed=packed)
        seconds = (now_ms() - self._schedule.start_ms) / SECOND_MS
        self._say("sent; waiting for the last event to be shown")
        holds_within(self._all_shown, SHOWN_WITHIN_S, every_s=0.5)
        self._over.set()
        for thread in threads:
            thread.join(10)
        self._say("counting")
        missing, doubled = self._differences()
        return Outcome(
            readable=self._readable(),
            pushed=self._pushed(),
            totals=totals,
            late_ms=self._late_ms,
            seconds=seconds,
            sent_by_second=self._by_second(),
            memory_mb=self._memory,
            missing=missing,
            doubled=doubled,
        )

    def _send(self, *, packed: bool) -> Totals:
        sink = _sink(self._stack)
        for part in self._schedule.parts():
            records = part.records(packed=packed)
            self._truth.book(part)
            self._over.wait(max(0, part.due_ms - now_ms()) / SECOND_MS)
            self._late_ms = max(self._late_ms, now_ms() - part.due_ms)
            sink.send(records)
            self._accepted.append((now_ms(), len(part.lines)))
        return sink.totals

    def _poll(self) -> None:
        channels = self._schedule.channels[:POLLED]
        while not self._over.wait(POLL_EVERY_S / len(channels)):
            channels = (*channels[1:], channels[0])
            path = f"/api/v1/streams/{channels[0]}/metrics"
            answer = self._watch.get(path, grain="live", **{"from": now_ms() - MINUTE_MS})
            if answer and answer["items"]:
                self._read.append(_seen(channels[0], answer["items"][-1]))

    def _listen(self) -> None:
        asyncio.run(self._listening())

    async def _listening(self) -> None:
        """Follow channels as a client does: whoever is cut off comes back, and says so."""
        while not self._over.is_set():
            url = f"{self._stack.url}/ws?ticket={self._watch.ticket()}"
            try:
                async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
                    await self._follow(socket)
            except aiohttp.ClientError as error:
                self._say(f"the socket is cut: {error}")

    async def _follow(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        for channel in self._schedule.channels[-PUSHED:]:
            await socket.send_json({"action": "subscribe", "stream_id": channel})
        while not self._over.is_set():
            with suppress(TimeoutError):
                message = await socket.receive(timeout=1)
                if message.type is not aiohttp.WSMsgType.TEXT:
                    self._say(f"the socket is closed: {message.type.name} {message.data} {message.extra}")
                    return
                self._told += _windows(message.data)

    def _weigh(self) -> None:
        begun = time.monotonic()
        while not self._over.wait(MEMORY_EVERY_S):
            held = memory(os.getpid(), self._stack.run.groups)
            held["bench"] = held.pop("up", 0.0)
            self._memory.append((round(time.monotonic() - begun, 1), held))

    def _readable(self) -> Lags:
        return lags(self._truth, list(self._read), self._schedule.channels[:POLLED])

    def _pushed(self) -> Lags:
        return lags(self._truth, list(self._told), self._schedule.channels[-PUSHED:])

    def _all_shown(self) -> bool:
        return not (self._readable().unseen or self._pushed().unseen)

    def _by_second(self) -> list[int]:
        counts = [0] * (max((at - self._schedule.start_ms) // SECOND_MS for at, _ in self._accepted) + 1)
        for at_ms, events in self._accepted:
            counts[(at_ms - self._schedule.start_ms) // SECOND_MS] += events
        return counts

    def _differences(self) -> tuple[int, int]:
        """Read until the counts are the truth, or no longer move."""
        truth, reads = self._truth.minutes, list[Minutes]()
        from_ms = min(start for _, start in truth)

        def settled() -> bool:
            reads.append(answered(self._watch, self._schedule.channels, from_ms, now_ms() + MINUTE_MS))
            last = reads[-STEADY_READS:]
            return reads[-1] == truth or (len(last) == STEADY_READS and last.count(last[0]) == len(last))

        holds_within(settled, COUNTED_WITHIN_S, every_s=1)
        return differences(truth, reads[-1])


def _seen(channel: str, window: dict[str, Any]) -> Seen:
    return Seen(now_ms(), channel, int(window["start_ms"]), int(window["chat_count"]))


def _windows(frame: str) -> list[Seen]:
    """Return the live windows that a frame brings."""
    told = (message for message in messages_of(frame) if isinstance(message, frames.LiveWindow))
    return [Seen(now_ms(), news.stream_id, news.data.start_ms, news.data.chat_count) for news in told]
