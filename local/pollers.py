"""Gives table streams a poller of their own, as AWS does, where no source waits for another's function.

MiniStack asks queues, streams and table streams in turn on one thread and waits for the function each time:
a slow reader of a table stream would hold up every record behind it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)


class OwnPoller:
    """Runs a step of the emulator's poller on a thread of its own, again as long as it finds work."""

    def __init__(self, step: Callable[[], bool], between: Callable[[], object]) -> None:
        """Take the step and what is to happen before each."""
        self._step = step
        self._between = between
        self._asked = threading.Event()
        self._started = False

    def __call__(self) -> bool:
        """Stand in the step's place: ask the thread to run it; what it finds is not the caller's work."""
        if not self._started:
            self._started = True
            threading.Thread(target=self._run, name="table-streams", daemon=True).start()
        self._asked.set()
        return False

    def _run(self) -> None:
        while True:
            self._asked.wait()
            self._asked.clear()
            while self._found():
                pass

    def _found(self) -> bool:
        self._between()
        try:
            return self._step()
        except Exception:
            logger.exception("reading table streams failed; it is tried again")
            return False
