"""The REST function, fed what API Gateway sends."""

from __future__ import annotations

import json

import pytest

from telemetra import __version__
from telemetra.application.recall import CHANGING_MS
from telemetra.domain.events import StreamMeta
from telemetra.domain.window import MINUTE_MS, PANE_MS
from tests.application.samples import (
    CHANNEL,
    NOW,
    BrokenDirectory,
    BrokenPanes,
    chat,
    moment,
    panes,
    rows,
)
from tests.functions.conftest import LoadHandler
from tests.functions.rest import Bug, Client

VIEWER = {"role": "viewer", "channels": CHANNEL}


@pytest.fixture
def client(load_handler: LoadHandler, monkeypatch: pytest.MonkeyPatch) -> Client:
    return Client(load_handler("api", "app"), monkeypatch)


METRICS = f"/api/v1/streams/{CHANNEL}/metrics"
EXPORT = f"/api/v1/streams/{CHANNEL}/export"
UNIQUES = f"/api/v1/streams/{CHANNEL}/uniques"
MOMENTS = f"/api/v1/streams/{CHANNEL}/moments"


def test_health_says_exactly_this(client: Client) -> None:
    found = client.get("/health")
    assert (found.status, found.text) == (200, '{"status":"ok"}')


def test_the_report_of_health_names_the_version(client: Client) -> None:
    assert client.get("/api/v1/health").json["version"] == __version__


def test_every_route_asks_for_a_token_but_health_and_the_documents(client: Client) -> None:
    client.environment["TELEMETRA_ACCESS"] = "token"
    for path in (path for path, methods in client.api.app.routes.items() if "GET" in methods):
        if path.startswith("/api/v1/auth/"):
            continue
        found = client.get(path.replace("{stream_id}", CHANNEL))
        assert found.status == (200 if path.endswith(("/health", ".json")) else 401), path


def test_channels_are_listed_with_live_ones_first(client: Client) -> None:
    client.directory.touch({"silent": NOW - 3 * MINUTE_MS, "heard": NOW})
    client.directory.describe(
        [
            StreamMeta("e1", "talking", NOW, live=True, title="t", category="c", language="en"),
            StreamMeta("e2", "over", NOW, live=False, title="t", category="c", language="en"),
        ]
    )
    found = client.get("/api/v1/streams", {"limit": "3"})
    assert [(item["stream_id"], item["live"]) for item in found.json["items"]] == [
        ("heard", True),
        ("silent", False),
        ("talking", True),
    ]
    rest = client.get("/api/v1/streams", {"cursor": found.json["cursor"]})
    assert [item["stream_id"] for item in rest.json["items"]] == ["over"]
    assert rest.json["cursor"] is None


def test_the_usual_series_is_the_last_hour_of_minutes(client: Client) -> None:
    found = client.get(METRICS)
    assert [(item["start_ms"], item["chat_count"], item["final"]) for item in found.json["items"]] == [
        (NOW - MINUTE_MS, 9, True),
        (NOW, 5, False),
    ]
    assert found.json["cursor"] is None
    assert found.headers["Cache-Control"] == "no-cache"


def test_the_live_series_slides(client: Client) -> None:
    found = client.get(METRICS, {"grain": "live"})
    assert [item["end_ms"] for item in found.json["items"]] == [NOW + 10_000]
    assert found.json["items"][0]["version"] == 4


def test_chatters_of_several_minutes_are_counted_once(client: Client) -> None:
    found = client.get(UNIQUES)
    assert [(item["minutes"], item["unique_chatters"]) for item in found.json["items"]] == [
        (1, 1),
        (5, 1),
        (60, 1),
    ]
    assert {item["end_ms"] for item in found.json["items"]} == {NOW + 10_000}
    assert found.json["items"][1]["start_ms"] == NOW - 290_000


def test_the_chatters_of_a_time_past_end_with_its_minute(client: Client) -> None:
    query = {"to": str(NOW - 30_000), "minutes": "60,5", "fields": "minutes,end_ms"}
    assert client.get(UNIQUES, query).json["items"] == [
        {"minutes": 60, "end_ms": NOW},
        {"minutes": 5, "end_ms": NOW},
    ]


def test_a_count_of_chatters_is_remembered_for_a_pane(client: Client) -> None:
    client.get(UNIQUES)
    client.panes = panes((NOW, chat(2, users=(5, 6)), 4))
    client.now += PANE_MS - 1
    assert client.get(UNIQUES).json["items"][0]["unique_chatters"] == 1
    client.now += 1
    assert client.get(UNIQUES).json["items"][0]["unique_chatters"] == 2


@pytest.mark.parametrize("grain", ["hour", "day"])
def test_coarser_series_include_what_is_open(client: Client, grain: str) -> None:
    found = client.get(METRICS, {"grain": grain})
    assert sum(item["chat_count"] for item in found.json["items"]) == 14


def test_a_closed_range_may_be_kept_for_a_minute(client: Client) -> None:
    query = {"from": str(NOW - MINUTE_MS), "to": "2026-11-23T18:00:00Z"}
    assert client.get(METRICS, query).headers["Cache-Control"] == "max-age=60"


def test_a_past_range_that_is_still_open_is_not_kept(client: Client) -> None:
    client.metrics = rows()
    client.panes = panes((NOW - MINUTE_MS, chat(5), 3))
    query = {"from": str(NOW - MINUTE_MS), "to": str(NOW)}
    assert client.get(METRICS, query).headers["Cache-Control"] == "no-cache"


def test_what_has_not_changed_is_not_sent_again(client: Client) -> None:
    tag = client.get(METRICS).headers["ETag"]
    found = client.get(METRICS, headers={"If-None-Match": tag})
    assert (found.status, found.text) == (304, "")
    client.panes = panes((NOW, chat(6), 4))
    assert client.get(METRICS, headers={"If-None-Match": tag}).status == 304
    client.now += CHANGING_MS
    assert client.get(METRICS, headers={"If-None-Match": tag}).status == 200


def test_a_viewer_reads_without_revenue_and_only_the_channels_of_the_token(client: Client) -> None:
    client.environment["TELEMETRA_ACCESS"] = "token"
    items = client.get(METRICS, authorizer=VIEWER).json["items"]
    assert not any("revenue" in item for item in items)
    found = client.get("/api/v1/streams/other/metrics", authorizer=VIEWER)
    assert found.problem == (403, "the token does not cover channel 'other'")
    assert client.get("/api/v1/streams/other/moments", authorizer=VIEWER).status == 403


def test_open_access_sees_revenue(client: Client) -> None:
    assert client.get(METRICS).json["items"][-1]["revenue"]["cents"] == {"USD": 500}


def test_a_channel_never_seen_is_empty(client: Client) -> None:
    for route in ("metrics", "moments"):
        found = client.get(f"/api/v1/streams/never_seen/{route}")
        assert (found.status, found.json) == (200, {"items": [], "cursor": None})


def test_moments_come_newest_first_and_can_be_filtered(client: Client) -> None:
    client.moments.write(
        [moment(NOW - at * 60_000, score=at / 10, end_ms=NOW if at else None) for at in range(5)]
    )
    found = client.get(MOMENTS, {"limit": "2"})
    assert [item["score"] for item in found.json["items"]] == [0.0, 0.1]
    rest = client.get(
        MOMENTS, {"cursor": found.json["cursor"], "type": "hype", "min_score": "0.3", "to": str(NOW)}
    )
    assert [item["score"] for item in rest.json["items"]] == [0.3, 0.4]
    assert (found.headers["Cache-Control"], rest.headers["Cache-Control"]) == ("no-cache", "max-age=60")


@pytest.mark.parametrize(
    ("path", "query", "detail"),
    [
        ("/api/v1/streams/Not-One/metrics", {}, "stream_id is 'Not-One': [a-z0-9_]{1,64} is expected"),
        (METRICS, {"grain": "week"}, "grain is 'week': one of minute, hour, day, live is expected"),
        (METRICS, {"from": "2", "to": "1"}, "from is 2, to is 1: from is expected to be before to"),
        (METRICS, {"from": ["1", "2"]}, "from is given 2 times: once is expected"),
        (METRICS, {"from": "0"}, "at most 1500 are answered"),
        (MOMENTS, {"type": "nap"}, "type is 'nap': one of hype, laughter, "),
        (MOMENTS, {"limit": "101"}, "limit is '101': a whole number from 1 to 100 is expected"),
        (MOMENTS, {"min_score": "2"}, "min_score is '2': a number from 0 to 1 is expected"),
        (MOMENTS, {"cursor": "&"}, "cursor"),
        ("/api/v1/streams", {"cursor": "&&"}, "cursor"),
        ("/api/v1/streams", {"fields": "live,money"}, "fields has 'money': names out of stream_id, live,"),
        (UNIQUES, {"minutes": "5,7"}, "minutes has '7': names out of 1, 5, 15, 60 are expected"),
        (METRICS, {"format": "xml"}, "format is 'xml': one of json, csv is expected"),
        (EXPORT, {}, "format is missing: one of csv, html, edl is expected"),
        (EXPORT, {"format": "csv", "grain": "live"}, "one of minute, hour, day is expected"),
        (EXPORT, {"format": "edl", "fps": "29"}, "fps is '29': one of 24, 25, 30, 50, 60 is expected"),
        (EXPORT, {"format": "edl", "lead_in": "999"}, "a whole number from 0 to 300 is expected"),
        ("/api/v1/streams", {"limit": "0"}, "limit is '0': a whole number from 1 to 100 is expected"),
    ],
)
def test_a_value_out_of_bounds_is_a_problem_that_names_it(
    client: Client, path: str, query: dict[str, str | list[str]], detail: str
) -> None:
    status, said = client.get(path, query).problem
    assert status == 400
    assert detail in said


def test_a_throttled_store_asks_to_come_back(client: Client) -> None:
    client.panes = BrokenPanes()
    found = client.get(METRICS)
    assert found.problem == (503, "throttled")
    assert found.headers["Retry-After"] == "1"


def test_a_broken_dependency_degrades_the_report_of_health(client: Client) -> None:
    client.directory = BrokenDirectory()
    assert client.get("/api/v1/health").json["status"] == "degraded"


def test_an_unknown_error_is_told_to_the_log_and_not_to_the_caller(
    client: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(client, "panes", Bug())
    found = client.get(METRICS)
    assert found.problem == (500, "The request failed; the log says why.")
    (line,) = capsys.readouterr().out.splitlines()
    logged = json.loads(line)
    assert logged["status"] == 500
    assert "AttributeError" in logged["error"]


def test_each_request_logs_one_line(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        client.get(METRICS)
        (line,) = capsys.readouterr().out.splitlines()
        logged = json.loads(line)
        assert (logged["route"], logged["status"]) == ("/api/v1/streams/{stream_id}/metrics", 200)
        assert "error" not in logged


def test_an_answer_counts_as_made_or_as_remembered(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("CacheMisses", "CacheHits"):
        client.get(METRICS)
        logged = json.loads(capsys.readouterr().out)
        assert {"CacheMisses", "CacheHits"} & logged.keys() == {name}
    client.get("/health")
    assert not {"CacheMisses", "CacheHits"} & json.loads(capsys.readouterr().out).keys()


def test_a_route_or_method_that_is_not_there_is_a_problem_too(client: Client) -> None:
    assert client.get("/api/v1/nothing").problem == (404, "Not Found.")
    assert client.get("/health", method="DELETE").problem == (405, "Method Not Allowed.")


def test_a_page_of_an_allowed_origin_may_read_answers_and_problems(client: Client) -> None:
    for path in (METRICS, "/api/v1/streams/Not-One/metrics"):
        found = client.get(path, headers={"Origin": "https://a.example"})
        assert found.headers["Access-Control-Allow-Origin"] == "https://a.example"
        other = client.get(path, headers={"Origin": "https://b.example"})
        assert "Access-Control-Allow-Origin" not in other.headers


def test_wiring_reads_the_environment_once_and_calls_nothing(
    load_handler: LoadHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("TELEMETRA_ACCESS", "open")
    api = load_handler("api", "app")
    assert api.wire() is api.wire()
    assert api.wire().settings.access == "open"
