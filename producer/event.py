"""The events as the producer writes them: contract JSON (``events/``), absent fields left out."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

import msgspec

from telemetra.domain.events import Kind


class Chat(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag_field="schema", tag="chat.v1"):
    """One chat message."""

    event_id: str
    channel: str
    ts: int
    user_id: str
    user: str
    text: str
    emotes: tuple[str, ...]
    badges: tuple[str, ...]
    bits: int
    first: bool = False
    source: str = ""


class Viewer(msgspec.Struct, frozen=True, gc=False, tag_field="schema", tag="viewer.v1"):
    """One reading of the concurrent viewers."""

    event_id: str
    channel: str
    ts: int
    viewers: int


class Transaction(
    msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag_field="schema", tag="transaction.v1"
):
    """One payment, in hundredths of ``currency``; anonymous without ``user_id``."""

    event_id: str
    channel: str
    ts: int
    type: str
    amount_cents: int
    currency: str
    user_id: str = ""
    tier: str = ""
    quantity: int = 1


class Raid(msgspec.Struct, frozen=True, gc=False, rename={"origin": "from"}):
    """An incoming raid: where it came from and how many came."""

    origin: str
    viewers: int


class StreamMeta(
    msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag_field="schema", tag="stream_meta.v1"
):
    """What the channel says of itself."""

    event_id: str
    channel: str
    ts: int
    live: bool
    title: str
    category: str
    language: str
    raid: Raid | None = None


Event: TypeAlias = Chat | Viewer | Transaction | StreamMeta

KINDS: Final[dict[type, Kind]] = {
    Chat: Kind.CHAT,
    Viewer: Kind.VIEWER,
    Transaction: Kind.TRANSACTION,
    StreamMeta: Kind.STREAM_META,
}

SCHEMAS: Final[dict[str, Kind]] = {f"{kind}.v1": kind for kind in Kind}
"""The kind, and so the stream, of each schema name."""


class Line(NamedTuple):
    """One event on its way out: what routing needs, and its JSON without a line break."""

    ts: int
    kind: Kind
    channel: str
    data: bytes


_encode = msgspec.json.Encoder().encode


def to_line(event: Event) -> Line:
    """Encode ``event`` compactly, its fields in declared order, as UTF-8.

    Example:
        >>> to_line(Viewer(event_id="a", channel="c", ts=1, viewers=9)).data
        b'{"schema":"viewer.v1","event_id":"a","channel":"c","ts":1,"viewers":9}'
    """
    return Line(event.ts, KINDS[type(event)], event.channel, _encode(event))
