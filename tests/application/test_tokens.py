"""Tokens: signed by one deployment, refused by every other."""

from __future__ import annotations

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from telemetra.application.access import Caller, Role
from telemetra.application.tokens import AUDIENCE, ISSUER, Claims, TokenKey
from telemetra.domain.errors import UnauthenticatedError

NOW = 1_795_456_800_000
KEY = TokenKey(b"s" * 64)
CLAIMS = Claims("editor", Role.MODERATOR, frozenset({"aurora"}), NOW + 60_000)


def forged(**changes: object) -> str:
    """Return a token of ``KEY`` with some claims changed, or dropped when None."""
    payload = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "editor",
        "exp": (NOW + 60_000) // 1_000,
        "role": "viewer",
        "channels": ["*"],
    } | changes
    present = {name: value for name, value in payload.items() if value is not None}
    return jwt.encode(present, KEY._private, algorithm="EdDSA", headers={"kid": KEY.kid})


def test_a_token_says_what_was_signed() -> None:
    token = KEY.sign(CLAIMS, issued_ms=NOW)
    assert KEY.verify(token, now_ms=NOW) == CLAIMS
    assert CLAIMS.caller == Caller(Role.MODERATOR, frozenset({"aurora"}), NOW + 60_000)


def test_the_same_secret_gives_the_same_key_and_another_secret_another() -> None:
    assert TokenKey(b"s" * 64).kid == KEY.kid
    assert TokenKey(b"t" * 64).kid != KEY.kid


def test_a_token_ends_at_its_instant() -> None:
    token = KEY.sign(CLAIMS, issued_ms=NOW)
    KEY.verify(token, now_ms=CLAIMS.expires_ms - 1)
    with pytest.raises(UnauthenticatedError, match="expired 0 s ago"):
        KEY.verify(token, now_ms=CLAIMS.expires_ms)


def test_the_key_of_another_deployment_is_refused() -> None:
    token = TokenKey(b"t" * 64).sign(CLAIMS, issued_ms=NOW)
    with pytest.raises(UnauthenticatedError, match="not valid"):
        KEY.verify(token, now_ms=NOW)


def test_a_token_that_names_another_key_is_refused() -> None:
    token = jwt.encode(
        {**jwt.decode(forged(), options={"verify_signature": False})},
        KEY._private,
        algorithm="EdDSA",
        headers={"kid": "other"},
    )
    with pytest.raises(UnauthenticatedError, match="key 'other'"):
        KEY.verify(token, now_ms=NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody"},
        {"aud": "elsewhere"},
        {"exp": None},
        {"sub": None},
        {"role": None},
        {"role": "owner"},
        {"channels": "*"},
        {"channels": [1]},
    ],
    ids=str,
)
def test_claims_that_are_not_ours_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(UnauthenticatedError, match="not valid"):
        KEY.verify(forged(**changes), now_ms=NOW)


def test_a_token_signed_by_no_key_or_by_another_algorithm_is_refused() -> None:
    payload = jwt.decode(forged(), options={"verify_signature": False})
    unsigned = jwt.encode(payload, "", algorithm="none", headers={"kid": KEY.kid})
    symmetric = jwt.encode(payload, "k" * 32, algorithm="HS256", headers={"kid": KEY.kid})
    stranger = jwt.encode(payload, Ed25519PrivateKey.generate(), algorithm="EdDSA", headers={"kid": KEY.kid})
    for token in (unsigned, symmetric, stranger, "a.b.c", ""):
        with pytest.raises(UnauthenticatedError, match="not valid"):
            KEY.verify(token, now_ms=NOW)
