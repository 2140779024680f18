"""One connection after another, and hand-over: the next is ready before the former goes."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from random import Random

GRACE_S: Final = 30.0
"""How long the successor of a connection may take to get ready."""

LINGER_S: Final = 5.0
"""How long a connection that was replaced is read."""

_BASE_S: Final = 0.25
_CEILING_S: Final = 60.0


@dataclass(slots=True)
class Turn:
    """The life of one connection.

    Attributes:
        url: where it connects when it takes over from another; None for a fresh start.
        ready: set by it once it receives what it is for.
        moved: set by it when it asks to be replaced.
        next_url: where its successor connects; None for a fresh start beside it.
    """

    url: str | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    next_url: str | None = None


async def succession(connect: Callable[[Turn], Coroutine[None, None, None]], rng: Random) -> None:
    """Keep one connection open until cancelled.

    A connection that was replaced is read for ``LINGER_S`` more, for what was sent to it before its successor
    was ready.

    Args:
        connect: serves one turn and returns when the connection has ended; it raises only what is fatal.
        rng: spreads the waits between attempts.
    """
    async with Connections(connect) as connections:
        failures = 0
        while True:
            turn = await connections.one_after_another()
            failures = 0 if turn.ready.is_set() else failures + 1
            await asyncio.sleep(rng.uniform(0.5, 1) * min(_CEILING_S, _BASE_S * 2**failures))


class Connections:
    """The connections that are open: the present one and those that linger."""

    def __init__(self, connect: Callable[[Turn], Coroutine[None, None, None]]) -> None:
        self._connect = connect
        self._running: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def one_after_another(self) -> Turn:
        """Connect, and hand over whenever asked; return the last turn when its connection has ended."""
        turn = Turn()
        task = self._start(turn)
        while not task.done():
            await _first(task, turn.moved)
            if not task.done():
                turn.moved.clear()
                heir = Turn(url=turn.next_url)
                following = self._start(heir)
                if await _is_ready(following, heir):
                    asyncio.get_running_loop().call_later(LINGER_S, task.cancel)
                    task, turn = following, heir
                else:
                    following.cancel()
        task.result()
        return turn

    def _start(self, turn: Turn) -> asyncio.Task[None]:
        task = asyncio.ensure_future(self._connect(turn))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task


async def _is_ready(task: asyncio.Task[None], turn: Turn) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(GRACE_S):
            await _first(task, turn.ready)
    return turn.ready.is_set() and not task.done()


async def _first(task: asyncio.Task[None], event: asyncio.Event) -> None:
    """Wait for the end of ``task`` or for ``event``."""
    waiting = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
