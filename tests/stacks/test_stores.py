"""Tables, streams, queues and buckets: their shape, their life and their encryption."""

from __future__ import annotations

from typing import Any

import pytest

from telemetra.adapters.dynamo_panes import DynamoPaneStore
from telemetra.adapters.tables import TABLES, Row
from telemetra.config import Settings
from telemetra.domain.window import HOUR_MS, PANE_MS
from tests.stacks.resources import Stack

EXPIRING = {"panes", "metrics", "connections"}
TABLE, BUCKET, QUEUE = "AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue"
PROD_ONLY = {"Fn::If": ["Prod", True, False]}


def tables(stacks: dict[str, Stack]) -> dict[str, dict[str, Any]]:
    """Tables by the part of their name that follows the prefix."""
    found = stacks["store"].properties(TABLE).values()
    return {item["TableName"]["Fn::Sub"].removeprefix("${Prefix}-"): item for item in found}


def keys(schema: list[dict[str, str]], types: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(key["AttributeName"], key["KeyType"], types[key["AttributeName"]]) for key in schema]


def model_keys(attributes: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Keys among the attributes of a model or of an index, the hash key first."""
    kinds = {True: "HASH", False: "RANGE"}
    found = [
        (attribute.attr_name, kinds[attribute.is_hash_key], attribute.attr_type)
        for attribute in attributes.values()
        if attribute.is_hash_key or attribute.is_range_key
    ]
    return sorted(found, key=lambda key: key[1])


def projection(item: dict[str, Any]) -> tuple[str, list[str] | None]:
    return item["ProjectionType"], item.get("NonKeyAttributes")


def test_the_template_makes_the_tables_that_the_code_names(stacks: dict[str, Stack]) -> None:
    assert tables(stacks).keys() == TABLES.keys()


@pytest.mark.parametrize("name", sorted(TABLES))
def test_keys_and_indexes_are_those_of_the_model(name: str, stacks: dict[str, Stack]) -> None:
    table, model = tables(stacks)[name], TABLES[name]
    types = {item["AttributeName"]: item["AttributeType"] for item in table["AttributeDefinitions"]}
    assert keys(table["KeySchema"], types) == model_keys(model.get_attributes())
    indexes = {item["IndexName"]: item for item in table.get("GlobalSecondaryIndexes", [])}
    assert {key: keys(item["KeySchema"], types) for key, item in indexes.items()} == {
        index.Meta.index_name: model_keys(index.Meta.attributes) for index in model._indexes.values()
    }
    assert {key: projection(item["Projection"]) for key, item in indexes.items()} == {
        index.Meta.index_name: (
            index.Meta.projection.projection_type,
            index.Meta.projection.non_key_attributes,
        )
        for index in model._indexes.values()
    }


@pytest.mark.parametrize("name", sorted(TABLES))
def test_rows_expire_where_the_model_says_when(name: str, stacks: dict[str, Stack]) -> None:
    expires = {"AttributeName": "expires_at", "Enabled": True}
    model: type[Row] = TABLES[name]
    assert ("expires_at" in model.get_attributes()) == (name in EXPIRING)
    assert tables(stacks)[name].get("TimeToLiveSpecification") == (expires if name in EXPIRING else None)


def test_only_the_panes_have_a_stream_and_it_holds_keys(stacks: dict[str, Stack]) -> None:
    streams = {name: item.get("StreamSpecification") for name, item in tables(stacks).items()}
    assert {name: item for name, item in streams.items() if item} == {
        "panes": {"StreamViewType": "KEYS_ONLY"}
    }


def test_tables_archive_and_rejects_outlive_their_stack(stacks: dict[str, Stack]) -> None:
    kept = stacks["store"].of_type(TABLE, BUCKET) | stacks["stream"].of_type(BUCKET)
    kept["RejectsQueue"] = stacks["stream"].body["Resources"]["RejectsQueue"]
    kept["UserKeySecret"] = stacks["store"].body["Resources"]["UserKeySecret"]
    assert {
        name: (item["DeletionPolicy"], item["UpdateReplacePolicy"]) for name, item in kept.items()
    } == dict.fromkeys(kept, ("Retain", "Retain"))


def test_every_table_is_paid_by_request_and_guarded_in_prod(stacks: dict[str, Stack]) -> None:
    for table in tables(stacks).values():
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["DeletionProtectionEnabled"] == PROD_ONLY
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": PROD_ONLY}


def test_every_store_is_encrypted_and_no_bucket_is_public(every: list[Stack]) -> None:
    for stack in every:
        for table in stack.properties(TABLE).values():
            assert table["SSESpecification"] == {"SSEEnabled": True}
        for stream in stack.properties("AWS::Kinesis::Stream").values():
            assert stream["StreamEncryption"] == {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}
        for queue in stack.properties(QUEUE).values():
            assert queue["SqsManagedSseEnabled"] is True
        for bucket in stack.properties(BUCKET).values():
            assert "BucketEncryption" in bucket
            assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}


def test_there_are_four_streams_of_one_size_and_life(stacks: dict[str, Stack]) -> None:
    streams = stacks["stream"].properties("AWS::Kinesis::Stream").values()
    names = {item["Name"]["Fn::Sub"].removeprefix("${Prefix}-") for item in streams}
    assert names == {"chat", "viewer", "transaction", "stream_meta"}
    for item in streams:
        assert item["ShardCount"] == {"Ref": "Shards"}
        assert item["RetentionPeriodHours"] == {"Ref": "RetentionHours"}


def test_functions_know_the_retention_that_the_streams_have(root: Stack, stacks: dict[str, Stack]) -> None:
    for name in ("compute", "serve", "socket", "alert"):
        variables = stacks[name].body["Globals"]["Function"]["Environment"]["Variables"]
        assert variables["TELEMETRA_RETENTION_HOURS"] == {"Ref": "RetentionHours"}
    for nested in ("Stream", "Compute", "Serve", "Socket", "Alert"):
        given_to = root.body["Resources"][nested]["Properties"]["Parameters"]
        assert given_to["RetentionHours"] == {"Ref": "RetentionHours"}
    allowed = root.body["Parameters"]["RetentionHours"]
    assert (allowed["MinValue"], allowed["MaxValue"], allowed["Default"]) == (24, 168, 24)


@pytest.mark.parametrize("bound", ["MinValue", "MaxValue"])
def test_a_pane_outlives_every_record_that_could_still_fold_into_it(bound: str, root: Stack) -> None:
    hours = root.body["Parameters"]["RetentionHours"][bound]
    settings = Settings.from_env({"TELEMETRA_RETENTION_HOURS": str(hours)})
    lateness_and_margin_hours = 24 + 24
    expected_ms = PANE_MS + (hours + lateness_and_margin_hours) * HOUR_MS
    assert DynamoPaneStore(settings)._life_ms == expected_ms
