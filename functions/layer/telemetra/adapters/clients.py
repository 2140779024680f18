"""AWS clients, made once a container and only when first needed."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import boto3
from botocore.config import Config

CONNECT_TIMEOUT_S: Final = 2
READ_TIMEOUT_S: Final = 10
ATTEMPTS: Final = 5
"""Tries of one call, the first included."""


@cache
def client(service: str, endpoint: str = "") -> Any:
    """Return the boto3 client of a service.

    Region, credentials and, when ``endpoint`` is empty, the endpoint come from the environment.
    """
    return boto3.client(
        service,
        endpoint_url=endpoint or None,
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=READ_TIMEOUT_S,
            retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
        ),
    )
