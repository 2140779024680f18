"""The authorizer before the API, joined as the template joins them, and tokens of every kind."""

from __future__ import annotations

import hmac
import json
import sys
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

import jwt
import pytest

from telemetra.adapters.memory import MemoryConnections, MemorySockets, MemoryStateStore, MemoryTicks
from telemetra.adapters.memory_alerts import MemoryRules, MemoryWebhooks
from telemetra.application.access import Role
from telemetra.application.contract.operations import OPERATIONS
from telemetra.application.feedback import GiveFeedback
from telemetra.application.login import Application, SignIn
from telemetra.application.rules import KeepRules
from telemetra.application.session import Sessions
from telemetra.application.sockets import AnswerMessage, OpenSocket
from telemetra.application.tokens import SOCKET_AUDIENCE, Claims, TokenKey, TokenRing
from telemetra.config import Settings
from telemetra.domain.rules import RuleSet, Webhook
from tests.application.samples import CHANNEL, NOW, moment
from tests.application.test_login import FakeTwitch
from tests.functions.conftest import LoadHandler
from tests.functions.rest import Client

KEY: Final = TokenKey(b"s" * 64)
OTHER: Final = "somebody_else"
STREAM: Final = "/api/v1/streams/{stream_id}"
BODIES: Final[Mapping[tuple[str, str], Any]] = {
    ("POST", f"{STREAM}/moments/{{moment_id}}/feedback"): {"verdict": "confirm"},
    ("PUT", f"{STREAM}/rules"): {"rules": []},
    ("POST", f"{STREAM}/share"): {},
}
QUERIES: Final = {("GET", f"{STREAM}/export"): {"format": "csv"}}


def claims(role: str = "admin", channel: str = CHANNEL, **changes: Any) -> dict[str, Any]:
    found = {
        "iss": "telemetra",
        "aud": "telemetra-api",
        "sub": "somebody",
        "iat": NOW // 1000,
        "exp": NOW // 1000 + 60,
        "role": role,
        "channels": [channel],
    } | changes
    return {name: value for name, value in found.items() if value is not None}


def signed(payload: dict[str, Any], key: TokenKey = KEY, kid: str | None = None) -> str:
    return jwt.encode(payload, key._private, algorithm="EdDSA", headers={"kid": kid or key.kid})


def by_the_public_key() -> str:
    header = {"alg": "HS256", "typ": "JWT", "kid": KEY.kid}
    parts = [
        urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims())
    ]
    text = ".".join(parts)
    mac = hmac.new(KEY._public.public_bytes_raw(), text.encode(), sha256).digest()
    return f"{text}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def changed() -> str:
    """Return a token whose signature is of another."""
    return ".".join((*signed(claims()).split(".")[:2], signed(claims("viewer")).split(".")[2]))


BAD: Final[dict[str, str | None]] = {
    "missing": None,
    "empty": "",
    "malformed": "a.b.c",
    "expired": signed(claims(exp=NOW // 1000)),
    "not yet valid": signed(claims(nbf=NOW // 1000 + 60)),
    "issued in the future": signed(claims(iat=NOW // 1000 + 60, exp=NOW // 1000 + 120)),
    "wrong audience": signed(claims(aud="elsewhere")),
    "no audience": signed(claims(aud=None)),
    "a ticket": signed(claims(aud=SOCKET_AUDIENCE)),
    "wrong issuer": signed(claims(iss="somebody")),
    "unknown key": signed(claims(), TokenKey(b"t" * 64)),
    "another key under our name": signed(claims(), TokenKey(b"t" * 64), KEY.kid),
    "our key under another name": signed(claims(), kid="other"),
    "unknown role": signed(claims("owner")),
    "no role": signed(claims(role=None)),  # type: ignore[arg-type]
    "no end": signed(claims(exp=None)),
    "alg none": jwt.encode(claims(), "", algorithm="none", headers={"kid": KEY.kid}),
    "HS256 with the public key": by_the_public_key(),
    "changed after signing": changed(),
}
"""Tokens that open nothing."""


class Gateway:
    """The authorizer before the API, as the template joins them."""

    def __init__(self, load: LoadHandler, patch: pytest.MonkeyPatch) -> None:
        self.authorizer = load("authorizer")
        client = Client(load("api", "app"), patch)
        client.environment["TELEMETRA_ACCESS"] = "token"
        self.api, self.moments = client.api, client.moments
        patch.setenv("TELEMETRA_ACCESS", "token")
        patch.setattr(self.authorizer, "now_ms", lambda: NOW)
        patch.setattr(self.authorizer, "secrets_of", lambda _: [b"s" * 64])
        self._wire_routes(patch)
        self.open_routes = {(one.method, one.path) for one in OPERATIONS if one.is_open}

    def _wire_routes(self, patch: pytest.MonkeyPatch) -> None:
        rules, webhooks = sys.modules["rule_routes"], MemoryWebhooks()
        store, self.sockets = MemoryRules(), MemorySockets()
        store.put(RuleSet(CHANNEL, (), Webhook("https://receiver.example/", "k"), version=1))
        settings = Settings.from_env({"TELEMETRA_ACCESS": "token"})
        self.moments.write([moment(NOW)])
        keep = KeepRules(store, webhooks, lambda: b"m" * 64, loopback=False)
        desk = rules.Desk(settings, keep, GiveFeedback(self.moments, MemoryStateStore()))
        ring, session = TokenRing(lambda: [b"s" * 64]), sys.modules["session_routes"]
        sign_in = SignIn(FakeTwitch(), ring, Application("app", "https://telemetra.example/", ()))
        gate = session.Gate(settings, Sessions(ring), sign_in)
        for module, wired in ((rules, desk), (session, gate)):
            patch.setattr(module, "now_ms", lambda: NOW)
            patch.setattr(module, "wire", lambda wired=wired: wired)
        connections, ticks = MemoryConnections(clock=lambda: NOW), MemoryTicks()
        door = self.api.Door(
            settings,
            connections,
            OpenSocket(connections, ticks),
            AnswerMessage(connections, ticks, self.sockets),
        )
        patch.setattr(self.api, "wire_sockets", lambda: door)

    def allowed(self, event: dict[str, Any]) -> int | dict[str, str]:
        """Ask the authorizer; return 401 or 403, or the context that the API is called with."""
        try:
            policy = self.authorizer.handler(event, None)
        except Exception as error:
            if str(error) != "Unauthorized":
                raise
            return 401
        (statement,) = policy["policyDocument"]["Statement"]
        if statement["Effect"] != "Allow":
            return 403
        return {**policy["context"], "principalId": policy["principalId"]}

    def __call__(
        self,
        method: str,
        resource: str,
        token: str | None,
        channel: str = CHANNEL,
        *,
        body: str | None = None,
    ) -> int:
        path = resource.format(stream_id=channel, moment_id=NOW)
        headers = {"Content-Type": "application/json", "If-Match": '"rules-1", "rules-2"'}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        context: dict[str, str] | None = None
        if (method, resource) not in self.open_routes:
            at = {"resourcePath": resource}
            found = self.allowed(
                {
                    "methodArn": "arn",
                    "headers": headers,
                    "httpMethod": method,
                    "path": path,
                    "requestContext": at,
                }
            )
            if isinstance(found, int):
                return found
            context = found
        query = QUERIES.get((method, resource), {})
        usual = BODIES.get((method, resource))
        if body is None and usual is not None:
            body = json.dumps(usual)
        ids = {"stream_id": channel, "moment_id": str(NOW)}
        event = {
            "resource": resource,
            "path": path,
            "httpMethod": method,
            "headers": headers,
            "multiValueHeaders": {},
            "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
            "pathParameters": {name: value for name, value in ids.items() if f"{{{name}}}" in resource},
            "stageVariables": None,
            "requestContext": {"resourcePath": resource, "httpMethod": method, "authorizer": context},
            "body": body,
            "isBase64Encoded": False,
        }
        status: int = self.api.app(event, None)["statusCode"]
        return status

    def handshake(self, ticket: str | None, channel: str = CHANNEL) -> int | dict[str, str]:
        """Open a socket; return the status that refuses it, or the context of its messages."""
        if ticket is None:
            return 401
        at: dict[str, Any] = {"connectionId": "c1", "connectedAt": NOW}
        query = {"ticket": ticket, "stream_id": channel}
        event = {"methodArn": "arn", "headers": {}, "queryStringParameters": query, "requestContext": at}
        found = self.allowed(event)
        if isinstance(found, int):
            return found
        opened = self.api.connect(event | {"requestContext": at | {"authorizer": found}}, None)
        return found if opened["statusCode"] == 200 else int(opened["statusCode"])

    def say(self, context: dict[str, str], **body: Any) -> dict[str, Any]:
        """Send a message and return the answer."""
        at = {"connectionId": "c1", "connectedAt": NOW, "authorizer": context}
        self.api.message({"requestContext": at, "body": json.dumps(body)}, None)
        answer: dict[str, Any] = json.loads(self.sockets.posted[-1][1])
        return answer


def ticket(role: str, channel: str = CHANNEL, view: str | None = None) -> str:
    found = Claims("somebody", Role(role), frozenset({channel}), NOW + 60_000, view, NOW + 3_600_000)
    return KEY.sign(found, issued_ms=NOW, audience=SOCKET_AUDIENCE)
