"""Stops a stack that another process runs."""

from __future__ import annotations

import os
import signal

from local.errors import LocalError
from local.state import StateDir, StateLock
from local.waiting import holds_within


def stop_running(state: StateDir) -> str:
    """Ask the supervisor to stop and wait until it has.

    Returns:
        What happened, as a sentence.

    Raises:
        LocalError: it did not stop in time.
    """
    if not state.path.is_dir():
        return "Nothing is running."
    if not state.held():
        with StateLock(state):
            ended = state.sweep_orphans()
        return f"Ended what a killed run had left: {', '.join(ended)}." if ended else "Nothing is running."
    run = state.read_run()
    if run is None:
        msg = f"{state.path} is locked, but its run file cannot be read."
        raise LocalError(msg, fix="End the `./telemetra up` that holds it with Ctrl-C.")
    os.kill(run.supervisor, signal.SIGTERM)
    if not holds_within(lambda: not state.held(), 30):
        msg = f"Process {run.supervisor} did not stop within 30 s."
        raise LocalError(
            msg, fix=f"End it with `kill -9 {run.supervisor}`; the next command sweeps up after it."
        )
    return "Stopped; the state is kept."
