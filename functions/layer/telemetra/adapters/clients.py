"""AWS clients, made once a container and only when first needed."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import boto3
from botocore.config import Config

CONNECT_TIMEOUT_S: Final = 2
READ_TIMEOUT_S: Final = 10
POST_TIMEOUT_S: Final = 3
POST_ATTEMPTS: Final = 2
POSTS_AT_ONCE: Final = 16

ATTEMPTS: Final = 5
"""Tries of one call, the first included."""


POSTING: Final = "apigatewaymanagementapi"
"""The service that posts to sockets: much at once and soon tired of one that does not take its message."""


@cache
def client(service: str, endpoint: str = "") -> Any:
    """Return the boto3 client of a service.

    Region, credentials and, when ``endpoint`` is empty, the endpoint come from the environment.
    """
    posting = service == POSTING
    return boto3.client(
        service,
        endpoint_url=endpoint or None,
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=POST_TIMEOUT_S if posting else READ_TIMEOUT_S,
            retries={"total_max_attempts": POST_ATTEMPTS if posting else ATTEMPTS, "mode": "standard"},
            max_pool_connections=POSTS_AT_ONCE,
        ),
    )
