"""Tokens of a deployment, for the commands and the edge: who may read its secret can sign."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.cloud import Cloud
from telemetra.adapters.clock import now_ms
from telemetra.application.access import EVERY_CHANNEL, Role
from telemetra.application.tokens import AUDIENCE, SOCKET_AUDIENCE, Claims, TokenRing
from telemetra.config import Settings

LIFE_MS = 600_000
"""Life of a token that a command or the edge signs for itself."""

RENEW_MS = 120_000
STAGES = ("AWSCURRENT", "AWSPREVIOUS")


def secrets_of(vault: Any, arn: str) -> list[bytes]:
    """The secret that tokens are signed from and, when it was renewed, the one before it.

    Args:
        vault: a Secrets Manager client.
        arn: of the secret.

    Raises:
        botocore.exceptions.ClientError: there is none, or it may not be read.
    """
    found = []
    for stage in STAGES:
        try:
            text: str = vault.get_secret_value(SecretId=arn, VersionStage=stage)["SecretString"]
        except ClientError:
            if stage == STAGES[0]:
                raise
        else:
            found.append(text.encode()[:64])
    return found


def secret_arn(cloud: Cloud, prefix: str) -> str:
    """The deployment's secret; empty when there is no deployment."""
    try:
        stack = cloud.client("cloudformation").describe_stacks(StackName=f"{prefix}-store")["Stacks"][0]
    except (ClientError, BotoCoreError):
        return ""
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    return str(outputs.get("TokenSecretArn", ""))


class Signer:
    """Signs tokens of every right for one who stands on this machine, and renews them before they end."""

    def __init__(self, ring: Callable[[], TokenRing], *, clock: Callable[[], int] = now_ms) -> None:
        self._make = ring
        self._clock = clock
        self._tokens: dict[str, tuple[str, int]] = {}

    @cached_property
    def _ring(self) -> TokenRing:
        return self._make()

    def token(self) -> str:
        """A token for REST."""
        return self._signed(AUDIENCE)

    def ticket(self) -> str:
        """A ticket for a WebSocket."""
        return self._signed(SOCKET_AUDIENCE)

    def _signed(self, audience: str) -> str:
        now = self._clock()
        token, expires_ms = self._tokens.get(audience, ("", 0))
        if expires_ms - RENEW_MS <= now:
            expires_ms = now + LIFE_MS
            until_ms = None if audience == AUDIENCE else now + 12 * 3_600_000
            claims = Claims(
                "this machine", Role.ADMIN, frozenset({EVERY_CHANNEL}), expires_ms, until_ms=until_ms
            )
            token = self._ring.sign(claims, now_ms=now, audience=audience)
            self._tokens[audience] = token, expires_ms
        return token


def signer(cloud: Cloud, prefix: str) -> Signer:
    """The signer of a deployment; its secret is looked for when the first token is asked for."""

    def ring() -> TokenRing:
        vault, arn = cloud.client("secretsmanager"), secret_arn(cloud, prefix)
        return TokenRing(lambda: secrets_of(vault, arn))

    return Signer(ring)


def twitch_parameters(cloud: Cloud, settings: Settings) -> dict[str, str]:
    """Parameters that turn signing in with Twitch on; none where no application is named."""
    if not (settings.twitch_client_id and settings.twitch_redirect_uri):
        return {}
    vault, name = cloud.client("secretsmanager"), f"{settings.prefix}-twitch"
    try:
        arn = vault.create_secret(Name=name, SecretString=settings.twitch_client_secret or "none")["ARN"]
    except vault.exceptions.ResourceExistsException:
        value = settings.twitch_client_secret or "none"
        arn = vault.put_secret_value(SecretId=name, SecretString=value)["ARN"]
    return {
        "TwitchClientId": settings.twitch_client_id,
        "TwitchSecretArn": arn,
        "TwitchRedirectUri": settings.twitch_redirect_uri,
        "TwitchUrl": settings.twitch_url,
    }
