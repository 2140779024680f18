"""Generated secrets, read once a container."""

from __future__ import annotations

from functools import cache

import boto3

from telemetra.domain.errors import StoreUnavailableError


@cache
def secret(arn: str) -> bytes:
    """Return the secret as at most 64 bytes of key material.

    Raises:
        StoreUnavailableError: there is no such secret, or it may not be read now.
    """
    client = boto3.client("secretsmanager")
    try:
        text: str = client.get_secret_value(SecretId=arn)["SecretString"]
    except client.exceptions.ClientError as error:
        message = f"secret {arn or '(no name given)'}: {error}"
        raise StoreUnavailableError(message) from error
    return text.encode()[:64]
