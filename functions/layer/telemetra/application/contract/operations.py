"""The table of REST operations: what each is asked with and what it answers.

A route is here, in the function that serves it and in the template; tests hold the three together.
"""

from __future__ import annotations

from typing import Final

from telemetra.application.contract import shapes
from telemetra.application.contract.alert_operations import ALERT_OPERATIONS
from telemetra.application.contract.operation import (
    CURSOR,
    FROM,
    JSON,
    STREAM,
    STREAM_ID,
    TO,
    Operation,
    Parameter,
    fields,
    instant,
    limit,
    one_of,
)
from telemetra.application.contract.session_operations import SESSION_OPERATIONS
from telemetra.application.contract.values import part_of, text, whole
from telemetra.application.export import FORMS, FRAME_RATES, LONGEST_LEAD_S, USUAL_LEAD_S
from telemetra.application.listings import MOST_ITEMS, USUAL_ITEMS
from telemetra.application.query import DEFAULT_SPANS, EXPORT_SPANS
from telemetra.application.selection import CHANNEL_FIELDS, METRIC_FIELDS, MOMENT_FIELDS, UNIQUES_FIELDS
from telemetra.application.uniques import SPANS, USUAL_SPANS
from telemetra.domain.moment import MomentType

OPERATIONS: Final[list[Operation]] = [
    Operation("GET", "/health", "alive", "Say that the API is there.", {JSON: shapes.Alive}, is_open=True),
    Operation(
        "GET",
        "/api/v1/openapi.json",
        "openapi",
        "Return this document.",
        {JSON: {"$ref": "#/components/schemas/Document"}},
        is_open=True,
    ),
    Operation(
        "GET",
        "/api/v1/asyncapi.json",
        "asyncapi",
        "Return the AsyncAPI document of the WebSocket.",
        {JSON: {"$ref": "#/components/schemas/Document"}},
        is_open=True,
    ),
    Operation(
        "GET",
        "/api/v1/health",
        "health",
        "Say how the product is: its dependencies, and how far behind each shard is.",
        {JSON: shapes.Health},
    ),
    Operation(
        "GET",
        "/api/v1/streams",
        "listStreams",
        "List the channels that the token covers, live ones first; a walk meets each once.",
        {JSON: part_of(shapes.Channel)},
        (limit(MOST_ITEMS), CURSOR, fields(CHANNEL_FIELDS)),
    ),
    Operation(
        "GET",
        f"{STREAM}/metrics",
        "readMetrics",
        "Return a series of a channel: at most 1,500 points, oldest first.",
        {JSON: part_of(shapes.Metric), "text/csv": text("^start|^[a-z]", 2_000_000)},
        (
            STREAM_ID,
            FROM,
            TO,
            one_of("grain", tuple(DEFAULT_SPANS), "Width of a point; live is 60 s sliding by 10 s."),
            one_of("format", ("json", "csv"), "JSON, or a table with a header."),
            fields(METRIC_FIELDS),
        ),
    ),
    Operation(
        "GET",
        f"{STREAM}/uniques",
        "countChatters",
        "Count the different chatters of the last minutes; who wrote in several minutes counts once.",
        {JSON: part_of(shapes.Uniques)},
        (
            STREAM_ID,
            Parameter(
                "minutes",
                f"Spans to count, separated by commas, out of {', '.join(SPANS)}.",
                text(f"^({'|'.join(SPANS)})(,({'|'.join(SPANS)})){{0,9}}$", 40),
                ",".join(USUAL_SPANS),
            ),
            instant("to", "Where the spans end, rounded up to a minute; now when it is absent."),
            fields(UNIQUES_FIELDS),
        ),
    ),
    Operation(
        "GET",
        f"{STREAM}/moments",
        "listMoments",
        "List the moments of a channel that opened in the range, newest first.",
        {JSON: part_of(shapes.Moment)},
        (
            STREAM_ID,
            FROM,
            TO,
            one_of("type", tuple(kind.value for kind in MomentType), "Only moments of this type."),
            Parameter(
                "min_score", "Least score.", {"type": "number", "minimum": 0, "maximum": 1, "default": 0}, 0.5
            ),
            limit(USUAL_ITEMS),
            CURSOR,
            fields(MOMENT_FIELDS),
        ),
    ),
    Operation(
        "GET",
        f"{STREAM}/export",
        "export",
        "Return a stretch of a channel as a file: a table, a report, or a CMX 3600 clip list.",
        {
            "text/csv": text("^start", 2_000_000),
            "text/html": text("^<!doctype html>", 4_000_000),
            "text/plain": text("^TITLE: ", 1_000_000),
        },
        (
            STREAM_ID,
            one_of("format", FORMS, "csv: rows; html: a report; edl: clips of the moments.", required=True),
            FROM,
            TO,
            one_of("grain", tuple(EXPORT_SPANS), "Width of a row of the table or the report."),
            Parameter(
                "lead_in",
                "Seconds before a moment at which its clip begins.",
                {**whole(0, LONGEST_LEAD_S), "default": USUAL_LEAD_S},
                USUAL_LEAD_S,
            ),
            one_of("fps", FRAME_RATES, "Frames a second of the timecodes; 30 when it is absent."),
            instant("stream_start", "Timecode zero; when the stream went live when it is absent."),
        ),
    ),
    *ALERT_OPERATIONS,
    *SESSION_OPERATIONS,
]
"""Every operation, in the order of the documentation."""
