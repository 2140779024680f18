"""What each service bills for a workload."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import Final

from local.cost.estimate import Line
from local.cost.prices import Prices
from local.cost.workload import HEADROOM, HOURS, MINUTES, SECONDS, Flow, Workload, flows

MILLION: Final = 1e6
GB: Final = 1e9
DAYS: Final = HOURS / 24

PUT_UNIT_BYTES: Final = 25_000
FREE_RETENTION_HOURS: Final = 24
ON_DEMAND_BYTES: Final = 1_000
"""A record of an on-demand stream is billed as if it had this many bytes at least, in whole multiples."""

CALL_S: Final = 0.004
"""One call of a table from Lambda."""

FOLD_S: Final = 3.4e-6
"""CPU time of one packed event to its windows, from ``bench.perf``."""

START_S: Final = 0.003
"""What an invocation takes beside its work."""

AGGREGATE_GB: Final = 1769 / 1024
SUMMARIZE_GB: Final = 1.0
SMALL_GB: Final = 0.5

PANE_ROW_BYTES: Final = 700
PANE_ROWS: Final = 14
"""Rows of panes that an active channel leaves behind a minute, and their mean size."""

MINUTE_ROW_BYTES: Final = 2_100
MINUTE_ROW_DAYS: Final = 90
LATENESS_HOURS: Final = 48
"""How much longer than the stream keeps records a pane row is kept."""

TICKS_A_MESSAGE: Final = 25
MESSAGES_A_CALL: Final = 10

PUSH_BYTES: Final = 1_500
LINE_BYTES: Final = 1_000
"""Log lines and embedded metrics of one invocation."""

METRICS: Final = 60
ALARMS: Final = 15
SECRETS: Final = 2


def streams_provisioned(workload: Workload, prices: Prices) -> list[Line]:
    """Return four streams of provisioned shards."""
    every = flows(workload).values()
    shard_hours = sum(flow.shards for flow in every) * HOURS
    put_units = sum(flow.records_per_s * _rounded(flow, PUT_UNIT_BYTES) for flow in every) * SECONDS
    lines = [
        Line("Kinesis", "shard-hours", shard_hours, prices["kinesis_shard_hour"]),
        Line("Kinesis", "million PUT units", put_units / MILLION, prices["kinesis_put_units_million"]),
    ]
    if workload.retention_hours > FREE_RETENTION_HOURS:
        price = prices["kinesis_retention_shard_hour"]
        lines.append(Line("Kinesis", "shard-hours of longer retention", shard_hours, price))
    return lines


def streams_on_demand(prices: Prices, every: Iterable[Flow], readers: int) -> list[Line]:
    """Return on-demand streams that ``readers`` functions read."""
    flowing = list(every)
    written = sum(flow.records_per_s * _rounded(flow, ON_DEMAND_BYTES) for flow in flowing) * ON_DEMAND_BYTES
    read = sum(flow.bytes_per_s for flow in flowing) * readers
    return [
        Line("Kinesis", "stream-hours", len(flowing) * HOURS, prices["kinesis_on_demand_stream_hour"]),
        Line("Kinesis", "GB in", written * SECONDS / GB, prices["kinesis_on_demand_in_gb"]),
        Line("Kinesis", "GB out", read * SECONDS / GB, prices["kinesis_on_demand_out_gb"]),
    ]


def functions(workload: Workload, prices: Prices) -> list[Line]:
    """Return aggregate, summarize, push and archive; traces are one a second and a twentieth of the rest."""
    every = flows(workload).values()
    shards = sum(flow.shards for flow in every)
    deliveries = shards * SECONDS / workload.live_refresh_s
    refreshes = workload.channel_minutes * 60 / workload.live_refresh_s
    aggregate_s = workload.events * FOLD_S + refreshes * CALL_S + deliveries * (START_S + 2 * CALL_S)
    summaries = min(SECONDS, deliveries)
    summarize_s = refreshes * 2 * CALL_S + summaries * START_S
    pushes = _tick_messages(workload) / MESSAGES_A_CALL
    push_s = pushes * START_S + (refreshes + _messages(workload)) * CALL_S
    archives = shards * MINUTES if workload.archive_days else 0
    archive_s = archives * (START_S + 0.05)
    seconds = aggregate_s * AGGREGATE_GB + (summarize_s + push_s) * SUMMARIZE_GB + archive_s * SMALL_GB
    invocations = deliveries + summaries + pushes + archives
    traced = sum(
        min(SECONDS, each) + max(0.0, each - SECONDS) / 20 for each in (deliveries, summaries, pushes)
    )
    return [
        Line("Lambda", "GB-seconds", seconds, prices["lambda_gb_second"]),
        Line("Lambda", "million requests", invocations / MILLION, prices["lambda_requests_million"]),
        Line("CloudWatch", "GB of logs", invocations * LINE_BYTES / GB, prices["logs_gb"]),
        Line("X-Ray", "million traces", traced / MILLION, prices["traces_million"]),
    ]


def tables_provisioned(workload: Workload, prices: Prices) -> list[Line]:
    """Return provisioned capacity that is used to seven tenths, and storage."""
    a_second = workload.channels / 60 / HEADROOM * HOURS
    return [
        Line(
            "DynamoDB",
            "write capacity-hours",
            workload.units * a_second,
            prices["dynamodb_write_capacity_hour"],
        ),
        Line(
            "DynamoDB",
            "read capacity-hours",
            workload.reads * a_second,
            prices["dynamodb_read_capacity_hour"],
        ),
        *_stored(workload, prices),
    ]


def tables_on_demand(workload: Workload, prices: Prices) -> list[Line]:
    """Return on-demand capacity, and storage."""
    minutes = workload.channel_minutes / MILLION
    return [
        Line(
            "DynamoDB",
            "million write units",
            workload.units * minutes,
            prices["dynamodb_write_units_million"],
        ),
        Line(
            "DynamoDB", "million read units", workload.reads * minutes, prices["dynamodb_read_units_million"]
        ),
        *_stored(workload, prices),
    ]


def queues(workload: Workload, prices: Prices) -> list[Line]:
    """Return the messages of ticks: sent, received and deleted ten at a time."""
    requests = 3 * _tick_messages(workload) / MESSAGES_A_CALL
    return [Line("SQS", "million requests", requests / MILLION, prices["sqs_requests_million"])]


def sockets(workload: Workload, prices: Prices) -> list[Line]:
    """Return the dashboards that are open all month; each gets its channel's live window and minutes."""
    messages = _messages(workload)
    return [
        Line("WebSocket", "million messages", messages / MILLION, prices["websocket_messages_million"]),
        Line(
            "WebSocket",
            "million connection-minutes",
            workload.dashboards * MINUTES / MILLION,
            prices["websocket_connection_minutes_million"],
        ),
        Line("WebSocket", "GB out", messages * PUSH_BYTES / GB, prices["data_out_gb"]),
    ]


def archive(workload: Workload, prices: Prices) -> list[Line]:
    """Return raw records in S3: one object a shard and minute."""
    if not workload.archive_days:
        return []
    every = flows(workload).values()
    kept = sum(flow.bytes_per_s for flow in every) * workload.archive_days * 86_400
    objects = sum(flow.shards for flow in every) * MINUTES
    return [
        Line("S3", "GB-months", kept / GB, prices["s3_storage_gb_month"]),
        Line("S3", "thousand puts", objects / 1000, prices["s3_puts_thousand"]),
    ]


def watching(prices: Prices) -> list[Line]:
    """Return metrics, alarms and secrets, which no load changes."""
    return [
        Line("CloudWatch", "metrics", METRICS, prices["metric_month"]),
        Line("CloudWatch", "alarms", ALARMS, prices["alarm_month"]),
        Line("Secrets", "secrets", SECRETS, prices["secret_month"]),
    ]


def _tick_messages(workload: Workload) -> float:
    """Messages of ticks a month, full ones; a call is made for each delivery of chat at least."""
    refreshes = workload.channel_minutes * 60 / workload.live_refresh_s
    calls = flows(workload)["chat"].shards * SECONDS / workload.live_refresh_s
    return max(refreshes / TICKS_A_MESSAGE, calls * MESSAGES_A_CALL)


def _messages(workload: Workload) -> float:
    """Messages pushed a month: a live window each refresh, and a minute each minute."""
    return workload.dashboards * MINUTES * (60 / workload.live_refresh_s + 1)


def _rounded(flow: Flow, unit_bytes: int) -> int:
    """Return how many started units one record of a stream has."""
    return ceil(flow.bytes_per_s / flow.records_per_s / unit_bytes)


def _stored(workload: Workload, prices: Prices) -> list[Line]:
    panes = PANE_ROWS * PANE_ROW_BYTES * 60 * (workload.retention_hours + LATENESS_HOURS)
    minutes = MINUTE_ROW_BYTES * 60 * 24 * min(MINUTE_ROW_DAYS, DAYS)
    kept = workload.channels * (panes + minutes) / GB
    return [Line("DynamoDB", "GB-months", kept, prices["dynamodb_storage_gb_month"])]
