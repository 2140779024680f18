"""The models say of the tables what the template says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from telemetra.adapters.clients import client
from telemetra.adapters.dynamo_panes import DynamoPaneStore
from telemetra.adapters.tables import BUCKETS, TABLES, bound, bucket
from telemetra.config import Settings

STORE = Path(__file__).parents[2] / "stacks" / "store.yaml"


class Template(yaml.SafeLoader):
    """Reads CloudFormation's short forms as their arguments."""


Template.add_multi_constructor("!", lambda loader, suffix, node: getattr(node, "value", None))


def described() -> dict[str, dict[str, Any]]:
    """Return the properties of each table in the template by its short name."""
    template = yaml.load(STORE.read_text(encoding="utf-8"), Template)  # noqa: S506 - a safe loader
    tables = (one for one in template["Resources"].values() if one["Type"] == "AWS::DynamoDB::Table")
    return {table["Properties"]["TableName"].partition("}-")[2]: table["Properties"] for table in tables}


def keys(schema: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(key["AttributeName"], key["KeyType"]) for key in schema]


def test_every_table_has_a_model() -> None:
    assert set(described()) == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_a_model_has_the_keys_types_and_indexes_of_its_table(settings: Settings, name: str) -> None:
    bound(TABLES[name], settings.table(name), settings.aws_endpoint_url).create_table(wait=True)
    made = client("dynamodb", settings.aws_endpoint_url).describe_table(TableName=settings.table(name))[
        "Table"
    ]
    wanted = described()[name]
    assert keys(made["KeySchema"]) == keys(wanted["KeySchema"])
    types = {one["AttributeName"]: one["AttributeType"] for one in made["AttributeDefinitions"]}
    assert types == {one["AttributeName"]: one["AttributeType"] for one in wanted["AttributeDefinitions"]}
    indexes = {one["IndexName"]: keys(one["KeySchema"]) for one in made.get("GlobalSecondaryIndexes", [])}
    assert indexes == {
        one["IndexName"]: keys(one["KeySchema"]) for one in wanted.get("GlobalSecondaryIndexes", [])
    }


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_expires_rows_does_so_by_the_attribute_of_its_model(name: str) -> None:
    expiry = described()[name].get("TimeToLiveSpecification")
    assert (expiry is not None) == ("expires_at" in TABLES[name].get_attributes())
    assert expiry is None or expiry["AttributeName"] == "expires_at"


def test_a_bound_copy_leaves_the_model_and_its_other_copies_alone(settings: Settings) -> None:
    one, other = DynamoPaneStore(settings), DynamoPaneStore(Settings.from_env({"TELEMETRA_PREFIX": "other"}))
    assert one is not other
    assert bound(TABLES["panes"], "a").Meta.table_name == "a"
    assert bound(TABLES["panes"], "b").Meta.table_name == "b"
    assert not hasattr(TABLES["panes"], "Meta")


def test_channels_spread_over_all_buckets_the_same_way_everywhere() -> None:
    assert [bucket(name) for name in ("alpha", "beta", "gamma")] == [
        bucket("alpha"),
        bucket("beta"),
        bucket("gamma"),
    ]
    assert {bucket(f"channel_{number}") for number in range(200)} == set(range(BUCKETS))


def test_a_scan_fails_the_test_that_makes_it(table: Callable[[str], Settings]) -> None:
    settings = table("streams")
    with pytest.raises(pytest.fail.Exception, match="scanned"):
        client("dynamodb", settings.aws_endpoint_url).scan(TableName=settings.table("streams"))
