"""The one origin of the product on this machine; it stands for CloudFront.

Serves the dashboard from its bucket, passes `/api/*` and `/health` to the REST stage and bridges `/ws`.
Run as ``python -m local.edge CONFIG``, a JSON file with the fields of `Config`.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web
from yarl import URL

from local.access import Signer, secrets_of
from local.cloud import Cloud
from local.edge_rules import is_own_host, is_own_origin, route, security_headers
from local.edge_session import BrowserSession
from local.edge_ws import Bridge, Limits
from telemetra.application.tokens import TokenRing

HOST = "127.0.0.1"
HOP = frozenset(
    {
        "connection",
        "content-length",
        "cookie",
        "date",
        "host",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "server",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
SHOWN = ("ETag", "Cache-Control", "Content-Type", "Last-Modified")
LARGEST_BODY = 10 * 1024 * 1024
REQUESTS_AT_ONCE = 3
"""Requests that the API works on; the others wait, as the emulator meets each more with a process more."""
TOLD = {
    "metrics": ("metrics.txt", "text/plain; version=0.0.4; charset=utf-8"),
    "operation.json": ("operation.json", "application/json"),
}
PAGE = "index.html"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
log = logging.getLogger("telemetra.edge")


@dataclass(frozen=True, slots=True)
class Config:
    """Where each kind of request goes; ``socket_url`` is empty where there is no WebSocket API.

    Attributes:
        told: directory of the files that the stack writes of itself.
        allowed_origins: origins of other pages that may call the API, as `AllowedOrigins` of the template.
        token_secret: ARN of the secret that tokens are signed from; empty gives browsers no session.
    """

    port: int
    endpoint_url: str
    bucket: str
    api_url: str
    socket_url: str
    told: str = ""
    allowed_origins: tuple[str, ...] = ()
    token_secret: str = ""


def problem(status: int, title: str, detail: str, instance: str = "") -> web.Response:
    """An RFC 9457 answer."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    if instance:
        body["instance"] = instance
    return web.Response(status=status, text=json.dumps(body), content_type="application/problem+json")


class Edge:
    """Routes requests by the table of `local.edge_rules`."""

    def __init__(self, config: Config, limits: Limits, browsers: BrowserSession | None = None) -> None:
        self._config = config
        self._limits = limits
        self._browsers = browsers
        self._turns = asyncio.Semaphore(REQUESTS_AT_ONCE)

    def application(self) -> web.Application:
        """The aiohttp application."""
        application = web.Application(middlewares=[self._guard], client_max_size=LARGEST_BODY)
        application.cleanup_ctx.append(self._connections)
        application.on_response_prepare.append(self._mark)
        application.router.add_route("*", "/{path:.*}", self._serve)
        return application

    async def _connections(self, application: web.Application) -> AsyncIterator[None]:
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=60)
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=3, sock_read=29)
        self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, auto_decompress=False)
        self._bridge = Bridge(self._session, self._config.socket_url, self._limits)
        application.on_shutdown.append(self._send_away)
        yield
        await self._session.close()

    async def _send_away(self, _: web.Application) -> None:
        await self._bridge.close_all()

    async def _mark(self, _: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(security_headers(self._config.port))
        response.headers["Server"] = "telemetra-edge"

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not is_own_host(request.headers.get("Host")):
            return problem(403, "Forbidden", "Host must be 127.0.0.1 or localhost", request.path)
        if not (is_own_origin(request.headers.get("Origin")) or self._is_listed(request)):
            return problem(403, "Forbidden", "Origin must be a page of 127.0.0.1 or localhost", request.path)
        try:
            return await handler(request)
        except web.HTTPException as error:
            return problem(error.status, error.reason, error.text or error.reason, request.path)
        except aiohttp.WSServerHandshakeError as error:
            return problem(error.status, "Socket refused", error.message, request.path)
        except TimeoutError:
            return problem(504, "Gateway Timeout", "the cloud did not answer within 29 s", request.path)
        except aiohttp.ClientError as error:
            log.warning("cloud unreachable: %s", error)
            detail = "the embedded cloud does not answer; it may be restarting"
            response = problem(502, "Bad Gateway", detail, request.path)
            response.headers["Retry-After"] = "1"
            return response

    def _is_listed(self, request: web.Request) -> bool:
        """Whether a page of an allowed origin calls the API, with a token of its own."""
        return request.path.startswith("/api/") and request.headers["Origin"] in self._config.allowed_origins

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        where = route(request.path)
        if where.kind == "api":
            return await self._pass_on(request)
        if where.kind == "socket":
            return await self._socket(request, where.key)
        if where.kind == "told":
            return self._told(where.key, request.path)
        if where.kind == "object":
            return await self._object(request, where.key)
        return problem(404, "Not Found", f"there is nothing at {request.path}", request.path)

    async def _pass_on(self, request: web.Request) -> web.StreamResponse:
        url = URL(self._config.api_url.rstrip("/") + request.raw_path, encoded=True)
        headers = [(name, value) for name, value in request.headers.items() if name.lower() not in HOP]
        browser = self._browser(request)
        if browser is not None and "Authorization" not in request.headers:
            headers.append(("Authorization", browser.authorization()))
        body = io.BytesIO(await request.read()) if request.can_read_body else None
        async with (
            self._turns,
            self._session.request(
                request.method,
                url,
                headers=headers,
                data=body,
                allow_redirects=False,
            ) as answer,
        ):
            kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in HOP]
            response = web.Response(status=answer.status, body=await answer.read())
            response.headers.clear()
            response.headers.extend(kept)
            return response

    async def _socket(self, request: web.Request, channel: str) -> web.StreamResponse:
        if not self._config.socket_url:
            return problem(404, "Not Found", "this deployment has no WebSocket API", request.path)
        if request.headers.get("Upgrade", "").lower() != "websocket":
            response = problem(426, "Upgrade Required", f"{request.path} is a WebSocket", request.path)
            response.headers["Upgrade"] = "websocket"
            return response
        browser = self._browser(request)
        ticket = "" if browser is None else browser.ticket()
        return await self._bridge.serve(request, channel, ticket)

    def _browser(self, request: web.Request) -> BrowserSession | None:
        known = self._browsers is not None and self._browsers.holds(request)
        return self._browsers if known else None

    async def _object(self, request: web.Request, key: str) -> web.StreamResponse:
        if request.method not in {"GET", "HEAD"}:
            response = problem(405, "Method Not Allowed", f"{request.path} can only be read", request.path)
            response.headers["Allow"] = "GET, HEAD"
            return response
        url = URL(self._config.endpoint_url) / self._config.bucket / key
        asked = {name: request.headers[name] for name in ("If-None-Match",) if name in request.headers}
        async with self._session.request(request.method, url, headers=asked) as answer:
            if answer.status in {403, 404}:
                return self._missing(key, request.path)
            if answer.status not in {200, 304}:
                return problem(502, "Bad Gateway", f"the bucket answered {answer.status}", request.path)
            headers = {name: answer.headers[name] for name in SHOWN if name in answer.headers}
            if answer.status == 304:  # noqa: PLR2004 - Not Modified
                return web.Response(status=304, headers=headers)
            stream = web.StreamResponse(headers=headers)
            stream.content_length = answer.content_length
            if key == PAGE and self._browsers is not None:
                self._browsers.offer(stream)
            await stream.prepare(request)
            async for chunk in answer.content.iter_chunked(64 * 1024):
                await stream.write(chunk)
            await stream.write_eof()
            return stream

    def _told(self, key: str, path: str) -> web.Response:
        name, kind = TOLD[key]
        try:
            text = (Path(self._config.told) / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            response = problem(503, "Service Unavailable", "nothing has been measured yet", path)
            response.headers["Retry-After"] = "10"
            return response
        return web.Response(text=text, headers={"Content-Type": kind, "Cache-Control": "no-store"})

    def _missing(self, key: str, path: str) -> web.Response:
        if key == PAGE:
            detail = "the dashboard is not built; run `make web`, then `./telemetra up` again"
            return problem(503, "Service Unavailable", detail, path)
        return problem(404, "Not Found", f"there is nothing at {path}", path)


def browsers_of(config: Config) -> BrowserSession | None:
    """The session of browsers; None where they show tokens themselves."""
    if not config.token_secret:
        return None
    vault = Cloud(config.endpoint_url).client("secretsmanager")
    ring = TokenRing(lambda: secrets_of(vault, config.token_secret))
    return BrowserSession(Signer(lambda: ring), secrets_of(vault, config.token_secret)[0], config.port)


def main() -> None:
    """Serve until SIGTERM."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    config = Config(**json.loads(Path(sys.argv[1]).read_text()))
    application = Edge(config, Limits(), browsers_of(config)).application()
    web.run_app(application, host=HOST, port=config.port, access_log=None, print=None, shutdown_timeout=0.5)


if __name__ == "__main__":
    main()
