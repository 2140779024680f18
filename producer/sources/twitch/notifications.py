"""What EventSub notifications mean: the same facts as IRC's, and those that only EventSub has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from producer.event import Chat, Raid, Transaction
from producer.sources.twitch.notices import Noticed, meaning, subscription
from producer.sources.twitch.values import (
    CURRENCY,
    Arrival,
    Change,
    FrameError,
    Leg,
    chat_sighting,
    clipped,
    payment_sighting,
    raid_sighting,
)
from telemetra.domain.events import is_channel

if TYPE_CHECKING:
    from collections.abc import Callable

    from producer.sources.twitch.emotes import EmoteBook
    from producer.sources.twitch.eventsub import Notification
    from producer.sources.twitch.values import Fact


class _Fragment(msgspec.Struct):
    type: str
    text: str


class _Text(msgspec.Struct):
    text: str
    fragments: tuple[_Fragment, ...] = ()


class _Badge(msgspec.Struct):
    set_id: str
    id: str


class _Cheer(msgspec.Struct):
    bits: int


class _Said(msgspec.Struct):
    broadcaster_user_login: str
    message_id: str
    message: _Text
    chatter_user_id: str = ""
    chatter_user_login: str = ""
    chatter_user_name: str = ""
    badges: tuple[_Badge, ...] = ()
    cheer: _Cheer | None = None
    chatter_is_anonymous: bool = False


class _Tier(msgspec.Struct):
    sub_tier: str = ""
    total: int = 0
    community_gift_id: str | None = None


class _RaidNotice(msgspec.Struct):
    user_login: str = ""
    viewer_count: int = 0


class _ChatNotice(_Said, kw_only=True):
    notice_type: str
    sub: _Tier | None = None
    resub: _Tier | None = None
    sub_gift: _Tier | None = None
    community_sub_gift: _Tier | None = None
    raid: _RaidNotice | None = None


class _Paid(msgspec.Struct):
    broadcaster_user_login: str
    user_id: str | None = None
    tier: str = ""
    is_gift: bool = False
    is_anonymous: bool = False
    total: int = 1
    bits: int = 0


class _Raid(msgspec.Struct):
    from_broadcaster_user_login: str
    to_broadcaster_user_login: str
    viewers: int


class _Channel(msgspec.Struct):
    broadcaster_user_login: str
    title: str | None = None
    category_name: str | None = None
    language: str | None = None


def facts_of(note: Notification, emotes: EmoteBook) -> tuple[Fact, ...]:
    """Return what ``note`` says, nothing for types that are not subscribed.

    Raises:
        FrameError: the event lacks a field or has one of another type.
    """
    reader = _READERS.get(note.type)
    return reader(note, emotes) if reader else ()


def _message(note: Notification, emotes: EmoteBook) -> tuple[Fact, ...]:
    return (chat_sighting(Leg.EVENTSUB, _chat(_decoded(note, _Said), note.sent_ms, emotes)),)


def _chat(said: _Said, sent_ms: int, emotes: EmoteBook) -> Chat:
    channel, text = _channel(said.broadcaster_user_login), said.message.text
    return Chat(
        event_id=said.message_id[:128],
        channel=channel,
        ts=sent_ms,
        user_id=said.chatter_user_id or said.chatter_user_login,
        user=said.chatter_user_name or said.chatter_user_login,
        text=clipped(text),
        emotes=emotes.names(channel, text, _placed(said.message.fragments)),
        badges=tuple(f"{badge.set_id}/{badge.id}" for badge in said.badges),
        bits=max(0, said.cheer.bits) if said.cheer else 0,
        source=Leg.EVENTSUB.value,
    )


def _placed(fragments: tuple[_Fragment, ...]) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    at = 0
    for fragment in fragments:
        if fragment.type == "emote":
            found.append((at, at + len(fragment.text), fragment.text))
        at += len(fragment.text)
    return found


def _notice(note: Notification, emotes: EmoteBook) -> tuple[Fact, ...]:
    said: _ChatNotice = _decoded(note, _ChatNotice)
    paid = said.sub or said.resub or said.sub_gift or said.community_sub_gift or _Tier()
    raid = Raid(said.raid.user_login[:64], max(0, said.raid.viewer_count)) if said.raid else None
    facts = list(
        meaning(
            Noticed(
                leg=Leg.NOTICE,
                name=said.notice_type,
                event_id=said.message_id[:120],
                channel=_channel(said.broadcaster_user_login),
                ts=note.sent_ms,
                user_id="" if said.chatter_is_anonymous else said.chatter_user_id,
                tier=paid.sub_tier,
                quantity=paid.total,
                part=paid.community_gift_id is not None,
                raid=raid,
            )
        )
    )
    if said.message.text and said.chatter_user_id:
        facts.append(chat_sighting(Leg.EVENTSUB, _chat(said, note.sent_ms, emotes)))
    return tuple(facts)


def _subscribed(kind: str) -> Callable[[Notification, EmoteBook], tuple[Fact, ...]]:
    def read(note: Notification, _: EmoteBook) -> tuple[Fact, ...]:
        paid: _Paid = _decoded(note, _Paid)
        if paid.is_gift:
            return ()
        bought = subscription(
            note.message_id[:120],
            _channel(paid.broadcaster_user_login),
            note.sent_ms,
            kind=kind,
            user_id="" if paid.is_anonymous else paid.user_id or "",
            tier=paid.tier,
            quantity=paid.total,
        )
        return (payment_sighting(Leg.EVENTSUB, bought),)

    return read


def _cheered(note: Notification, _: EmoteBook) -> tuple[Fact, ...]:
    paid: _Paid = _decoded(note, _Paid)
    bits = max(0, paid.bits)
    user_id = "" if paid.is_anonymous else paid.user_id or ""
    channel = _channel(paid.broadcaster_user_login)
    cheer = Transaction(
        f"{note.message_id[:120]}-bits", channel, note.sent_ms, "cheer", bits, CURRENCY, user_id
    )
    return (payment_sighting(Leg.EVENTSUB, cheer),)


def _raided(note: Notification, _: EmoteBook) -> tuple[Fact, ...]:
    came: _Raid = _decoded(note, _Raid)
    raid = Raid(came.from_broadcaster_user_login, max(0, came.viewers))
    channel = _channel(came.to_broadcaster_user_login)
    return (raid_sighting(Leg.EVENTSUB, Arrival(note.message_id[:120], channel, note.sent_ms, raid)),)


def _changed(live: bool | None) -> Callable[[Notification, EmoteBook], tuple[Fact, ...]]:
    def read(note: Notification, _: EmoteBook) -> tuple[Fact, ...]:
        said: _Channel = _decoded(note, _Channel)
        channel = _channel(said.broadcaster_user_login)
        known = (said.title, said.category_name, said.language)
        return (Change(channel, note.sent_ms, note.message_id[:120], live, *known),)

    return read


_READERS: Final[dict[str, Callable[[Notification, EmoteBook], tuple[Fact, ...]]]] = {
    "channel.chat.message": _message,
    "channel.chat.notification": _notice,
    "channel.subscribe": _subscribed("sub"),
    "channel.subscription.message": _subscribed("resub"),
    "channel.subscription.gift": _subscribed("gift"),
    "channel.cheer": _cheered,
    "channel.raid": _raided,
    "stream.online": _changed(live=True),
    "stream.offline": _changed(live=False),
    "channel.update": _changed(live=None),
}


def _decoded(note: Notification, wanted: Any) -> Any:
    try:
        return msgspec.json.decode(note.body, type=wanted)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"{note.type}: {error}"
        raise FrameError(message) from error


def _channel(login: str) -> str:
    if not is_channel(login):
        message = f"no channel: {login[:80]!r}"
        raise FrameError(message)
    return login
