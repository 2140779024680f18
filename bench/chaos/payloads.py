"""Faults in what is delivered: bad lines, the same again, out of order, other shards, wrong clocks."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from itertools import count
from typing import Any, Final

import zstandard

from bench.chaos.ground import SETTLED_WITHIN_S, Sitting
from producer.event import Line
from producer.pack import Packed, pack
from telemetra.adapters.clock import now_ms
from telemetra.domain.window import HOUR_MS, MINUTE_MS, SECOND_MS

RATE: Final = 200.0
SECONDS: Final = 10.0

SEQUENCE: Final = 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898
"""A sequence number of 56 digits, as AWS gives them."""

SHARDS: Final = tuple(f"shardId-00000000010{number}" for number in range(4))
"""A parent, its two children after the split, and what those merge into; the stack has none of them."""

LATE_A_CALL: Final = 50

BAD: Final = (b"not json", b'{"schema":"chat.v1"}', b'{"schema":"other.v1","ts":1}', b'{"schema":"chat.v1",')


def poison(sitting: Sitting) -> None:
    """Put bad lines among good ones in one record, and records that cannot be unpacked between others."""
    sink = sitting.ground.sink()

    def take(lines: list[Line]) -> None:
        middle = len(lines) // 2
        raw = b"\n".join([*(line.data for line in lines[:middle]), *BAD, *(o.data for o in lines[middle:])])
        broken = zstandard.compress(raw)[:-9]
        kind = lines[0].kind
        sink.send(
            [
                Packed(kind, str(number), data, 0, 0)
                for number, data in enumerate((zstandard.compress(raw), broken))
            ]
        )
        sitting.planted += len(BAD) + 1

    sitting.play(RATE, SECONDS, take)


def duplicate(sitting: Sitting) -> None:
    """Put every record three times: at once, and again half a second later, as after lost answers."""
    sink = sitting.ground.sink()
    earlier: list[Packed] = []

    def take(lines: list[Line]) -> None:
        records = pack(lines)
        sink.send([*records, *records])
        sink.send(earlier)
        earlier[:] = records
        sitting.facts["resent"] = sitting.facts.get("resent", 0) + 2 * len(records)

    sitting.play(RATE, SECONDS, take)
    sink.send(earlier)


def reorder(sitting: Sitting) -> None:
    """Deliver six minutes of the past, most of them two at a time, the rest afterwards in random order.

    Each part closes and settles the minutes of the one before it; all that follows is late and must revise
    them.
    """
    size = round(RATE * SECONDS)
    begin_ms = now_ms() - 9 * MINUTE_MS
    span_ms = 6 * MINUTE_MS
    lines = sitting.book(sitting.chatter.say([begin_ms + at * span_ms // size for at in range(size)]))
    late = [line for number, line in enumerate(lines) if number % 5 == 0]
    early = [line for number, line in enumerate(lines) if number % 5]
    sink = sitting.ground.sink()
    for first in range(0, len(early), len(early) // 3):
        sink.send(pack(early[first : first + len(early) // 3]))
        sitting.settled(SETTLED_WITHIN_S)
    sitting.rng.shuffle(late)
    sitting.facts["late"] = len(late)
    for first in range(0, len(late), LATE_A_CALL):
        sink.send(pack(late[first : first + LATE_A_CALL]))


def clock_skew(sitting: Sitting) -> None:
    """Send with clocks that are 90 s and 30 s ahead, right, 10 minutes and 25 hours behind."""
    sink = sitting.ground.sink()
    ahead_s, behind_ms = 90, 25 * HOUR_MS

    def take(lines: list[Line]) -> None:
        now = now_ms()
        say = sitting.chatter.say
        far, old = say([now + ahead_s * SECOND_MS] * 4), say([now - behind_ms] * 4)
        near, past = say([now + 30 * SECOND_MS] * 4), say([now - 10 * MINUTE_MS] * 4)
        sink.send(pack([*far, *old, *lines, *sitting.book([*near, *past])]))
        sitting.planted += len(far)
        sitting.facts["too_old"] = sitting.facts.get("too_old", 0) + len(old)

    sitting.play(RATE / 2, SECONDS, take)


def reshard(sitting: Sitting) -> None:
    """Hand deliveries to aggregate as they come around a split and a merge.

    The producer sends the last records of a parent once more, so that they are on the child too.
    """
    numbers = count(SEQUENCE + now_ms() * 1000)
    last: list[Packed] = []
    step = 0

    def take(lines: list[Line]) -> None:
        nonlocal step
        stage, step = min(step // 6, 2), step + 1
        crossed = stage and step % 6 == 1
        records = [*last, *pack(lines)] if crossed else pack(lines)
        open_shards = ((0,), (1, 2), (3,))[stage]
        for shard in open_shards:
            mine = [r for r in records if int(r.key) % len(open_shards) == open_shards.index(shard)]
            if mine:
                sitting.ground.invoke(delivery(sitting, mine, SHARDS[shard], numbers))
        last[:] = records
        if crossed:
            sitting.facts["sent_again"] = sitting.facts.get("sent_again", 0) + len(records)

    sitting.play(RATE, SECONDS, take)


def delivery(sitting: Sitting, records: Sequence[Packed], shard: str, numbers: Any) -> list[dict[str, Any]]:
    """Return records as Lambda gets them."""
    streams = "arn:aws:kinesis:us-east-1:000000000000:stream"
    return [
        {
            "eventID": f"{shard}:{(sequence := next(numbers))}",
            "eventSource": "aws:kinesis",
            "eventSourceARN": f"{streams}/{sitting.ground.stream(record.kind)}",
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": record.key,
                "sequenceNumber": str(sequence),
                "data": base64.b64encode(record.data).decode(),
                "approximateArrivalTimestamp": now_ms() / 1000,
            },
        }
        for record in records
    ]
