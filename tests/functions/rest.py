"""The REST function over memory stores, fed what API Gateway sends."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import pytest

from telemetra import __version__
from telemetra.adapters.memory import (
    MemoryDirectory,
    MemoryMomentStore,
    MemoryStateStore,
)
from telemetra.adapters.memory_health import MemoryProgress, MemoryShards
from telemetra.application.export import Export
from telemetra.application.health import HealthReport
from telemetra.application.history import History
from telemetra.application.listings import MomentsPage, StreamsPage
from telemetra.application.live import Live
from telemetra.application.recall import Recall
from telemetra.application.uniques import Uniques
from telemetra.config import Settings
from telemetra.domain.window import MINUTE_MS
from tests.application.samples import (
    CHANNEL,
    NOW,
    chat,
    panes,
    revenue,
    row,
    rows,
)

VIEWER = {"role": "viewer", "channels": CHANNEL}


def request(
    path: str,
    query: Mapping[str, str | list[str]] | None = None,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    authorizer: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the event of a request; a path below /streams/ has its channel as parameter."""
    parts = path.split("/")
    channel = parts[4] if len(parts) == 6 else None
    resource = path if channel is None else "/".join([*parts[:4], "{stream_id}", *parts[5:]])
    values = {name: [value] if isinstance(value, str) else value for name, value in (query or {}).items()}
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": dict(headers or {}),
        "multiValueHeaders": {},
        "queryStringParameters": {name: value[-1] for name, value in values.items()} or None,
        "multiValueQueryStringParameters": values or None,
        "pathParameters": None if channel is None else {"stream_id": channel},
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "path": f"/live{path}",
            "httpMethod": method,
            "authorizer": authorizer,
        },
        "body": None,
        "isBase64Encoded": False,
    }


class Client:
    """The API function over memory stores, at ``NOW``."""

    def __init__(self, api: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        self.api = api
        self.panes = panes((NOW, chat(5), 3), (NOW, revenue(500), 1))
        self.metrics = rows(row(NOW - MINUTE_MS, chat(9)))
        self.directory = MemoryDirectory()
        self.moments = MemoryMomentStore()
        self.recall = Recall()
        self.now = NOW
        self.environment = {"TELEMETRA_ACCESS": "open", "TELEMETRA_ALLOWED_ORIGINS": "https://a.example"}
        monkeypatch.setattr(api, "now_ms", lambda: self.now)
        monkeypatch.setattr(api, "wire", self.wire)
        self.counter = sys.modules["chatter_routes"]
        self.counted = Recall()
        monkeypatch.setattr(self.counter, "now_ms", lambda: self.now)
        monkeypatch.setattr(self.counter, "wire", self.wire_counter)

    def wire(self) -> Any:
        return self.api.Rest(
            settings=Settings.from_env(self.environment),
            history=History(self.metrics, self.panes),
            live=Live(self.panes),
            streams=StreamsPage(self.directory),
            moments=MomentsPage(self.moments),
            export=Export(History(self.metrics, self.panes), MomentsPage(self.moments), self.directory),
            health=HealthReport(
                self.directory,
                self.metrics,
                MemoryStateStore(),
                MemoryProgress(),
                MemoryShards(),
                version=__version__,
            ),
            recall=self.recall,
        )

    def wire_counter(self) -> Any:
        settings = Settings.from_env(self.environment)
        return self.counter.Counter(settings, Uniques(self.metrics, self.panes), self.counted)

    def get(self, path: str, query: Mapping[str, str | list[str]] | None = None, **more: Any) -> Answered:
        return Answered(self.api.app(request(path, query, **more), None))


class Answered:
    """What API Gateway is handed."""

    def __init__(self, result: Mapping[str, Any]) -> None:
        self.status: int = result["statusCode"]
        self.headers: Mapping[str, str] = result["headers"]
        self.text: str = result["body"]

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def problem(self) -> tuple[int, str]:
        """Status and detail; the form of a problem is checked."""
        assert self.headers["Content-Type"] == "application/problem+json"
        assert self.json.keys() == {"type", "title", "status", "detail", "instance"}
        assert self.json["status"] == self.status
        return self.status, self.json["detail"]


class Bug:
    """Not a store at all."""
