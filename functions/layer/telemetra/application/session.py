"""What a caller can ask of the session itself: who am I, a ticket for a socket, a link to share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from telemetra.application.access import Caller, Role
from telemetra.application.tokens import SOCKET_AUDIENCE, Claims, TokenRing
from telemetra.domain.errors import ParameterError, TooLargeError
from telemetra.domain.window import DAY_MS, MINUTE_MS, SECOND_MS

TICKET_MS: Final = MINUTE_MS
LONGEST_SHARE_MS: Final = 30 * DAY_MS
USUAL_SHARE_S: Final = 7 * 86_400
MOST_BYTES: Final = 1_024

_CHANNEL: Final = "/api/v1/streams/[a-z0-9_]{1,64}"
_ANY_VIEW: Final = r"GET /api/v1/me"
VIEWS: Final[dict[str, re.Pattern[str]]] = {
    "live": re.compile(
        rf"{_ANY_VIEW}|GET /api/v1/streams|GET {_CHANNEL}/(?:metrics|moments|uniques)|POST /api/v1/ws-ticket"
    ),
    "moments": re.compile(rf"{_ANY_VIEW}|GET {_CHANNEL}/moments"),
    "export": re.compile(rf"{_ANY_VIEW}|GET {_CHANNEL}/export"),
}
"""What a shared link opens, as method and path; a socket belongs to ``live``."""

ViewName = Literal["live", "moments", "export"]


class WantedShare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A link to share: what it opens and for how long, seconds."""

    view: ViewName = "live"
    ttl_s: Annotated[int, Meta(ge=60, le=LONGEST_SHARE_MS // SECOND_MS)] = USUAL_SHARE_S


@dataclass(frozen=True, slots=True)
class Session:
    """A caller and the name they go by."""

    subject: str
    caller: Caller


class Sessions:
    """The use cases of the routes of the session."""

    def __init__(self, ring: TokenRing) -> None:
        """Take the keys that sign."""
        self._ring = ring

    def me(self, session: Session) -> dict[str, Any]:
        """Return who calls and what they may see."""
        caller = session.caller
        return {
            "subject": session.subject,
            "role": caller.role.value,
            "channels": sorted(caller.channels),
            "expires_ms": caller.expires_ms,
            "view": caller.view,
            "sees_revenue": caller.role.sees_revenue,
        }

    def ticket(self, session: Session, now_ms: int) -> dict[str, Any]:
        """Return a ticket that opens a socket; the socket ends with the caller's own token."""
        caller, expires_ms = session.caller, now_ms + TICKET_MS
        claims = Claims(
            session.subject, caller.role, caller.channels, expires_ms, caller.view, caller.expires_ms
        )
        signed = self._ring.sign(claims, now_ms=now_ms, audience=SOCKET_AUDIENCE)
        return {"ticket": signed, "expires_ms": expires_ms}

    def share(self, session: Session, channel: str, body: bytes, now_ms: int) -> dict[str, Any]:
        """Return a token that reads one view of one channel until it expires.

        Raises:
            TooLargeError, ParameterError: the body is too long, or not a wish for a link.
        """
        wanted = _wanted(body)
        expires_ms = (now_ms // SECOND_MS + wanted.ttl_s) * SECOND_MS
        claims = share_claims(session.subject, channel, wanted.view, expires_ms)
        token = self._ring.sign(claims, now_ms=now_ms)
        return {
            "stream_id": channel,
            "view": wanted.view,
            "token": token,
            "expires_ms": expires_ms,
            "fragment": f"#token={token}",
        }


def share_claims(subject: str, channel: str, view: str, expires_ms: int) -> Claims:
    """Return what a link says: it is a viewer's, whoever shares it."""
    return Claims(f"link of {subject}", Role.VIEWER, frozenset({channel}), expires_ms, view)


def opens(view: str | None, method: str, path: str) -> bool:
    """Say whether a token of this view may make a request.

    >>> opens(None, "PUT", "/x"), opens("moments", "GET", "/api/v1/streams/a/moments")
    (True, True)
    >>> opens("moments", "GET", "/api/v1/streams/a/metrics"), opens("other", "GET", "/api/v1/me")
    (False, False)
    """
    if view is None:
        return True
    allowed = VIEWS.get(view)
    return allowed is not None and allowed.fullmatch(f"{method} {path}") is not None


def opens_socket(view: str | None) -> bool:
    """Say whether a token of this view may open a socket."""
    return view in {None, "live"}


def _wanted(body: bytes) -> WantedShare:
    if len(body) > MOST_BYTES:
        message = f"the wish has {len(body)} bytes: at most {MOST_BYTES} are taken"
        raise TooLargeError(message)
    try:
        return msgspec.json.decode(body or b"{}", type=WantedShare)
    except (msgspec.DecodeError, UnicodeError) as error:
        message = f'the body is not a wish for a link ({{"view": "live", "ttl_s": 3600}}): {error}'
        raise ParameterError(message) from error
