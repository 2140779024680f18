"""Count the write units that an active channel costs a minute, on a stack of the bench's own.

    python -m bench.units [--minutes N] [--channels N] [--rate R] [--refresh S ...] [--json] [--output FILE]

An active channel sends R chat messages a second, a viewer reading every five seconds, a payment every 200
messages and its title twice a minute. Each refresh has channels of its own on the same stack, so all are
measured at once. ``bench.units.meter`` books every write inside the embedded cloud by the vendor's rule; what
is booked in whole minutes after a warm-up is divided by channels and minutes. At a refresh of 10 s there are
as many channels again that have been seen for days, as far as their state tells. Hour and day rows are booked
when their interval closes within the run: one write of at most some 16 KB an hour, 0.3 units a minute. The
exit code is 1 when a channel costs more than 40 units at a refresh of 10 s, or when the machine was too busy
to take each delivery alone.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.console import leave
from bench.machine import keep, kind
from bench.units import meter
from bench.units.aged import aged
from bench.units.bill import BAR, BAR_REFRESH_S, Bill, bill, table
from bench.units.traffic import feeds, play, putter
from local.embedded import embedded
from local.supervisor import Stack
from local.waiting import holds_within
from telemetra.adapters.clock import now_ms
from telemetra.adapters.dynamo_states import DynamoStateStore
from telemetra.application.ports import StateChange
from telemetra.config import Settings
from telemetra.domain.window import MINUTE_MS, SECOND_MS, floor_to

WARM_UP_MINUTES = 2
"""Until a channel's minutes close one after the other and its state is written in its rhythm."""


CALM_MS = 45 * SECOND_MS
"""After the start of a minute: the one before has closed, the next is far."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.units",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--minutes", type=int, default=5, help="minutes counted, after a warm-up")
    parser.add_argument("--channels", type=int, default=10, help="channels of each refresh")
    parser.add_argument("--rate", type=float, default=9.7, help="chat messages a second and channel")
    parser.add_argument("--refresh", type=int, action="append", choices=(1, 2, 5, 10, 20, 30, 60))
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--output", type=Path, help="keep it in a file too")
    chosen = parser.parse_args(arguments)
    if chosen.minutes < 1 or chosen.channels < 1:
        parser.error("at least one minute and one channel are needed")
    refreshes = sorted(set(chosen.refresh or (BAR_REFRESH_S, 1)), reverse=True)
    bills = measure(refreshes, chosen.channels, chosen.rate, chosen.minutes)
    judged = [one for one in bills if one.refresh_s == BAR_REFRESH_S]
    kept = all(one.complete and one.total <= BAR for one in judged)
    figures = {
        "bar": {"refresh_s": BAR_REFRESH_S, "units": BAR, "kept": kept},
        "channels": chosen.channels,
        "messages_per_s": chosen.rate,
        "minutes": chosen.minutes,
        "bills": [one.figures() for one in bills],
        "machine": kind(),
    }
    keep(figures, chosen.output)
    if chosen.json:
        print(json.dumps(figures, indent=1))
    else:
        print(table(bills))
        print(f"bar {BAR:g} at {BAR_REFRESH_S} s: {'kept' if kept else 'not kept'}")
    return 0 if kept else 1


def measure(refreshes: Sequence[int], channels: int, rate: float, minutes: int) -> list[Bill]:
    """Run a stack, play the groups and return the bill of each."""
    with tempfile.TemporaryDirectory() as directory:
        _say("ageing a channel")
        grown = aged("aged", now_ms())
        _say("starting a stack")
        with embedded(Path(directory), emulator="bench.units.meter") as stack:
            start_ms = now_ms()
            feeding = {(refresh, False): feeds(refresh, channels, rate, start_ms) for refresh in refreshes}
            if BAR_REFRESH_S in refreshes:
                old = feeds(BAR_REFRESH_S, channels, rate, start_ms, name="aged")
                _States(stack).write([StateChange(0, replace(grown, channel=feed.channel)) for feed in old])
                feeding[BAR_REFRESH_S, True] = old
            from_ms = _between_closings(start_ms + WARM_UP_MINUTES * MINUTE_MS)
            until_ms = from_ms + minutes * MINUTE_MS
            put = putter(stack.cloud.client("kinesis"), stack.plan.prefix)
            every = [feed for some in feeding.values() for feed in some]
            player = threading.Thread(target=play, args=(every, until_ms + MINUTE_MS, put), daemon=True)
            player.start()
            ledger = stack.state.scratch / meter.LEDGER
            first = _size_at(ledger, from_ms, player, "warming up")
            last = _size_at(ledger, until_ms, player, "counting")
            entries = _entries(ledger, first, last)
        return [
            replace(
                bill(
                    [entry for entry in entries if entry["partition"] in {feed.channel for feed in some}],
                    refresh_s=refresh,
                    prefix=stack.plan.prefix,
                    channel_minutes=channels * minutes,
                    pane_writes=sum(feed.pane_writes for feed in some) / channels,
                ),
                aged=seasoned,
            )
            for (refresh, seasoned), some in feeding.items()
        ]


class _States(DynamoStateStore):
    """The states of a stack, written with the credentials of the stack's own client."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(Settings.from_env({"TELEMETRA_PREFIX": stack.plan.prefix}))
        self._dynamodb = stack.cloud.client("dynamodb")

    def _client(self) -> Any:
        return self._dynamodb


def _between_closings(at_ms: int) -> int:
    """Return the next instant at which no minute is about to close, so that a whole number is counted."""
    return floor_to(at_ms, MINUTE_MS) + MINUTE_MS + CALM_MS


def _size_at(ledger: Path, at_ms: int, player: threading.Thread, what: str) -> int:
    """Wait for an instant, saying how long it takes, and return how far the ledger has been written."""
    while (left_ms := at_ms - now_ms()) > 0:
        _say(f"{what}, {left_ms / SECOND_MS:.0f} s left")
        holds_within(lambda: now_ms() >= at_ms or not player.is_alive(), min(30, left_ms / SECOND_MS))
        if not player.is_alive():
            message = "the traffic has stopped"
            raise RuntimeError(message)
    return ledger.stat().st_size


def _entries(ledger: Path, first: int, last: int) -> list[dict[str, Any]]:
    with ledger.open("rb") as booked:
        booked.seek(first)
        lines = booked.read(last - first).splitlines()
    return [json.loads(line) for line in lines]


def _say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    leave(main)
