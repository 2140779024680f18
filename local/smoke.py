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
from botocore.exceptions import BotoCoreError, ClientError

from local.cloud import Cloud
from local.errors import LocalError
from local.state import Run, StateDir
from local.waiting import holds_within
from local.watch import Watch
from local.watching.watchman import read_operation, ringing
from producer.rejects import Rejected, RejectQueue
from telemetra.adapters.clock import now_ms
from telemetra.application.contract import frames
from telemetra.client import messages_of

KINDS = ("chat", "viewer", "transaction", "stream_meta")
CHANNEL = "smoke_check"
MINUTE_MS = 60_000
PATIENCE_S = 20.0
"""How long a step waits for what follows from what it did."""


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
    cloud = Cloud(run.endpoint_url)
    smoke = Smoke(run, state, cloud, Watch(cloud, run.url, run.prefix))
    return [timed(what, step) for what, step in smoke.steps()]


def text(steps: list[Step]) -> str:
    """The steps for people."""
    return "\n".join(
        f"{'ok    ' if step.ok else 'FAILED'} {step.what:<20} {step.took_ms:>6} ms  {step.found}"
        for step in steps
    )


class SmokeError(Exception):
    """A step did not find what it should."""


FAULTS = (
    SmokeError,
    OSError,
    aiohttp.ClientError,
    BotoCoreError,
    ClientError,
    KeyError,
    TypeError,
    ValueError,
)
"""What a broken subject may raise; anything else is a fault of the check."""


class Smoke:
    """The steps, on a channel that nobody else uses; each returns what it found."""

    def __init__(
        self, run: Run, state: StateDir, cloud: Cloud, watch: Watch, patience_s: float = PATIENCE_S
    ) -> None:
        self._run = run
        self._state = state
        self._cloud = cloud
        self._watch = watch
        self._patience_s = patience_s

    def steps(self) -> tuple[tuple[str, Callable[[], str]], ...]:
        """Every step by its name, in the order in which one prepares the next."""
        return (
            ("health", self.health),
            ("four streams", self.streams),
            ("dashboard", self.dashboard),
            ("push and live view", self.pushed),
            ("minute row", self.minute),
            ("directory page", self.directory),
            ("moments", self.moments),
            ("reject queue", self.rejects),
            ("alarms", self.alarms),
            ("archive", self.archive),
        )

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
            return await self.told(socket, before)

    async def told(self, socket: aiohttp.ClientWebSocketResponse, before: int) -> str:
        """What an open socket is told of one more message, and whether the live view shows it too."""
        await socket.send_json({"action": "subscribe", "stream_id": CHANNEL})
        await self._until(socket, lambda message: isinstance(message, frames.Subscribed))
        began = time.monotonic()
        await asyncio.to_thread(self._put)
        await self._until(
            socket,
            lambda message: isinstance(message, frames.LiveWindow) and message.data.chat_count > before,
        )
        took = time.monotonic() - began
        if not holds_within(lambda: self._counted() > before, self._patience_s):
            msg = "the socket was told, the REST live view does not show it"
            raise SmokeError(msg)
        return f"pushed after {took * 1000:.0f} ms"

    async def _until(
        self, socket: aiohttp.ClientWebSocketResponse, wanted: Callable[[frames.ServerMessage], bool]
    ) -> None:
        seen: list[str] = []
        try:
            async with asyncio.timeout(self._patience_s):
                while True:
                    for message in messages_of(await socket.receive_str()):
                        if wanted(message):
                            return
                        seen.append(type(message).__name__)
        except TimeoutError as error:
            msg = f"nothing within {self._patience_s:g} s; seen: {', '.join(seen) or 'no message'}"
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
        self._record(json.dumps(event).encode() + b"\n")

    def _record(self, data: bytes) -> None:
        self._cloud.client("kinesis").put_record(
            StreamName=f"{self._run.prefix}-chat", Data=data, PartitionKey="0"
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

    def moments(self) -> str:
        """Moments can be asked for, and each says what happened when."""
        channels = [CHANNEL, *self._watch.live_channels()]
        found: list[dict[str, Any]] = []
        for channel in channels:
            page = self._watch.get(f"/api/v1/streams/{channel}/moments")
            if not page or set(page) != {"items", "cursor"}:
                msg = f"not a page of moments of {channel}: {page}"
                raise SmokeError(msg)
            found += page["items"]
        if not all(moment["sentence"] and moment["evidence"] for moment in found):
            msg = f"a moment without sentence or evidence among {[moment['id'] for moment in found]}"
            raise SmokeError(msg)
        return f"{len(found)} on {len(channels)} channels" if found else "none yet"

    def rejects(self) -> str:
        """A line that is no event waits in the reject queue, and can be taken off it."""
        sqs, s3 = (self._cloud.client(service) for service in ("sqs", "s3"))
        queue = RejectQueue(sqs, s3, self._run.prefix, "")
        line = f"smoke check {uuid.uuid4()}".encode()
        self._record(line)
        mine: list[Rejected] = []

        def arrived() -> bool:
            waiting = [rejected for some in queue.waiting() for rejected in some]
            mine.extend(rejected for rejected in waiting if rejected.data == line)
            queue.release([rejected for rejected in waiting if rejected.data != line])
            return bool(mine)

        if not holds_within(arrived, self._patience_s, every_s=0.2):
            msg = "a bad line put on the stream did not reach the queue"
            raise SmokeError(msg)
        queue.delete(mine)
        return f"rejected as {mine[0].reason}"

    def alarms(self) -> str:
        """The alarms are judged, and none rings."""

        def fresh() -> bool:
            told = read_operation(self._state.operation)
            return now_ms() - int(told.get("at_ms", 0)) < MINUTE_MS

        if not holds_within(fresh, self._patience_s, every_s=0.2):
            msg = "nobody has judged the alarms for a minute"
            raise SmokeError(msg)
        if names := ringing(self._state):
            msg = f"{', '.join(names)} ring; docs/runbook.md says what to do"
            raise SmokeError(msg)
        return "none rings"

    def archive(self) -> str:
        """Raw records are kept, where the stack has an archive."""
        bucket = self._run.outputs.get("ArchiveBucket", "")
        functions = self._cloud.client("lambda")
        try:
            functions.get_function(FunctionName=f"{self._run.prefix}-archive")
        except functions.exceptions.ResourceNotFoundException:
            return "off"

        def kept() -> bool:
            return bool(self._cloud.client("s3").list_objects_v2(Bucket=bucket, MaxKeys=1)["KeyCount"])

        if not holds_within(kept, self._patience_s, every_s=0.5):
            msg = f"no record has been kept in {bucket}"
            raise SmokeError(msg)
        return f"kept in {bucket}"


def timed(what: str, step: Callable[[], str]) -> Step:
    """Take one step; what its subject lacks is found, not raised."""
    began = time.monotonic()
    try:
        found, ok = step(), True
    except FAULTS as error:
        found, ok = f"{type(error).__name__}: {error}", False
    return Step(what, ok, round((time.monotonic() - began) * 1000), found)
