"""The alert function, fed what SQS delivers."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from telemetra.domain.errors import DeliveryError, StoreUnavailableError
from tests.functions.conftest import LoadHandler

LOOK = '{"kind":"look","channel":"aurora"}'
DELIVER = '{"kind":"deliver","channel":"aurora","target":"webhook","alert":{"id":"alert_1"}}'


def records(*bodies: str, receives: int = 1) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": str(receives)}
    return {
        "Records": [
            {"messageId": f"m{number}", "receiptHandle": f"r{number}", "body": body, "attributes": attributes}
            for number, body in enumerate(bodies)
        ]
    }


class Queue:
    """Notes what was put off."""

    def __init__(self) -> None:
        self.later_by: dict[str, int] = {}

    def later(self, receipt: str, seconds: int) -> None:
        self.later_by[receipt] = seconds


def away(error: Exception) -> Callable[[object, int], int]:
    """Return a use case that fails on deliveries."""

    def run(errand: object, now_ms: int) -> int:
        if hasattr(errand, "target"):
            raise error
        return 0

    return run


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.fixture
def alert(load_handler: LoadHandler, monkeypatch: pytest.MonkeyPatch, queue: Queue) -> ModuleType:
    handler = load_handler("alert")
    monkeypatch.setattr(handler, "queue", lambda: queue)
    return handler


def test_errands_are_done_and_counted(
    alert: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], queue: Queue
) -> None:
    monkeypatch.setattr(alert, "wire", lambda: lambda errand, now_ms: 2 if hasattr(errand, "target") else 3)
    assert alert.handler(records(LOOK, DELIVER), None) == {"batchItemFailures": []}
    line = json.loads(capsys.readouterr().out)
    assert (line["AlertsRaised"], line["AlertsSent"], line["AlertsFailed"]) == ([5.0], [1.0], [0.0])
    assert queue.later_by == {}


@pytest.mark.parametrize(("receives", "pause_s"), [(1, 10), (2, 30), (5, 810)])
def test_what_fails_comes_again_each_time_after_a_longer_while(
    alert: ModuleType, monkeypatch: pytest.MonkeyPatch, queue: Queue, receives: int, pause_s: int
) -> None:
    monkeypatch.setattr(alert, "wire", lambda: away(DeliveryError("away")))
    found = alert.handler(records(DELIVER, LOOK, receives=receives), None)
    assert found == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert queue.later_by == {"r0": pause_s}


@pytest.mark.parametrize(("error", "failed"), [(DeliveryError("x"), 1), (StoreUnavailableError("x"), 0)])
def test_only_attempts_that_a_receiver_did_not_take_count_as_failed(
    alert: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    failed: int,
) -> None:
    monkeypatch.setattr(alert, "wire", lambda: away(error))
    alert.handler(records(DELIVER), None)
    assert json.loads(capsys.readouterr().out)["AlertsFailed"] == [float(failed)]


def test_a_message_that_is_no_errand_does_not_hold_up_the_others(
    alert: ModuleType, monkeypatch: pytest.MonkeyPatch, queue: Queue
) -> None:
    monkeypatch.setattr(alert, "wire", lambda: lambda errand, now_ms: 0)
    found = alert.handler(records("{", '{"kind":"other"}', LOOK), None)
    assert [item["itemIdentifier"] for item in found["batchItemFailures"]] == ["m0", "m1"]


def test_wiring_reads_the_environment_once_and_calls_nothing(
    load_handler: LoadHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    handler = load_handler("alert")
    assert handler.wire() is handler.wire()
    assert handler.queue() is handler.queue()
