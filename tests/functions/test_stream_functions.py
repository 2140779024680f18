"""aggregate, summarize and archive, each fed the sample payload of its trigger.

Queues, buckets and secrets are moto's; tables are in memory, because moto takes no PartiQL with parameters
(the stores themselves are tested on the embedded emulator, in ``contracts``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws

from telemetra.adapters.clients import client
from telemetra.adapters.frames import read_frames
from telemetra.adapters.memory import (
    MemoryDirectory,
    MemoryMetricStore,
    MemoryMomentStore,
    MemoryPaneStore,
    MemoryStateStore,
)
from telemetra.adapters.memory_alerts import MemoryRules
from telemetra.adapters.memory_health import MemoryProgress
from telemetra.adapters.secrets import secret
from telemetra.config import Settings
from telemetra.domain.errors import StoreUnavailableError
from telemetra.domain.events import Kind
from telemetra.domain.rules import MomentRule, RuleSet
from telemetra.domain.window import DAY_MS, MINUTE_MS, Grain
from tests.functions.conftest import LoadHandler

SAMPLES = Path(__file__).parents[2] / "events" / "samples"
MINUTE = 1_795_456_800_000
NOW = MINUTE + 2 * MINUTE_MS


def sample(name: str) -> dict[str, Any]:
    """Return a sample payload."""
    payload: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    return payload


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Queues, a bucket and a secret inside the process, and the settings that name them."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client.cache_clear()
    secret.cache_clear()
    with mock_aws():
        sqs, s3 = boto3.client("sqs"), boto3.client("s3")
        key = boto3.client("secretsmanager").create_secret(Name="key", SecretString="k" * 64)
        for name, value in (
            ("TICKS_QUEUE_URL", sqs.create_queue(QueueName="ticks")["QueueUrl"]),
            ("ALERTS_QUEUE_URL", sqs.create_queue(QueueName="alerts")["QueueUrl"]),
            ("REJECTS_QUEUE_URL", sqs.create_queue(QueueName="rejects")["QueueUrl"]),
            ("ARCHIVE_BUCKET", "archive"),
            ("USER_KEY_SECRET_ARN", key["ARN"]),
        ):
            monkeypatch.setenv(f"TELEMETRA_{name}", value)
        s3.create_bucket(Bucket="archive")
        yield Settings.from_env()
    client.cache_clear()
    secret.cache_clear()


@dataclass(frozen=True)
class Tables:
    """The tables of one test."""

    panes: MemoryPaneStore = field(default_factory=MemoryPaneStore)
    metrics: MemoryMetricStore = field(default_factory=MemoryMetricStore)
    moments: MemoryMomentStore = field(default_factory=MemoryMomentStore)
    states: MemoryStateStore = field(default_factory=MemoryStateStore)
    directory: MemoryDirectory = field(default_factory=MemoryDirectory)
    rules: MemoryRules = field(default_factory=MemoryRules)
    progress: MemoryProgress = field(default_factory=MemoryProgress)

    def under(self, handler: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
        """Put the tables in the place of the real ones."""
        for name, store in (
            ("DynamoPaneStore", self.panes),
            ("DynamoMetricStore", self.metrics),
            ("DynamoMomentStore", self.moments),
            ("DynamoStateStore", self.states),
            ("DynamoDirectory", self.directory),
            ("DynamoRules", self.rules),
            ("DynamoProgress", self.progress),
        ):
            if hasattr(handler, name):
                monkeypatch.setattr(handler, name, lambda settings, store=store, **_: store)
        return handler


@pytest.fixture
def tables() -> Tables:
    return Tables()


@pytest.fixture
def aggregate(load_handler: LoadHandler, tables: Tables, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The aggregate function, a moment after the samples arrived."""
    handler = tables.under(load_handler("aggregate"), monkeypatch)
    monkeypatch.setattr(handler, "now_ms", lambda: NOW)
    return handler


def queued(url: str) -> list[Any]:
    """Take what waits on a queue."""
    messages = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in messages]


@pytest.mark.parametrize("kind", [Kind.CHAT, Kind.VIEWER, Kind.TRANSACTION])
def test_a_delivery_becomes_partials_and_a_second_one_changes_nothing(
    aggregate: ModuleType, settings: Settings, tables: Tables, kind: Kind, capsys: pytest.CaptureFixture[str]
) -> None:
    event = sample(f"kinesis_{kind}")
    channel = "aurora_plays"
    aggregate.handler(event, None)
    rows = tables.panes.span(channel, 0, None)
    assert rows
    assert {key.kind for key, _ in rows} == {kind}
    aggregate.handler(event, None)
    assert tables.panes.span(channel, 0, None) == rows
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["stream"] == kind
    assert first["EventsFolded"][0] > 0
    assert (second["EventsFolded"], second["EventsReplayed"]) == ([0.0], first["EventsFolded"])
    assert queued(settings.rejects_queue_url) == []


@pytest.mark.usefixtures("settings")
def test_stream_metadata_describes_the_channel(aggregate: ModuleType, tables: Tables) -> None:
    aggregate.handler(sample("kinesis_stream_meta"), None)
    stream = tables.directory.get("aurora_plays")
    assert stream is not None
    assert stream.live is not None
    assert stream.title


def test_a_bad_record_goes_to_the_reject_queue_and_the_rest_is_folded(
    aggregate: ModuleType, settings: Settings, tables: Tables
) -> None:
    event = sample("kinesis_chat")
    event["Records"][0]["kinesis"]["data"] = "no base64 at all!"
    aggregate.handler(event, None)
    (reject,) = queued(settings.rejects_queue_url)
    assert (reject["reason"], reject["line"], reject["stream"]) == ("base64", None, "chat")
    assert tables.panes.span("aurora_plays", 0, None)


def test_changed_panes_are_published_once_time_has_closed_their_minute(
    aggregate: ModuleType,
    load_handler: LoadHandler,
    settings: Settings,
    tables: Tables,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for kind in (Kind.CHAT, Kind.VIEWER):
        aggregate.handler(sample(f"kinesis_{kind}"), None)
    tables.rules.put(RuleSet("aurora_plays", (MomentRule("any"),), sns=True, version=1))
    summarize = tables.under(load_handler("summarize"), monkeypatch)
    monkeypatch.setattr(summarize, "now_ms", lambda: NOW)
    summarize.handler(sample("dynamodb_panes"), None)
    assert {tick["channel"] for ticks in queued(settings.ticks_queue_url) for tick in ticks} >= {
        "aurora_plays"
    }
    monkeypatch.setattr(summarize, "now_ms", lambda: NOW + DAY_MS)
    summarize.handler(sample("schedule"), None)
    (minute,) = tables.metrics.span("aurora_plays", Grain.MINUTE, MINUTE, MINUTE + MINUTE_MS, consistent=True)
    assert minute.final
    assert minute.summary.chat.count > 0
    (hour,) = tables.metrics.span("aurora_plays", Grain.HOUR, MINUTE, MINUTE + MINUTE_MS, consistent=True)
    assert hour.summary.chat == minute.summary.chat
    assert queued(settings.alerts_queue_url) == [{"kind": "look", "channel": "aurora_plays"}]


def test_a_delivery_is_archived_once_however_often_it_comes(
    load_handler: LoadHandler, settings: Settings
) -> None:
    archive = load_handler("archive")
    for _ in range(2):
        archive.handler(sample("kinesis_chat"), None)
    s3 = boto3.client("s3")
    (found,) = s3.list_objects_v2(Bucket=settings.archive_bucket)["Contents"]
    body = s3.get_object(Bucket=settings.archive_bucket, Key=found["Key"])["Body"].read()
    sequences = [int(record["kinesis"]["sequenceNumber"]) for record in sample("kinesis_chat")["Records"]]
    assert [record.sequence for record in read_frames(body)] == sequences


@pytest.mark.usefixtures("settings")
def test_a_missing_secret_fails_the_batch_by_name() -> None:
    with pytest.raises(StoreUnavailableError, match="nowhere"):
        secret("nowhere")
