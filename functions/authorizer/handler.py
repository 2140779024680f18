"""Who may call: checks the token of a REST request or of a WebSocket handshake."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from telemetra.adapters.clock import now_ms
from telemetra.adapters.secrets import secrets_of
from telemetra.application.access import ANYONE, REMEDY, Caller
from telemetra.application.session import opens, opens_socket
from telemetra.application.tokens import AUDIENCE, SOCKET_AUDIENCE, TokenRing
from telemetra.config import Settings
from telemetra.domain.errors import UnauthenticatedError
from telemetra.observe import Metric, Observer, Tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.utilities.typing import LambdaContext

OBSERVER = Observer("authorizer")


@cache
def wire() -> Callable[[dict[str, Any]], tuple[str, Caller]]:
    """Build what turns a request into a subject and a caller, once a container."""
    settings = Settings.from_env()
    if settings.access == "open":
        return lambda _: ("anyone", ANYONE)
    ring = TokenRing(lambda: secrets_of(settings.token_secret_arn))

    def check(event: dict[str, Any]) -> tuple[str, Caller]:
        token, audience = _token(event)
        claims = ring.verify(token, now_ms=now_ms(), audience=audience)
        return claims.subject, claims.caller

    return check


def handler(event: dict[str, Any], context: LambdaContext | None) -> dict[str, Any]:
    """Allow the request, with the caller's rights as context.

    A REST request without a valid token raises the word that API Gateway turns into 401; a handshake gets a
    policy that denies it, and so does whatever a shared link does not open.
    """
    with OBSERVER.invocation(context) as tally:
        subject, caller = _checked(event, tally)
        allowed = caller is not None and _opens(caller, event)
        tally.count(Metric.ACCESS_DENIED, 0 if allowed else 1)
        if not allowed:
            tally.fact("audit", _audit(event, subject))
    if caller is None and not _is_socket(event):
        message = "Unauthorized"
        raise Exception(message)  # noqa: TRY002
    if caller is None or not allowed:
        return _policy("nobody", "Deny", event["methodArn"], {})
    return _policy(subject, "Allow", event["methodArn"], caller.context())


def _checked(event: dict[str, Any], tally: Tally) -> tuple[str, Caller | None]:
    """Return who calls; nobody when the token is missing or not valid."""
    try:
        subject, caller = wire()(event)
    except UnauthenticatedError as error:
        tally.fact("refused", str(error))
        return "", None
    tally.fact("role", caller.role.value)
    if caller.view is not None:
        tally.fact("view", caller.view)
    return subject, caller


def _opens(caller: Caller, event: dict[str, Any]) -> bool:
    if _is_socket(event):
        return opens_socket(caller.view)
    return opens(caller.view, event.get("httpMethod", ""), event.get("path", ""))


def _is_socket(event: dict[str, Any]) -> bool:
    return "connectionId" in event["requestContext"]


def _audit(event: dict[str, Any], subject: str) -> dict[str, Any]:
    socket = _is_socket(event)
    return {
        "outcome": "denied",
        "subject": subject or None,
        "method": "CONNECT" if socket else event.get("httpMethod"),
        "path": "/ws" if socket else event.get("path"),
    }


def _token(event: dict[str, Any]) -> tuple[str, str]:
    """Return the bearer token, or the ticket of a handshake, where browsers cannot set headers.

    Beside it comes the audience that it must be for: a ticket travels in an address, where a token must not.
    """
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return str(token.strip()), AUDIENCE
    ticket = (event.get("queryStringParameters") or {}).get("ticket")
    if ticket and _is_socket(event):
        return str(ticket), SOCKET_AUDIENCE
    message = f"there is no token: {REMEDY}"
    raise UnauthenticatedError(message)


def _policy(subject: str, effect: str, resource: str, context: dict[str, str]) -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    return {
        "principalId": subject,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": context,
    }
