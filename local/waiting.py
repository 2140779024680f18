"""Waiting for a fact, never for a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from local.child import Child
from local.errors import LocalError

_tick = threading.Event()


def holds_within(fact: Callable[[], bool], within_s: float, *, every_s: float = 0.05) -> bool:
    """Ask until the fact holds or the time is over."""
    deadline = time.monotonic() + within_s
    while not fact():
        if time.monotonic() > deadline:
            return False
        _tick.wait(every_s)
    return True


def wait_until(
    fact: Callable[[], bool],
    sentence: str,
    *,
    within_s: float,
    child: Child | None = None,
    every_s: float = 0.05,
) -> None:
    """Return when the fact holds.

    Raises:
        LocalError: it did not in time, or the child it depends on ended; the message carries its last words.
    """

    def settled() -> bool:
        return fact() or (child is not None and not child.alive())

    if holds_within(settled, within_s, every_s=every_s) and (child is None or child.alive()):
        return
    words = f"\n{child.last_words()}" if child else ""
    how = "its process ended" if child and not child.alive() else f"not within {within_s:.0f} s"
    msg = f"Waited until {sentence}: {how}.{words}"
    fix = f"Read {child.log}, then `./telemetra doctor`." if child else "Run `./telemetra doctor`."
    raise LocalError(msg, fix=fix)
