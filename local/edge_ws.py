"""The WebSocket side of the edge: a bridge with the limits of API Gateway, which the emulator has not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import WSCloseCode, WSMsgType, web


@dataclass(frozen=True, slots=True)
class Limits:
    """The quotas of a WebSocket API; times in seconds, sizes in bytes."""

    frame: int = 32 * 1024
    message: int = 128 * 1024
    idle_s: float = 600
    age_s: float = 7_200


class FrameMeter:
    """Follows a client's frames through a byte stream and says when one is too large.

    Only headers are looked at, so a frame is refused before its payload has arrived.
    """

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._header = bytearray()
        self._skip = 0

    def exceeded(self, data: bytes) -> bool:
        """Feed the next bytes; True once a frame's declared payload is over the limit."""
        at = 0
        while at < len(data):
            if self._skip:
                step = min(self._skip, len(data) - at)
                self._skip -= step
                at += step
                continue
            self._header.append(data[at])
            at += 1
            payload = self._payload()
            if payload is None:
                continue
            if payload > self._largest:
                return True
            self._skip = payload
            self._header.clear()
        return False

    def _payload(self) -> int | None:
        if len(self._header) < 2:  # noqa: PLR2004 - opcode and length
            return None
        short = self._header[1] & 0x7F
        extended = {126: 2, 127: 8}.get(short, 0)
        mask = 4 if self._header[1] & 0x80 else 0
        if len(self._header) < 2 + extended + mask:
            return None
        return int.from_bytes(self._header[2 : 2 + extended]) if extended else short


class _MeteredParser:
    """Stands before aiohttp's frame parser."""

    def __init__(self, parser: Any, meter: FrameMeter, refuse: Callable[[], None]) -> None:
        self._parser = parser
        self._meter = meter
        self._refuse = refuse

    def feed_eof(self) -> None:
        self._parser.feed_eof()

    def feed_data(self, data: bytes) -> Any:
        if self._meter.exceeded(data):
            self._refuse()
            return False, b""
        return self._parser.feed_data(data)


class _Socket(web.WebSocketResponse):
    """A client's socket that knows the size of its frames."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(max_msg_size=limits.message + 1, compress=False, timeout=1)
        self._limits = limits
        self.refused = asyncio.Event()

    def _post_start(self, request: web.BaseRequest, protocol: str | None, writer: Any) -> None:
        super()._post_start(request, protocol, writer)
        handler: Any = request.protocol
        meter = FrameMeter(self._limits.frame)
        parser = _MeteredParser(handler._payload_parser, meter, self.refused.set)  # noqa: SLF001
        handler._payload_parser = parser  # noqa: SLF001


class Bridge:
    """Opens the upstream socket first, so that a refused handshake is refused to the client too."""

    def __init__(self, session: aiohttp.ClientSession, url: str, limits: Limits) -> None:
        self._session = session
        self._url = url
        self._limits = limits
        self._open: set[_Socket] = set()

    async def serve(self, request: web.Request, channel: str, ticket: str = "") -> web.StreamResponse:
        """Bridge one client until either side ends or a limit is reached; ``ticket`` is for one without.

        Raises:
            aiohttp.WSServerHandshakeError: the API refused the client.
            aiohttp.ClientError: the API does not answer.
        """
        query = ({"ticket": ticket} if ticket else {}) | dict(request.query)
        query |= {"stream_id": channel} if channel else {}
        upstream = await self._session.ws_connect(self._url, params=query, max_msg_size=0, autoping=True)
        socket = _Socket(self._limits)
        self._open.add(socket)
        try:
            await socket.prepare(request)
            code, reason = await self._until_over(socket, upstream)
            await socket.close(code=code, message=reason.encode())
        finally:
            self._open.discard(socket)
            await upstream.close()
        return socket

    async def close_all(self) -> None:
        """Send every client away, as a deployment does."""
        for socket in list(self._open):
            await socket.close(code=WSCloseCode.GOING_AWAY, message=b"the server stops")

    async def _until_over(
        self, socket: _Socket, upstream: aiohttp.ClientWebSocketResponse
    ) -> tuple[int, str]:
        loop = asyncio.get_running_loop()
        seen = [loop.time()]
        tasks = [
            asyncio.create_task(
                _copy(socket.receive, upstream.send_str, upstream.send_bytes, seen, self._limits)
            ),
            asyncio.create_task(
                _copy(upstream.receive, socket.send_str, socket.send_bytes, seen, self._limits)
            ),
            asyncio.create_task(self._aged(seen)),
            asyncio.create_task(_refused(socket)),
        ]
        done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        return done.pop().result()

    async def _aged(self, seen: list[float]) -> tuple[int, str]:
        loop = asyncio.get_running_loop()
        born = loop.time()
        while True:
            now = loop.time()
            if now - born >= self._limits.age_s:
                return WSCloseCode.GOING_AWAY, "a connection lives 2 h"
            if now - seen[0] >= self._limits.idle_s:
                return WSCloseCode.GOING_AWAY, "idle for 10 min"
            await asyncio.sleep(min(self._limits.idle_s - (now - seen[0]), self._limits.age_s - (now - born)))


async def _refused(socket: _Socket) -> tuple[int, str]:
    await socket.refused.wait()
    return WSCloseCode.MESSAGE_TOO_BIG, "a frame is at most 32 KB"


async def _copy(
    receive: Callable[[], Awaitable[aiohttp.WSMessage]],
    send_text: Callable[[str], Awaitable[None]],
    send_bytes: Callable[[bytes], Awaitable[None]],
    seen: list[float],
    limits: Limits,
) -> tuple[int, str]:
    loop = asyncio.get_running_loop()
    while True:
        message = await receive()
        seen[0] = loop.time()
        if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
            return _farewell(message)
        data = message.data.encode() if message.type is WSMsgType.TEXT else message.data
        if len(data) > limits.message:
            return WSCloseCode.MESSAGE_TOO_BIG, "a message is at most 128 KB"
        try:
            await (send_text(message.data) if message.type is WSMsgType.TEXT else send_bytes(data))
        except (ConnectionError, aiohttp.ClientError):
            return WSCloseCode.GOING_AWAY, "the other side is gone"


def _farewell(message: aiohttp.WSMessage) -> tuple[int, str]:
    if message.type is WSMsgType.ERROR and isinstance(message.data, aiohttp.WebSocketError):
        return message.data.code, str(message.data)
    if message.type is WSMsgType.CLOSE and message.data in range(1000, 1004):
        return int(message.data), ""
    return WSCloseCode.GOING_AWAY, ""
