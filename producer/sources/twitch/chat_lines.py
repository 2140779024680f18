"""What IRC messages mean: chat, payments, raids, removals, notices."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from producer.event import Chat, Raid
from producer.sources.twitch.notices import Noticed, meaning
from producer.sources.twitch.values import (
    FrameError,
    Leg,
    Removal,
    chat_sighting,
    clipped,
)
from telemetra.domain.events import is_channel

if TYPE_CHECKING:
    from producer.sources.twitch.emotes import EmoteBook
    from producer.sources.twitch.irc import Message
    from producer.sources.twitch.values import Fact

_ACTION: Final = "\x01ACTION "
_MAX_RANGES: Final = 500
_RANGE: Final = re.compile(r"([0-9]{1,6})-([0-9]{1,6})")
_MAX_TS: Final = 2**53


def facts_of(message: Message, emotes: EmoteBook, now_ms: int) -> tuple[Fact, ...]:
    """Return what ``message`` says, nothing for commands of the connection itself.

    Args:
        message: a parsed line.
        emotes: names of third-party emotes by channel.
        now_ms: its arrival, for lines without a time of their own.

    Raises:
        FrameError: the line lacks what its command needs.
    """
    match message.command:
        case "PRIVMSG":
            return (chat_sighting(Leg.IRC, _chat(message, emotes, now_ms)),)
        case "USERNOTICE":
            return _notice(message, emotes, now_ms)
        case "CLEARCHAT" | "CLEARMSG":
            return (_removal(message, now_ms),)
        case _:
            return ()


def native_emotes(tag: str, text: str) -> list[tuple[int, int, str]]:
    """Return ``(start, end, name)`` of the emotes that ``tag`` places, by position, ``end`` exclusive.

    Positions count code points of ``text``; ranges beyond it are left out.

    Example:
        >>> native_emotes("25:2-6/1:8-9,11-12", "\U0001f600 Kappa :) :)")
        [(2, 7, 'Kappa'), (8, 10, ':)'), (11, 13, ':)')]
    """
    found: list[tuple[int, int, str]] = []
    for part in tag.split("/")[:_MAX_RANGES]:
        for place in part.partition(":")[2].split(",")[:_MAX_RANGES]:
            if match := _RANGE.fullmatch(place):
                start, end = int(match[1]), int(match[2]) + 1
                if start < end <= len(text):
                    found.append((start, end, text[start:end]))
    return sorted(found)[:_MAX_RANGES]


def sent_at(message: Message, now_ms: int) -> int:
    """Return when Twitch sent ``message``, or ``now_ms`` where it does not say."""
    stamp = number(message.tags.get("tmi-sent-ts", ""))
    return stamp if 0 < stamp < _MAX_TS else now_ms


def number(text: str) -> int:
    """Return a natural number, 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 16 else 0  # noqa: PLR2004


def _channel(message: Message) -> str:
    if not is_channel(message.channel):
        text = f"{message.command} names no channel: {message.params[:1]!r:.80}"
        raise FrameError(text)
    return message.channel


def _said(message: Message) -> str:
    """Return what was written, without the frame of ``/me``."""
    text = message.text
    return text.removeprefix(_ACTION).removesuffix("\x01") if text.startswith(_ACTION) else text


def _chat(message: Message, emotes: EmoteBook, now_ms: int) -> Chat:
    channel, tags, text = _channel(message), message.tags, _said(message)
    login = message.nick or tags.get("login", "")
    user_id = tags.get("user-id") or login
    if not user_id or not text:
        sentence = f"{message.command} in {channel} without a sender or a text"
        raise FrameError(sentence)
    ts = sent_at(message, now_ms)
    return Chat(
        event_id=tags.get("id", "")[:128] or derived_id(channel, user_id, str(ts), text),
        channel=channel,
        ts=ts,
        user_id=user_id,
        user=tags.get("display-name") or login,
        text=clipped(text),
        emotes=emotes.names(channel, text, native_emotes(tags.get("emotes", ""), text)),
        badges=tuple(badge for badge in tags.get("badges", "").split(",") if badge),
        bits=number(tags.get("bits", "")),
        first=tags.get("first-msg") == "1",
        source=Leg.IRC.value,
    )


def _notice(message: Message, emotes: EmoteBook, now_ms: int) -> tuple[Fact, ...]:
    channel, tags = _channel(message), message.tags
    ts = sent_at(message, now_ms)
    name = tags.get("msg-id", "")[:64]
    facts: list[Fact] = list(
        meaning(
            Noticed(
                leg=Leg.IRC,
                name=name,
                event_id=tags.get("id", "")[:120] or derived_id(channel, name, str(ts)),
                channel=channel,
                ts=ts,
                user_id="" if tags.get("login") == "ananonymousgifter" else tags.get("user-id", ""),
                tier=tags.get("msg-param-sub-plan", ""),
                quantity=number(tags.get("msg-param-mass-gift-count", "")),
                part=bool(tags.get("msg-param-community-gift-id")),
                raid=_raid(tags) if name == "raid" else None,
            )
        )
    )
    if message.text and (tags.get("user-id") or tags.get("login")):
        facts.append(chat_sighting(Leg.IRC, _chat(message, emotes, now_ms)))
    return tuple(facts)


def _raid(tags: dict[str, str]) -> Raid:
    origin = tags.get("msg-param-login") or tags.get("login", "")
    return Raid(origin[:64], number(tags.get("msg-param-viewerCount", "")))


def _removal(message: Message, now_ms: int) -> Removal:
    channel, tags = _channel(message), message.tags
    ts = sent_at(message, now_ms)
    if message.command == "CLEARMSG":
        return Removal(channel, ts, "message", message_id=tags.get("target-msg-id", ""))
    if not message.text:
        return Removal(channel, ts, "all")
    seconds = number(tags.get("ban-duration", ""))
    user_id = tags.get("target-user-id") or message.text
    return Removal(channel, ts, "timeout" if seconds else "ban", user_id=user_id, seconds=seconds)


def derived_id(*parts: str) -> str:
    """Return an id for what carries none, the same for the same content."""
    return blake2b("\n".join(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()
