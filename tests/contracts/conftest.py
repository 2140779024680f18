"""The stores under test: in memory, in memory with stale reads, and over the embedded cloud's emulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from local.cloud import Cloud, client_environment, start_cloud
from local.ports import some_free
from local.state import StateDir
from telemetra.adapters.clients import client
from telemetra.adapters.tables import TABLES, bound
from telemetra.config import Settings


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An emulator of this suite's own, with nothing deployed."""
    state = StateDir(tmp_path_factory.mktemp("contracts"))
    state.prepare()
    process, endpoint = start_cloud(state, some_free())
    credentials = client_environment(endpoint.endpoint_url)
    del credentials["AWS_ENDPOINT_URL"]
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in credentials.items():
                patch.setenv(name, value)
            yield endpoint
    finally:
        process.stop(within_s=5)


@pytest.fixture
def settings(cloud: Cloud) -> Settings:
    """Settings with a prefix that no other test has."""
    prefix = f"t{uuid4().hex[:12]}"
    return Settings.from_env({"TELEMETRA_PREFIX": prefix, "AWS_ENDPOINT_URL": cloud.endpoint_url})


@pytest.fixture
def table(settings: Settings) -> Callable[[str], Settings]:
    """Create one empty table by its short name."""

    def create(name: str) -> Settings:
        bound(TABLES[name], settings.table(name), settings.aws_endpoint_url).create_table(wait=True)
        events = client("dynamodb", settings.aws_endpoint_url).meta.events
        events.register("before-call.dynamodb.Scan", refuse_scans, unique_id="no scans")
        return settings

    return create


def refuse_scans(**_: Any) -> None:
    """Fail the test: every question to a table is a Query, a GetItem or a BatchGetItem."""
    pytest.fail("a table is scanned")


@pytest.fixture
def queue(cloud: Cloud) -> Iterator[Queue]:
    """A queue; calling it drains the message bodies, ``url`` names it."""
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName=f"q{uuid4().hex[:12]}")["QueueUrl"]
    yield Queue(sqs, url)
    sqs.delete_queue(QueueUrl=url)


class Queue:
    """One queue, seen from its reader."""

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs = sqs
        self.url = url

    def __call__(self) -> list[str]:
        bodies: list[str] = []
        while messages := self._sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                bodies.append(message["Body"])
                self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return bodies


@pytest.fixture
def bucket(cloud: Cloud) -> str:
    """An empty bucket."""
    name = f"b{uuid4().hex[:12]}"
    cloud.client("s3").create_bucket(Bucket=name)
    return name
