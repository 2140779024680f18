"""Channels on time, their records delivered as a batching window delivers them.

The emulator's mappings ignore the batching window and poll at once. So the records that a window of S seconds
would gather, packed second by second as the producer packs them, are put in one call every S seconds. Windows
know nothing of panes: the channels of one refresh spread over all its whole seconds, so that the figure is
the mean over every way in which deliveries can cut panes. Nor do the windows of the four streams know of each
other: each kind of a channel is delivered in a phase of its own.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from producer.event import Viewer
from producer.pack import pack, slices
from producer.sources.scenario import Scenario, find, place
from telemetra.adapters.clock import now_ms
from telemetra.domain.events import Kind
from telemetra.domain.window import MINUTE_MS, PANE_MS, SECOND_MS

if TYPE_CHECKING:
    from producer.pack import Packed

SEED: Final = 7

PHASES_S: Final = {Kind.CHAT: 0, Kind.VIEWER: 3, Kind.TRANSACTION: 6, Kind.STREAM_META: 8}
"""How much later than chat the others are delivered."""


@dataclass(frozen=True, slots=True)
class Feed:
    """One channel and when its records are delivered.

    Attributes:
        channel: its name.
        refresh_s: seconds between two deliveries.
        phase_s: whole seconds after a multiple of the refresh.
        scenario: what happens on it.
    """

    channel: str
    refresh_s: int
    phase_s: int
    scenario: Scenario

    def due_ms(self, kind: Kind, after_ms: int) -> int:
        """Return the first delivery of a stream after an instant.

        >>> feed = feeds(10, 5, 1.0, 0)[2]
        >>> feed.due_ms(Kind.CHAT, 0), feed.due_ms(Kind.CHAT, 5_000), feed.due_ms(Kind.VIEWER, 5_000)
        (5000, 15000, 8000)
        """
        step = self.refresh_s * SECOND_MS
        phase = (self.phase_s + PHASES_S[kind]) % self.refresh_s * SECOND_MS
        return (after_ms - phase) // step * step + step + phase

    @property
    def pane_writes(self) -> int:
        """Chat panes written a minute: one for each stretch between the ends of panes and deliveries.

        >>> [feed.pane_writes for feed in (*feeds(10, 1, 1.0, 0), *feeds(1, 1, 1.0, 0))]
        [12, 60]
        """
        deliveries = range(self.phase_s, self.phase_s + MINUTE_MS // SECOND_MS, self.refresh_s)
        panes = range(0, MINUTE_MS // SECOND_MS, PANE_MS // SECOND_MS)
        return len({at % (MINUTE_MS // SECOND_MS) for at in (*deliveries, *panes)})

    def records(self, kind: Kind, from_ms: int, until_ms: int) -> list[Packed]:
        """Return the records of ``[from_ms, until_ms)``, a second's events a record, oldest first."""
        lines = [line for line in self.scenario.lines(from_ms, until_ms) if line.kind == kind]
        return [record for part in slices(lines, SECOND_MS) for record in pack(part.lines)]


def feeds(refresh_s: int, channels: int, rate: float, start_ms: int, *, name: str = "units") -> list[Feed]:
    """Return channels with exactly ``rate`` messages a second each, from ``start_ms`` on.

    >>> [feed.phase_s for feed in feeds(10, 5, 1.0, 0)], [feed.phase_s for feed in feeds(1, 2, 1.0, 0)]
    ([1, 3, 5, 7, 9], [0, 0])
    """
    return [
        Feed(
            channel := f"{name}_{refresh_s}s_{number}",
            refresh_s,
            (2 * number + 1) * refresh_s // (2 * channels),
            _steady(channel, rate, start_ms),
        )
        for number in range(channels)
    ]


def _steady(channel: str, rate: float, start_ms: int) -> Scenario:
    """Return a channel whose viewers are read in the middle of each half pane, so that all are alike."""
    steady = find("steady")
    scenario = place(steady, SEED, start_ms=start_ms, names=[channel], rate=rate)
    read_ms = next(event.ts for event in scenario.events() if isinstance(event, Viewer))
    later_ms = (PANE_MS // 4 - read_ms) % (PANE_MS // 2)
    return place(steady, SEED, start_ms=start_ms + later_ms, names=[channel], rate=rate)


def play(feeding: Sequence[Feed], until_ms: int, put: Callable[[Iterable[Packed]], None]) -> None:
    """Deliver every channel on time until the clock passes ``until_ms``."""
    by_name = {feed.channel: feed for feed in feeding}
    sent = {(name, kind): feed.scenario.start_ms for name, feed in by_name.items() for kind in PHASES_S}
    pause = threading.Event()
    while True:
        next_ms = {(name, kind): by_name[name].due_ms(kind, at_ms) for (name, kind), at_ms in sent.items()}
        due_ms = min(next_ms.values())
        if due_ms > until_ms:
            return
        pause.wait(max(0, due_ms - now_ms()) / SECOND_MS)
        due = [at for at, at_ms in next_ms.items() if at_ms == due_ms]
        put(record for name, kind in due for record in by_name[name].records(kind, sent[name, kind], due_ms))
        sent |= dict.fromkeys(due, due_ms)


def putter(kinesis: Any, prefix: str) -> Callable[[Iterable[Packed]], None]:
    """Return what puts records in one call a stream, so that no poll comes in between."""

    def put(records: Iterable[Packed]) -> None:
        by_kind: defaultdict[Kind, list[dict[str, Any]]] = defaultdict(list)
        for record in records:
            by_kind[record.kind].append({"Data": record.data, "PartitionKey": record.key})
        for kind, entries in by_kind.items():
            answer = kinesis.put_records(StreamName=f"{prefix}-{kind}", Records=entries)
            if answer["FailedRecordCount"]:
                message = (
                    f"{answer['FailedRecordCount']} of {len(entries)} records refused by {prefix}-{kind}"
                )
                raise RuntimeError(message)

    return put
