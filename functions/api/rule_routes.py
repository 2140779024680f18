"""The routes of alert rules and of feedback on moments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import msgspec

from telemetra.adapters.clock import now_ms
from telemetra.adapters.dynamo_moments import DynamoMomentStore
from telemetra.adapters.dynamo_rules import DynamoRules
from telemetra.adapters.dynamo_states import DynamoStateStore
from telemetra.adapters.secrets import secret
from telemetra.adapters.webhooks import HttpWebhooks
from telemetra.application.access import Caller, Role, caller_of
from telemetra.application.answers import CHANGING, JSON, Answer, answer
from telemetra.application.feedback import GiveFeedback
from telemetra.application.query import channel_id
from telemetra.application.rules import KeepRules, Shown
from telemetra.config import Settings

if TYPE_CHECKING:
    from chalice.app import Chalice, Request, Response

View = Callable[..., Answer]
RULES: Final = "/api/v1/streams/{stream_id}/rules"
FEEDBACK: Final = "/api/v1/streams/{stream_id}/moments/{moment_id}/feedback"


@dataclass(frozen=True, slots=True)
class Desk:
    """What these routes stand on."""

    settings: Settings
    rules: KeepRules
    feedback: GiveFeedback


@cache
def wire() -> Desk:
    """Build the use cases once a container."""
    settings = Settings.from_env()
    loopback = settings.webhook_loopback == "true"
    return Desk(
        settings=settings,
        rules=KeepRules(
            DynamoRules(settings),
            HttpWebhooks(loopback=loopback),
            lambda: secret(settings.webhook_secret_arn),
            loopback=loopback,
        ),
        feedback=GiveFeedback(DynamoMomentStore(settings), DynamoStateStore(settings)),
    )


def add_routes(app: Chalice, answered: Callable[[View], Callable[..., Response]]) -> None:
    """Add the routes to the app; ``answered`` makes a route of a view."""
    app.route(RULES, methods=["GET"])(answered(read_rules))
    app.route(RULES, methods=["PUT"])(answered(write_rules))
    app.route(f"{RULES}/test", methods=["POST"], content_types=["*/*"])(answered(test_webhook))
    app.route(FEEDBACK, methods=["POST"])(answered(give_feedback))


def read_rules(request: Request, stream_id: str) -> Answer:
    """Return the rules of a channel."""
    channel = _allowed(request, stream_id, Role.BROADCASTER, "reading rules")
    return _shown(wire().rules.read(channel))


def write_rules(request: Request, stream_id: str) -> Answer:
    """Replace the rules of a channel."""
    channel = _allowed(request, stream_id, Role.BROADCASTER, "writing rules")
    return _shown(wire().rules.write(channel, _body(request), request.headers.get("if-match"), now_ms()))


def test_webhook(request: Request, stream_id: str) -> Answer:
    """Post a made-up alert to the channel's webhook."""
    channel = _allowed(request, stream_id, Role.BROADCASTER, "testing the webhook")
    return _fresh(wire().rules.test(channel, now_ms()))


def give_feedback(request: Request, stream_id: str, moment_id: str) -> Answer:
    """Say whether a moment was one."""
    channel = _allowed(request, stream_id, Role.MODERATOR, "feedback")
    return _fresh(wire().feedback(channel, moment_id, _body(request), now_ms()))


def _allowed(request: Request, stream_id: str, least: Role, what: str) -> str:
    channel = channel_id(stream_id)
    caller: Caller = caller_of(request.context.get("authorizer"), access=wire().settings.access)
    caller.require(channel)
    caller.require_role(least, what)
    return channel


def _body(request: Request) -> bytes:
    body = request.raw_body
    return body.encode() if isinstance(body, str) else body


def _shown(shown: Shown) -> Answer:
    headers = {"Content-Type": JSON, "Cache-Control": "no-store", "ETag": shown.tag}
    return Answer(HTTPStatus.OK.value, headers, msgspec.json.encode(shown.item).decode())


def _fresh(item: dict[str, Any]) -> Answer:
    return answer(item, cache=CHANGING, if_none_match=None)
