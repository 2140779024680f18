"""The load of the running stack, and the write units that its rows say they have cost."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from local.errors import LocalError
from local.watch import Watch
from telemetra.domain.window import MINUTE_MS, SECOND_MS, floor_to

MINUTES: Final = 5
"""Whole minutes that are looked at, the newest that have closed."""

SETTLED_MS: Final = MINUTE_MS
UNIT_BYTES: Final = 1024

OTHER_UNITS: Final = 6.6
"""Directory, minute row and channel state a minute, as ``bench.units`` counted them."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the newest closed minutes hold.

    Attributes:
        channels: active ones.
        messages_per_s: chat messages of all channels.
        write_units: an active channel-minute, from the versions and sizes of its rows.
    """

    channels: int
    messages_per_s: float
    write_units: float


def measure(watch: Watch, tables: Any, prefix: str, now_ms: int) -> Measured:
    """Read what the rows of the newest closed minutes have cost.

    Every write of a pane row counts its version up by one and costs one unit for each started KB of it; its
    size of today stands for that of every write, so growing rows are charged somewhat too much.

    Args:
        watch: asks the running stack.
        tables: DynamoDB client.
        prefix: of the tables' names.
        now_ms: the current instant.

    Raises:
        LocalError: no channel wrote anything.
    """
    end_ms = floor_to(now_ms - SETTLED_MS, MINUTE_MS)
    first_ms = end_ms - MINUTES * MINUTE_MS
    messages = {channel: _messages(watch, channel, first_ms, end_ms) for channel in watch.live_channels()}
    active = sorted(channel for channel, count in messages.items() if count)
    if not active:
        message = f"no channel has written in the last {MINUTES} minutes"
        raise LocalError(message, fix="Wait a few minutes after `./telemetra up`, or leave --measured out.")
    units = sum(_units(tables, f"{prefix}-panes", channel, first_ms, end_ms) for channel in active)
    return Measured(
        channels=len(active),
        messages_per_s=sum(messages.values()) / (end_ms - first_ms) * SECOND_MS,
        write_units=units / (len(active) * MINUTES) + OTHER_UNITS,
    )


def _messages(watch: Watch, channel: str, first_ms: int, end_ms: int) -> int:
    query: dict[str, str | int] = {"grain": "minute", "from": first_ms, "to": end_ms}
    answer = watch.get(f"/api/v1/streams/{channel}/metrics", **query) or {"items": []}
    return sum(item["chat_count"] for item in answer["items"])


def _units(tables: Any, table: str, channel: str, first_ms: int, end_ms: int) -> int:
    pages = tables.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="channel = :channel AND slot BETWEEN :first AND :last",
        ExpressionAttributeValues={
            ":channel": {"S": channel},
            ":first": {"S": f"{first_ms:013d}"},
            ":last": {"S": f"{end_ms:013d}"},
        },
    )
    return sum(
        int(row["v"]["N"]) * ceil(row_bytes(row) / UNIT_BYTES) for page in pages for row in page["Items"]
    )


def row_bytes(row: dict[str, dict[str, Any]]) -> int:
    """Return the bytes of a row as DynamoDB counts them: names, strings, octets, two digits a byte.

    >>> row_bytes({"channel": {"S": "mira"}, "v": {"N": "12"}, "d": {"B": bytes(10)}})
    25
    >>> row_bytes({"live": {"BOOL": True}})
    5
    """
    return sum(len(name) + _value_size(*next(iter(value.items()))) for name, value in row.items())


def _value_size(kind: str, value: Any) -> int:
    if kind in {"BOOL", "NULL"}:
        return 1
    return ceil(len(value) / 2) + 1 if kind == "N" else len(value)
