"""AWS clients, made once a container and only when first needed."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from botocore.config import Config
from botocore.session import Session

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
    """Return the client of a service.

    It is botocore's, which is what boto3 returns too: boto3 itself brings transfers, resources and their
    modules, an eighth of a cold start, for nothing that is used here. Region, credentials and, when
    ``endpoint`` is empty, the endpoint come from the environment.
    """
    posting = service == POSTING
    return _session().create_client(
        service,
        endpoint_url=endpoint or None,
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=POST_TIMEOUT_S if posting else READ_TIMEOUT_S,
            retries={"total_max_attempts": POST_ATTEMPTS if posting else ATTEMPTS, "mode": "standard"},
            max_pool_connections=POSTS_AT_ONCE,
        ),
    )


@cache
def _session() -> Session:
    """Return the one session of the container, which reads the descriptions of services once."""
    return Session()
