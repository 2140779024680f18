"""Access tokens: EdDSA JWTs whose key is derived from the deployment's generated secret.

The secret itself signs nothing: HKDF-SHA256 (RFC 5869) turns it into the seed of an Ed25519 key, so that
whoever deploys need not make a key pair, and a new secret ends every session.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from telemetra.application.access import REMEDY, Caller, Role
from telemetra.domain.errors import UnauthenticatedError
from telemetra.domain.window import SECOND_MS

ISSUER: Final = "telemetra"
AUDIENCE: Final = "telemetra-api"
ALGORITHM: Final = "EdDSA"

_PURPOSE: Final = b"telemetra token signing v1"
_SEED_BYTES: Final = 32
_KID_LENGTH: Final = 16
_REQUIRED: Final = ["iss", "aud", "sub", "exp", "role", "channels"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says.

    Attributes:
        subject: who it was issued to.
        role: what they may see.
        channels: channel ids they may read; ``*`` stands for all.
        expires_ms: when it ends, to the second.
    """

    subject: str
    role: Role
    channels: frozenset[str]
    expires_ms: int

    @property
    def caller(self) -> Caller:
        """The rights that the token carries."""
        return Caller(self.role, self.channels, self.expires_ms)


class TokenKey:
    """Signs and verifies the tokens of one deployment."""

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

    def sign(self, claims: Claims, *, issued_ms: int) -> str:
        """Return a token."""
        payload = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": claims.subject,
            "iat": issued_ms // SECOND_MS,
            "exp": claims.expires_ms // SECOND_MS,
            "role": claims.role.value,
            "channels": sorted(claims.channels),
        }
        return jwt.encode(payload, self._private, algorithm=ALGORITHM, headers={"kid": self.kid})

    def verify(self, token: str, *, now_ms: int) -> Claims:
        """Return what a token says.

        Raises:
            UnauthenticatedError: it is malformed, of another key, issuer or audience, or has expired.
        """
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            payload = jwt.decode(
                token,
                self._public,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": _REQUIRED, "verify_exp": False, "verify_iat": False},
            )
            claims = _claims(payload)
        except (jwt.InvalidTokenError, ValueError, TypeError) as error:
            message = f"the token is not valid ({error}): {REMEDY}"
            raise UnauthenticatedError(message) from error
        if kid != self.kid:
            message = f"the token was signed with key {kid!r}, not {self.kid!r}: {REMEDY}"
            raise UnauthenticatedError(message)
        if claims.expires_ms <= now_ms:
            message = f"the token expired {(now_ms - claims.expires_ms) // SECOND_MS} s ago: {REMEDY}"
            raise UnauthenticatedError(message)
        return claims


def _claims(payload: dict[str, Any]) -> Claims:
    channels = payload["channels"]
    if not isinstance(channels, list) or not all(isinstance(name, str) for name in channels):
        message = "channels is not a list of names"
        raise ValueError(message)
    return Claims(
        str(payload["sub"]), Role(payload["role"]), frozenset(channels), int(payload["exp"]) * SECOND_MS
    )
