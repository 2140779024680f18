"""Metrics out of the log lines of functions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from local.watching.series import Point, name_of

SHARD_LAG: Final = "ShardLagMs"
"""Greatest age of a batch a shard; on AWS a query of the logs says the same."""

FAULT: Final = 500
REFUSAL: Final = 400


def points(line: str, function: str, at_ms: int, *, api: str = "") -> Iterator[Point]:
    """Yield what a line measures: its embedded metrics, and what Lambda and API Gateway count themselves.

    Args:
        line: one log line; what is no JSON object of ours yields nothing.
        function: name of the function that printed it.
        at_ms: when it was printed.
        api: name of the REST API, when the function answers one.
    """
    try:
        said = json.loads(line)
    except ValueError:
        return
    if not isinstance(said, dict) or "service" not in said:
        return
    yield from embedded(said)
    failed = said.get("level") == "ERROR"
    took_ms = said.get("duration_ms")
    by_function = {"FunctionName": function}
    yield Point(name_of("AWS/Lambda", "Invocations", by_function), at_ms, 1)
    yield Point(name_of("AWS/Lambda", "Errors", by_function), at_ms, float(failed))
    yield Point(name_of("AWS/Lambda", "Throttles", by_function), at_ms, 0)
    if took_ms is not None:
        yield Point(name_of("AWS/Lambda", "Duration", by_function), at_ms, took_ms)
    if "LagMs" in said:
        age_ms = max(_listed(said["LagMs"]))
        yield Point(name_of("AWS/Lambda", "IteratorAge", by_function), at_ms, age_ms)
        if "shard" in said:
            by_shard = {"stream": str(said["stream"]), "shard": str(said["shard"])}
            yield Point(name_of("Telemetra", SHARD_LAG, by_shard), at_ms, age_ms)
    if api and ("status" in said or failed):
        status = FAULT if failed else int(said["status"])
        by_api = {"ApiName": api}
        yield Point(name_of("AWS/ApiGateway", "Count", by_api), at_ms, 1)
        yield Point(name_of("AWS/ApiGateway", "5XXError", by_api), at_ms, float(status >= FAULT))
        yield Point(name_of("AWS/ApiGateway", "4XXError", by_api), at_ms, float(REFUSAL <= status < FAULT))
        if took_ms is not None:
            yield Point(name_of("AWS/ApiGateway", "Latency", by_api), at_ms, took_ms)


def embedded(said: Mapping[str, Any]) -> Iterator[Point]:
    """Yield the metrics of a line in the embedded metric format, one series a set of dimensions."""
    about = said.get("_aws", {})
    for directive in about.get("CloudWatchMetrics", []):
        for dimensions in directive["Dimensions"]:
            chosen = {dimension: str(said[dimension]) for dimension in dimensions}
            for metric in directive["Metrics"]:
                name = name_of(directive["Namespace"], metric["Name"], chosen)
                for value in _listed(said[metric["Name"]]):
                    yield Point(name, int(about["Timestamp"]), float(value))


def _listed(value: Any) -> list[float]:
    return value if isinstance(value, list) else [value]
