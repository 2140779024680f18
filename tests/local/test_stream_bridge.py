"""PartiQL writes show up in the table's stream, once each and only when they change something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import dynamodb

from local import stream_bridge

KEY = {"channel": {"S": "luna"}, "slot": {"S": "1"}}


@pytest.fixture
def table() -> Iterator[dict[str, Any]]:
    """A table of the emulator with its stream on; nothing listens."""
    before = {name: getattr(dynamodb, name) for name in stream_bridge.WRITES}
    stream_bridge.install()
    dynamodb.reset()
    dynamodb._create_table(
        {
            "TableName": "panes",
            "KeySchema": [
                {"AttributeName": "channel", "KeyType": "HASH"},
                {"AttributeName": "slot", "KeyType": "RANGE"},
            ],
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": "S"} for name in ("channel", "slot")
            ],
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        }
    )
    yield dynamodb._tables["panes"]
    for name, write in before.items():
        setattr(dynamodb, name, write)
    dynamodb.reset()


def execute(*statements: tuple[str, list[dict[str, str]]]) -> None:
    """Run statements as one batch."""
    entries = [{"Statement": text, "Parameters": parameters} for text, parameters in statements]
    status, _, _ = dynamodb._batch_execute_statement({"Statements": entries})
    assert status == 200


def changes() -> list[tuple[str, dict[str, Any]]]:
    return [
        (record["eventName"], record["dynamodb"]["Keys"]) for record in dynamodb.stream_live_records("panes")
    ]


INSERT = (
    "INSERT INTO \"panes\" VALUE {'channel': ?, 'slot': ?, 'upto': ?}",
    [{"S": "luna"}, {"S": "1"}, {"S": "1"}],
)
UPDATE = (
    'UPDATE "panes" SET upto = ? WHERE channel = ? AND slot = ? AND upto = ?',
    [{"S": "2"}, {"S": "luna"}, {"S": "1"}, {"S": "1"}],
)
DELETE = ('DELETE FROM "panes" WHERE channel = ? AND slot = ?', [{"S": "luna"}, {"S": "1"}])


def test_each_kind_of_write_is_told_by_its_keys(table: dict[str, Any]) -> None:
    execute(INSERT)
    execute(UPDATE)
    execute(DELETE)
    assert changes() == [("INSERT", KEY), ("MODIFY", KEY), ("REMOVE", KEY)]


def test_a_refused_write_is_not_told(table: dict[str, Any]) -> None:
    execute(INSERT)
    execute(INSERT)
    execute(UPDATE)
    execute(UPDATE)
    assert [name for name, _ in changes()] == ["INSERT", "MODIFY"]
