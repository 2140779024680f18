"""The Kinesis client: credentials from the environment on AWS, placeholders on a loopback endpoint."""

from __future__ import annotations

import ipaddress
from typing import Any, Protocol
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.credentials import EnvProvider


class Kinesis(Protocol):
    """The part of boto3's Kinesis client that the producer calls."""

    def put_records(self, *, StreamName: str, Records: list[dict[str, Any]]) -> dict[str, Any]: ...  # noqa: N803

    def list_shards(self, *, StreamName: str) -> dict[str, Any]: ...  # noqa: N803

    def get_shard_iterator(self, **request: str) -> dict[str, Any]: ...

    def get_records(self, *, ShardIterator: str, Limit: int) -> dict[str, Any]: ...  # noqa: N803


class BotoKinesis(Kinesis, Protocol):
    """A client that boto3 made."""

    meta: Any


def is_loopback(url: str) -> bool:
    """Say whether ``url`` names this machine.

    Example:
        >>> is_loopback("http://127.0.0.1:4566"), is_loopback("https://kinesis.us-east-1.amazonaws.com")
        (True, False)
    """
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def connect(endpoint: str | None = None) -> BotoKinesis:
    """Return a client of ``endpoint``, or of the one that the AWS configuration names.

    Throttled entries are re-sent by the sink, so boto's own retries are off.
    """
    session = boto3.Session()
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=3, read_timeout=10)
    options: dict[str, Any] = {"config": config}
    if endpoint and is_loopback(endpoint):
        options["region_name"] = session.region_name or "us-east-1"
        if EnvProvider().load() is None:
            options |= {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    client: BotoKinesis = session.client("kinesis", endpoint_url=endpoint, **options)
    return client
