"""Chunks in columns: what single records hold for single panes of single channels, grouped into rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import gt
from typing import NamedTuple

import numpy as np

from telemetra.application.ports import Record
from telemetra.domain.bulk import firsts, stable_order
from telemetra.domain.events import Kind
from telemetra.domain.hashing import record_hashes
from telemetra.domain.partial import PaneKey
from telemetra.domain.vocabulary import Keys, Numbers
from telemetra.domain.window import PANE_MS


class Chunks(NamedTuple):
    """Events that one record holds for one pane of one channel, by number of the cell they fold into.

    Attributes:
        record: number of the record in its batch.
        channel: number of the channel in its batch.
        pane: start of the pane, in panes since the epoch.
        newest_ms: newest event time.
        events: how many.
    """

    record: Numbers
    channel: Numbers
    pane: Numbers
    newest_ms: Numbers
    events: Numbers

    @classmethod
    def of(cls, owner: Numbers, channel: Numbers, instant: Numbers) -> tuple[Chunks, Numbers]:
        """Group events by record, channel and pane; return the chunks and the chunk of each event.

        Args:
            owner: record of each event, in order.
            channel: channel of each event.
            instant: event time of each event, in ms.
        """
        pane = instant // PANE_MS
        first = int(pane.min())
        width, panes = int(channel.max()) + 1, int(pane.max()) - first + 1
        place = (owner * width + channel) * panes + (pane - first)
        order = None
        if np.any(place[1:] < place[:-1]):
            order = stable_order(place)
            place, instant = place[order], instant[order]
        starts = np.flatnonzero(firsts(place))
        counts = np.diff(starts, append=len(place))
        chunk = np.repeat(np.arange(len(starts)), counts)
        if order is not None:
            chunk[order] = chunk.copy()
        rows, pane_at = np.divmod(place[starts], panes)
        owners, channels = np.divmod(rows, width)
        return cls(owners, channels, pane_at + first, np.maximum.reduceat(instant, starts), counts), chunk

    @classmethod
    def joined(cls, parts: Sequence[Chunks]) -> Chunks:
        """Return all parts as one, in order."""
        return cls(*map(np.concatenate, zip(*parts, strict=True)))


@dataclass(frozen=True, slots=True)
class Delivered:
    """The records of a batch, a value a record.

    Attributes:
        digest: 64-bit hash of its bytes.
        arrival_ms: its arrival.
        rank: its place by sequence number.
        shard: number of its shard.
        sequences: all sequence numbers, in order of rank.
        shards: names of the shards.
        known: the hashes again, to look one up.
        repeats: whether two records have the same bytes.
    """

    digest: Keys
    arrival_ms: Numbers
    rank: Numbers
    shard: Numbers
    sequences: list[int]
    shards: list[str]
    known: frozenset[int]
    repeats: bool

    @classmethod
    def of(cls, records: Sequence[Record]) -> Delivered:
        """Put records into columns."""
        digest = record_hashes([record.data or b"" for record in records])
        known = frozenset(digest.tolist())
        sequences = [record.sequence for record in records]
        rank = np.arange(len(records))
        if any(map(gt, sequences, sequences[1:])):
            order = sorted(range(len(records)), key=sequences.__getitem__)
            rank[order] = np.arange(len(records))
            sequences.sort()
        named = [record.shard for record in records]
        shards = list(dict.fromkeys(named))
        number = {name: at for at, name in enumerate(shards)}
        return cls(
            digest=digest,
            arrival_ms=np.array([record.arrival_ms for record in records], np.int64),
            rank=rank,
            shard=np.array([number[name] for name in named], np.int64),
            sequences=sequences,
            shards=shards,
            known=known,
            repeats=len(known) < len(records),
        )


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one kind that a batch touches, and their chunks: row after row, in the order of delivery.

    Attributes:
        delivered: the records of the batch.
        keys: of the rows.
        bounds: where in the other columns each row begins, and their length.
        row: row of each chunk.
        cell: its cell in the fold.
        count: its events.
        rank: place of its record by sequence number.
        digest: 64-bit hash of its record.
        arrival_ms: arrival of its record.
        mark_ms: how far event time has come by it: its newest event, never ahead of arrival.
    """

    delivered: Delivered
    keys: list[PaneKey]
    bounds: list[int]
    row: Numbers
    cell: Numbers
    count: Numbers
    rank: Numbers
    digest: Keys
    arrival_ms: Numbers
    mark_ms: Numbers

    @classmethod
    def of(cls, kind: Kind, chunks: Chunks, channels: Sequence[str], delivered: Delivered) -> Rows:
        """Group chunks into rows.

        Args:
            kind: of the events.
            chunks: in the order of delivery.
            channels: names of the channels.
            delivered: the records of the batch.
        """
        first = int(chunks.pane.min())
        panes = int(chunks.pane.max()) - first + 1
        place = (delivered.shard[chunks.record] * len(channels) + chunks.channel) * panes
        place += chunks.pane - first
        order = stable_order(place)
        place = place[order]
        begins = firsts(place)
        starts = np.flatnonzero(begins)
        rest, pane = np.divmod(place[starts], panes)
        shard, channel = np.divmod(rest, len(channels))
        keys = map(
            PaneKey,
            [channels[at] for at in channel.tolist()],
            ((pane + first) * PANE_MS).tolist(),
            repeat(kind),
            [delivered.shards[at] for at in shard.tolist()],
        )
        record = chunks.record[order]
        arrival = delivered.arrival_ms[record]
        return cls(
            delivered=delivered,
            keys=list(keys),
            bounds=[*starts.tolist(), len(place)],
            row=np.cumsum(begins) - 1,
            cell=order,
            count=chunks.events[order],
            rank=delivered.rank[record],
            digest=delivered.digest[record],
            arrival_ms=arrival,
            mark_ms=np.minimum(chunks.newest_ms[order], arrival),
        )
