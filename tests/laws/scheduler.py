"""Invocations run in threads, but only one at a time, and a seeded scheduler says which.

Every port call of an invocation is a checkpoint: there the scheduler may let another invocation go on, or
make this one fail, as a crashed container or a throttled table would.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from telemetra.domain.errors import StoreUnavailableError


class CrashError(Exception):
    """The container died here."""


class Invocation:
    """One running call.

    Attributes:
        done: whether it has ended.
        failed: whether a fault ended it.
        at: the port call it has stopped before, or after: ``before span``, ``after write``.
    """

    def __init__(self, call: Callable[[], Any]) -> None:
        """Start a thread that waits for its first turn."""
        self.done = False
        self.failed = False
        self.at = ""
        self.error: BaseException | None = None
        self._turn = threading.Semaphore(0)
        self._back = threading.Semaphore(0)
        self._call = call
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def step(self) -> None:
        """Let it run up to its next checkpoint, or to its end."""
        self._turn.release()
        self._back.acquire()
        if self.error is not None:
            raise self.error

    def run(self, until: str = "") -> None:
        """Let it run up to a checkpoint, or to its end."""
        while not self.done:
            self.step()
            if self.at == until:
                return
        assert not until, f"never came to {until!r}"

    def checkpoint(self, at: str) -> None:
        """Give the turn back; called on the invocation's own thread."""
        self.at = at
        self._back.release()
        self._turn.acquire()

    def _run(self) -> None:
        self._turn.acquire()
        _current.invocation = self
        try:
            self._call()
        except (CrashError, StoreUnavailableError):
            self.failed = True
        except BaseException as error:  # noqa: BLE001 - handed to the scheduler's thread
            self.error = error
        self.done = True
        self._back.release()


_current = threading.local()


class Faults:
    """Decides, at every port call, whether to pause and whether to fail.

    Attributes:
        rate: chance of a failure at one call.
    """

    def __init__(self, random: Random, rate: float) -> None:
        """Take the seeded source of chance."""
        self.random = random
        self.rate = rate

    def pause(self, at: str) -> None:
        """Let others run, when called from an invocation."""
        invocation = getattr(_current, "invocation", None)
        if invocation is not None:
            invocation.checkpoint(at)

    def strikes(self) -> bool:
        """Draw whether this call fails."""
        return self.random.random() < self.rate


class Port:
    """Wraps any port: pauses around each call, and fails before, half way through, or after it."""

    def __init__(self, port: Any, faults: Faults) -> None:
        """Wrap ``port``."""
        self._port = port
        self._faults = faults

    def __getattr__(self, name: str) -> Any:
        """Return the method, with faults around it."""
        method = getattr(self._port, name)
        faults = self._faults

        def call(*args: Any, **options: Any) -> Any:
            faults.pause(f"before {name}")
            if faults.strikes():
                message = f"{name} is throttled"
                raise StoreUnavailableError(message)
            if faults.strikes() and args and isinstance(args[0], Sequence) and len(args[0]) > 1:
                method(args[0][: len(args[0]) // 2], *args[1:], **options)
                raise CrashError(name)
            answer = method(*args, **options)
            faults.pause(f"after {name}")
            if faults.strikes():
                raise CrashError(name)
            return answer

        return call
