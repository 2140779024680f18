"""The push function, fed what SQS sends."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from types import ModuleType
from typing import Any

import pytest

from telemetra.adapters.memory import MemoryConnections, MemoryMomentStore, MemorySockets, MemoryTicks
from telemetra.application.ports import Subscription, Tick
from telemetra.application.push import PushNews, PushSources
from telemetra.domain.errors import StoreUnavailableError
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


def listening(sockets: MemorySockets, queue: MemoryTicks | None = None) -> PushNews:
    """Return the use case with one listener, ``c1``."""
    connections = MemoryConnections(clock=lambda: NOW)
    connections.subscribe(Subscription("c1", CHANNEL, "viewer", NOW + 1))
    store = panes((NOW, chat(5), 3))
    return PushNews(
        PushSources(connections, sockets, queue or MemoryTicks(), store, rows(), MemoryMomentStore())
    )


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


def together(*ticks: Tick) -> dict[str, Any]:
    """Return the event of ticks queued in one message, ``m0``."""
    return {"Records": [{"messageId": "m0", "body": json.dumps([asdict(tick) for tick in ticks])}]}


def test_of_ticks_that_came_together_only_the_failed_one_is_queued_again(
    push: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = MemoryTicks()
    sockets = JammedSockets(jammed={"c1"})
    monkeypatch.setattr(push, "wire", cache(lambda: listening(sockets, queue)))
    failed = Tick(CHANNEL, minutes=(NOW,))
    assert push.handler(together(Tick("elsewhere"), failed), None) == {"batchItemFailures": []}
    assert queue.sent == [failed]


def test_ticks_that_cannot_be_queued_again_are_delivered_again_with_the_others(
    push: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Down(MemoryTicks):
        def send(self, ticks: Sequence[Tick]) -> None:
            raise StoreUnavailableError("down")

    sockets = JammedSockets(jammed={"c1"})
    monkeypatch.setattr(push, "wire", cache(lambda: listening(sockets, Down())))
    found = push.handler(together(Tick("elsewhere"), Tick(CHANNEL, minutes=(NOW,))), None)
    assert found == {"batchItemFailures": [{"itemIdentifier": "m0"}]}


def test_the_line_says_which_deliveries_the_news_came_with(
    push: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(push, "wire", lambda: listening(MemorySockets()))
    push.handler(together(Tick(CHANNEL, deliveries=("chat-1",)), Tick("x", deliveries=("chat-2",))), None)
    assert json.loads(capsys.readouterr().out)["deliveries"] == ["chat-1", "chat-2"]


def test_wiring_reads_the_environment_once_and_calls_nothing(
    load_handler: LoadHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    handler = load_handler("push")
    assert handler.wire() is handler.wire()
