"""Notices that the stand-in tells on both legs: a sub, gifts, a raid, and one of no known kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from producer.sources.twitch.standin.eventsub_server import broadcaster, notification
from producer.sources.twitch.standin.irc_server import notice_line
from producer.sources.twitch.standin.world import user_id_of

if TYPE_CHECKING:
    from producer.sources.twitch.standin.world import Saying, World

KINDS: Final = ("sub", "submysterygift", "raid", "futurekind")
GIFTS: Final = 3


def tell_notice(world: World, near: Saying, turn: int) -> None:
    """Tell the notice of ``turn``, in the channel and by the chatter of ``near``, to who reads either leg."""
    kind = KINDS[turn % len(KINDS)]
    tags: dict[str, str] = {}
    fields: dict[str, Any] = {}
    match kind:
        case "sub":
            tags = {"msg-param-sub-plan": "1000", "msg-param-cumulative-months": "1"}
            fields = {"sub": {"sub_tier": "1000", "is_prime": False, "duration_months": 1}}
        case "submysterygift":
            tags = {"msg-param-sub-plan": "1000", "msg-param-mass-gift-count": str(GIFTS)}
            described = {"id": "1", "total": GIFTS, "sub_tier": "1000", "cumulative_total": None}
            fields = {"community_sub_gift": described}
        case "raid":
            tags = {"msg-param-login": near.login, "msg-param-viewerCount": "42"}
            described = {"user_id": near.user_id, "user_login": near.login, "viewer_count": 42}
            fields = {"raid": described}
        case _:
            fields = {}
    names = {"submysterygift": "community_sub_gift"}
    _tell(world, near, kind, names.get(kind, kind), tags=tags, fields=fields)
    world.counts[f"told.{kind}"] += 1
    if kind == "submysterygift":
        for index in range(GIFTS):
            part = tags | {"msg-param-community-gift-id": "1", "msg-param-recipient-id": str(index)}
            described = {"sub_tier": "1000", "community_gift_id": "1", "duration_months": 1}
            _tell(world, near, "subgift", "sub_gift", tags=part, fields={"sub_gift": described})


def _tell(
    world: World, near: Saying, irc_name: str, name: str, *, tags: dict[str, str], fields: dict[str, Any]
) -> None:
    notice_id, now = world.new_id(), world.now_ms()
    common = {"id": notice_id, "msg-id": irc_name, "tmi-sent-ts": str(now), "system-msg": f"a {irc_name}"}
    for connection in world.joined(near.channel):
        room = {"room-id": user_id_of(near.channel)}
        connection.put(notice_line(near.channel, near.login, common | room | tags))
    for session, one in world.subscribed(near.channel, "channel.chat.notification"):
        event = {
            **broadcaster(near.channel),
            "chatter_user_id": near.user_id,
            "chatter_user_login": near.login,
            "chatter_user_name": near.login.title(),
            "chatter_is_anonymous": False,
            "message_id": notice_id,
            "message": {"text": "", "fragments": []},
            "badges": [],
            "color": "",
            "notice_type": name,
            "system_message": f"a {irc_name}",
            **fields,
        }
        session.connection.put(notification(world, one, session, event))
