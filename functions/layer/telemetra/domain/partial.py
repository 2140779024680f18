"""A partial: what one shard has folded into one pane of one kind, with the marks against retries."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec

from telemetra.domain.events import Kind
from telemetra.domain.summary import Content

RING_SIZE: Final = 256
"""Hashes of records remembered a row, against producers that re-send identical bytes."""


class PaneKey(NamedTuple):
    """Where a partial lives: one row a channel, pane, kind and shard.

    Attributes:
        channel: channel id.
        start_ms: start of the 10 s pane, event time.
        kind: kind of the events folded.
        shard: shard id without its stream, such as ``shardId-000000000003``.
    """

    channel: str
    start_ms: int
    kind: Kind
    shard: str


class Partial(msgspec.Struct, frozen=True, gc=False):
    """The state of one row.

    Attributes:
        content: the merged aggregate of the events folded in.
        upto: sequence number of the last record folded in; records up to it are known.
        ring: 64-bit hashes of the last ``RING_SIZE`` records folded in, oldest first.
        version: number of writes of this row, starting at 1.
        mark_ms: greatest min(ts, arrival) folded in: how far event time is known to have come.
        arrival_ms: greatest arrival time folded in.
        delivery: id of the delivery that was folded in last, see ``delivery``; empty when none is known.
    """

    content: Content
    upto: int
    ring: tuple[int, ...]
    version: int
    mark_ms: int
    arrival_ms: int
    delivery: str = ""
