"""What the Twitch readers say: sightings of events, removals, notices, and the errors of frames."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from telemetra.domain.errors import TelemetraError
from telemetra.domain.events import MAX_TEXT

if TYPE_CHECKING:
    from producer.event import Chat, Raid, Transaction

CURRENCY: Final = "USD"


class FrameError(TelemetraError):
    """A line or frame that is not what Twitch documents; it is counted and skipped."""


class Leg(StrEnum):
    """The way an event came in."""

    IRC = "irc"
    EVENTSUB = "eventsub"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Arrival:
    """An incoming raid on ``channel``."""

    event_id: str
    channel: str
    ts: int
    raid: Raid


@dataclass(frozen=True, slots=True)
class Sighting:
    """One event as one leg saw it.

    Attributes:
        leg: which one; two legs may each see the same event.
        key: what is equal for equal events, whatever ids they carry.
        event: the event; its id is the leg's.
        whole: no other leg knows more of it, so that it need not wait for one.
    """

    leg: Leg
    key: tuple[object, ...]
    event: Chat | Transaction | Arrival
    whole: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What became known of ``channel``; None is unknown and changes nothing."""

    channel: str
    ts: int
    event_id: str
    live: bool | None = None
    title: str | None = None
    category: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """What a moderator took out of a chat, kept for a later erasure.

    Attributes:
        what: ``message``, ``timeout``, ``ban`` or ``all``.
        user_id: whose messages; empty for ``all`` and where Twitch does not say.
        message_id: of the one message.
        seconds: of a timeout.
    """

    channel: str
    ts: int
    what: str
    user_id: str = ""
    message_id: str = ""
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that is no payment, raid or message, or of a kind that is not known."""

    channel: str
    ts: int
    name: str
    event_id: str
    known: bool


Fact: TypeAlias = Sighting | Change | Removal | Notice


def chat_sighting(leg: Leg, chat: Chat) -> Sighting:
    """Return ``chat`` as seen by ``leg``; IRC alone has the first-message flag, so it is whole there."""
    return Sighting(leg, ("chat", chat.channel, chat.user_id, chat.text), chat, whole=leg is Leg.IRC)


def payment_sighting(leg: Leg, paid: Transaction) -> Sighting:
    """Return ``paid`` as seen by ``leg``."""
    key = (paid.type, paid.channel, paid.user_id, paid.tier, paid.quantity, paid.amount_cents)
    return Sighting(leg, key, paid, whole=True)


def raid_sighting(leg: Leg, raid: Arrival) -> Sighting:
    """Return ``raid`` as seen by ``leg``; the legs may differ in the count of viewers."""
    return Sighting(leg, ("raid", raid.channel, raid.raid.origin), raid, whole=True)


def clipped(text: str) -> str:
    """Return at most the code points that the contract allows."""
    return text[:MAX_TEXT]
