"""What the one origin decides about a request before anything is fetched: whose it is and where it goes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

NAMES = ("127.0.0.1", "localhost")
OPERATION = "/operation.json"
TOLD = ("/metrics", OPERATION)
"""Only here: on AWS both are CloudWatch's."""

SOCKET = re.compile(r"/ws(?:/|/live/([a-z0-9_]{1,64})/?)?")


@dataclass(frozen=True, slots=True)
class Route:
    """Where a path goes.

    Attributes:
        kind: ``api``, ``socket``, ``told``, ``object`` or ``nowhere``.
        key: the object's key, the channel a socket starts with, or what the stack tells of itself.
    """

    kind: str
    key: str = ""


def route(path: str) -> Route:
    """Follow the rewrite table of the distribution in `stacks/web.yaml`.

    Example:
        >>> route("/ws/live/luna"), route("/watch/luna").key, route("/assets/app.js").key
        (Route(kind='socket', key='luna'), 'index.html', 'assets/app.js')
    """
    if path == "/health" or path.startswith("/api/"):
        return Route("api")
    if path == "/ws" or path.startswith("/ws/"):
        socket = SOCKET.fullmatch(path)
        return Route("socket", socket[1] or "") if socket else Route("nowhere")
    if path in TOLD:
        return Route("told", path.removeprefix("/"))
    if path in {"/docs", "/docs/"}:
        return Route("object", "docs.html")
    steps = path.split("/")
    if "." not in steps[-1]:
        return Route("object", "index.html")
    if any(step in {"", ".", ".."} for step in steps[1:]) or "\\" in path:
        return Route("nowhere")
    return Route("object", path.removeprefix("/"))


def is_own_host(host: str | None) -> bool:
    """Whether a Host header names this machine; anything else may be a page that rebinds a name to it.

    Example:
        >>> is_own_host("localhost:3000"), is_own_host("evil.example"), is_own_host(None)
        (True, False, False)
    """
    return bool(host) and _hostname(f"//{host}") in NAMES


def is_own_origin(origin: str | None) -> bool:
    """Whether a request comes from a page of this machine, or from no page at all.

    Example:
        >>> is_own_origin(None), is_own_origin("http://localhost:3000"), is_own_origin("null")
        (True, True, False)
    """
    return origin is None or (origin.startswith("http://") and _hostname(origin) in NAMES)


def security_headers(port: int) -> dict[str, str]:
    """Headers of every answer; the policy lets the page load and call nothing but its own origin."""
    sockets = " ".join(f"ws://{name}:{port}" for name in NAMES)
    policy = (
        "default-src 'self'",
        f"connect-src 'self' {sockets}",
        "img-src 'self' data:",
        "style-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
