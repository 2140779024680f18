"""The routes of the session: signing in, who am I, tickets and links to share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import msgspec

from telemetra.adapters.clock import now_ms
from telemetra.adapters.secrets import secret, secrets_of
from telemetra.adapters.twitch_login import TwitchLogin
from telemetra.application.access import Role, caller_of
from telemetra.application.answers import JSON, Answer
from telemetra.application.login import Application, SignIn
from telemetra.application.query import Query, channel_id
from telemetra.application.session import Session, Sessions
from telemetra.application.tokens import TokenRing
from telemetra.config import Settings

if TYPE_CHECKING:
    from chalice.app import Chalice, Request, Response

View = Callable[..., Answer]
LOGIN: Final = "/api/v1/auth/twitch"
SHARE: Final = "/api/v1/streams/{stream_id}/share"


@dataclass(frozen=True, slots=True)
class Gate:
    """What these routes stand on."""

    settings: Settings
    sessions: Sessions
    sign_in: SignIn


@cache
def wire() -> Gate:
    """Build the use cases once a container."""
    settings = Settings.from_env()
    ring = TokenRing(lambda: secrets_of(settings.token_secret_arn))
    twitch = TwitchLogin(
        settings.twitch_client_id,
        lambda: secret(settings.twitch_secret_arn).decode(),
        base=settings.twitch_url,
    )
    application = Application(
        settings.twitch_client_id, settings.twitch_redirect_uri, frozenset(settings.admins)
    )
    return Gate(settings, Sessions(ring), SignIn(twitch, ring, application))


def add_routes(app: Chalice, answered: Callable[[View], Callable[..., Response]]) -> None:
    """Add the routes to the app; ``answered`` makes a route of a view."""
    app.route(LOGIN, methods=["GET"])(answered(begin))
    app.route(LOGIN, methods=["POST"])(answered(finish))
    app.route("/api/v1/me", methods=["GET"])(answered(me))
    app.route("/api/v1/ws-ticket", methods=["POST"], content_types=["*/*"])(answered(ticket))
    app.route(SHARE, methods=["POST"], content_types=["*/*"])(answered(share))


def begin(request: Request) -> Answer:
    """Say where a person signs in."""
    given = request.query_params
    query = Query({name: given.getlist(name) for name in given} if given else {})
    return _private(wire().sign_in.begin(query.text("challenge"), now_ms()))


def finish(request: Request) -> Answer:
    """Turn Twitch's code into a token."""
    return _private(wire().sign_in.finish(_body(request), now_ms()))


def me(request: Request) -> Answer:
    """Say who calls."""
    return _private(wire().sessions.me(_session(request)))


def ticket(request: Request) -> Answer:
    """Give a ticket that opens a socket."""
    return _private(wire().sessions.ticket(_session(request), now_ms()))


def share(request: Request, stream_id: str) -> Answer:
    """Give a token for a link that reads one view of the channel."""
    channel, session = channel_id(stream_id), _session(request)
    session.caller.require(channel)
    session.caller.require_role(Role.BROADCASTER, "sharing")
    return _private(wire().sessions.share(session, channel, _body(request), now_ms()))


def _session(request: Request) -> Session:
    context = request.context.get("authorizer") or {}
    caller = caller_of(context, access=wire().settings.access)
    return Session(str(context.get("principalId") or "anyone"), caller)


def _body(request: Request) -> bytes:
    body = request.raw_body
    return body.encode() if isinstance(body, str) else body


def _private(item: dict[str, Any]) -> Answer:
    headers = {"Content-Type": JSON, "Cache-Control": "no-store"}
    return Answer(HTTPStatus.OK.value, headers, msgspec.json.encode(item).decode())
