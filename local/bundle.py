"""Puts the built dashboard into its bucket, as a deployment does."""

from __future__ import annotations

import hashlib
import json
import mimetypes
from pathlib import Path
from typing import Any

FOREVER = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".woff2": "font/woff2",
    ".map": "application/json",
}


def upload(objects: Any, bucket: str, dist: Path, *, websocket: bool, operation: str) -> int:
    """Make the bucket hold what ``dist`` holds, and the page's own settings.

    Files under ``assets/`` carry their hash in their name and are cached for good; the rest is asked for
    again.

    Args:
        objects: S3 client.
        bucket: of the dashboard.
        dist: the built bundle.
        websocket: whether the deployment has a WebSocket API; without one the page polls.
        operation: where what it measures of itself is told: a path of this origin, or an address elsewhere.

    Returns:
        Files that were new or had changed.
    """
    pages = objects.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    there = {item["Key"]: item["ETag"].strip('"') for page in pages for item in page.get("Contents", [])}
    config = json.dumps({"api": "", "websocket": websocket, "operation": operation}).encode()
    wanted = {
        path.relative_to(dist).as_posix(): path.read_bytes() for path in dist.rglob("*") if path.is_file()
    }
    wanted["config.json"] = config
    changed = 0
    for key, body in wanted.items():
        if there.pop(key, None) == hashlib.md5(body, usedforsecurity=False).hexdigest():
            continue
        cache = FOREVER if key.startswith("assets/") else REVALIDATE
        objects.put_object(
            Bucket=bucket, Key=key, Body=body, ContentType=content_type(key), CacheControl=cache
        )
        changed += 1
    for key in there:
        objects.delete_object(Bucket=bucket, Key=key)
    return changed


def content_type(key: str) -> str:
    """The media type of a file, with its encoding when it is text.

    Example:
        >>> content_type("index.html"), content_type("assets/app-1a2b.js")
        ('text/html; charset=utf-8', 'text/javascript; charset=utf-8')
    """
    kind = TYPES.get(Path(key).suffix) or mimetypes.guess_type(key)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
