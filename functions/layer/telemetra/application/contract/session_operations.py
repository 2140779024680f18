"""The operations of the session: signing in, who am I, tickets and links to share."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

from telemetra.application.contract.operation import JSON, STREAM, STREAM_ID, Operation, Parameter
from telemetra.application.contract.shapes import Instant, StreamId
from telemetra.application.contract.values import text
from telemetra.application.login import WantedLogin
from telemetra.application.session import ViewName, WantedShare

LOGIN: Final = "/api/v1/auth/twitch"

Token: TypeAlias = Annotated[
    str, Meta(pattern="^[A-Za-z0-9_.-]{1,4000}$", examples=["eyJhbGciOiJFZERTQSJ9.e30.c2ln"])
]
RoleName: TypeAlias = Literal["viewer", "moderator", "broadcaster", "admin"]
Channels: TypeAlias = Annotated[
    list[Annotated[str, Meta(pattern="^([a-z0-9_]{1,64}|[*])$", examples=["aurora_plays"])]],
    Meta(max_length=1_000),
]


class Me(msgspec.Struct, frozen=True):
    """Who calls and what they may see; a star stands for all channels, a null expiry for none."""

    subject: Annotated[str, Meta(max_length=300, examples=["twitch:1234"])]
    role: RoleName
    channels: Channels
    expires_ms: Instant | None
    view: ViewName | None
    sees_revenue: bool


class Ticket(msgspec.Struct, frozen=True):
    """What opens a socket, once it is asked for within a minute."""

    ticket: Token
    expires_ms: Instant


class SharedLink(msgspec.Struct, frozen=True):
    """A token that reads one view of one channel; the fragment is for the end of a page's address."""

    stream_id: StreamId
    view: ViewName
    token: Token
    expires_ms: Instant
    fragment: Annotated[str, Meta(pattern="^#token=[A-Za-z0-9_.-]{1,4000}$")]


class LoginBegun(msgspec.Struct, frozen=True):
    """Where a person agrees, and the state that comes back from there."""

    authorize_url: Annotated[str, Meta(max_length=8_000)]
    state: Token
    expires_ms: Instant


class SignedIn(msgspec.Struct, frozen=True):
    """A token for the person who agreed."""

    token: Token
    expires_ms: Instant
    role: RoleName
    channels: Channels


SESSION_OPERATIONS: Final = (
    Operation("GET", "/api/v1/me", "me", "Say who calls.", {JSON: Me}, tagged=False),
    Operation(
        "POST",
        "/api/v1/ws-ticket",
        "ticket",
        "Give a ticket that opens a socket, for 60 s.",
        {JSON: Ticket},
        tagged=False,
    ),
    Operation(
        "POST",
        f"{STREAM}/share",
        "share",
        "Give a token for a link that reads one view of a channel; for its broadcaster.",
        {JSON: SharedLink},
        (STREAM_ID,),
        WantedShare,
        tagged=False,
    ),
    Operation(
        "GET",
        LOGIN,
        "beginLogin",
        "Say where a person signs in with Twitch.",
        {JSON: LoginBegun},
        (
            Parameter(
                "challenge",
                "The base64url SHA-256 of a secret of the browser.",
                text("^[A-Za-z0-9_-]{43}$", 43),
                "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
                required=True,
            ),
        ),
        refusals=(401, 404),
        is_open=True,
        tagged=False,
    ),
    Operation(
        "POST",
        LOGIN,
        "finishLogin",
        "Turn the code of Twitch into a token.",
        {JSON: SignedIn},
        body=WantedLogin,
        refusals=(401, 403, 404),
        is_open=True,
        tagged=False,
    ),
)
