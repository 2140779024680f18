"""The emulator forgets what every reader has consumed and nothing else; its internals are where we reach."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pytest
from ministack.core import lambda_runtime
from ministack.services import cloudwatch, cloudwatch_logs, dynamodb, kinesis, lambda_svc

from local import housekeeping, stream_bridge
from local.emulator import PIN

ACCOUNT, REGION = "000000000000", "us-east-1"
SHARD = "shardId-000000000000"
ARN = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/flow"
OLD, NEW = 1_000.0, 2_000.0


@pytest.fixture(autouse=True)
def _an_empty_emulator() -> Iterator[None]:
    """The emulator's stores, emptied before and after; nothing listens."""
    stores = (
        kinesis._streams,
        kinesis._shard_iterators,
        lambda_svc._esms,
        lambda_svc._kinesis_positions,
        lambda_svc._dynamodb_stream_positions,
        dynamodb._tables,
        dynamodb._stream_records,
        dynamodb._stream_trimmed,
        cloudwatch_logs._log_groups,
        cloudwatch._metrics,
    )
    for store in stores:
        store._data.clear()
    yield
    for store in stores:
        store._data.clear()


def flow(arrivals: list[float]) -> dict[str, Any]:
    """A stream of one shard with records that arrived at these instants."""
    records = [{"SequenceNumber": str(at), "ApproximateArrivalTimestamp": at} for at in arrivals]
    stream = {"StreamARN": ARN, "shards": {SHARD: {"records": records}}}
    kinesis._streams._data[(ACCOUNT, REGION, "flow")] = stream
    return stream


def reader(name: str, place: int | None, source: str = ARN) -> dict[str, int]:
    """A mapping that has read up to ``place``; None: it has not begun."""
    key = (ACCOUNT, REGION, name)
    lambda_svc._esms._data[key] = {"UUID": name, "EventSourceArn": source}
    places = {SHARD: place or 0}
    if place is not None:
        lambda_svc._kinesis_positions._data[key] = places
    return places


def test_the_pinned_emulator_is_installed() -> None:
    assert version("ministack") == PIN


def test_consumed_and_old_records_go_and_every_place_moves_with_them() -> None:
    stream = flow([OLD] * 5 + [NEW] * 3)
    slow, fast = reader("slow", 4), reader("fast", 8)
    iterator = {"stream_arn": ARN, "shard_id": SHARD, "position": 6}
    behind = {"stream_arn": ARN, "shard_id": SHARD, "position": 1}
    kinesis._shard_iterators._data.update({(ACCOUNT, REGION, "a"): iterator, (ACCOUNT, REGION, "b"): behind})
    assert housekeeping.sweep_shards(before=1_500.0) == 4
    assert len(stream["shards"][SHARD]["records"]) == 4
    assert (slow[SHARD], fast[SHARD], iterator["position"], behind["position"]) == (0, 4, 2, 0)


def test_young_records_stay_although_they_are_consumed() -> None:
    flow([NEW] * 5)
    reader("done", 5)
    assert housekeeping.sweep_shards(before=1_500.0) == 0


def test_a_mapping_that_has_not_begun_keeps_everything() -> None:
    flow([OLD] * 5)
    reader("done", 5)
    reader("waiting", None)
    assert housekeeping.sweep_shards(before=1_500.0) == 0


def test_a_stream_without_readers_keeps_only_young_records() -> None:
    stream = flow([OLD, OLD, NEW])
    assert housekeeping.sweep_shards(before=1_500.0) == 2
    assert len(stream["shards"][SHARD]["records"]) == 1


def test_table_streams_are_trimmed_at_absolute_places() -> None:
    key, table_arn = (ACCOUNT, REGION, "panes"), "arn:aws:dynamodb:::table/panes/stream/1"
    dynamodb._tables._data[key] = {"LatestStreamArn": table_arn}
    records = [{"dynamodb": {"ApproximateCreationDateTime": OLD}, "n": n} for n in range(5)]
    dynamodb._stream_records._data[key] = records
    dynamodb._stream_trimmed._data[key] = 10
    reader("summarize", None, source=table_arn)
    lambda_svc._dynamodb_stream_positions._data[(ACCOUNT, REGION, "summarize")] = 13
    assert housekeeping.sweep_table_streams(before=1_500.0) == 3
    assert [record["n"] for record in records] == [3, 4]
    assert dynamodb._stream_trimmed._data[key] == 13


def test_the_newest_log_streams_and_young_metrics_stay() -> None:
    streams: dict[str, Any] = {str(number): {"events": []} for number in range(5)}
    cloudwatch_logs._log_groups._data[(ACCOUNT, REGION, "group")] = {"streams": streams}
    housekeeping.sweep_logs(keep=2)
    assert list(streams) == ["3", "4"]
    points = cloudwatch._metrics._data
    points["metric"] = [{"Timestamp": OLD}, {"Timestamp": NEW}]
    housekeeping.sweep_metrics(before=1_500.0)
    assert points["metric"] == [{"Timestamp": NEW}]


def test_the_poller_still_asks_its_queues_first() -> None:
    body = inspect.getsource(lambda_svc._poll_loop)
    assert body.index("_poll_sqs()") < body.index("_poll_kinesis()") < body.index("_poll_dynamodb_streams()")


def test_the_poller_alone_moves_places_in_shards() -> None:
    source = inspect.getsource(lambda_svc)
    poller = inspect.getsource(lambda_svc._poll_kinesis)
    for move in ("positions[shard_id] = pos + len(raw_records)", "positions[shard_id] = len(shard"):
        assert source.count(move) == poller.count(move) > 0


def test_kinesis_answers_on_the_loop_without_a_pause() -> None:
    assert not inspect.iscoroutinefunction(kinesis._put_records)
    assert "await" not in inspect.getsource(kinesis.handle_request)


def test_workers_still_say_whether_they_are_idle() -> None:
    source = inspect.getsource(lambda_runtime)
    assert "self.in_use" in source or "worker.in_use" in source
    assert "worker.last_used = time.time()" in source
    assert callable(lambda_runtime.kill_workers)


def test_partiql_writes_still_go_through_the_functions_we_stand_before() -> None:
    source = inspect.getsource(dynamodb._execute_statement)
    assert all(f"{name}(table, parsed" in source for name in stream_bridge.WRITES)
    assert "_emit_stream_event" not in inspect.getsource(dynamodb._partiql_insert)
