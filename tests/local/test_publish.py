"""What is left to do when the stacks stand: the page, its settings and the caches before it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from local.errors import LocalError
from local.publish import outputs_of, publish_bundle

OUTPUTS = {
    "Prefix": "telemetra-dev",
    "WebBucket": "dashboard",
    "WebSocketUrl": "wss://sockets",
    "DistributionId": "D1",
    "DashboardUrl": "https://dashboard",
}


class Stacks:
    """One stack that stands and one that fell."""

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803 - boto's own name
        if StackName == "telemetra-fallen":
            return {"Stacks": [{"StackStatus": "ROLLBACK_COMPLETE"}]}
        if StackName != "telemetra-dev":
            told = {"Error": {"Code": "ValidationError", "Message": f"{StackName} does not exist"}}
            raise ClientError(told, "DescribeStacks")
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in OUTPUTS.items()]
        return {"Stacks": [{"StackStatus": "UPDATE_COMPLETE", "Outputs": outputs}]}


class Caches:
    """A distribution that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[list[str]] = []

    def create_invalidation(self, DistributionId: str, InvalidationBatch: dict[str, Any]) -> None:  # noqa: N803
        assert DistributionId == "D1"
        self.told.append(InvalidationBatch["Paths"]["Items"])


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "assets" / "app-1.js").write_text("1")
    return tmp_path


@pytest.fixture
def caches() -> Caches:
    return Caches()


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, caches: Caches) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        objects = boto3.client("s3")
        objects.create_bucket(Bucket="dashboard")
        yield {"s3": objects, "cloudfront": caches, "cloudformation": Stacks()}.__getitem__


def test_the_bundle_and_its_settings_go_to_the_bucket_of_the_stack(
    client: Any, dist: Path, caches: Caches
) -> None:
    outputs = outputs_of(client, "telemetra-dev")
    done = publish_bundle(outputs, client, dist, 1)
    assert (done.files, done.invalidated, done.address) == (3, True, "https://dashboard")
    config = client("s3").get_object(Bucket=outputs["WebBucket"], Key="config.json")["Body"].read()
    console = "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1"
    board = f"{console}#dashboards/dashboard/telemetra-dev"
    assert json.loads(config) == {"api": "", "websocket": True, "operation": board}
    assert caches.told == [["/index.html", "/config.json"]]


def test_publishing_the_same_again_changes_nothing(client: Any, dist: Path, caches: Caches) -> None:
    outputs = outputs_of(client, "telemetra-dev")
    publish_bundle(outputs, client, dist, 1)
    again = publish_bundle(outputs, client, dist, 2)
    assert (again.files, again.invalidated) == (0, False)
    assert len(caches.told) == 1


def test_without_a_distribution_the_address_is_that_of_the_api(client: Any, dist: Path) -> None:
    outputs = outputs_of(client, "telemetra-dev") | {
        "DistributionId": "",
        "DashboardUrl": "",
        "ApiUrl": "https://api",
        "WebSocketUrl": "",
    }
    done = publish_bundle(outputs, client, dist, 1)
    assert (done.invalidated, done.address) == (False, "https://api")
    config = client("s3").get_object(Bucket=outputs["WebBucket"], Key="config.json")["Body"].read()
    assert json.loads(config)["websocket"] is False


def test_a_stack_that_is_not_there_is_named(client: Any) -> None:
    with pytest.raises(LocalError, match="there is no stack nowhere"):
        outputs_of(client, "nowhere")


def test_a_stack_that_fell_is_not_published_to(client: Any) -> None:
    with pytest.raises(LocalError, match="telemetra-fallen is ROLLBACK_COMPLETE"):
        outputs_of(client, "telemetra-fallen")


def test_a_stack_of_another_product_is_refused(client: Any, dist: Path) -> None:
    with pytest.raises(LocalError, match="none of ours"):
        publish_bundle({"Bucket": "b"}, client, dist, 1)


def test_a_bundle_that_is_not_built_is_refused_before_anything_is_touched(
    client: Any, tmp_path: Path
) -> None:
    with pytest.raises(LocalError) as refusal:
        publish_bundle(outputs_of(client, "telemetra-dev"), client, tmp_path, 1)
    assert "make web" in refusal.value.fix
