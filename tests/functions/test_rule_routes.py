"""The routes of rules and feedback, fed what API Gateway sends."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import pytest

from telemetra.adapters.memory import MemoryMomentStore, MemoryStateStore
from telemetra.adapters.memory_alerts import MemoryRules, MemoryWebhooks
from telemetra.application.feedback import GiveFeedback
from telemetra.application.rules import KeepRules
from telemetra.config import Settings
from tests.application.samples import CHANNEL, NOW, moment
from tests.functions.conftest import LoadHandler

BASE = "/api/v1/streams/{stream_id}"
RULES = f"{BASE}/rules"
FEEDBACK = f"{BASE}/moments/{{moment_id}}/feedback"
BUSY = {"kind": "threshold", "id": "busy", "metric": "viewers", "when": "below", "value": 5.5}
BODY: dict[str, Any] = {"rules": [BUSY], "webhook": {"url": "https://receiver.example/"}, "sns": True}


class Routes:
    """The API function over memory ports, at ``NOW``."""

    def __init__(self, api: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        self.api, routes = api, sys.modules["rule_routes"]
        self.rules, self.webhooks = MemoryRules(), MemoryWebhooks()
        self.moments = MemoryMomentStore()
        self.moments.write([moment(NOW)])
        self.settings = Settings.from_env({"TELEMETRA_ACCESS": "token"})
        desk = routes.Desk(
            settings=self.settings,
            rules=KeepRules(self.rules, self.webhooks, lambda: b"m" * 64, loopback=False),
            feedback=GiveFeedback(self.moments, MemoryStateStore()),
        )
        monkeypatch.setattr(routes, "now_ms", lambda: NOW)
        monkeypatch.setattr(routes, "wire", lambda: desk)

    def __call__(
        self,
        method: str,
        resource: str,
        body: Any = None,
        *,
        role: str | None = "broadcaster",
        channels: str = CHANNEL,
        headers: Mapping[str, str] | None = None,
        channel: str = CHANNEL,
        moment_id: str = str(NOW),
    ) -> tuple[int, Mapping[str, str], Any]:
        path = resource.format(stream_id=channel, moment_id=moment_id)
        event = {
            "resource": resource,
            "path": path,
            "httpMethod": method,
            "headers": {"Content-Type": "application/json", **(headers or {})},
            "multiValueHeaders": {},
            "multiValueQueryStringParameters": None,
            "pathParameters": {"stream_id": channel}
            | ({"moment_id": moment_id} if "moment_id" in resource else {}),
            "stageVariables": None,
            "requestContext": {
                "resourcePath": resource,
                "path": f"/live{path}",
                "httpMethod": method,
                "authorizer": None if role is None else {"role": role, "channels": channels},
            },
            "body": None if body is None else json.dumps(body),
            "isBase64Encoded": False,
        }
        result = self.api.app(event, None)
        return result["statusCode"], result["headers"], json.loads(result["body"])


@pytest.fixture
def routes(load_handler: LoadHandler, monkeypatch: pytest.MonkeyPatch) -> Routes:
    return Routes(load_handler("api", "app"), monkeypatch)


def put(routes: Routes, tag: str | None = '"rules-0"', body: Any = None, **more: Any) -> Any:
    headers = {} if tag is None else {"If-Match": tag}
    return routes("PUT", RULES, BODY if body is None else body, headers=headers, **more)


def test_rules_are_read_written_on_a_condition_and_read_back(routes: Routes) -> None:
    status, headers, item = routes("GET", RULES)
    assert (status, headers["ETag"], item["rules"]) == (200, '"rules-0"', [])
    status, headers, written = put(routes, headers["ETag"])
    assert (status, headers["ETag"], headers["Cache-Control"]) == (200, '"rules-1"', "no-store")
    assert written["webhook"].pop("secret").startswith("whsec_")
    assert routes("GET", RULES)[2] == written


def test_a_write_without_a_condition_is_428_and_an_old_one_412(routes: Routes) -> None:
    assert put(routes, None)[0] == 428
    assert put(routes)[0] == 200
    assert put(routes)[0] == 412


def test_bad_rules_are_400_and_too_many_bytes_413(routes: Routes) -> None:
    status, _, problem = put(routes, body={"rules": [{**BUSY, "value": "much"}]})
    assert status == 400
    assert "value" in problem["detail"]
    assert put(routes, body={**BODY, "more": "x" * 20_000})[0] == 413


def test_the_webhook_is_tested_when_there_is_one(routes: Routes) -> None:
    assert routes("POST", f"{RULES}/test")[0] == 404
    put(routes)
    status, _, item = routes("POST", f"{RULES}/test")
    assert (status, item["delivered"], len(routes.webhooks.posted)) == (200, True, 1)


def test_a_moment_is_confirmed_rejected_and_left_alone_again(routes: Routes) -> None:
    for verdict in ("confirm", "reject", None):
        status, _, item = routes("POST", FEEDBACK, {"verdict": verdict}, role="moderator")
        (kept,) = routes.moments.load(CHANNEL, [NOW])
        assert (status, item["verdict"], kept.feedback) == (200, verdict, verdict)


def test_feedback_on_nothing_is_404_and_a_bad_verdict_400(routes: Routes) -> None:
    assert routes("POST", FEEDBACK, {"verdict": "confirm"}, moment_id="7")[0] == 404
    assert routes("POST", FEEDBACK, {"verdict": "perhaps"})[0] == 400


@pytest.mark.parametrize(
    ("method", "resource", "least"),
    [
        ("GET", RULES, "broadcaster"),
        ("PUT", RULES, "broadcaster"),
        ("POST", f"{RULES}/test", "broadcaster"),
        ("POST", FEEDBACK, "moderator"),
    ],
)
def test_each_route_asks_for_its_role_and_channel(
    routes: Routes, method: str, resource: str, least: str
) -> None:
    order = ["viewer", "moderator", "broadcaster", "admin"]
    for role in order:
        status, _, problem = routes(method, resource, role=role)
        assert (status == 403) == (order.index(role) < order.index(least)), (role, problem)
    status, _, problem = routes(method, resource, channels="other", role="admin")
    assert (status, CHANNEL in problem["detail"]) == (403, True)
    assert routes(method, resource, role=None)[0] == 401
    assert routes(method, resource, channel="Not-One")[0] == 400


def test_wiring_reads_the_environment_once_and_calls_nothing(
    load_handler: LoadHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    load_handler("api", "app")
    routes = sys.modules["rule_routes"]
    assert routes.wire() is routes.wire()
