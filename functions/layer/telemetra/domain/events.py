"""The four event types as typed values, decoded straight from contract JSON (``events/*.schema.json``)."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta

from telemetra.domain.errors import EventError, Reason

MAX_TEXT: Final = 500
"""Longest chat message, in code points."""

_MAX_INSTANT: Final = 2**53
_CHANNEL: Final = re.compile(r"[a-z0-9_]{1,64}")

Instant = Annotated[int, Meta(ge=0, le=_MAX_INSTANT)]
Natural = Annotated[int, Meta(ge=0, le=_MAX_INSTANT)]


class Kind(StrEnum):
    """The kind of an event, which is also the name of its stream."""

    __hash__ = str.__hash__

    CHAT = "chat"
    VIEWER = "viewer"
    TRANSACTION = "transaction"
    STREAM_META = "stream_meta"


class Chat(msgspec.Struct, frozen=True, gc=False, tag_field="schema", tag="chat.v1"):
    """One chat message; ``emotes`` holds names in order of appearance, ``bits`` is 0 without a cheer.

    Badges, ``first`` and ``source`` are in the archive; nothing is counted of them, so they are not decoded.
    """

    event_id: str
    channel: str
    ts: Instant
    user_id: str
    user: str
    text: Annotated[str, Meta(max_length=MAX_TEXT)]
    emotes: list[str] = []
    bits: Natural = 0


class Viewer(msgspec.Struct, frozen=True, gc=False, tag_field="schema", tag="viewer.v1"):
    """One reading of the concurrent viewer count."""

    event_id: str
    channel: str
    ts: Instant
    viewers: Natural


class TransactionType(StrEnum):
    """What was bought."""

    SUB = "sub"
    RESUB = "resub"
    GIFT = "gift"
    CHEER = "cheer"
    TIP = "tip"


class Transaction(msgspec.Struct, frozen=True, gc=False, tag_field="schema", tag="transaction.v1"):
    """One payment, in hundredths of ``currency``; ``user_id`` is absent when anonymous."""

    event_id: str
    channel: str
    ts: Instant
    type: TransactionType
    amount_cents: Natural
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]
    user_id: str | None = None
    tier: str | None = None
    quantity: Annotated[int, Meta(ge=1, le=100_000)] = 1


class Raid(msgspec.Struct, frozen=True, gc=False, rename={"origin": "from"}):
    """An incoming raid: the channel it came from and how many viewers it brought."""

    origin: str
    viewers: Natural


class StreamMeta(msgspec.Struct, frozen=True, gc=False, tag_field="schema", tag="stream_meta.v1"):
    """What the channel says of itself at ``ts``."""

    event_id: str
    channel: str
    ts: Instant
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

_decoder: Final = msgspec.json.Decoder(Event)


def is_channel(name: str) -> bool:
    """Say whether ``name`` is a channel id: ``[a-z0-9_]{1,64}``."""
    return _CHANNEL.fullmatch(name) is not None


def decode_line(line: bytes) -> Event:
    """Decode one event.

    Raises:
        EventError: ``json`` when the line is not JSON, ``schema`` when a field is missing, of the wrong type
            or out of bounds, ``channel`` when the channel id is malformed.
    """
    try:
        event: Event = _decoder.decode(line)
    except msgspec.ValidationError as error:
        raise EventError(Reason.SCHEMA, str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EventError(Reason.JSON, f"not a JSON object: {error}") from error
    if not is_channel(event.channel):
        message = f"channel {event.channel[:80]!r} is not [a-z0-9_]{{1,64}}"
        raise EventError(Reason.CHANNEL, message)
    return event
