"""`telemetra logs`: the one line that every invocation writes, filtered."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from local.cloud import Cloud
from local.errors import LocalError
from local.settings import surroundings
from telemetra.adapters.clock import now_ms

PARTS = 3
UNITS = {"s": 1_000, "m": 60_000, "h": 3_600_000}
OWN = (
    "level",
    "message",
    "timestamp",
    "service",
    "_aws",
    "cold_start",
    "function_request_id",
    "sampling_rate",
)
"""Fields that the short form leaves out, or shows in a place of their own."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines are wanted.

    Attributes:
        function: name without prefix; None is all.
        errors: only failed invocations.
        text: what the line must hold, letter case aside.
        delivery: id of a delivery that the line must be of, or to which it must go back.
    """

    function: str | None = None
    errors: bool = False
    text: str = ""
    delivery: str = ""

    def takes(self, said: dict[str, Any], raw: str) -> bool:
        """Say whether a line is wanted."""
        if self.errors and said.get("level") != "ERROR":
            return False
        if self.delivery and self.delivery not in said.get("deliveries", ()):
            return False
        return self.text.lower() in raw.lower()


def lines(logs: Any, prefix: str, wanted: Filter, since_ms: int) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Yield (instant, function, fields) of every wanted line, by time.

    Raises:
        LocalError: the function has no log.
    """
    pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=f"/aws/lambda/{prefix}-")
    groups = [group["logGroupName"] for page in pages for group in page["logGroups"]]
    names = {group.removeprefix(f"/aws/lambda/{prefix}-"): group for group in groups}
    if wanted.function is not None and wanted.function not in names:
        message = f"{wanted.function} has no log; there are {', '.join(sorted(names)) or 'none'}"
        raise LocalError(message, fix="Name one of these with --function.")
    found = []
    for name, group in names.items():
        if wanted.function in {None, name}:
            events = logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since_ms)
            for page in events:
                for event in page["events"]:
                    said = _fields(event["message"])
                    if said and wanted.takes(said, event["message"]):
                        found.append((event["timestamp"], name, said))
    yield from sorted(found, key=lambda line: line[:2])


def delivery_of(logs: Any, prefix: str, asked: str, since_ms: int) -> str:
    """Return the id of a delivery, given that, or a record of it as ``STREAM/SHARD/SEQUENCE``.

    Raises:
        LocalError: it is neither, or no delivery since then held the record.
    """
    if "/" not in asked:
        return asked
    place = asked.split("/")
    if len(place) != PARTS or not place[-1].isdecimal():
        message = f"{asked}: a record is named by stream, shard and sequence number"
        raise LocalError(message, fix="Such as chat/shardId-000000000000/49664623480.")
    stream, shard, sequence = place
    for _, _, said in lines(logs, prefix, Filter("aggregate"), since_ms):
        of_shard = (said.get("stream"), said.get("shard")) == (stream, shard) and "first" in said
        if of_shard and int(said["first"]) <= int(sequence) <= int(said["last"]):
            return str(said["deliveries"][0])
    message = f"no delivery held {asked}"
    raise LocalError(message, fix="Look further back with --since 2h.")


def short(at_ms: int, function: str, said: dict[str, Any]) -> str:
    """Return one line for people.

    >>> short(0, "push", {"level": "INFO", "message": "handled", "PushSent": [3], "ticks": 1})
    '00:00:00.000 push        handled PushSent=3 ticks=1'
    """
    at = datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%H:%M:%S.%f")[:-3]
    facts = " ".join(
        f"{name}={_plain(value)}" for name, value in said.items() if name not in OWN and value is not None
    )
    word = said["message"] if said.get("level") != "ERROR" else f"ERROR {said['message']}"
    return f"{at} {function:<11} {word} {facts}".rstrip()


def ago_ms(text: str) -> int:
    """Return how long ago ``5m``, ``90s`` or ``2h`` is, in ms.

    >>> ago_ms("90s"), ago_ms("2h")
    (90000, 7200000)
    """
    found = re.fullmatch(r"(\d+)([smh])", text)
    if not found:
        message = f"{text!r}: expected a number and s, m or h, such as 5m"
        raise typer.BadParameter(message, param_hint="--since")
    return int(found[1]) * UNITS[found[2]]


def logs(  # noqa: PLR0917 - one parameter for each option
    function: Annotated[str | None, typer.Option(help="Such as aggregate or push; all by default.")] = None,
    since: Annotated[str, typer.Option(help="How far back: 90s, 5m, 2h.")] = "5m",
    errors: Annotated[bool, typer.Option("--errors", help="Only invocations that failed.")] = False,
    grep: Annotated[str, typer.Option(help="Only lines that hold this text.")] = "",
    correlation: Annotated[
        str,
        typer.Option(
            help="Only what followed from a delivery: its id, or STREAM/SHARD/SEQUENCE of a record."
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the lines as they were written.")] = False,
) -> None:
    """Print what the functions of the running stack said.

    \b
    Examples:
      ./telemetra logs --since 2m
      ./telemetra logs --function aggregate --grep EventsRejected
      ./telemetra logs --errors --since 1h --json
      ./telemetra logs --correlation chat-6a50a1e3c3
    """  # noqa: D301 - the escape keeps the lines of the examples apart
    back_ms = ago_ms(since)
    run = surroundings().state.live_run()
    if run is None:
        message = "nothing is running whose log could be read"
        raise LocalError(message, fix="Start it with `./telemetra up`.")
    client = Cloud(run.endpoint_url).client("logs")
    since_ms = now_ms() - back_ms
    delivery = delivery_of(client, run.prefix, correlation, since_ms)
    wanted = Filter(function, errors=errors, text=grep, delivery=delivery)
    for at_ms, name, said in lines(client, run.prefix, wanted, since_ms):
        typer.echo(json.dumps(said) if as_json else short(at_ms, name, said))


def _fields(message: str) -> dict[str, Any]:
    """Return the fields of a line of ours, empty for another's."""
    try:
        said = json.loads(message)
    except ValueError:
        return {}
    return said if isinstance(said, dict) and "service" in said else {}


def _plain(value: Any) -> str:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return f"{value:g}" if isinstance(value, float) else str(value)
