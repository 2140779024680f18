"""Objects on S3."""

from __future__ import annotations

from typing import Any

from telemetra.adapters.failures import guarded


def put_object(s3: Any, bucket: str, key: str, body: bytes) -> None:
    """Write an object.

    Raises:
        StoreUnavailableError: it was not written.
    """
    with guarded(f"write {key}"):
        s3.put_object(Bucket=bucket, Key=key, Body=body)
