"""A first Lambda: decode the invocation, then ``base64``, ``json`` and dictionaries, event by event."""

from __future__ import annotations

import base64
import json
import platform
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, process_time
from typing import Any

import simplejson
import zstandard

from bench.peers.lexicon import points
from bench.peers.outcome import Checks, Outcome, tree_peak_mb
from bench.perf.payloads import Packing
from bench.perf.supply import supply
from telemetra.domain.window import PANE_MS, PANES_A_WINDOW


@dataclass(slots=True)
class Row:
    """What is known of one channel in one pane or one window."""

    messages: int = 0
    users: set[str] = field(default_factory=set)
    emotes: Counter[str] = field(default_factory=Counter)
    mood: int = 0
    viewers: list[int] = field(default_factory=list)
    transactions: int = 0
    cents: Counter[str] = field(default_factory=Counter)

    def take(self, other: Row) -> None:
        """Add another row to this one."""
        self.messages += other.messages
        self.users |= other.users
        self.emotes.update(other.emotes)
        self.mood += other.mood
        self.viewers += other.viewers
        self.transactions += other.transactions
        self.cents.update(other.cents)


Rows = dict[tuple[str, int], Row]


def run(path: Path, packing: Packing = Packing.PLAIN) -> Outcome:
    """Fold the payloads of an event file one by one into panes, then merge these into windows.

    Args:
        path: events, one JSON object a line.
        packing: ``plain``, which is what one writes first, or ``zstd``.
    """
    start_cpu_s = process_time()
    panes: Rows = {}
    events, wall_s, waited_cpu_s = 0, 0.0, 0.0
    with supply(path, packing) as payloads:
        asked_cpu_s = process_time()
        for payload in payloads:
            waited_cpu_s += process_time() - asked_cpu_s
            began_s = monotonic()
            events += _handle(simplejson.loads(payload), packing, panes)
            wall_s += monotonic() - began_s
            asked_cpu_s = process_time()
    began_s, panes_cpu_s = monotonic(), process_time() - start_cpu_s - waited_cpu_s
    rows = _windows(panes)
    finished = [_finish(row) for row in rows.values()]
    cpu_s = process_time() - start_cpu_s - waited_cpu_s
    return Outcome(
        engine=f"Python {platform.python_version()}",
        events=events,
        cpu_s=cpu_s,
        wall_s=wall_s + monotonic() - began_s,
        start_cpu_s=start_cpu_s,
        peak_rss_mb=tree_peak_mb(),
        checks=Checks(
            messages=sum(row["messages"] for row in finished),
            transactions=sum(row["transactions"] for row in finished),
            windows=len(finished),
            top_emotes=sum(count for row in finished for _, count in row["emotes"]),
            chatters=sum(row["chatters"] for row in finished),
            mood=sum(row.mood for row in rows.values()),
        ),
        stages={"panes": panes_cpu_s, "windows": cpu_s - panes_cpu_s},
    )


def _handle(invocation: dict[str, Any], packing: Packing, panes: Rows) -> int:
    """Fold one invocation into the panes; return how many events it held."""
    events = 0
    for record in invocation["Records"]:
        data = base64.b64decode(record["kinesis"]["data"])
        if packing is Packing.ZSTD:
            data = zstandard.decompress(data)
        for line in data.splitlines():
            _fold(json.loads(line), panes)
            events += 1
    return events


def _fold(event: dict[str, Any], panes: Rows) -> None:
    schema, ts = event["schema"], event["ts"]
    if schema == "stream_meta.v1":
        return
    key = event["channel"], ts - ts % PANE_MS
    if key not in panes:
        panes[key] = Row()
    row = panes[key]
    if schema == "chat.v1":
        row.messages += 1
        row.users.add(event["user_id"])
        row.mood += points(event["text"])
        for emote in event["emotes"]:
            row.emotes[emote] += 1
    elif schema == "viewer.v1":
        row.viewers.append(event["viewers"])
    elif schema == "transaction.v1":
        row.transactions += 1
        row.cents[event["currency"]] += event["amount_cents"]


def _windows(panes: Rows) -> Rows:
    """Return the windows that hold at least one pane."""
    windows: Rows = {}
    for (channel, start_ms), pane in panes.items():
        for back in range(PANES_A_WINDOW):
            key = channel, start_ms - back * PANE_MS
            if key not in windows:
                windows[key] = Row()
            windows[key].take(pane)
    return windows


def _finish(row: Row) -> dict[str, Any]:
    return {
        "messages": row.messages,
        "chatters": len(row.users),
        "emotes": row.emotes.most_common(3),
        "mood": row.mood / row.messages if row.messages else None,
        "mean_viewers": sum(row.viewers) / len(row.viewers) if row.viewers else None,
        "peak_viewers": max(row.viewers, default=None),
        "transactions": row.transactions,
        "cents": dict(row.cents),
    }
