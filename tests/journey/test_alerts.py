"""Rules set over the API tell a receiver on this machine and the topic, each once, through the queue."""

from __future__ import annotations

import hmac
import json
import threading
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import msgspec
import pytest

from telemetra.adapters.clock import now_ms
from telemetra.adapters.dynamo_rules import DynamoRules
from telemetra.config import Settings
from telemetra.domain.window import MINUTE_MS, PANE_MS, floor_to
from tests.journey.running import RunningStack
from tests.journey.test_counting import chat, put

RULES = [
    {"kind": "threshold", "id": "busy", "metric": "chat_count", "when": "above", "value": 100, "clear": 80},
    {"kind": "moment", "id": "any"},
]


class Receiver(ThreadingHTTPServer):
    """Takes every alert but the first attempt at each threshold; ``attempts`` holds all of them."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Attempt)
        self.attempts: list[tuple[dict[str, str], bytes]] = []

    def alerts(self, kind: str) -> list[dict[str, Any]]:
        found = [json.loads(body) for _, body in self.attempts]
        return [alert for alert in found if alert["type"] == kind]


class Attempt(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        known = [seen["telemetra-id"] for seen, _ in self.server.attempts]
        self.server.attempts.append((headers, body))
        refused = json.loads(body)["type"] == "threshold" and headers["telemetra-id"] not in known
        self.send_response(500 if refused else 204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def burst(channel: str, start_ms: int) -> list[dict[str, Any]]:
    """Return eight minutes: steady ones that warm the detector up, a burst of one pane, and quiet."""
    counts = [6] * 38 + [150] + [6] * 9
    return [
        chat(channel, start_ms + pane * PANE_MS + number, f"line {pane} {number}", user_id=f"u{number}")
        for pane, count in enumerate(counts)
        for number in range(count)
    ]


def written(stack: RunningStack, channel: str, url: str) -> str:
    """Set the rules over the API; return the secret that it shows."""
    address = f"{stack.url}/api/v1/streams/{channel}/rules"
    tag = httpx.get(address).headers["ETag"]
    body = {"rules": RULES, "webhook": {"url": url}, "sns": True}
    answer = httpx.put(address, json=body, headers={"If-Match": tag})
    assert answer.status_code == 200, answer.text
    assert "secret" not in httpx.get(address).json()["webhook"]
    secret: str = answer.json()["webhook"]["secret"]
    return secret


def backdate(stack: RunningStack, channel: str) -> None:
    """Make the rules older than what the test plays, which would be history to them."""
    store = DynamoRules(
        Settings.from_env({"TELEMETRA_PREFIX": stack.prefix, "AWS_ENDPOINT_URL": stack.endpoint_url})
    )
    rules = store.get(channel)
    assert store.put(msgspec.structs.replace(rules, version=rules.version + 1, updated_ms=0))


def subscribed(stack: RunningStack) -> str:
    """Return the queue that gets what the topic is told."""
    sqs, sns = stack.client("sqs"), stack.client("sns")
    url: str = sqs.create_queue(QueueName=f"subscriber-{now_ms()}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=stack.outputs["AlertsTopicArn"], Protocol="sqs", Endpoint=arn)
    return url


def told(stack: RunningStack, queue: str, seen: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Take what the topic was told so far, added to what was seen."""
    found = stack.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    seen += [json.loads(json.loads(message["Body"])["Message"]) for message in found]
    return seen


@pytest.mark.journey
def test_a_burst_is_told_to_webhook_and_topic_once_each_though_the_first_attempt_failed(
    stack: RunningStack, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, stack.environment[name])
    channel = f"alerted_{now_ms()}"
    queue = subscribed(stack)
    secret = written(stack, channel, f"http://127.0.0.1:{receiver.server_address[1]}/alerts")
    tested = httpx.post(f"{stack.url}/api/v1/streams/{channel}/rules/test", timeout=20)
    assert (tested.status_code, tested.json().get("delivered")) == (200, True), tested.text
    backdate(stack, channel)
    put(stack, *burst(channel, floor_to(now_ms(), MINUTE_MS) - 10 * MINUTE_MS))
    stack.wait_for(lambda: len(receiver.alerts("threshold")) == 2 and receiver.alerts("moment"), 60)
    news: list[dict[str, Any]] = []
    stack.wait_for(lambda: len(told(stack, queue, news)) == 2, 30)
    assert sorted(alert["type"] for alert in news) == ["moment", "threshold"]
    first, second = receiver.alerts("threshold")
    assert (first, first["reading"]["value"]) == (second, 180.0)
    assert len(receiver.alerts("moment")) == 1
    for headers, body in receiver.attempts:
        signed = headers["telemetra-timestamp"].encode() + b"." + body
        assert headers["telemetra-signature"] == f"v1={hmac.new(secret.encode(), signed, sha256).hexdigest()}"
    judged(stack, channel, receiver.alerts("moment")[0]["moment"]["id"])


def judged(stack: RunningStack, channel: str, moment_id: str) -> None:
    """Reject the moment and take that back."""
    address = f"{stack.url}/api/v1/streams/{channel}/moments"
    for verdict, budget in (("reject", 2 ** (-1 / 4)), (None, 1.0)):
        answer = httpx.post(f"{address}/{moment_id}/feedback", json={"verdict": verdict})
        assert answer.json()["budget"] == pytest.approx(budget), answer.text
        afresh = {"Cache-Control": "no-cache"}
        (item,) = httpx.get(address, params={"from": 0}, headers=afresh).json()["items"]
        assert item["feedback"] == verdict
