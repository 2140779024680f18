"""A crowd of WebSocket clients: does each get everything, how soon, and who is remembered at the end."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from telemetra.adapters.clock import now_ms
from telemetra.adapters.dynamo_metrics import DynamoMetricStore
from telemetra.adapters.dynamo_moments import DynamoMomentStore
from telemetra.adapters.sqs import SqsTicks
from telemetra.application.contract import frames
from telemetra.application.ports import Tick
from telemetra.client import messages_of
from telemetra.config import Settings
from telemetra.domain.window import MINUTE_MS, floor_to
from tests.application.samples import chat, moment, row
from tests.journey.running import RunningStack

CHANNEL = "crowded"
PATIENCE_S = 90
DOORS = 6
"""Handshakes at the same time."""


@dataclass(slots=True)
class Listener:
    """One client: what it has heard, and when."""

    socket: ClientConnection
    greeted: asyncio.Event = field(default_factory=asyncio.Event)
    heard: dict[tuple[str, int], int] = field(default_factory=dict)

    async def listen(self) -> None:
        async for said in self.socket:
            for message in messages_of(said):
                match message:
                    case frames.Subscribed():
                        self.greeted.set()
                    case frames.Minute(data=minute) if minute.final:
                        self.heard.setdefault(("minute", minute.start_ms), now_ms())
                    case frames.MomentNews(data=told):
                        self.heard.setdefault(("moment", told.start_ms), now_ms())
                    case _:
                        pass


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a crowd; delays are from the write to the client, ms."""

    clients: int
    written: int
    missed: int
    p50_ms: int
    p99_ms: int
    living: int
    remembered: int
    connect_s: float

    @property
    def holds(self) -> bool:
        """Whether everything came, soon, and the dead are forgotten."""
        return self.missed == 0 and self.p99_ms <= 3_000 and self.remembered == self.living


def crowd(stack: RunningStack, clients: int, rounds: int, every_s: float = 2.0) -> Verdict:
    """Gather clients, write ``rounds`` minutes and moments, kill half, write once more."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
            patch.setenv(name, stack.environment[name])
        queue = stack.client("sqs").get_queue_url(QueueName=f"{stack.prefix}-ticks")["QueueUrl"]
        settings = Settings.from_env(
            {
                "TELEMETRA_PREFIX": stack.prefix,
                "AWS_ENDPOINT_URL": stack.endpoint_url,
                "TELEMETRA_TICKS_QUEUE_URL": queue,
            }
        )
        return asyncio.run(_Crowd(stack, settings).play(clients, rounds, every_s))


class _Crowd:
    def __init__(self, stack: RunningStack, settings: Settings) -> None:
        self._stack = stack
        self._minutes = DynamoMetricStore(settings)
        self._moments = DynamoMomentStore(settings)
        self._ticks = SqsTicks(settings)
        self._start_ms = floor_to(now_ms(), MINUTE_MS) - 600 * MINUTE_MS
        self._written: dict[tuple[str, int], int] = {}

    async def play(self, clients: int, rounds: int, every_s: float) -> Verdict:
        loop = asyncio.get_running_loop()
        began = loop.time()
        listeners = await self._gather(clients)
        connect_s = loop.time() - began
        tasks = [asyncio.create_task(listener.listen()) for listener in listeners]
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*(listener.greeted.wait() for listener in listeners))
        for number in range(rounds):
            await asyncio.to_thread(self._write, number)
            await asyncio.sleep(every_s)
        await self._until_heard(listeners)
        delays = sorted(
            listener.heard[news] - at_ms
            for listener in listeners
            for news, at_ms in self._written.items()
            if news in listener.heard
        )
        missed = len(listeners) * len(self._written) - len(delays)
        for listener in listeners[::2]:
            listener.socket.transport.abort()
        living = listeners[1::2]
        await asyncio.to_thread(self._write, rounds)
        await self._until_heard(living)
        remembered = await self._remembered(len(living))
        for listener in living:
            await listener.socket.close()
        await asyncio.gather(*tasks, return_exceptions=True)
        return Verdict(
            clients, len(self._written), missed, delays[len(delays) // 2],
            delays[math.ceil(len(delays) * 0.99) - 1], len(living), remembered, round(connect_s, 1),
        )  # fmt: skip

    async def _gather(self, clients: int) -> list[Listener]:
        doors = asyncio.Semaphore(DOORS)
        url = f"ws{self._stack.url.removeprefix('http')}/ws/live/{CHANNEL}"

        async def enter() -> Listener:
            async with doors:
                return Listener(await connect(url, open_timeout=60, ping_interval=None, compression=None))

        return await asyncio.gather(*(enter() for _ in range(clients)))

    def _write(self, number: int) -> None:
        start_ms = self._start_ms + number * MINUTE_MS
        stored = row(start_ms, chat(number + 1))
        stored = replace(stored, key=replace(stored.key, channel=CHANNEL))
        self._minutes.write([stored])
        self._moments.write([replace(moment(start_ms), channel=CHANNEL)])
        at_ms = now_ms()
        self._written |= {("minute", start_ms): at_ms, ("moment", start_ms): at_ms}
        self._ticks.send([Tick(CHANNEL, (start_ms,), (start_ms,))])

    async def _until_heard(self, listeners: list[Listener]) -> None:
        until = asyncio.get_running_loop().time() + PATIENCE_S
        while any(self._written.keys() - listener.heard.keys() for listener in listeners):
            if asyncio.get_running_loop().time() > until:
                return
            await asyncio.sleep(0.05)

    async def _remembered(self, living: int) -> int:
        """Return how many sockets listen, once it is no more than live or one push cycle has passed."""
        remembered = await asyncio.to_thread(self._rows)
        for _ in range(100):
            if len(remembered) <= living:
                break
            await asyncio.sleep(0.1)
            remembered = await asyncio.to_thread(self._rows)
        return len(remembered)

    def _rows(self) -> list[Any]:
        pages = (
            self._stack.client("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=f"{self._stack.prefix}-connections",
                IndexName="by_channel",
                KeyConditionExpression="channel = :channel",
                ExpressionAttributeValues={":channel": {"S": CHANNEL}},
            )
        )
        return [item for page in pages for item in page["Items"]]
