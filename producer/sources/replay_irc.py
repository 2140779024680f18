"""Raw IRC lines with Twitch's tags, as chat loggers keep them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from producer.event import Chat, Transaction, to_line
from producer.sources.replay_chat import BadLine
from producer.sources.twitch.chat_lines import facts_of
from producer.sources.twitch.emotes import EmoteBook
from producer.sources.twitch.irc import parse
from producer.sources.twitch.values import FrameError, Sighting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from producer.event import Line
    from producer.sources.twitch.irc import Message

_TIMED = frozenset({"PRIVMSG", "USERNOTICE"})


def read_irc(rows: Iterable[bytes], channel: str | None) -> Iterator[Line | BadLine]:
    """Yield messages and payments; lines of the connection itself and other notices are passed over.

    Times are those of the tags ``tmi-sent-ts`` or ``rm-received-ts``.
    """
    emotes = EmoteBook()
    for number, row in enumerate(rows, start=1):
        if not row.strip():
            continue
        try:
            message = parse(row.strip())
            for event in _events(message, emotes):
                placed = msgspec.structs.replace(event, channel=channel) if channel else event
                yield to_line(placed)
        except FrameError as error:
            yield BadLine(number, f"expected a line of IRC: {error}")


def _events(message: Message, emotes: EmoteBook) -> Iterator[Chat | Transaction]:
    if message.command not in _TIMED:
        return
    stamp = message.tags.get("tmi-sent-ts") or message.tags.get("rm-received-ts", "")
    if not stamp.isdigit():
        sentence = f"{message.command} has no tag tmi-sent-ts, so it is not known when it was"
        raise FrameError(sentence)
    timed = replace(message, tags={**message.tags, "tmi-sent-ts": stamp})
    for fact in facts_of(timed, emotes, int(stamp)):
        if isinstance(fact, Sighting) and isinstance(fact.event, Chat | Transaction):
            yield fact.event
