"""A stretch of one channel as its detector meets it: events with planted truth, folded into panes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from telemetra.domain.chat import ChatPane
from telemetra.domain.detection import Facts, Observation
from telemetra.domain.events import Chat, StreamMeta, Transaction, Viewer
from telemetra.domain.hashing import KeyedHash
from telemetra.domain.messages import Messages
from telemetra.domain.revenue import RevenuePane
from telemetra.domain.summary import Summary
from telemetra.domain.users import Users
from telemetra.domain.viewers import ViewerPane
from telemetra.domain.vocabulary import Vocabulary
from telemetra.domain.window import LATENESS_MS, PANE_MS, floor_to

Event = Chat | Viewer | Transaction | StreamMeta

_HASHES: Final = KeyedHash(b"bench")


@dataclass(frozen=True, slots=True)
class Planted:
    """A moment that was planted."""

    type: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Show:
    """One channel for some time.

    Attributes:
        name: of the channel, with what is special about it.
        group: what it is counted under, such as ``ramp``; false alarms of the calm groups have a bar.
        start_ms: start of its first pane.
        end_ms: end of its last.
        panes: what the detector meets.
        planted: the truth, in time order.
    """

    name: str
    group: str
    start_ms: int
    end_ms: int
    panes: Sequence[Observation] = field(repr=False)
    planted: Sequence[Planted]

    @property
    def hours(self) -> float:
        """How long it lasts."""
        return (self.end_ms - self.start_ms) / 3_600_000


def folded(events: Iterable[Event], start_ms: int, end_ms: int) -> list[Observation]:
    """Fold the events of one channel into closed panes, with what was known of it at each closing."""
    chats: list[Chat] = []
    viewers: defaultdict[int, list[Viewer]] = defaultdict(list)
    sales: defaultdict[int, list[Transaction]] = defaultdict(list)
    metas: list[StreamMeta] = []
    for event in events:
        if not start_ms <= event.ts < end_ms:
            continue
        pane = floor_to(event.ts, PANE_MS)
        match event:
            case Chat():
                chats.append(event)
            case Viewer():
                viewers[pane].append(event)
            case Transaction():
                sales[pane].append(event)
            case StreamMeta():
                metas.append(event)
    rows = (end_ms - start_ms) // PANE_MS
    panes = _chat(chats, start_ms, rows)
    metas.sort(key=lambda meta: meta.ts)
    found, known, place = [], Facts(), 0
    for row, chat in enumerate(panes):
        at = start_ms + row * PANE_MS
        while place < len(metas) and metas[place].ts < at + PANE_MS + LATENESS_MS:
            known = _told(known, metas[place])
            place += 1
        summary = Summary(chat, ViewerPane.of(viewers[at]), RevenuePane.of(sales[at]))
        found.append(Observation(at, summary, known))
    return found


def _chat(chats: Sequence[Chat], start_ms: int, rows: int) -> list[ChatPane]:
    if not chats:
        return [ChatPane()] * rows
    fold = Messages(Users(_HASHES.__getitem__), Vocabulary())
    for first in range(0, len(chats), 1_000):
        batch = chats[first : first + 1_000]
        fold.add(batch, np.array([(chat.ts - start_ms) // PANE_MS for chat in batch], np.int64))
    return ChatPane.folded(fold.fold(np.arange(rows), rows, ChatPane.held([])))


def _told(known: Facts, meta: StreamMeta) -> Facts:
    if meta.raid is None:
        return Facts(meta.live, known.raid_ms, known.raid_viewers)
    return Facts(meta.live, meta.ts, meta.raid.viewers)
