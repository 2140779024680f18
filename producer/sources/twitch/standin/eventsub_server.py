"""The stand-in's EventSub socket: welcome, keepalive, hand-over, revocation, close codes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec
from aiohttp import WSMsgType, web

from producer.sources.twitch.standin.world import Connection, Session, user_id_of

if TYPE_CHECKING:
    from producer.sources.twitch.standin.world import Saying, Subscription, World

UNUSED_S: Final = 10.0
GRACE_S: Final = 30.0

_encode = msgspec.json.encode


async def serve_eventsub(world: World, request: web.Request) -> web.WebSocketResponse:
    """Serve one client; a client that says anything is closed with 4001."""
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    connection = Connection(socket)
    world.counts["eventsub.connected"] += 1
    session = _session(world, connection, request.query)
    if session is None:
        connection.close(4007)
    watching = asyncio.ensure_future(_watch(world, session)) if session else None
    try:
        async for frame in socket:
            if frame.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                world.counts["eventsub.spoken_to"] += 1
                connection.close(4001)
    finally:
        if watching:
            watching.cancel()
        await connection.end()
        if session and session.connection is connection:
            world.sessions.pop(session.id, None)
    return socket


def frame_of(world: World, kind: str, payload: dict[str, Any], **metadata: str) -> bytes:
    """Return a frame of ``kind``, stamped with the stand-in's time."""
    head = {
        "message_id": world.new_id(),
        "message_type": kind,
        "message_timestamp": stamp(world.now_ms() + world.skew_ms),
    }
    return _encode({"metadata": head | metadata, "payload": payload})


def notification(
    world: World, one: Subscription, session: Session, event: dict[str, Any], **head: str
) -> bytes:
    """Return the notification of ``event`` for a subscription."""
    names = {"subscription_type": one.type, "subscription_version": one.version}
    payload = {"subscription": subscription_of(world, one, session), "event": event}
    return frame_of(world, "notification", payload, **(names | head))


def subscription_of(
    world: World, one: Subscription, session: Session, status: str = "enabled"
) -> dict[str, Any]:
    """Return a subscription as Twitch shows it."""
    now = stamp(world.now_ms())
    return {
        "id": one.id,
        "type": one.type,
        "version": one.version,
        "status": status,
        "cost": 0,
        "condition": one.condition,
        "transport": {"method": "websocket", "session_id": session.id, "connected_at": now},
        "created_at": now,
    }


def chat_event(saying: Saying, message_id: str) -> dict[str, Any]:
    """Return the event of ``channel.chat.message``."""
    cheer = {"bits": saying.bits} if saying.bits else None
    return {
        **broadcaster(saying.channel),
        "chatter_user_id": saying.user_id,
        "chatter_user_login": saying.login,
        "chatter_user_name": saying.login.title(),
        "message_id": message_id,
        "message": {"text": saying.text, "fragments": _fragments(saying)},
        "message_type": "text",
        "badges": [],
        "cheer": cheer,
        "color": "#1E90FF",
        "reply": None,
        "channel_points_custom_reward_id": None,
        "channel_points_animation_id": None,
        "source_broadcaster_user_id": None,
        "source_broadcaster_user_login": None,
        "source_broadcaster_user_name": None,
        "source_message_id": None,
        "source_badges": None,
    }


def broadcaster(channel: str) -> dict[str, Any]:
    """Return the fields that name the channel of an event."""
    return {
        "broadcaster_user_id": user_id_of(channel),
        "broadcaster_user_login": channel,
        "broadcaster_user_name": channel.title(),
    }


def hand_over(world: World, session: Session, base: str) -> None:
    """Ask the client of ``session`` to move; it closes the old connection, or that is closed with 4004."""
    old = session.connection
    described = {
        "id": session.id,
        "status": "reconnecting",
        "keepalive_timeout_seconds": None,
        "reconnect_url": f"{base}/ws?reconnect={session.id}",
        "connected_at": stamp(world.now_ms()),
        "recovery_url": None,
    }
    old.put(frame_of(world, "session_reconnect", {"session": described}))
    asyncio.get_running_loop().call_later(GRACE_S, old.close, 4004)


def stamp(at_ms: int) -> str:
    """Return the instant as Twitch writes it, with nanoseconds."""
    seconds = datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{seconds}.{at_ms % 1000:03d}123456Z"


def _session(world: World, connection: Connection, query: Any) -> Session | None:
    keepalive = str(query.get("keepalive_timeout_seconds", "10"))
    if moved := query.get("reconnect"):
        session = world.sessions.get(moved)
        if session is None:
            return None
        session.connection = connection
    else:
        seconds = min(max(int(keepalive) if keepalive.isdigit() else 10, 10), 600)
        session = Session(world.new_id(), connection, seconds)
        world.sessions[session.id] = session
    described = {
        "id": session.id,
        "status": "connected",
        "keepalive_timeout_seconds": session.keepalive_s,
        "reconnect_url": None,
        "connected_at": stamp(world.now_ms()),
        "recovery_url": None,
    }
    connection.put(frame_of(world, "session_welcome", {"session": described}))
    return session


async def _watch(world: World, session: Session) -> None:
    """Keep the connection alive; close it with 4003 when nothing is subscribed in time."""
    connection = session.connection
    await asyncio.sleep(UNUSED_S)
    if not session.subscriptions:
        connection.close(4003)
    while connection.open:
        connection.put(frame_of(world, "session_keepalive", {}))
        await asyncio.sleep(session.keepalive_s)


def _fragments(saying: Saying) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    at = 0
    for emote, start, end in saying.emotes:
        if start > at:
            found.append(_fragment("text", saying.text[at:start]))
        described = {"id": emote, "emote_set_id": "0", "owner_id": "0", "format": ["static"]}
        found.append(_fragment("emote", saying.text[start : end + 1]) | {"emote": described})
        at = end + 1
    if at < len(saying.text):
        found.append(_fragment("text", saying.text[at:]))
    return found


def _fragment(kind: str, text: str) -> dict[str, Any]:
    return {"type": kind, "text": text, "cheermote": None, "emote": None, "mention": None}
