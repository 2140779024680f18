"""Writes are booked as DynamoDB bills them, and the bill sums what was booked."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

from ministack.services import dynamodb

from bench.units.aged import aged
from bench.units.bill import bill, table
from bench.units.meter import Meter
from bench.units.traffic import feeds
from producer.event import Chat, Viewer
from producer.pack import Packed
from telemetra.adapters.compact import squeeze
from telemetra.domain.events import Kind

NOW_MS = 1_795_392_000_000
UNIT_BYTES = 1024
ROW_BYTES = 200
"""What a row of a state holds beside it."""

KEYS_ONLY = {"ProjectionType": "KEYS_ONLY"}
INDEX = {"IndexName": "by_rank", "KeySchema": [{"AttributeName": "rank"}], "Projection": KEYS_ONLY}


class Table:
    """The part of the emulator's module that writes one table, without its server."""

    def __init__(self) -> None:
        self.table: dict[str, Any] = {
            "TableName": "t-streams",
            "pk_name": "channel",
            "sk_name": None,
            "items": {},
            "GlobalSecondaryIndexes": [INDEX],
        }
        self._tables = {"t-streams": self.table}
        self._extract_key_val = dynamodb._extract_key_val
        self._item_size_bytes = dynamodb._item_size_bytes
        self._index_write_units = dynamodb._index_write_units

    def _put_item(self, data: dict[str, Any]) -> tuple[int, dict[str, str], str]:
        name = data["Item"]["channel"]["S"]
        if data.get("Refuse"):
            return 400, {}, "ConditionalCheckFailedException"
        self.table["items"][name] = {"__no_sort__": data["Item"]}
        return 200, {}, "{}"

    _update_item = _delete_item = _put_item

    def _get_item(self, data: dict[str, Any]) -> tuple[int, dict[str, str], str]:
        return 200, {}, "{}"

    _batch_get_item = _get_item

    def _query(self, data: dict[str, Any]) -> tuple[int, dict[str, str], str]:
        rows = [row for found in self.table["items"].values() for row in found.values()]
        return 200, {}, json.dumps({"Items": rows})

    def _partiql_insert(self, table: Any, parsed: dict[str, Any]) -> tuple[int, dict[str, str], str]:
        return self._put_item({"Item": parsed["item"]})

    _partiql_update = _partiql_delete = _partiql_insert


def row(size: int, rank: str = "a") -> dict[str, Any]:
    """A row of exactly so many bytes, names included."""
    fixed = {"channel": {"S": "alpha"}, "rank": {"S": rank}}
    left = size - dynamodb._item_size_bytes(fixed) - 1
    return {**fixed, "x": {"S": "x" * left}}


def booked(*items: dict[str, Any], refuse_last: bool = False) -> list[tuple[str, int, bool]]:
    """Index, units and refusal of each entry that writing these rows in turn books."""
    module, ledger = Table(), io.StringIO()
    Meter(module, ledger).install()
    for number, item in enumerate(items):
        refuse = refuse_last and number == len(items) - 1
        module._put_item({"TableName": "t-streams", "Item": item, "Refuse": refuse})
    entries = [json.loads(line) for line in ledger.getvalue().splitlines()]
    return [(entry["index"], entry["units"], entry["refused"]) for entry in entries]


def test_a_new_row_costs_its_started_kilobytes_and_its_index_entry() -> None:
    assert booked(row(1024)) == [("", 1, False), ("by_rank", 1, False)]
    assert booked(row(1025)) == [("", 2, False), ("by_rank", 1, False)]


def test_a_change_costs_the_larger_of_before_and_after() -> None:
    assert booked(row(3000), row(200))[2:] == [("", 3, False)]


def test_an_index_is_charged_only_when_its_entry_changes_and_twice_when_it_moves() -> None:
    assert booked(row(200), row(300, "b"))[2:] == [("", 1, False), ("by_rank", 2, False)]


def test_a_refused_write_costs_the_row_that_refused_it() -> None:
    assert booked(row(2500), row(100), refuse_last=True)[2:] == [("", 3, True)]


def test_a_statement_costs_what_the_plain_write_costs() -> None:
    module, ledger = Table(), io.StringIO()
    Meter(module, ledger).install()
    module._partiql_insert(module.table, {"op": "INSERT", "item": row(1500)})
    assert [json.loads(line)["units"] for line in ledger.getvalue().splitlines()] == [2, 1]


def test_a_read_costs_its_started_four_kilobytes_and_half_of_it_when_it_may_be_stale() -> None:
    module, ledger = Table(), io.StringIO()
    Meter(module, ledger).install()
    module._put_item({"TableName": "t-streams", "Item": row(4097)})
    ledger.truncate(0)
    key = {"channel": {"S": "alpha"}}
    missing = {"channel": {"S": "nobody"}}
    module._get_item({"TableName": "t-streams", "Key": key})
    module._batch_get_item({"RequestItems": {"t-streams": {"Keys": [key, missing], "ConsistentRead": True}}})
    module._query(
        {
            "TableName": "t-streams",
            "IndexName": "by_rank",
            "ExpressionAttributeValues": {":0": {"S": "a"}},
            "ConsistentRead": False,
        }
    )
    entries = [json.loads(line) for line in ledger.getvalue().lstrip("\0").splitlines()]
    assert [(entry["partition"], entry["index"], entry["units"]) for entry in entries] == [
        ("alpha", "", 1.0), ("alpha", "", 2), ("nobody", "", 1), ("a", "by_rank", 1.0)
    ]  # fmt: skip


def test_the_bill_counts_reads_apart_from_writes() -> None:
    what = {"table": "p-panes", "index": "", "refused": False, "bytes": 9_000}
    one = bill(
        [{**what, "sort": "query", "units": 3.0, "read": True}, {**what, "sort": "0#chat#s", "units": 2}] * 2,
        refresh_s=10,
        prefix="p",
        channel_minutes=2,
        pane_writes=1,
    )
    assert (one.total, one.read_total) == (2, 3)
    assert [line.post.title for line in one.reads] == ["panes query"]
    assert "3.0 read units" in table([one])
    assert one.figures()["reads"] == [
        {"what": "panes query", "reads": 1.0, "units": 3.0, "mean_bytes": 9_000}
    ]


def test_the_bill_is_per_channel_and_minute_and_names_tables_rows_and_indexes() -> None:
    def entry(table: str, sort: str, units: int, index: str = "", *, refused: bool = False) -> dict[str, Any]:
        what = {"table": f"p-{table}", "sort": sort, "index": index, "refused": refused}
        return {**what, "units": units, "bytes": 900}

    one = bill(
        [
            *[entry("panes", "0001795459620000#chat#shardId-000000000000", 2)] * 12,
            *[entry("metrics", "minute#1795459620000", 3)] * 2,
            *[entry("streams", "", 1), entry("streams", "", 1, "listing")] * 2,
            entry("detectors", "", 1, refused=True),
        ],
        refresh_s=10,
        prefix="p",
        channel_minutes=2,
        pane_writes=6,
    )
    assert one.total == 12 + 3 + 2 + 0.5
    assert one.by_table == {"panes": 12, "metrics": 3, "streams": 1, "streams/listing": 1, "detectors": 0.5}
    titles = [line.post.title for line in one.lines]
    assert titles == [
        "panes chat", "metrics minute", "streams", "streams index listing", "detectors, refused"
    ]  # fmt: skip
    assert "live refresh 10 s: 17.5 write units" in table([one])
    assert one.complete


def test_a_bill_that_misses_pane_writes_is_incomplete() -> None:
    write = {"table": "p-panes", "sort": "0#chat#s", "index": "", "refused": False, "units": 1, "bytes": 9}
    one = bill([write] * 11, refresh_s=10, prefix="p", channel_minutes=1, pane_writes=11.4)
    assert not one.complete
    assert "incomplete" in table([one])


def test_a_delivery_holds_a_record_of_each_second_and_nothing_twice() -> None:
    (feed,) = feeds(10, 1, 4.0, 1_795_392_003_000)
    deliveries: list[list[Packed]] = []
    at = feed.scenario.start_ms
    for _ in range(4):
        due = feed.due_ms(Kind.CHAT, at)
        deliveries.append(feed.records(Kind.CHAT, at, due))
        at = due
    assert feed.phase_s == 5
    assert [len(records) for records in deliveries[1:]] == [10] * 3
    sent = sum(record.events for records in deliveries for record in records)
    assert sent == sum(isinstance(event, Chat) for event in feed.scenario.events(until_ms=at))


def test_every_stream_is_delivered_in_a_phase_of_its_own() -> None:
    (feed,) = feeds(10, 1, 4.0, 1_795_392_003_000)
    assert len({feed.due_ms(kind, feed.scenario.start_ms) for kind in Kind}) == len(Kind)
    (quick,) = feeds(1, 1, 4.0, 1_795_392_003_000)
    assert len({quick.due_ms(kind, quick.scenario.start_ms) for kind in Kind}) == 1


def test_viewers_are_read_at_the_same_places_of_a_pane_on_every_channel() -> None:
    places = {
        event.ts % 5_000
        for feed in feeds(10, 4, 1.0, 1_795_392_003_000)
        for event in feed.scenario.events(until_ms=1_795_392_033_000)
        if isinstance(event, Viewer)
    }
    assert places == {2_500}


def test_the_state_of_a_channel_seen_for_days_is_stored_in_two_units() -> None:
    young, old = aged("young", NOW_MS, days=1 / 24), aged("old", NOW_MS)
    assert (young.closed_ms, young.settled_ms) == (old.closed_ms, old.settled_ms) == (NOW_MS, NOW_MS)
    size = len(squeeze(old.encode()))
    assert len(squeeze(young.encode())) < size <= 2 * UNIT_BYTES - ROW_BYTES


def test_a_bill_of_channels_seen_for_days_says_so() -> None:
    one = replace(bill([], refresh_s=10, prefix="p", channel_minutes=1, pane_writes=0), aged=True)
    assert one.figures()["aged"]
    assert "seen for days, live refresh 10 s" in table([one])
