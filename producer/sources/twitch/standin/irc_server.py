"""The stand-in's IRC: what a reader of Twitch's chat meets."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from aiohttp import WSMsgType, web

from producer.sources.twitch.standin.world import Connection, user_id_of

if TYPE_CHECKING:
    from producer.sources.twitch.standin.world import Saying, World

HOST: Final = "tmi.twitch.tv"
CAPABILITIES: Final = frozenset({"twitch.tv/tags", "twitch.tv/commands", "twitch.tv/membership"})
JOINS: Final = 20
JOIN_WINDOW_MS: Final = 10_000


async def serve_irc(world: World, request: web.Request) -> web.WebSocketResponse:
    """Serve one client; joins beyond Twitch's limit are ignored and counted, as Twitch does."""
    socket = web.WebSocketResponse(protocols=("irc",))
    await socket.prepare(request)
    connection = Connection(socket)
    world.irc[connection] = set()
    world.counts["irc.connected"] += 1
    nick, joins = "", deque[int]()
    try:
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            for line in str(frame.data).replace("\r", "\n").split("\n"):
                command, _, rest = line.partition(" ")
                match command.upper():
                    case "CAP":
                        _capabilities(connection, rest)
                    case "NICK":
                        nick = rest.strip().lower()
                        _greet(connection, nick)
                    case "JOIN":
                        for name in rest.split(","):
                            _join(world, connection, nick, name.strip().lstrip("#").lower(), joins)
                    case "PING":
                        connection.put(f":{HOST} PONG {HOST} {rest}\r\n")
                    case "PONG":
                        world.counts["irc.pongs"] += 1
                    case _:
                        pass
    finally:
        world.irc.pop(connection, None)
        await connection.end()
    return socket


def message_line(saying: Saying, sent_ms: int) -> str:
    """Return the PRIVMSG of ``saying``."""
    places: dict[str, list[str]] = {}
    for emote, start, end in saying.emotes:
        places.setdefault(emote, []).append(f"{start}-{end}")
    tags = {
        "badge-info": "",
        "badges": "",
        "bits": str(saying.bits) if saying.bits else "",
        "color": "#1E90FF",
        "display-name": saying.login.title(),
        "emotes": "/".join(f"{emote}:{','.join(spans)}" for emote, spans in places.items()),
        "first-msg": str(int(saying.first)),
        "flags": "",
        "id": saying.id,
        "mod": "0",
        "returning-chatter": "0",
        "room-id": user_id_of(saying.channel),
        "subscriber": "0",
        "tmi-sent-ts": str(sent_ms),
        "turbo": "0",
        "user-id": saying.user_id,
        "user-type": "",
    }
    if not saying.bits:
        del tags["bits"]
    return _tagged(tags, saying.login, f"PRIVMSG #{saying.channel} :{saying.text}")


def notice_line(channel: str, login: str, tags: dict[str, str], text: str = "") -> str:
    """Return a USERNOTICE with ``tags``, which hold its id, kind and time."""
    common = {"login": login, "display-name": login.title(), "user-id": user_id_of(login), "emotes": ""}
    ending = f" :{text}" if text else ""
    return _tagged(common | tags, "", f"USERNOTICE #{channel}{ending}")


def _tagged(tags: dict[str, str], login: str, rest: str) -> str:
    raw = ";".join(f"{name}={_escaped(value)}" for name, value in tags.items())
    sender = f"{login}!{login}@{login}.{HOST}" if login else HOST
    return f"@{raw} :{sender} {rest}\r\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(";", "\\:").replace(" ", "\\s")


def _capabilities(connection: Connection, rest: str) -> None:
    asked = rest.partition(":")[2].split()
    verdict = "ACK" if set(asked) <= CAPABILITIES else "NAK"
    connection.put(f":{HOST} CAP * {verdict} :{' '.join(asked)}\r\n")


def _greet(connection: Connection, nick: str) -> None:
    lines = ["001 {} :Welcome, GLHF!", "002 {} :Your host is " + HOST, "003 {} :This server is rather new"]
    lines += ["004 {} :-", "375 {} :-", "372 {} :You are in a maze of twisty passages.", "376 {} :>"]
    for line in lines:
        connection.put(f":{HOST} {line.format(nick)}\r\n")


def _join(world: World, connection: Connection, nick: str, channel: str, joins: deque[int]) -> None:
    now = world.now_ms()
    while joins and joins[0] <= now - JOIN_WINDOW_MS:
        joins.popleft()
    joins.append(now)
    if len(joins) > JOINS:
        world.counts["irc.joins_refused"] += 1
        return
    world.counts["irc.joins"] += 1
    if channel not in world.channels:
        return
    connection.put(f":{nick}!{nick}@{nick}.{HOST} JOIN #{channel}\r\n")
    connection.put(f":{nick}.{HOST} 353 {nick} = #{channel} :{nick}\r\n")
    connection.put(f":{nick}.{HOST} 366 {nick} #{channel} :End of /NAMES list\r\n")
    room = f"emote-only=0;followers-only=-1;r9k=0;room-id={user_id_of(channel)};slow=0;subs-only=0"
    connection.put(f"@{room} :{HOST} ROOMSTATE #{channel}\r\n")
    world.irc[connection].add(channel)
