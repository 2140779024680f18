"""The stand-in's OpenID Connect: a person agrees at once, and a code buys tokens once."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from producer.sources.twitch.standin.world import user_id_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from producer.sources.twitch.standin.world import World

SECRET: Final = "standin-secret"  # noqa: S105 - of a stand-in
PER_PAGE: Final = 1
"""Moderated channels of a page, so that readers meet a second one."""

_LIFE_S: Final = 900


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a code stands for."""

    login: str
    client_id: str
    redirect_uri: str
    nonce: str


class SignIn:
    """Whoever is named by ``login`` agrees; every known person moderates ``moderated``.

    Attributes:
        identities: login and application of each access token.
        revoked: access tokens that were given back.
    """

    def __init__(self, world: World, moderated: tuple[str, ...] = ()) -> None:
        self._world = world
        self._codes: dict[str, Agreed] = {}
        self.moderated = moderated
        self.identities: dict[str, tuple[str, str]] = {}
        self.revoked: list[str] = []

    def routes(self) -> list[web.RouteDef]:
        """Return the routes that only signing in uses."""
        return [
            web.get("/oauth2/authorize", self.authorize),
            web.post("/oauth2/revoke", self.revoke),
            web.get("/helix/moderation/channels", self.channels),
        ]

    async def authorize(self, request: web.Request) -> web.Response:
        """Send the browser back with a code; ``login`` says who agrees, the first channel when absent."""
        asked = request.query
        login = asked.get("login") or next(iter(self._world.channels))
        code = f"code-{self._world.new_id()}"
        self._codes[code] = Agreed(login, asked["client_id"], asked["redirect_uri"], asked.get("nonce", ""))
        query = urlencode({"code": code, "scope": asked.get("scope", ""), "state": asked["state"]})
        return web.Response(status=302, headers={"Location": f"{asked['redirect_uri']}?{query}"})

    def token(self, form: Mapping[str, Any], issuer: str) -> dict[str, Any] | None:
        """Return the tokens that a code buys, or None when it buys none."""
        agreed = self._codes.pop(str(form.get("code")), None)
        wanted = (form.get("client_id"), form.get("redirect_uri"), form.get("client_secret"))
        if agreed is None or wanted != (agreed.client_id, agreed.redirect_uri, SECRET):
            return None
        access, now_s = f"access-{self._world.new_id()}", self._world.now_ms() // 1000
        self.identities[access] = agreed.login, agreed.client_id
        claims = {
            "iss": issuer,
            "aud": agreed.client_id,
            "sub": user_id_of(agreed.login),
            "nonce": agreed.nonce,
            "iat": now_s,
            "exp": now_s + _LIFE_S,
            "preferred_username": agreed.login.title(),
        }
        return {"access_token": access, "id_token": _unsigned(claims), "token_type": "bearer"}

    async def revoke(self, request: web.Request) -> web.Response:
        """Take an access token back."""
        access = str((await request.post()).get("token"))
        self.revoked.append(access)
        return web.Response(status=200 if self.identities.pop(access, None) else 400)

    async def channels(self, request: web.Request) -> web.Response:
        """List the channels that the person moderates, a page at a time."""
        access = request.headers.get("Authorization", "").partition(" ")[2]
        login, client_id = self.identities.get(access, ("", ""))
        if (user_id_of(login), client_id) != (request.query.get("user_id"), request.headers.get("Client-Id")):
            return web.json_response({"status": 401, "message": "not this person's token"}, status=401)
        first = int(request.query.get("after", "0"))
        page = self.moderated[first : first + PER_PAGE]
        more = first + PER_PAGE < len(self.moderated)
        data = [{"broadcaster_id": user_id_of(name), "broadcaster_login": name} for name in page]
        return web.json_response(
            {"data": data, "pagination": {"cursor": str(first + PER_PAGE)} if more else {}}
        )


def _unsigned(claims: Mapping[str, Any]) -> str:
    parts = [msgspec.json.encode(part) for part in ({"alg": "RS256", "typ": "JWT"}, claims)]
    return ".".join([*(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts), "unsigned"])
