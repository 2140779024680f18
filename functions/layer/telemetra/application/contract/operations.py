"""The table of REST operations: what each is asked with and what it answers.

A route is here, in the function that serves it and in the template; tests hold the three together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from telemetra.application.contract import shapes
from telemetra.application.contract.values import Json, part_of, text, whole
from telemetra.application.export import FORMS, FRAME_RATES, LONGEST_LEAD_S, USUAL_LEAD_S
from telemetra.application.listings import MOST_ITEMS, USUAL_ITEMS
from telemetra.application.query import DEFAULT_SPANS, EXPORT_SPANS
from telemetra.application.selection import CHANNEL_FIELDS, METRIC_FIELDS, MOMENT_FIELDS
from telemetra.domain.moment import MomentType

Shape: TypeAlias = Any
"""A type of the contract, or a schema."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: where it is given, what it means, its schema and an example."""

    name: str
    help: str
    schema: Json
    example: str | int | float
    within: str = "query"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One route and method.

    Attributes:
        method: in upper case.
        path: with its parameters in braces.
        id: name of the operation.
        summary: one sentence.
        answers: shape by media type; a text form has a schema.
        parameters: those of path, query and header.
        body: shape of the request's body; None when there is none.
        refusals: statuses of the problems it may answer, beside those of every route.
        is_open: whether it asks for no token.
        tagged: whether it answers with an ETag, and 304.
    """

    method: str
    path: str
    id: str
    summary: str
    answers: dict[str, Shape]
    parameters: tuple[Parameter, ...] = ()
    body: Shape = None
    refusals: tuple[int, ...] = ()
    is_open: bool = False
    tagged: bool = True
    details: dict[str, Any] = field(default_factory=dict)


JSON: Final = "application/json"
STREAM: Final = "/api/v1/streams/{stream_id}"

STREAM_ID: Final = Parameter(
    "stream_id", "The channel.", text("^[a-z0-9_]{1,64}$"), "aurora_plays", "path", required=True
)
_TIME: Final[Json] = {
    "oneOf": [
        text("^[0-9]{1,13}$"),
        text("^(19[7-9][0-9]|20[0-9][0-9])-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})$"),
    ]
}


def _instant(name: str, help_: str) -> Parameter:
    return Parameter(name, f"{help_} Epoch milliseconds, or ISO 8601 with an offset.", _TIME, "1795456800000")


FROM: Final = _instant("from", "First instant.")
TO: Final = _instant("to", "First instant that no longer belongs; now when it is absent.")


def _one_of(name: str, choices: tuple[str, ...], help_: str, *, required: bool = False) -> Parameter:
    schema: Json = {"type": "string", "enum": list(choices)}
    return Parameter(name, help_, schema, choices[0], required=required)


def _fields(names: tuple[str, ...]) -> Parameter:
    each = "|".join(names)
    help_ = f"Only these fields of each item, separated by commas: {', '.join(names)}."
    return Parameter("fields", help_, text(f"^({each})(,({each})){{0,{len(names)}}}$", 400), names[0])


def _limit(usual: int) -> Parameter:
    schema = {**whole(1, MOST_ITEMS), "default": usual}
    return Parameter("limit", "Items of the page at most; a short page may still go on.", schema, 20)


CURSOR: Final = Parameter(
    "cursor", "Where to go on, as the page before said.", text("^[A-Za-z0-9_-]{1,400}$"), "MCNhdXJvcmFfcGxheXM"
)

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
        (_limit(MOST_ITEMS), CURSOR, _fields(CHANNEL_FIELDS)),
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
            _one_of("grain", tuple(DEFAULT_SPANS), "Width of a point; live is 60 s sliding by 10 s."),
            _one_of("format", ("json", "csv"), "JSON, or a table with a header."),
            _fields(METRIC_FIELDS),
        ),
        refusals=(403,),
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
            _one_of("type", tuple(kind.value for kind in MomentType), "Only moments of this type."),
            Parameter(
                "min_score", "Least score.", {"type": "number", "minimum": 0, "maximum": 1, "default": 0}, 0.5
            ),
            _limit(USUAL_ITEMS),
            CURSOR,
            _fields(MOMENT_FIELDS),
        ),
        refusals=(403,),
    ),
    Operation(
        "GET",
        f"{STREAM}/export",
        "export",
        "Return a stretch of a channel as a file: a table, a report that stands alone, or a CMX 3600 clip list.",
        {
            "text/csv": text("^start", 2_000_000),
            "text/html": text("^<!doctype html>", 4_000_000),
            "text/plain": text("^TITLE: ", 1_000_000),
        },
        (
            STREAM_ID,
            _one_of("format", FORMS, "csv: rows; html: a report; edl: clips of the moments.", required=True),
            FROM,
            TO,
            _one_of("grain", tuple(EXPORT_SPANS), "Width of a row of the table or the report."),
            Parameter(
                "lead_in",
                "Seconds before a moment at which its clip begins.",
                {**whole(0, LONGEST_LEAD_S), "default": USUAL_LEAD_S},
                USUAL_LEAD_S,
            ),
            _one_of("fps", FRAME_RATES, "Frames a second of the timecodes; 30 when it is absent."),
            _instant("stream_start", "Timecode zero; when the stream went live when it is absent."),
        ),
        refusals=(403,),
    ),
]
"""Every operation, in the order of the documentation."""
