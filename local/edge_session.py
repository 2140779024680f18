"""The session of a browser on this machine: it opened the page, so it need not show a token itself.

The cookie proves nothing but that: it is out of reach of scripts, is not sent for other sites, and is not
taken for a request that a page of another port began, which browsers count to the same site.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import TYPE_CHECKING

from aiohttp import web

from local.access import Signer

if TYPE_CHECKING:
    from collections.abc import Mapping

OWN_FETCHES = (None, "same-origin", "none")


class BrowserSession:
    """Offers the cookie, takes it back and shows a token in its place.

    Args:
        signer: signs for whoever holds the cookie.
        secret: the deployment's; the cookie's value follows from it, so that a restart keeps sessions.
        port: of the edge; browsers keep cookies apart by name, not by port.
    """

    def __init__(self, signer: Signer, secret: bytes, port: int) -> None:
        self._signer = signer
        self._name = f"telemetra_{port}"
        self._value = hmac.new(secret, f"browser session {port}".encode(), sha256).hexdigest()

    def offer(self, response: web.StreamResponse) -> None:
        """Give the cookie to whoever opens the page."""
        response.set_cookie(self._name, self._value, httponly=True, samesite="Strict", path="/")

    def holds(self, request: web.Request) -> bool:
        """Whether the page itself, and no other, makes this request."""
        given = request.cookies.get(self._name, "")
        return hmac.compare_digest(given.encode(), self._value.encode()) and is_own(request.headers)

    def authorization(self) -> str:
        """What to show to the API."""
        return f"Bearer {self._signer.token()}"

    def ticket(self) -> str:
        """What to open a socket with."""
        return self._signer.ticket()


def is_own(headers: Mapping[str, str]) -> bool:
    """Whether a request was begun by a page of this very origin, or by a person.

    Example:
        >>> is_own({"Host": "localhost:3000", "Origin": "http://localhost:3000"}), is_own({"Host": "a"})
        (True, True)
        >>> is_own({"Host": "localhost:3000", "Origin": "http://localhost:8080"})
        False
    """
    origin = headers.get("Origin")
    own = origin is None or origin == f"http://{headers.get('Host')}"
    return own and headers.get("Sec-Fetch-Site") in OWN_FETCHES
