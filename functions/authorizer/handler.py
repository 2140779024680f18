"""Who may call: checks the token of a REST request or of a WebSocket handshake."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from telemetra.adapters.clock import now_ms
from telemetra.adapters.secrets import secret
from telemetra.application.access import ANYONE, REMEDY, Caller
from telemetra.application.tokens import TokenKey
from telemetra.config import Settings
from telemetra.domain.errors import UnauthenticatedError
from telemetra.observe import Metric, Observer

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
    key = TokenKey(secret(settings.token_secret_arn))

    def check(event: dict[str, Any]) -> tuple[str, Caller]:
        claims = key.verify(_token(event), now_ms=now_ms())
        return claims.subject, claims.caller

    return check


def handler(event: dict[str, Any], context: LambdaContext | None) -> dict[str, Any]:
    """Allow the request, with the caller's rights as context.

    A REST request without a valid token raises the word that API Gateway turns into 401; a handshake gets a
    policy that denies it.
    """
    with OBSERVER.invocation(context) as tally:
        try:
            subject, caller = wire()(event)
        except UnauthenticatedError as error:
            tally.count(Metric.ACCESS_DENIED)
            tally.fact("refused", str(error))
        else:
            tally.count(Metric.ACCESS_DENIED, 0)
            tally.fact("role", caller.role.value)
            return _policy(subject, "Allow", event["methodArn"], caller.context())
    if "connectionId" in event["requestContext"]:
        return _policy("nobody", "Deny", event["methodArn"], {})
    message = "Unauthorized"
    raise Exception(message)  # noqa: TRY002


def _token(event: dict[str, Any]) -> str:
    """Return the bearer token, or the ticket of a handshake, where browsers cannot set headers."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return str(token.strip())
    ticket = (event.get("queryStringParameters") or {}).get("ticket")
    if ticket and "connectionId" in event["requestContext"]:
        return str(ticket)
    message = f"there is no token: {REMEDY}"
    raise UnauthenticatedError(message)


def _policy(subject: str, effect: str, resource: str, context: dict[str, str]) -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    return {
        "principalId": subject,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": context,
    }
