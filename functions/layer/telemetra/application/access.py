"""Who calls, and what they may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from telemetra.domain.errors import NotPermittedError, UnauthenticatedError

EVERY_CHANNEL: Final = "*"

REMEDY: Final = "send 'Authorization: Bearer <token>' with a token that has not expired"


class Role(StrEnum):
    """What a caller is to a channel, the fewest rights first; money is for broadcaster and admin."""

    VIEWER = "viewer"
    MODERATOR = "moderator"
    BROADCASTER = "broadcaster"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """Place in the order of rights, the least first."""
        return list(Role).index(self)

    @property
    def sees_revenue(self) -> bool:
        """Whether money is shown."""
        return self in {Role.BROADCASTER, Role.ADMIN}


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller whose token was checked, or anyone where access is open.

    Attributes:
        role: what they may see.
        channels: channel ids they may read; ``*`` stands for all.
        expires_ms: when the right ends; None when it does not.
        view: the one view that a shared link opens; None for all.
    """

    role: Role
    channels: frozenset[str]
    expires_ms: int | None = None
    view: str | None = None

    def reads(self, channel: str) -> bool:
        """Say whether the channel may be read."""
        return EVERY_CHANNEL in self.channels or channel in self.channels

    def require(self, channel: str) -> None:
        """Raise ``NotPermittedError`` unless the channel may be read."""
        if not self.reads(channel):
            message = f"the token does not cover channel {channel!r}"
            raise NotPermittedError(message)

    def require_role(self, least: Role, what: str) -> None:
        """Raise ``NotPermittedError`` for a role below ``least``; ``what`` names what was to be done."""
        if self.role.rank < least.rank:
            message = f"{what} takes the role {least.value} or above; the token says {self.role.value}"
            raise NotPermittedError(message)

    def context(self) -> dict[str, str]:
        """Return the flat form that an API Gateway authorizer hands to every handler."""
        flat = {"role": self.role.value, "channels": ",".join(sorted(self.channels))}
        if self.expires_ms is not None:
            flat["expires_ms"] = str(self.expires_ms)
        if self.view is not None:
            flat["view"] = self.view
        return flat

    @classmethod
    def of_context(cls, context: Mapping[str, Any] | None) -> Caller:
        """Undo ``context``.

        Raises:
            UnauthenticatedError: no authorizer has vouched for the caller.
        """
        if not context or context.get("role") not in list(Role):
            raise UnauthenticatedError(REMEDY)
        expires = context.get("expires_ms")
        return cls(
            Role(context["role"]),
            frozenset(name for name in str(context.get("channels", "")).split(",") if name),
            None if expires is None else int(expires),
            context.get("view"),
        )


ANYONE: Final = Caller(Role.ADMIN, frozenset({EVERY_CHANNEL}))
"""Everyone where access is open: whoever runs the stack guards its door."""


def caller_of(context: Mapping[str, Any] | None, *, access: str) -> Caller:
    """Return who calls: anyone where ``access`` is ``open``, else whom the authorizer vouched for."""
    return ANYONE if access == "open" else Caller.of_context(context)
