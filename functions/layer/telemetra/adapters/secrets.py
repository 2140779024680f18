"""Generated secrets, read once a container or, where they may be renewed, each time."""

from __future__ import annotations

from functools import cache
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from telemetra.adapters.clients import client
from telemetra.domain.errors import StoreUnavailableError

_MOST_BYTES: Final = 64
_NEWEST: Final = "AWSCURRENT"
_BEFORE: Final = "AWSPREVIOUS"


@cache
def secret(arn: str) -> bytes:
    """Return the secret as at most 64 bytes of key material, read once a container.

    Raises:
        StoreUnavailableError: there is no such secret, or it may not be read now.
    """
    return _key(_needed(arn))


def secrets_of(arn: str) -> list[bytes]:
    """Return the secret and, when it was renewed, the one before it; see ``secret``."""
    newest, before = _needed(arn), _read(arn, _BEFORE)
    return [_key(newest)] if before is None else [_key(newest), _key(before)]


def _key(text: str) -> bytes:
    return text.encode()[:_MOST_BYTES]


def _needed(arn: str) -> str:
    text = _read(arn, _NEWEST)
    if text is None:
        message = f"secret {arn or '(no name given)'} is not there"
        raise StoreUnavailableError(message)
    return text


def _read(arn: str, stage: str) -> str | None:
    try:
        found = client("secretsmanager").get_secret_value(SecretId=arn, VersionStage=stage)
    except (BotoCoreError, ClientError) as error:
        if isinstance(error, ClientError) and error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        message = f"secret {arn or '(no name given)'}: {error}"
        raise StoreUnavailableError(message) from error
    text: str = found["SecretString"]
    return text
