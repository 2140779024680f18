"""Each check of `smoke` sees that its own subject is broken."""

from __future__ import annotations

import asyncio
import json
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError

from local.smoke import Smoke, timed
from local.state import Run, StateDir
from local.watching.alarms import State
from telemetra.adapters.clock import now_ms
from telemetra.application.contract import examples, frames

PAGE = '<!doctype html><script src="/assets/app.js"></script>'
MOMENT = {"id": "1", "sentence": "chat 6x its usual rate", "evidence": [{"signal": "chat_rate"}]}


class GoneError(Exception):
    """There is no such function."""


class World:
    """A stack that is well until a test breaks some of it; it is cloud and watch at once."""

    def __init__(self, state: StateDir) -> None:
        self.files = {"/health": '{"status":"ok"}', "/": PAGE, "/assets/app.js": "1"}
        self.stream = "ACTIVE"
        self.answers: dict[str, Any] = {
            "metrics": {"items": [{"chat_count": 1}]},
            "streams": {"items": [], "cursor": None},
            "moments": {"items": [MOMENT], "cursor": None},
        }
        self.rejecting = True
        self.queue: list[dict[str, Any]] = []
        self.archived = True
        self.kept = 1
        self.window: dict[str, Any] | None = None
        self.exceptions = SimpleNamespace(ResourceNotFoundException=GoneError)
        self.tell(state, State.OK)

    def tell(self, state: StateDir, alarm: State, at_ms: int | None = None) -> None:
        told = {"at_ms": now_ms() if at_ms is None else at_ms, "alarms": [{"name": "lag", "state": alarm}]}
        state.operation.write_text(json.dumps(told))

    def client(self, service: str) -> World:
        return self

    def get(self, path: str, **query: object) -> Any:
        return self.answers[path.rpartition("/")[2]]

    def newest_window(self, channel: str) -> dict[str, Any] | None:
        return self.window

    def ticket(self) -> str:
        return "t"

    def live_channels(self) -> list[str]:
        return ["mira"]

    def describe_stream_summary(self, **_: str) -> Any:
        return {"StreamDescriptionSummary": {"StreamStatus": self.stream}}

    def put_record(self, Data: bytes, **_: str) -> None:  # noqa: N803 - boto's own names, here and below
        if self.rejecting:
            body = {
                "stream": "chat",
                "shard": "0",
                "sequence": "1",
                "line": 0,
                "reason": "json",
                "detail": "",
            }
            self.queue.append({**body, "data": b64encode(Data).decode()})

    def get_queue_url(self, **_: str) -> dict[str, str]:
        return {"QueueUrl": "rejects"}

    def receive_message(self, **_: object) -> dict[str, Any]:
        return {
            "Messages": [
                {"MessageId": str(at), "Body": json.dumps(body), "ReceiptHandle": str(at)}
                for at, body in enumerate(self.queue)
            ]
        }

    def delete_message_batch(self, **_: object) -> None:
        self.queue.clear()

    def get_function(self, **_: str) -> None:
        if not self.archived:
            raise GoneError

    def list_objects_v2(self, **_: object) -> dict[str, int]:
        if self.kept < 0:
            raise ClientError({"Error": {"Code": "NoSuchBucket"}}, "ListObjectsV2")
        return {"KeyCount": self.kept}


@pytest.fixture
def state(tmp_path: Path) -> StateDir:
    return StateDir(tmp_path)


@pytest.fixture
def world(state: StateDir) -> World:
    return World(state)


@pytest.fixture
def check(world: World, state: StateDir) -> Iterator[Callable[[str], Any]]:
    """Take one step against the world, served by a real server."""

    class Files(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = world.files.get(self.path)
            self.send_response(404 if body is None else 200)
            self.end_headers()
            self.wfile.write((body or "").encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    run = Run(1, f"http://127.0.0.1:{server.server_port}", "", "telemetra", outputs={"ArchiveBucket": "raw"})
    smoke = Smoke(run, state, world, world, 0.3)  # type: ignore[arg-type]
    yield lambda what: timed(what, dict(smoke.steps())[what])
    server.shutdown()
    server.server_close()


class Socket:
    """A socket that answers a subscription and, unless it is mute, says one live window."""

    def __init__(self, *, mute: bool = False) -> None:
        self._said: list[frames.ServerMessage] = [frames.Subscribed("a", 0, examples.TERMS)]
        if not mute:
            self._said.append(frames.LiveWindow("a", 1, examples.METRIC))

    async def send_json(self, message: dict[str, Any]) -> None:
        assert message["action"] == "subscribe"

    async def receive_str(self) -> str:
        if not self._said:
            await asyncio.Event().wait()
        return msgspec.json.encode(self._said.pop(0)).decode()


def pushed(world: World, state: StateDir, socket: Socket) -> Any:
    """Take the step of the push on a socket that is open already."""
    run = Run(1, "http://127.0.0.1:1", "", "telemetra")
    smoke = Smoke(run, state, world, world, 0.3)  # type: ignore[arg-type]
    return timed("push and live view", lambda: asyncio.run(smoke.told(socket, 0)))  # type: ignore[arg-type]


WELL = (
    "health",
    "four streams",
    "dashboard",
    "minute row",
    "directory page",
    "moments",
    "reject queue",
    "alarms",
    "archive",
)


@pytest.mark.parametrize("what", WELL)
def test_a_stack_that_is_well_passes(check: Callable[[str], Any], what: str) -> None:
    step = check(what)
    assert step.ok, step.found


BREAKS: list[tuple[str, str, Callable[[World], object]]] = [
    ("health", "degraded", lambda world: world.files.update({"/health": '{"status":"degraded"}'})),
    ("health", "404", lambda world: world.files.pop("/health")),
    ("four streams", "CREATING", lambda world: setattr(world, "stream", "CREATING")),
    ("dashboard", "404", lambda world: world.files.pop("/assets/app.js")),
    ("minute row", "no chat", lambda world: world.answers.update(metrics={"items": []})),
    ("minute row", "no chat", lambda world: world.answers.update(metrics=None)),
    ("directory page", "not a page", lambda world: world.answers.update(streams={"items": []})),
    ("moments", "not a page", lambda world: world.answers.update(moments=None)),
    (
        "moments",
        "without sentence",
        lambda world: world.answers.update(moments={"items": [{**MOMENT, "sentence": ""}], "cursor": None}),
    ),
    ("reject queue", "did not reach", lambda world: setattr(world, "rejecting", False)),
    ("archive", "no record", lambda world: setattr(world, "kept", 0)),
    ("archive", "NoSuchBucket", lambda world: setattr(world, "kept", -1)),
]


@pytest.mark.parametrize(("what", "found", "broken"), BREAKS, ids=[f"{one[0]}: {one[1]}" for one in BREAKS])
def test_a_broken_subject_fails_its_check(
    check: Callable[[str], Any], world: World, what: str, found: str, broken: Callable[[World], object]
) -> None:
    broken(world)
    step = check(what)
    assert not step.ok
    assert found in step.found


def test_an_alarm_that_rings_fails_its_check(
    check: Callable[[str], Any], world: World, state: StateDir
) -> None:
    world.tell(state, State.ALARM)
    step = check("alarms")
    assert not step.ok
    assert "lag ring" in step.found


def test_alarms_that_nobody_judges_fail_their_check(
    check: Callable[[str], Any], world: World, state: StateDir
) -> None:
    world.tell(state, State.OK, at_ms=now_ms() - 120_000)
    assert "nobody has judged" in check("alarms").found


def test_a_stack_without_an_archive_says_so(check: Callable[[str], Any], world: World) -> None:
    world.archived = False
    assert check("archive").found == "off"


def test_a_socket_that_cannot_be_opened_fails_the_push(check: Callable[[str], Any], world: World) -> None:
    step = check("push and live view")
    assert not step.ok
    assert "404" in step.found


def test_a_push_that_the_live_view_shows_passes(world: World, state: StateDir) -> None:
    world.window = {"chat_count": 1}
    step = pushed(world, state, Socket())
    assert step.ok, step.found


def test_a_socket_that_is_told_nothing_fails_the_push(world: World, state: StateDir) -> None:
    step = pushed(world, state, Socket(mute=True))
    assert not step.ok
    assert "nothing within 0.3 s" in step.found


def test_a_push_that_the_live_view_does_not_show_fails(world: World, state: StateDir) -> None:
    step = pushed(world, state, Socket())
    assert not step.ok
    assert "the REST live view does not show it" in step.found


def test_every_check_is_seen_failing_by_a_test_here(world: World, state: StateDir) -> None:
    smoke = Smoke(Run(1, "", "", ""), state, world, world)  # type: ignore[arg-type]
    names = [what for what, _ in smoke.steps()]
    assert len(names) >= 10
    assert {what for what, _, _ in BREAKS} | {"alarms", "push and live view"} == set(names)
