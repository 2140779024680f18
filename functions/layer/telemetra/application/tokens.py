"""Access tokens: EdDSA JWTs whose keys are derived from the deployment's generated secret.

The secret itself signs nothing: HKDF-SHA256 (RFC 5869) turns it into the seed of an Ed25519 key, so that
whoever deploys need not make a key pair. A new secret signs from then on, and the one before it is still
accepted, until the next: `TokenRing`. Which key signed is said by the token's key id.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from telemetra.application.access import REMEDY, Caller, Role
from telemetra.domain.errors import UnauthenticatedError
from telemetra.domain.window import MINUTE_MS, SECOND_MS

if TYPE_CHECKING:
    from jwt.types import Options

ISSUER: Final = "telemetra"
AUDIENCE: Final = "telemetra-api"
SOCKET_AUDIENCE: Final = "telemetra-socket"
"""Of the tickets that open a WebSocket, which travel in an address and open nothing else."""

ALGORITHM: Final = "EdDSA"

SKEW_MS: Final = 30 * SECOND_MS
"""How far the clock of whoever signed may be ahead."""

RELOAD_MS: Final = 5 * MINUTE_MS
"""How long a ring believes the secrets it has read."""

UNKNOWN_RELOAD_MS: Final = 10 * SECOND_MS
"""How soon it reads them again for a key that it does not know."""

_PURPOSE: Final = b"telemetra token signing v1"
_SEED_BYTES: Final = 32
_KID_LENGTH: Final = 16
_OPTIONS: Final[Options] = {
    "require": ["iss", "aud", "sub", "iat", "exp", "role", "channels"],
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}
"""Instants are compared with the caller's clock, not with the library's."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says.

    Attributes:
        subject: who it was issued to.
        role: what they may see.
        channels: channel ids they may read; ``*`` stands for all.
        expires_ms: when it ends, to the second.
        view: the one view that it opens; None for all.
        until_ms: of a ticket, when the token it was issued for ends; None when that is the ticket itself.
    """

    subject: str
    role: Role
    channels: frozenset[str]
    expires_ms: int
    view: str | None = None
    until_ms: int | None = None

    @property
    def caller(self) -> Caller:
        """The rights that the token carries."""
        ends_ms = self.expires_ms if self.until_ms is None else self.until_ms
        return Caller(self.role, self.channels, ends_ms, self.view)


class TokenKey:
    """Signs and verifies with one secret."""

    def __init__(self, secret: bytes) -> None:
        """Derive the key from the deployment's secret (any length, at least 32 random bytes' worth)."""
        derived = HKDF(algorithm=SHA256(), length=_SEED_BYTES, salt=None, info=_PURPOSE).derive(secret)
        self._private = Ed25519PrivateKey.from_private_bytes(derived)

    @cached_property
    def _public(self) -> Ed25519PublicKey:
        return self._private.public_key()

    @cached_property
    def kid(self) -> str:
        """Name of the key: the start of the SHA-256 of its public half."""
        return sha256(self._public.public_bytes_raw()).hexdigest()[:_KID_LENGTH]

    def sign(self, claims: Claims, *, issued_ms: int, audience: str = AUDIENCE) -> str:
        """Return a token."""
        payload: dict[str, Any] = {
            "iss": ISSUER,
            "aud": audience,
            "sub": claims.subject,
            "iat": issued_ms // SECOND_MS,
            "exp": claims.expires_ms // SECOND_MS,
            "role": claims.role.value,
            "channels": sorted(claims.channels),
        }
        if claims.view is not None:
            payload["view"] = claims.view
        if claims.until_ms is not None:
            payload["until"] = claims.until_ms // SECOND_MS
        return jwt.encode(payload, self._private, algorithm=ALGORITHM, headers={"kid": self.kid})

    def verify(self, token: str, *, now_ms: int, audience: str = AUDIENCE) -> Claims:
        """Return what a token says.

        Raises:
            UnauthenticatedError: it is malformed, of another key, issuer or audience, or not valid now.
        """
        kid = key_id(token)
        if kid != self.kid:
            message = f"the token was signed with key {kid!r}, which is not known: {REMEDY}"
            raise UnauthenticatedError(message)
        try:
            payload = jwt.decode(
                token,
                self._public,
                algorithms=[ALGORITHM],
                audience=audience,
                issuer=ISSUER,
                options=_OPTIONS,
            )
            claims, from_ms = _claims(payload), _valid_from_ms(payload)
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError) as error:
            raise _invalid(error) from error
        if claims.expires_ms <= now_ms:
            message = f"the token expired {(now_ms - claims.expires_ms) // SECOND_MS} s ago: {REMEDY}"
            raise UnauthenticatedError(message)
        if from_ms > now_ms + SKEW_MS:
            message = f"the token is valid in {(from_ms - now_ms) // SECOND_MS} s only: {REMEDY}"
            raise UnauthenticatedError(message)
        return claims


class TokenRing:
    """Signs with the newest secret and accepts the one before it too."""

    def __init__(self, load: Callable[[], Sequence[bytes]]) -> None:
        """Take what reads the secrets, the newest first."""
        self._load = load
        self._keys: dict[str, TokenKey] = {}
        self._loaded_ms: int | None = None

    def sign(self, claims: Claims, *, now_ms: int, audience: str = AUDIENCE) -> str:
        """Return a token of the newest key."""
        newest = next(iter(self._known(now_ms, RELOAD_MS).values()))
        return newest.sign(claims, issued_ms=now_ms, audience=audience)

    def verify(self, token: str, *, now_ms: int, audience: str = AUDIENCE) -> Claims:
        """Return what a token says; see ``TokenKey.verify``."""
        kid = key_id(token)
        keys = self._known(now_ms, RELOAD_MS)
        if kid not in keys:
            keys = self._known(now_ms, UNKNOWN_RELOAD_MS)
        key = keys.get(kid) or next(iter(keys.values()))
        return key.verify(token, now_ms=now_ms, audience=audience)

    def _known(self, now_ms: int, oldest_ms: int) -> dict[str, TokenKey]:
        if self._loaded_ms is None or now_ms - self._loaded_ms >= oldest_ms:
            keys = map(TokenKey, self._load())
            self._keys, self._loaded_ms = {key.kid: key for key in keys}, now_ms
        return self._keys


def key_id(token: str) -> str:
    """Return which key a token names; nothing is verified.

    Raises:
        UnauthenticatedError: it is no token.
    """
    try:
        return str(jwt.get_unverified_header(token).get("kid"))
    except (jwt.InvalidTokenError, ValueError) as error:
        raise _invalid(error) from error


def _invalid(error: Exception) -> UnauthenticatedError:
    return UnauthenticatedError(f"the token is not valid ({error}): {REMEDY}")


def _claims(payload: dict[str, Any]) -> Claims:
    channels, view, until = payload["channels"], payload.get("view"), payload.get("until")
    if not isinstance(channels, list) or not all(isinstance(name, str) for name in channels):
        message = "channels is not a list of names"
        raise ValueError(message)
    return Claims(
        str(payload["sub"]),
        Role(payload["role"]),
        frozenset(channels),
        int(payload["exp"]) * SECOND_MS,
        None if view is None else str(view),
        None if until is None else int(until) * SECOND_MS,
    )


def _valid_from_ms(payload: dict[str, Any]) -> int:
    return max(int(payload["iat"]), int(payload.get("nbf", 0))) * SECOND_MS
