"""Chat of a recorded stream as TwitchDownloader writes it: one JSON object with ``comments``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from producer.sources.replay_chat import MAX_SECONDS, BadLine, LogLine, chat_of
from telemetra.domain.errors import EventError
from telemetra.domain.events import MAX_TEXT, is_channel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from producer.event import Line


class _Commenter(msgspec.Struct, frozen=True):
    name: str = ""
    display_name: str = ""


class _Fragment(msgspec.Struct, frozen=True):
    text: str | None = None
    emoticon: dict[str, object] | None = None


class _Badge(msgspec.Struct, frozen=True, rename={"name": "_id"}):
    name: str = ""


class _Message(msgspec.Struct, frozen=True):
    body: Annotated[str, Meta(max_length=MAX_TEXT)]
    bits_spent: int = 0
    fragments: tuple[_Fragment, ...] | None = ()
    user_badges: tuple[_Badge, ...] | None = ()


class _Comment(msgspec.Struct, frozen=True):
    content_offset_seconds: Annotated[float, Meta(ge=0, le=MAX_SECONDS)]
    message: _Message
    commenter: _Commenter | None = None


class _Streamer(msgspec.Struct, frozen=True):
    name: str = ""
    login: str | None = None


class _Recording(msgspec.Struct, frozen=True):
    comments: tuple[msgspec.Raw, ...]
    streamer: _Streamer = _Streamer()


def read_vod(data: bytes, channel: str | None, named: str | None) -> Iterator[Line | BadLine]:
    """Yield the comments; lines are counted from 1 in ``comments``.

    Args:
        data: the whole file.
        channel: plays on this channel; otherwise on the streamer's, if that is a channel id, or ``named``.
        named: a last resort.
    """
    try:
        recording = msgspec.json.decode(data, type=_Recording)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        yield BadLine(1, f"expected a JSON object with `comments`: {error}")
        return
    owner = (recording.streamer.login or recording.streamer.name).lower()
    channel = channel or (owner if is_channel(owner) else named)
    for number, raw in enumerate(recording.comments, start=1):
        try:
            comment = msgspec.json.decode(raw, type=_Comment)
            yield chat_of(_said(comment), bytes(raw), number, channel)
        except msgspec.ValidationError as error:
            yield BadLine(number, f"expected a comment with its offset, body and commenter: {error}")
        except EventError as error:
            yield BadLine(number, str(error))


def _said(comment: _Comment) -> LogLine:
    who, message = comment.commenter or _Commenter(), comment.message
    badges = {badge.name for badge in message.user_badges or ()}
    emotes = [fragment.text or "" for fragment in message.fragments or () if fragment.emoticon]
    return LogLine(
        t=comment.content_offset_seconds,
        u=who.name or who.display_name or "unknown",
        m=message.body,
        e=tuple(filter(None, emotes)),
        bits=max(0, message.bits_spent),
        sub="subscriber" in badges,
        mod="moderator" in badges,
    )
