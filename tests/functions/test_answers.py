"""What the REST routes answer: forms, fields, memory, names of requests."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any, NoReturn

import pytest

from telemetra.adapters.memory import (
    MemoryPaneStore,
)
from telemetra.domain.errors import ContentionError
from tests.application.samples import (
    CHANNEL,
    NOW,
)
from tests.functions.conftest import LoadHandler
from tests.functions.rest import Answered, Bug, Client, request

VIEWER = {"role": "viewer", "channels": CHANNEL}


@pytest.fixture
def client(load_handler: LoadHandler, monkeypatch: pytest.MonkeyPatch) -> Client:
    return Client(load_handler("api", "app"), monkeypatch)


METRICS = f"/api/v1/streams/{CHANNEL}/metrics"
EXPORT = f"/api/v1/streams/{CHANNEL}/export"
MOMENTS = f"/api/v1/streams/{CHANNEL}/moments"


class ContendedPanes(MemoryPaneStore):
    """Loses against every other writer."""

    def span(self, *_: Any, **__: Any) -> NoReturn:
        message = "moved on"
        raise ContentionError(message)


def test_a_second_read_of_a_hot_channel_touches_no_table(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path, query in (
        (METRICS, {}),
        (METRICS, {"grain": "live"}),
        (MOMENTS, {}),
        ("/api/v1/streams", {}),
        (f"/api/v1/streams/{CHANNEL}/export", {"format": "csv"}),
    ):
        first = client.get(path, query)
        assert first.status == 200
        with monkeypatch.context() as without:
            for table in ("panes", "metrics", "moments", "directory"):
                without.setattr(client, table, Bug())
            assert client.get(path, query).text == first.text
            assert client.get(path, query, headers={"Cache-Control": "no-cache"}).status == 500


def test_what_one_role_is_answered_is_not_handed_to_another(client: Client) -> None:
    client.environment["TELEMETRA_ACCESS"] = "token"
    admin = {"role": "admin", "channels": "*"}
    assert "revenue" in client.get(METRICS, authorizer=admin).text
    assert "revenue" not in client.get(METRICS, authorizer=VIEWER).text
    client.directory.touch({CHANNEL: NOW, "other": NOW})
    assert len(client.get("/api/v1/streams", authorizer=admin).json["items"]) == 2
    assert len(client.get("/api/v1/streams", authorizer=VIEWER).json["items"]) == 1


def test_an_answer_holds_the_fields_that_were_asked_for(client: Client) -> None:
    found = client.get(METRICS, {"fields": "start_ms,chat_count"})
    assert found.json["items"][-1] == {"start_ms": NOW, "chat_count": 5}
    client.directory.touch({CHANNEL: NOW})
    assert client.get("/api/v1/streams", {"fields": "stream_id"}).json["items"] == [{"stream_id": CHANNEL}]


def test_a_series_is_a_table_too(client: Client) -> None:
    found = client.get(METRICS, {"format": "csv", "fields": "start_ms,chat_count,sentiment"})
    assert found.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert list(csv.DictReader(io.StringIO(found.text)))[-1] == {
        "start_ms": str(NOW),
        "chat_count": "5",
        "sentiment_mean": "0.5",
        "sentiment_coverage": "0.4",
    }


@pytest.mark.parametrize("form", ["csv", "html", "edl"])
def test_an_export_is_a_file(client: Client, form: str) -> None:
    found = client.get(f"/api/v1/streams/{CHANNEL}/export", {"format": form})
    assert found.status == 200
    assert re.fullmatch(
        rf'attachment; filename="{CHANNEL}-\d+-\d+\.{form}"', found.headers["Content-Disposition"]
    )


def test_every_answer_and_its_log_line_name_the_request(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (METRICS, "/api/v1/streams/Not-One/metrics", "/api/v1/nothing"):
        asked = request(path)
        asked["requestContext"]["requestId"] = "request-7"
        found = Answered(client.api.app(asked, None))
        assert found.headers["X-Request-Id"] == "request-7"
        assert json.loads(capsys.readouterr().out)["request_id"] == "request-7"


def test_a_write_that_kept_losing_is_a_conflict(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "panes", ContendedPanes())
    assert client.get(METRICS).problem == (409, "moved on")
