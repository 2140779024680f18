"""The push function, fed what SQS sends."""

from __future__ import annotations

import json
from dataclasses import asdict
from types import ModuleType
from typing import Any

import pytest

from telemetra.adapters.memory import MemoryConnections, MemoryMomentStore, MemorySockets, MemoryTicks
from telemetra.application.ports import Subscription, Tick
from telemetra.application.push import PushNews, PushSources
from tests.application.samples import CHANNEL, NOW, JammedSockets, chat, panes, rows
from tests.functions.conftest import LoadHandler


def batch(*ticks: Tick) -> dict[str, Any]:
    """Return the event of queued ticks."""
    return {
        "Records": [
            {"messageId": f"m{number}", "body": json.dumps(asdict(tick))} for number, tick in enumerate(ticks)
        ]
    }


@pytest.fixture
def push(load_handler: LoadHandler, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    handler = load_handler("push")
    monkeypatch.setattr(handler, "now_ms", lambda: NOW)
    return handler


def listening(sockets: MemorySockets) -> PushNews:
    """Return the use case with one listener, ``c1``."""
    connections = MemoryConnections(clock=lambda: NOW)
    connections.subscribe(Subscription("c1", CHANNEL, "viewer", NOW + 1))
    store = panes((NOW, chat(5), 3))
    return PushNews(PushSources(connections, sockets, MemoryTicks(), store, rows(), MemoryMomentStore()))


def test_a_queued_tick_reaches_the_listener(
    push: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sockets = MemorySockets()
    monkeypatch.setattr(push, "wire", lambda: listening(sockets))
    assert push.handler(batch(Tick(CHANNEL), Tick("elsewhere")), None) == {"batchItemFailures": []}
    assert [json.loads(message)["type"] for _, message in sockets.posted] == ["live"]
    (line,) = capsys.readouterr().out.splitlines()
    logged = json.loads(line)
    assert (logged["ticks"], logged["channels"], logged["PushSent"]) == (2, 1, [1.0])


def test_a_tick_as_an_older_summarizer_queued_it_is_understood(
    push: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    sockets = MemorySockets()
    monkeypatch.setattr(push, "wire", lambda: listening(sockets))
    push.handler({"Records": [{"messageId": "m", "body": json.dumps({"channel": CHANNEL})}]}, None)
    assert len(sockets.posted) == 1


def test_only_the_ticks_that_did_not_get_through_are_delivered_again(
    push: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "wire", lambda: listening(JammedSockets(jammed={"c1"})))
    found = push.handler(batch(Tick("elsewhere"), Tick(CHANNEL, minutes=(NOW,))), None)
    assert found == {"batchItemFailures": [{"itemIdentifier": "m1"}]}


def test_wiring_reads_the_environment_once_and_calls_nothing(
    load_handler: LoadHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    handler = load_handler("push")
    assert handler.wire() is handler.wire()
