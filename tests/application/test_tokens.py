"""Tokens: signed by one deployment, refused by every other."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from hashlib import sha256

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from telemetra.application.access import Caller, Role
from telemetra.application.tokens import (
    AUDIENCE,
    ISSUER,
    RELOAD_MS,
    SKEW_MS,
    SOCKET_AUDIENCE,
    UNKNOWN_RELOAD_MS,
    Claims,
    TokenKey,
    TokenRing,
)
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
        "iat": NOW // 1_000,
        "exp": (NOW + 60_000) // 1_000,
        "role": "viewer",
        "channels": ["*"],
    } | changes
    present = {name: value for name, value in payload.items() if value is not None}
    return jwt.encode(present, KEY._private, algorithm="EdDSA", headers={"kid": KEY.kid})


def signed_with_the_public_key(payload: dict[str, object]) -> str:
    """Return a token of HS256 whose key is the public half, as every client could make one."""

    def part(value: object) -> bytes:
        return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    signed = b".".join((part({"alg": "HS256", "typ": "JWT", "kid": KEY.kid}), part(payload)))
    mac = hmac.new(KEY._public.public_bytes_raw(), signed, sha256).digest()
    return (signed + b"." + urlsafe_b64encode(mac).rstrip(b"=")).decode()


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
    with pytest.raises(UnauthenticatedError, match="not known"):
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
        {"iat": None},
        {"nbf": "soon"},
        {"until": "late"},
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
    confused = signed_with_the_public_key(payload)
    for token in (unsigned, symmetric, confused, stranger, "a.b.c", ""):
        with pytest.raises(UnauthenticatedError, match="not valid"):
            KEY.verify(token, now_ms=NOW)


@pytest.mark.parametrize("name", ["nbf", "iat"])
def test_a_token_is_not_valid_before_its_time(name: str) -> None:
    KEY.verify(forged(**{name: (NOW + SKEW_MS) // 1000}), now_ms=NOW)
    with pytest.raises(UnauthenticatedError, match="valid in 31 s only"):
        KEY.verify(forged(**{name: (NOW + SKEW_MS) // 1000 + 1}), now_ms=NOW)


def test_a_ticket_opens_sockets_only_and_a_token_never_does() -> None:
    ticket = KEY.sign(CLAIMS, issued_ms=NOW, audience=SOCKET_AUDIENCE)
    assert KEY.verify(ticket, now_ms=NOW, audience=SOCKET_AUDIENCE) == CLAIMS
    with pytest.raises(UnauthenticatedError, match="not valid"):
        KEY.verify(ticket, now_ms=NOW)
    with pytest.raises(UnauthenticatedError, match="not valid"):
        KEY.verify(KEY.sign(CLAIMS, issued_ms=NOW), now_ms=NOW, audience=SOCKET_AUDIENCE)


def test_a_ticket_carries_the_end_of_the_token_it_was_issued_for_and_a_link_its_view() -> None:
    claims = replace(CLAIMS, view="moments", until_ms=NOW + 3_600_000)
    found = KEY.verify(KEY.sign(claims, issued_ms=NOW), now_ms=NOW)
    assert found == claims
    assert found.caller == Caller(Role.MODERATOR, frozenset({"aurora"}), NOW + 3_600_000, "moments")


class Vault:
    """Secrets as they are renewed; ``read`` counts the reads."""

    def __init__(self, *secrets: bytes) -> None:
        self.secrets, self.reads = list(secrets), 0

    def __call__(self) -> list[bytes]:
        self.reads += 1
        return self.secrets


OLD, NEW, NEWEST = (bytes([number]) * 64 for number in range(3))


def test_a_renewed_secret_signs_and_the_one_before_it_is_still_accepted() -> None:
    vault = Vault(OLD)
    ring = TokenRing(vault)
    before = ring.sign(CLAIMS, now_ms=NOW)
    vault.secrets = [NEW, OLD]
    assert ring.verify(before, now_ms=NOW) == CLAIMS
    assert ring.sign(CLAIMS, now_ms=NOW + 1) == before
    later = NOW + RELOAD_MS
    claims = replace(CLAIMS, expires_ms=later + 60_000)
    after = ring.sign(claims, now_ms=later)
    assert TokenKey(NEW).verify(after, now_ms=later) == claims
    old = TokenKey(OLD).sign(claims, issued_ms=later)
    assert ring.verify(old, now_ms=later) == claims
    vault.secrets = [NEWEST, NEW]
    ring.verify(after, now_ms=later + RELOAD_MS - 300_000)
    with pytest.raises(UnauthenticatedError, match="not known"):
        ring.verify(old, now_ms=later + RELOAD_MS)


def test_a_key_that_is_not_known_yet_is_looked_for_but_not_by_every_forgery() -> None:
    vault = Vault(OLD)
    ring = TokenRing(vault)
    ring.sign(CLAIMS, now_ms=NOW)
    vault.secrets = [NEW, OLD]
    token = TokenKey(NEW).sign(CLAIMS, issued_ms=NOW)
    for _ in range(5):
        with pytest.raises(UnauthenticatedError, match="not known"):
            ring.verify(token, now_ms=NOW + UNKNOWN_RELOAD_MS - 1)
    assert vault.reads == 1
    assert ring.verify(token, now_ms=NOW + UNKNOWN_RELOAD_MS) == CLAIMS
    assert vault.reads == 2
