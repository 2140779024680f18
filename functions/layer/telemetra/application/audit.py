"""What is kept of calls that are denied, change something, or hand out a right: who, what, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

DENIED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
READING: Final = ("GET", "HEAD", "OPTIONS")
PRIVATE: Final = ("/rules",)
"""Ends of the routes whose reading is worth a line too."""


def audit_of(event: Mapping[str, Any], status: int) -> dict[str, Any] | None:
    """Return the audit entry of a request to the API, or None when it is worth none.

    It holds no token, body, query or address.

    Args:
        event: as API Gateway hands it over.
        status: what was answered.
    """
    at = event.get("requestContext") or {}
    method, route = str(at.get("httpMethod", event.get("httpMethod"))), str(at.get("resourcePath", ""))
    denied = status in DENIED
    if not denied and method in READING and not route.endswith(PRIVATE):
        return None
    done = status < HTTPStatus.BAD_REQUEST
    entry = _who(at.get("authorizer"))
    path = event.get("path", route)
    outcome = "denied" if denied else "done" if done else "failed"
    return {"outcome": outcome, **entry, "method": method, "path": path, "status": status}


def socket_audit(context: Mapping[str, Any] | None, action: str, channel: str | None) -> dict[str, Any]:
    """Return the audit entry of a handshake or a message that was denied."""
    return {"outcome": "denied", **_who(context), "method": action, "path": "/ws", "channel": channel}


def _who(context: Mapping[str, Any] | None) -> dict[str, Any]:
    known = context or {}
    return {"subject": known.get("principalId"), "role": known.get("role")}
