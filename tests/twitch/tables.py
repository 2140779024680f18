"""What fault scripts left on a stack: its stream message by message, its tables minute by minute."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from random import Random
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, TypeAlias

from bench.holdings import events, minutes
from local.waiting import holds_within
from producer.sink import KinesisSink
from telemetra.domain.chat import ChatPane
from telemetra.domain.window import MINUTE_MS, floor_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from producer.sources.twitch.standin.world import Told, World

Said = tuple[str, str, str]
"""Channel, user id, text."""

Heard: TypeAlias = "Mapping[str, Any]"
"""An event of the stream."""

Rows = dict[tuple[str, int], ChatPane]
"""Channel and start of a minute to its chat."""

Client: TypeAlias = "Callable[[str], Any]"
"""Makes a boto3 client of a service."""

COUNTED_WITHIN_S = 180.0


@dataclass(slots=True)
class Verdict:
    """What is not as it was said.

    Attributes:
        messages: that the stand-in said.
        flagged: of them, first messages that a leg with the flag carried.
        lost: messages that are not on the stream.
        doubled: messages that are on the stream more than once.
        flags_wrong: messages on the stream whose first-message flag is not as it was said.
        table_lost: messages that a minute of the tables lacks.
        table_doubled: messages that a minute of the tables has too many.
        table_fields_wrong: emotes, bits and chatters of channels and minutes that differ.
    """

    messages: int = 0
    flagged: int = 0
    lost: int = 0
    doubled: int = 0
    flags_wrong: int = 0
    table_lost: int = 0
    table_doubled: int = 0
    table_fields_wrong: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether all is as it was said."""
        wrong = (self.lost, self.doubled, self.flags_wrong, self.table_lost, self.table_doubled)
        return not any(wrong) and not self.table_fields_wrong

    def plain(self) -> dict[str, Any]:
        """Return the figures."""
        return asdict(self)


def sink_of(client: Client, prefix: str) -> KinesisSink:
    """Return the sink of the producer on a stack."""
    return KinesisSink(
        client("kinesis"),
        lambda kind: f"{prefix}-{kind}",
        sleep=sleep,
        seconds=monotonic,
        rng=Random(1),
    )


def on_stream(client: Client, prefix: str, world: World) -> list[Heard]:
    """Return what lies on the stream of its channels; soon: the emulator keeps records for minutes."""
    wanted = set(world.channels)
    return [event for event in events(client("kinesis"), f"{prefix}-chat") if event["channel"] in wanted]


def verdict(client: Client, prefix: str, worlds: Iterable[World], heard: Sequence[Heard]) -> Verdict:
    """Compare what ``worlds`` said with what was ``heard`` on the stream, and both with the tables.

    The stream is compared with the ledgers. The tables are compared with a plain count of the stream by
    channel and minute, and with the ledgers by channel.
    """
    told = [one for world in worlds for one in world.ledger]
    found = Verdict(messages=len(told), flagged=sum(one.saying.first and one.irc for one in told))
    said = Counter(_said(one) for one in told)
    got = Counter(_key(event) for event in heard)
    found.lost, found.doubled = (said - got).total(), (got - said).total()
    flagged = {_key(event) for event in heard if event.get("first")}
    found.flags_wrong = len(flagged ^ {_said(one) for one in told if one.saying.first and one.irc})
    totals = Counter[str]()
    for (channel, _, _), count in said.items():
        totals[channel] += count
    rows = _rows(client("dynamodb"), prefix, totals)
    _compare_minutes(found, rows, heard)
    _compare_totals(found, rows, heard, totals)
    return found


def _said(one: Told) -> Said:
    return one.saying.channel, one.saying.user_id, one.saying.text


def _key(event: Heard) -> Said:
    return event["channel"], event["user_id"], event["text"]


def _rows(dynamodb: Any, prefix: str, totals: Counter[str]) -> Rows:
    """Wait until the minutes count as many messages as were said, and return them."""
    rows: Rows = {}

    def through() -> bool:
        rows.clear()
        for channel in totals:
            for start, summary in minutes(dynamodb, prefix, channel).items():
                rows[channel, start] = summary.chat
        return sum(row.count for row in rows.values()) >= totals.total()

    holds_within(through, COUNTED_WITHIN_S, every_s=1)
    return rows


def _compare_minutes(found: Verdict, rows: Rows, heard: Iterable[Heard]) -> None:
    counts: Counter[tuple[str, int]] = Counter()
    chatters: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for event in heard:
        key = event["channel"], floor_to(event["ts"], MINUTE_MS)
        counts[key] += 1
        chatters[key].add(event["user_id"])
    for key in {*rows, *counts}:
        row = rows.get(key, ChatPane())
        off = counts[key] - row.count
        found.table_lost += max(0, off)
        found.table_doubled += max(0, -off)
        if row.chatters.exact and row.chatters.finish() != len(chatters[key]):
            found.table_fields_wrong.append(f"chatters of {key}")


def _compare_totals(found: Verdict, rows: Rows, heard: Iterable[Heard], totals: Counter[str]) -> None:
    emotes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    bits: Counter[str] = Counter()
    for event in heard:
        emotes[event["channel"]].update(event["emotes"])
        bits[event["channel"]] += event["bits"]
    for channel, count in totals.items():
        whole = ChatPane()
        for (name, _), row in rows.items():
            whole = whole.merge(row) if name == channel else whole
        compared = {
            "count": (whole.count, count),
            "bits": (whole.bits, bits[channel]),
            "emotes": (dict(whole.emotes.counts), dict(emotes[channel])),
        }
        found.table_fields_wrong += [
            f"{name} of {channel}: {stored}, not {right}"
            for name, (stored, right) in compared.items()
            if stored != right
        ]
