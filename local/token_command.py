"""The `token` and `share` commands."""

from __future__ import annotations

import re
from typing import Annotated, Any

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError

from local.access import secret_arn, secrets_of
from local.cloud import Cloud
from local.errors import LocalError
from local.settings import surroundings
from telemetra.adapters.clock import now_ms
from telemetra.application.access import EVERY_CHANNEL, Role
from telemetra.application.query import channel_id
from telemetra.application.session import LONGEST_SHARE_MS, VIEWS, share_claims
from telemetra.application.tokens import Claims, TokenRing
from telemetra.domain.errors import ParameterError

UNITS_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
LONGEST_MS = 365 * UNITS_MS["d"]
Secret = Annotated[str, typer.Option(help="ARN of the secret of a deployment on AWS.")]


def token(
    role: Annotated[Role, typer.Option(help="What it may do.")] = Role.ADMIN,
    channel: Annotated[
        list[str] | None, typer.Option(help="A channel it covers; repeat for more, all when left out.")
    ] = None,
    ttl: Annotated[str, typer.Option(help="How long it lives: 90s, 30m, 8h, 7d.")] = "8h",
    secret: Secret = "",
) -> None:
    """Print a token, and nothing else.

    Examples:
      ./telemetra token
      ./telemetra token --role moderator --channel aurora --ttl 30m
      curl -H "Authorization: Bearer $(./telemetra token)" http://127.0.0.1:3000/api/v1/me
    """
    channels = frozenset(_channel(name) for name in channel or [EVERY_CHANNEL])
    now = now_ms()
    claims = Claims("telemetra token", role, channels, now + life_ms(ttl, LONGEST_MS))
    typer.echo(_ring(secret)[0].sign(claims, now_ms=now))


def share(
    channel: Annotated[str, typer.Argument(help="The channel to show.")],
    view: Annotated[str, typer.Option(help="What it opens: live, moments or export.")] = "live",
    ttl: Annotated[str, typer.Option(help="How long it works: 30m, 8h, 7d; 30 d at most.")] = "7d",
    secret: Secret = "",
    base: Annotated[str, typer.Option(help="Address of the dashboard on AWS.")] = "",
) -> None:
    """Print a link that shows one view of one channel until it expires.

    Examples:
      ./telemetra share aurora
      ./telemetra share aurora --view moments --ttl 8h
    """
    if view not in VIEWS:
        msg = f"{view!r} is no view."
        raise LocalError(msg, fix=f"Take one of {', '.join(VIEWS)}.")
    if _channel(channel) == EVERY_CHANNEL:
        msg = "A link shows one channel."
        raise LocalError(msg, fix="Name it.")
    ring, url = _ring(secret)
    now = now_ms()
    claims = share_claims("telemetra share", channel, view, now + life_ms(ttl, LONGEST_SHARE_MS))
    typer.echo(f"{base.rstrip('/') or url}/c/{channel}#token={ring.sign(claims, now_ms=now)}")


def life_ms(text: str, longest_ms: int) -> int:
    """Read a length of time.

    Example:
        >>> life_ms("90s", LONGEST_MS), life_ms("7d", LONGEST_MS)
        (90000, 604800000)

    Raises:
        LocalError: it is none, shorter than a minute or longer than allowed.
    """
    found = re.fullmatch(r"([0-9]{1,6})([smhd])", text)
    length = int(found[1]) * UNITS_MS[found[2]] if found else 0
    if not UNITS_MS["m"] <= length <= longest_ms:
        msg = f"--ttl is {text!r}: 60s to {longest_ms // UNITS_MS['d']}d is expected."
        raise LocalError(msg, fix="Give a number and s, m, h or d, such as 8h.")
    return length


def _channel(name: str) -> str:
    try:
        return name if name == EVERY_CHANNEL else channel_id(name)
    except ParameterError as error:
        raise LocalError(str(error), fix="Give the channel's login in small letters.") from error


def _ring(secret: str) -> tuple[TokenRing, str]:
    """The keys of a deployment on AWS, or of the running stack, and its address."""
    if secret:
        return _readable(boto3.client("secretsmanager"), secret), ""
    run = surroundings().state.live_run()
    if run is None:
        msg = "Nothing is running, so nobody would take the token."
        raise LocalError(
            msg, fix="Start with `./telemetra up --detach`, or name a deployment's secret with --secret."
        )
    cloud = Cloud(run.endpoint_url)
    return _readable(cloud.client("secretsmanager"), secret_arn(cloud, run.prefix)), run.url


def _readable(vault: Any, arn: str) -> TokenRing:
    try:
        secrets = secrets_of(vault, arn)
    except (ClientError, BotoCoreError) as error:
        msg = f"The secret {arn or '(none found)'} cannot be read: {error}"
        raise LocalError(
            msg, fix="Check the ARN and the credentials, or wait until the stack is up."
        ) from error
    return TokenRing(lambda: secrets)
