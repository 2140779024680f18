"""Looks at a running stack every few seconds and leaves what it sees in two files, which the edge serves."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any, Final

from local.state import StateDir, write_json, write_text
from local.watching.alarms import SIGNS, State
from local.watching.collect import Collector
from local.watching.prometheus import text
from telemetra.adapters.clock import now_ms
from telemetra.domain.window import MINUTE_MS, floor_to

EVERY_S: Final = 10.0
SHOWN_MINUTES: Final = 30


class Watchman(threading.Thread):
    """The thread that looks."""

    def __init__(self, collector: Collector, state: StateDir, stopping: threading.Event) -> None:
        """Take what to look with, where to write, and the event that ends it."""
        super().__init__(name="watchman", daemon=True)
        self._collector = collector
        self._state = state
        self._stopping = stopping

    def run(self) -> None:
        """Look until the stack stops."""
        while not self._stopping.wait(EVERY_S):
            self.once(now_ms())

    def once(self, at_ms: int) -> None:
        """Look once and write both files."""
        self._collector.look(at_ms)
        write_text(self._state.metrics, text(self._collector.series, self._collector.states))
        write_json(self._state.operation, operation(self._collector, at_ms))


def operation(collector: Collector, at_ms: int) -> dict[str, Any]:
    """Return the widgets' lines, and the alarms with what each was compared with, oldest minute first."""
    end_ms = floor_to(at_ms, MINUTE_MS)
    minutes = [end_ms - step * MINUTE_MS for step in range(SHOWN_MINUTES, 0, -1)]
    series = collector.series
    return {
        "at_ms": at_ms,
        "minutes": minutes,
        "widgets": [
            {
                "title": widget.title,
                "unit": widget.unit,
                "lines": [
                    {"label": line.label, "values": [line.value(series, minute) for minute in minutes]}
                    for line in widget.drawn(series)
                ],
            }
            for widget in collector.widgets
        ],
        "alarms": [
            {
                "name": alarm.name,
                "description": alarm.description,
                "state": collector.states[alarm.name],
                "compare": SIGNS[alarm.compare],
                "threshold": alarm.threshold,
                "values": [alarm.value(series, minute) for minute in minutes],
            }
            for alarm in collector.alarms
        ],
    }


def ringing(state: StateDir) -> list[str]:
    """Return the names of the alarms that ring, by the newest look; empty when there was none."""
    told = read_operation(state.operation)
    return [alarm["name"] for alarm in told.get("alarms", []) if alarm["state"] == State.ALARM]


def read_operation(path: Path) -> dict[str, Any]:
    """Return the newest look, empty when there was none."""
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return told
