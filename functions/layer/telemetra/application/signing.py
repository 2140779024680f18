"""What lets the receiver of an alert know who sent it: a secret a channel, and an HMAC a message."""

from __future__ import annotations

import hmac
import re
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from telemetra.domain.errors import ParameterError

ID_HEADER: Final = "Telemetra-Id"
TIMESTAMP_HEADER: Final = "Telemetra-Timestamp"
SIGNATURE_HEADER: Final = "Telemetra-Signature"

LONGEST_URL: Final = 2_048

_PURPOSE: Final = b"telemetra webhook secret v1"
_VISIBLE: Final = re.compile(r"[!-~]+")
_LOOPBACK: Final = ("127.0.0.1", "localhost")


def webhook_secret(master: bytes, channel: str, key_id: str) -> str:
    """Return the secret of a channel's webhook.

    It is derived from the deployment's generated secret, so that no table holds it.
    """
    message = b"\0".join((_PURPOSE, channel.encode(), key_id.encode()))
    return f"whsec_{hmac.new(master, message, sha256).hexdigest()}"


def signature(secret: str, timestamp_s: int, body: bytes) -> str:
    """Return the value of the signature header: HMAC-SHA256 of the timestamp, a point and the body.

    >>> signature("whsec_x", 1_795_456_800, b"{}")[:13]
    'v1=2491f442b0'
    """
    signed = f"{timestamp_s}.".encode() + body
    return f"v1={hmac.new(secret.encode(), signed, sha256).hexdigest()}"


def receiver(url: str, *, loopback: bool) -> str:
    """Return the address of a receiver, or raise ``ParameterError``.

    Args:
        url: as given.
        loopback: whether this machine itself may be named, over plain HTTP too.
    """
    problem = _problem(url, loopback=loopback)
    if problem is not None:
        message = f"webhook.url is {url[:80]!r}: {problem}"
        raise ParameterError(message)
    return url


def _problem(url: str, *, loopback: bool) -> str | None:
    if len(url) > LONGEST_URL or not _VISIBLE.fullmatch(url):
        return f"at most {LONGEST_URL} visible ASCII characters are expected"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"it is no address: {error}"
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        return "https://host/path without user, password or fragment is expected"
    if parts.scheme == "https" or (loopback and parts.scheme == "http" and host in _LOOPBACK):
        return None
    return "https is expected"
