"""Proves a running stack end to end, as a user would notice."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import aiohttp

from local.cloud import Cloud
from local.errors import LocalError
from local.state import Run, StateDir
from local.waiting import holds_within
from local.watch import Watch
from telemetra.adapters.clock import now_ms

KINDS = ("chat", "viewer", "transaction", "stream_meta")
CHANNEL = "smoke_check"
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Step:
    """One thing proven, or not."""

    what: str
    ok: bool
    took_ms: int
    found: str

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def prove(state: StateDir) -> list[Step]:
    """Run every step, also after one that fails.

    Raises:
        LocalError: nothing is running.
    """
    run = state.live_run()
    if run is None:
        msg = "Nothing is running, so nothing can be proven."
        raise LocalError(msg, fix="Start with `./telemetra up --detach`.")
    smoke = Smoke(run)
    steps = (
        ("health", smoke.health),
        ("four streams", smoke.streams),
        ("dashboard", smoke.dashboard),
        ("push and live view", smoke.pushed),
        ("minute row", smoke.minute),
        ("directory page", smoke.directory),
    )
    return [_timed(what, step) for what, step in steps]


def text(steps: list[Step]) -> str:
    """The steps for people."""
    return "\n".join(
        f"{'ok    ' if step.ok else 'FAILED'} {step.what:<20} {step.took_ms:>6} ms  {step.found}"
        for step in steps
    )


class SmokeError(Exception):
    """A step did not find what it should."""


class Smoke:
    """The steps, on a channel that nobody else uses; each returns what it found."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._cloud = Cloud(run.endpoint_url)
        self._watch = Watch(self._cloud, run.url, run.prefix)

    def health(self) -> str:
        """The exact answer that load balancers compare."""
        with urllib.request.urlopen(f"{self._run.url}/health", timeout=10) as answer:  # noqa: S310
            body: bytes = answer.read()
        if body != b'{"status":"ok"}':
            raise SmokeError(body.decode(errors="replace"))
        return body.decode()

    def streams(self) -> str:
        """The four streams exist and take records."""
        kinesis = self._cloud.client("kinesis")
        for kind in KINDS:
            name = f"{self._run.prefix}-{kind}"
            status = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"][
                "StreamStatus"
            ]
            if status != "ACTIVE":
                msg = f"{name} is {status}"
                raise SmokeError(msg)
        return "active"

    def dashboard(self) -> str:
        """The page is there, and everything it loads."""
        with urllib.request.urlopen(self._run.url, timeout=10) as answer:  # noqa: S310
            page: str = answer.read().decode()
        names = [part.split('"')[0] for mark in ('src="', 'href="') for part in page.split(mark)[1:]]
        own = [name for name in names if name.startswith("/")]
        for name in own:
            with urllib.request.urlopen(self._run.url + name, timeout=10) as answer:  # noqa: S310
                answer.read()
        return f"page and {len(own)} files"

    def pushed(self) -> str:
        """A chat message put on the stream reaches a subscribed socket and the live view."""
        before = self._counted()
        return asyncio.run(self._push(before))

    async def _push(self, before: int) -> str:
        url = f"{self._run.url}/ws?ticket={self._watch.ticket()}"
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(url, timeout=aiohttp.ClientWSTimeout(ws_close=1)) as socket,
        ):
            await socket.send_json({"action": "subscribe", "stream_id": CHANNEL})
            await self._until(socket, lambda message: message["type"] == "subscribed")
            began = time.monotonic()
            await asyncio.to_thread(self._put)
            await self._until(
                socket, lambda message: message["type"] == "live" and message["data"]["chat_count"] > before
            )
            took = time.monotonic() - began
        if not holds_within(lambda: self._counted() > before, 10):
            msg = "the socket was told, the REST live view does not show it"
            raise SmokeError(msg)
        return f"pushed after {took * 1000:.0f} ms"

    async def _until(
        self, socket: aiohttp.ClientWebSocketResponse, wanted: Callable[[dict[str, Any]], bool]
    ) -> dict[str, Any]:
        seen: list[str] = []
        try:
            async with asyncio.timeout(20):
                while True:
                    message: dict[str, Any] = json.loads(await socket.receive_str())
                    if wanted(message):
                        return message
                    seen.append(str(message.get("type")))
        except TimeoutError as error:
            msg = f"nothing within 20 s; seen: {', '.join(seen) or 'no message'}"
            raise SmokeError(msg) from error

    def _put(self) -> None:
        event = {
            "schema": "chat.v1",
            "event_id": str(uuid.uuid4()),
            "channel": CHANNEL,
            "ts": now_ms(),
            "user_id": "smoke",
            "user": "smoke",
            "text": "smoke check",
            "emotes": [],
            "badges": [],
            "bits": 0,
        }
        self._cloud.client("kinesis").put_record(
            StreamName=f"{self._run.prefix}-chat", Data=json.dumps(event).encode() + b"\n", PartitionKey="0"
        )

    def _counted(self) -> int:
        window = self._watch.newest_window(CHANNEL)
        return int(window["chat_count"]) if window else 0

    def minute(self) -> str:
        """The minute that holds the message is in the series."""
        now = now_ms()
        span: dict[str, int] = {"from": now - 2 * MINUTE_MS, "to": now + MINUTE_MS}
        answer = self._watch.get(f"/api/v1/streams/{CHANNEL}/metrics", grain="minute", **span)
        counts = [item["chat_count"] for item in answer["items"]] if answer else []
        if not sum(counts):
            msg = f"no chat in the last two minutes: {answer}"
            raise SmokeError(msg)
        return f"{len(counts)} minute(s), {sum(counts)} message(s)"

    def directory(self) -> str:
        """A page of the directory has the shape that clients rely on."""
        answer = self._watch.get("/api/v1/streams", limit=1)
        if not answer or set(answer) != {"items", "cursor"}:
            msg = f"not a page: {answer}"
            raise SmokeError(msg)
        return f"{len(answer['items'])} channel(s) on the first page"


def _timed(what: str, step: Callable[[], str]) -> Step:
    began = time.monotonic()
    try:
        found, ok = step(), True
    except (SmokeError, OSError, aiohttp.ClientError, KeyError, TypeError, ValueError) as error:
        found, ok = f"{type(error).__name__}: {error}", False
    return Step(what, ok, round((time.monotonic() - began) * 1000), found)
