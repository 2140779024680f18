"""The stand-in's HTTP: Helix, OAuth and the emote lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from producer.sources.twitch.standin.eventsub_server import stamp, subscription_of
from producer.sources.twitch.standin.sign_in import SignIn
from producer.sources.twitch.standin.world import ME, Subscription, user_id_of

if TYPE_CHECKING:
    from producer.sources.twitch.standin.world import World

CLIENT_ID: Final = "standin-client"
POINTS: Final = 800
PENDING: Final = 2
"""Questions about a device code that are answered with ``authorization_pending``."""

_SCOPES: Final = ["user:read:chat", "bits:read", "channel:read:subscriptions"]


class HttpServer:
    """Answers of one world; ``valid`` holds the access tokens that are good."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._asked = 0
        self.valid = {"standin-token"}
        self.sign_in = SignIn(world)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes, also under the prefixes that client libraries use for a mock server."""
        found: list[web.RouteDef] = []
        for helix in ("/helix", "/mock", ""):
            found.append(web.post(f"{helix}/eventsub/subscriptions", self.subscribe))
            found.append(web.get(f"{helix}/eventsub/subscriptions", self.subscriptions))
            found.append(web.delete(f"{helix}/eventsub/subscriptions", self.unsubscribe))
        for helix in ("/helix", "/mock"):
            found.append(web.get(f"{helix}/users", self.users))
            found.append(web.get(f"{helix}/streams", self.streams))
        for oauth in ("/oauth2", "/auth"):
            found.append(web.post(f"{oauth}/device", self.device))
            found.append(web.post(f"{oauth}/token", self.token))
            found.append(web.get(f"{oauth}/validate", self.validate))
        found += self.sign_in.routes()
        found.append(web.get("/{provider:bttv|ffz|7tv}/{rest:.*}", emote_list))
        return found

    async def users(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        logins = [login for login in request.query.getall("login", []) if login in self._world.channels]
        logins += [found for one in request.query.getall("id", []) if (found := self._world.login_of(one))]
        return self._data([_user(login) for login in logins])

    async def streams(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        logins = [login for login in request.query.getall("user_login", []) if login in self._world.channels]
        now = self._world.now_ms()
        return self._data([_stream(login, index, now) for index, login in enumerate(logins)])

    async def subscribe(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        asked: dict[str, Any] = await request.json()
        session = self._world.sessions.get(asked["transport"].get("session_id", ""))
        condition: dict[str, str] = asked["condition"]
        broadcaster_id = condition.get("broadcaster_user_id") or condition.get("to_broadcaster_user_id", "")
        channel = self._world.login_of(broadcaster_id)
        if session is None or channel is None:
            return self._problem(
                400, "websocket transport session does not exist or has already disconnected"
            )
        if any(
            one.type == asked["type"] and one.condition == condition for one in session.subscriptions.values()
        ):
            return self._problem(409, "subscription already exists")
        one = Subscription(self._world.new_id(), asked["type"], asked["version"], condition, channel)
        session.subscriptions[one.id] = one
        self._world.counts["helix.subscribed"] += 1
        body = {
            "data": [subscription_of(self._world, one, session)],
            "total": 1,
            "total_cost": 0,
            "max_total_cost": 10,
        }
        return web.json_response(body, status=202, headers=self._limits())

    async def subscriptions(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        found = [
            subscription_of(self._world, one, session)
            for session in self._world.sessions.values()
            for one in session.subscriptions.values()
        ]
        body = {"data": found, "total": len(found), "total_cost": 0, "max_total_cost": 10, "pagination": {}}
        return web.json_response(body, headers=self._limits())

    async def unsubscribe(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        for session in self._world.sessions.values():
            session.subscriptions.pop(request.query.get("id", ""), None)
        return web.Response(status=204, headers=self._limits())

    async def device(self, _: web.Request) -> web.Response:
        self._asked = 0
        return web.json_response(
            {
                "device_code": "standin-device",
                "user_code": "ABCDEFGH",
                "verification_uri": "https://www.twitch.tv/activate?device-code=ABCDEFGH",
                "interval": 1,
                "expires_in": 1800,
            }
        )

    async def token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if form.get("grant_type") == "authorization_code":
            granted = self.sign_in.token(form, str(request.url.origin() / "oauth2"))
            return web.json_response(granted) if granted else self._problem(400, "Invalid authorization code")
        if form.get("grant_type") == "refresh_token":
            if form.get("refresh_token") != "standin-refresh":
                return self._problem(400, "Invalid refresh token")
        elif form.get("device_code") != "standin-device":
            return self._problem(400, "invalid device code")
        elif (asked := self._asked) < PENDING:
            self._asked = asked + 1
            return self._problem(400, "authorization_pending")
        fresh = f"standin-{self._world.new_id()}"
        self.valid.add(fresh)
        body = {"access_token": fresh, "refresh_token": "standin-refresh", "expires_in": 14_400}
        return web.json_response(body | {"scope": _SCOPES, "token_type": "bearer"})

    async def validate(self, request: web.Request) -> web.Response:
        access = request.headers.get("Authorization", "").partition(" ")[2]
        if access in self.sign_in.identities:
            login, client_id = self.sign_in.identities[access]
            return web.json_response(
                {"client_id": client_id, "login": login, "user_id": user_id_of(login), "expires_in": 900}
            )
        if access not in self.valid:
            return self._problem(401, "invalid access token")
        body = {"client_id": CLIENT_ID, "login": "standin_reader", "user_id": ME, "expires_in": 14_400}
        return web.json_response(body | {"scopes": _SCOPES})

    def _refused(self, request: web.Request) -> web.Response | None:
        if self._world.rate_limited > 0:
            self._world.rate_limited -= 1
            self._world.counts["helix.refused"] += 1
            return self._problem(429, "Too Many Requests")
        if request.headers.get("Authorization", "").partition(" ")[2] not in self.valid:
            return self._problem(401, "Invalid OAuth token")
        return None

    def _problem(self, status: int, message: str) -> web.Response:
        headers = self._limits(remaining=0 if status == 429 else POINTS)  # noqa: PLR2004
        return web.json_response({"status": status, "message": message}, status=status, headers=headers)

    def _data(self, data: list[dict[str, Any]]) -> web.Response:
        return web.json_response({"data": data, "pagination": {}}, headers=self._limits())

    def _limits(self, remaining: int = POINTS) -> dict[str, str]:
        reset = self._world.now_ms() // 1000 + 1
        return {
            "Ratelimit-Limit": str(POINTS),
            "Ratelimit-Remaining": str(remaining),
            "Ratelimit-Reset": str(reset),
        }


async def emote_list(request: web.Request) -> web.Response:
    """Answer as BetterTTV, FrankerFaceZ or 7TV would."""
    everywhere = "global" in request.match_info["rest"]
    name = "Everywhere" if everywhere else "OnlyHere"
    body: object
    match request.match_info["provider"]:
        case "bttv":
            codes = [{"id": "1", "code": f"bttv{name}", "imageType": "png"}]
            body = codes if everywhere else {"channelEmotes": codes, "sharedEmotes": []}
        case "ffz":
            body = {"sets": {"3": {"id": 3, "emoticons": [{"id": 1, "name": f"ffz{name}"}]}}}
        case _:
            emotes = {"emotes": [{"id": "1", "name": f"seven{name}"}]}
            body = emotes if everywhere else {"emote_set": emotes}
    return web.json_response(body)


def _user(login: str) -> dict[str, Any]:
    return {
        "id": user_id_of(login),
        "login": login,
        "display_name": login.title(),
        "type": "",
        "broadcaster_type": "partner",
        "description": "",
        "profile_image_url": "",
        "offline_image_url": "",
        "view_count": 0,
        "created_at": stamp(0),
    }


def _stream(login: str, index: int, now_ms: int) -> dict[str, Any]:
    return {
        "id": f"4{user_id_of(login)}",
        "user_id": user_id_of(login),
        "user_login": login,
        "user_name": login.title(),
        "game_id": "509658",
        "game_name": "Just Chatting",
        "type": "live",
        "title": f"{login} is live",
        "viewer_count": 1000 + 10 * index + now_ms // 1000 % 100,
        "started_at": stamp(now_ms - 3_600_000),
        "language": "en",
        "thumbnail_url": "",
        "tag_ids": [],
        "tags": [],
        "is_mature": False,
    }
