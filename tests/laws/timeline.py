"""What a schedule sends: seeded events of two channels around midnight, packed, some sent twice."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import msgspec
import zstandard

from telemetra.domain.events import Chat, Event, Kind, Transaction, TransactionType, Viewer
from telemetra.domain.window import HOUR_MS, MINUTE_MS, SECOND_MS

MIDNIGHT_MS = 1_795_392_000_000
"""2026-11-23T00:00:00Z: hours and days close while a schedule runs."""

BASE_SEQUENCE = 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898
"""A sequence number of 56 digits, as AWS gives them."""

CHANNELS = ("aurora", "borealis")


@dataclass(frozen=True, slots=True)
class Sent:
    """One record on its stream.

    Attributes:
        kind: its stream.
        shard: its shard.
        sequence: its sequence number.
        arrival_ms: when the stream took it.
        data: its bytes.
        events: what it holds.
    """

    kind: Kind
    shard: str
    sequence: int
    arrival_ms: int
    data: bytes
    events: tuple[Event, ...]


def timeline(random: Random, *, crowd: int, resends: bool) -> list[Sent]:
    """Return the records of one schedule in order of arrival.

    Args:
        random: seeded source.
        crowd: how many different users and words there are; above 256 the sketches are in use.
        resends: whether the producer sends some records twice.
    """
    now_ms = MIDNIGHT_MS - random.randrange(2, 5) * MINUTE_MS
    end_ms = now_ms + random.randrange(4, 8) * MINUTE_MS
    reshard_ms = random.choice((0, (now_ms + end_ms) // 2))
    sent: list[Sent] = []
    sequence = BASE_SEQUENCE
    while now_ms < end_ms:
        now_ms += random.randrange(2, 25) * SECOND_MS
        for _ in range(random.randrange(1, 4)):
            kind = random.choices((Kind.CHAT, Kind.VIEWER, Kind.TRANSACTION), (6, 2, 1))[0]
            shard = _shard(random, kind, resharded=bool(reshard_ms) and now_ms > reshard_ms)
            events = tuple(_event(random, kind, now_ms, crowd) for _ in range(random.randrange(1, 9)))
            sequence += random.randrange(1, 1000)
            data = zstandard.compress(b"\n".join(map(msgspec.json.encode, events)))
            sent.append(Sent(kind, shard, sequence, now_ms, data, events))
        if sent and resends and random.random() < 0.2:
            again = random.choice(sent[-6:])
            sequence += 1
            resharded = bool(reshard_ms) and now_ms > reshard_ms
            shard = "shardId-000000000009" if resharded and again.kind is Kind.CHAT else again.shard
            sent.append(Sent(again.kind, shard, sequence, now_ms, again.data, again.events))
    return sent


def _shard(random: Random, kind: Kind, *, resharded: bool) -> str:
    """Chat has two shards (a salted channel is on both), and one more after resharding has closed them."""
    if kind is not Kind.CHAT:
        return "shardId-000000000000"
    return "shardId-000000000009" if resharded else f"shardId-00000000000{random.randrange(2)}"


def _event(random: Random, kind: Kind, now_ms: int, crowd: int) -> Event:
    delay = random.choice((0, 1, 3, 20, 90, 1200)) * SECOND_MS if random.random() < 0.4 else 0
    if random.random() < 0.02:
        delay = 2 * HOUR_MS
    ts = now_ms - delay - random.randrange(3000)
    event_id, channel = f"{random.getrandbits(40):x}", random.choice(CHANNELS)
    if kind is Kind.CHAT:
        user = f"u{random.randrange(crowd)}"
        words = [f"w{random.randrange(crowd)}" for _ in range(random.randrange(1, 4))]
        emotes = random.choices(["KEKW", "PogChamp", "LUL"], k=random.randrange(3))
        return Chat(event_id, channel, ts, user, user, " ".join([*words, *emotes]), emotes, 0)
    if kind is Kind.VIEWER:
        return Viewer(event_id, channel, ts, random.randrange(5000))
    return Transaction(event_id, channel, ts, random.choice(list(TransactionType)), 499, "USD")
