"""Designs that carry the same workload: ours in two ways of paying, and what one would build otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil
from typing import Final

from local.cost import services
from local.cost.estimate import Estimate, Line
from local.cost.prices import Prices
from local.cost.workload import HOURS, SHARES, Flow, Workload

FIREHOSE_BYTES: Final = 5_000
"""Firehose bills each record as if it had this many bytes at least."""

NAIVE_ROWS: Final = 12
"""Rows of 1 KB that a pane and a window every ten seconds write a channel-minute; each is read once."""

NAIVE_FOLD_S: Final = 10.7e-6
"""CPU time of one event in a loop over dictionaries."""

SPARK_FOLD_S: Final = 50e-6
SPARK_USED: Final = 0.6
NODE_CORES: Final = 4
"""CPU time of one event in Spark, how full a cluster runs, cores of its node."""


def ours(workload: Workload, prices: Prices) -> Estimate:
    """Packed records, provisioned shards and capacity."""
    lines = [
        *services.streams_provisioned(workload, prices),
        *services.tables_provisioned(workload, prices),
        *_around(workload, prices),
    ]
    return Estimate("ours, provisioned", lines, workload.events)


def ours_on_demand(workload: Workload, prices: Prices) -> Estimate:
    """The same, the tables paid by request, as the template deploys them."""
    lines = [
        *services.streams_provisioned(workload, prices),
        *services.tables_on_demand(workload, prices),
        *_around(workload, prices),
    ]
    return Estimate("ours, on demand", lines, workload.events)


def naive(workload: Workload, prices: Prices) -> Estimate:
    """An event a record on on-demand streams, a loop in Lambda, rows for panes and windows, Firehose."""
    plain = [
        Flow(rate, rate, rate * workload.event_bytes, 1)
        for rate in (workload.events_per_s * share for share in SHARES.values())
    ]
    rows = workload.channel_minutes * NAIVE_ROWS / services.MILLION
    archived = workload.events * ceil(workload.event_bytes / FIREHOSE_BYTES) * FIREHOSE_BYTES
    seconds = workload.events * NAIVE_FOLD_S * services.AGGREGATE_GB
    lines = [
        *services.streams_on_demand(prices, plain, readers=2),
        Line("Lambda", "GB-seconds", seconds, prices["lambda_gb_second"]),
        Line("DynamoDB", "million write units", rows, prices["dynamodb_write_units_million"]),
        Line("DynamoDB", "million read units", rows, prices["dynamodb_read_units_million"]),
        *services.sockets(workload, prices),
        *services.watching(prices),
    ]
    if workload.archive_days:
        lines.append(Line("Firehose", "GB", archived / services.GB, prices["firehose_gb"]))
    return Estimate("naive serverless", lines, workload.events)


def self_hosted(workload: Workload, prices: Prices) -> Estimate:
    """Kafka, Spark, PostgreSQL, Redis and an API on machines of one's own; nobody's labour is in it."""
    cores = workload.events_per_s * SPARK_FOLD_S / SPARK_USED
    nodes = max(2, ceil(cores / NODE_CORES)) + 1
    brokers = max(3, 3 * ceil(workload.events_per_s * workload.event_bytes / 30e6))
    out = services.sockets(workload, prices)[-1]
    lines = [
        Line("Kafka", "broker-hours", brokers * HOURS, prices["msk_broker_hour"]),
        Line("Spark", "node-hours", nodes * HOURS, prices["emr_node_hour"]),
        Line("PostgreSQL", "hours, two zones", HOURS, prices["rds_multi_az_hour"]),
        Line("Redis", "node-hours", 2 * HOURS, prices["redis_node_hour"]),
        Line("API", "task-hours", 2 * HOURS, prices["fargate_task_hour"]),
        Line("Network", "balancer-hours", HOURS, prices["balancer_hour"]),
        Line("Network", "gateway-hours", 2 * HOURS, prices["nat_gateway_hour"]),
        Line("Network", out.what, out.quantity, out.price),
    ]
    return Estimate("self-hosted", lines, workload.events)


DESIGNS: Final[Mapping[str, Callable[[Workload, Prices], Estimate]]] = {
    "ours": ours,
    "on-demand": ours_on_demand,
    "naive": naive,
    "self-hosted": self_hosted,
}


def _around(workload: Workload, prices: Prices) -> list[Line]:
    return [
        *services.functions(workload, prices),
        *services.queues(workload, prices),
        *services.sockets(workload, prices),
        *services.archive(workload, prices),
        *services.watching(prices),
    ]
