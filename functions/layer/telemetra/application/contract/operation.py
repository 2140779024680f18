"""How a REST operation is described, and the parameters that several share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from telemetra.application.contract.values import Json, text, whole
from telemetra.application.listings import MOST_ITEMS

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


JSON: Final = "application/json"
STREAM: Final = "/api/v1/streams/{stream_id}"

STREAM_ID: Final = Parameter(
    "stream_id", "The channel.", text("^[a-z0-9_]{1,64}$"), "aurora_plays", "path", required=True
)
_TIME: Final[Json] = {
    "oneOf": [
        text("^[0-9]{1,13}$"),
        text(
            "^(19[7-9][0-9]|20[0-9][0-9])-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})$"
        ),
    ]
}


def instant(name: str, help_: str) -> Parameter:
    """Return the parameter of an instant."""
    return Parameter(name, f"{help_} Epoch milliseconds, or ISO 8601 with an offset.", _TIME, "1795456800000")


FROM: Final = instant("from", "First instant.")
TO: Final = instant("to", "First instant that no longer belongs; now when it is absent.")


def one_of(name: str, choices: tuple[str, ...], help_: str, *, required: bool = False) -> Parameter:
    """Return a parameter with few values."""
    schema: Json = {"type": "string", "enum": list(choices)}
    return Parameter(name, help_, schema, choices[0], required=required)


def fields(names: tuple[str, ...]) -> Parameter:
    """Return the parameter that chooses fields of items."""
    each = "|".join(names)
    help_ = f"Only these fields of each item, separated by commas: {', '.join(names)}."
    return Parameter("fields", help_, text(f"^({each})(,({each})){{0,{len(names)}}}$", 400), names[0])


def limit(usual: int) -> Parameter:
    """Return the parameter of a page's length."""
    schema = {**whole(1, MOST_ITEMS), "default": usual}
    return Parameter("limit", "Items of the page at most; a short page may still go on.", schema, 20)


CURSOR: Final = Parameter(
    "cursor",
    "Where to go on, as the page before said.",
    text("^[A-Za-z0-9_-]{1,400}$"),
    "MCNhdXJvcmFfcGxheXM",
)
