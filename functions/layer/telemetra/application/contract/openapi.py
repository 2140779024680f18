"""The OpenAPI 3.1 document, made of the table of operations and the shapes."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from typing import Any, Final

import msgspec

from telemetra import __version__
from telemetra.application.contract import examples, shapes
from telemetra.application.contract.operation import Operation, Parameter
from telemetra.application.contract.operations import OPERATIONS
from telemetra.application.contract.values import REFERENCE, Json, PageOf, closed, text

EVERYWHERE: Final = (400, 409, 413, 429, 500, 503)
"""Problems that any operation may answer; the gateway's own are among them."""

GUARDED: Final = (401, 403)

PROBLEM: Final = "application/problem+json"

_HELP: Final = """Live channel telemetry: minute metrics, explained moments and alerts. Instants are epoch
milliseconds UTC, intervals are half-open, errors are problem details (RFC 9457). An
answer may be a second old unless the request says `Cache-Control: no-cache`, as one that
fills a gap after `subscribed` must."""


@cache
def openapi_text() -> str:
    """Return the document as JSON."""
    return msgspec.json.encode(openapi()).decode()


def openapi() -> Json:
    """Return the document."""
    schemas = _schemas()
    paths: dict[str, Json] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Telemetra",
            "version": __version__,
            "summary": "Live channel telemetry.",
            "description": " ".join(_HELP.split()),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/", "description": "The origin that serves this document."}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {str(status): _refusal(status) for status in _statuses()},
            "headers": _HEADERS,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "An EdDSA token; `./telemetra token` prints one.",
                }
            },
        },
    }


def _schemas() -> dict[str, Json]:
    named: list[type] = [shapes.Problem]
    pages: list[type[msgspec.Struct]] = []
    for operation in OPERATIONS:
        for shape in (*operation.answers.values(), operation.body):
            if isinstance(shape, PageOf):
                pages.append(shape.item)
            elif isinstance(shape, type):
                named.append(shape)
    _, found = msgspec.json.schema_components([*named, *pages], ref_template=REFERENCE)
    schemas: dict[str, Json] = closed(found)
    for item in pages:
        name = item.__name__
        whole_item, part = REFERENCE.format(name=name), REFERENCE.format(name=f"{name}Part")
        chosen = {key: value for key, value in schemas[name].items() if key != "required"}
        help_ = f"The fields of a {name} that were asked for."
        schemas[f"{name}Part"] = {**chosen, "title": f"{name}Part", "description": help_}
        schemas[f"{name}Page"] = _page(name, {"anyOf": [{"$ref": whole_item}, {"$ref": part}]})
    schemas["Document"] = _DOCUMENT
    for name, schema in schemas.items():
        schema["examples"] = [schema["enum"][0] if "enum" in schema else examples.of(name)]
    return dict(sorted(schemas.items()))


def _page(name: str, item: Json) -> Json:
    cursor = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,400}$", "maxLength": 400}
    return {
        "title": f"{name}Page",
        "description": "Some items in order, and where to go on; a null cursor is the end.",
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": item, "maxItems": 1500},
            "cursor": {"anyOf": [cursor, {"type": "null"}]},
        },
        "required": ["items", "cursor"],
        "additionalProperties": False,
    }


def _operation(operation: Operation) -> Json:
    refusals = {*EVERYWHERE, *operation.refusals, *(() if operation.is_open else GUARDED)}
    if "{" in operation.path:
        refusals.add(HTTPStatus.NOT_FOUND.value)
    if operation.body is not None:
        refusals.add(HTTPStatus.UNSUPPORTED_MEDIA_TYPE.value)
    responses: Json = {"200": _success(operation)}
    if operation.tagged:
        responses["304"] = {
            "description": "Not changed since the ETag that the request named.",
            "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in ("ETag", "X-Request-Id")},
        }
    responses |= {str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted(refusals)}
    made: Json = {
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "responses": responses,
    }
    if operation.is_open:
        made["security"] = []
    if operation.body is not None:
        made["requestBody"] = {
            "required": True,
            "content": {"application/json": _content(operation.body)},
        }
    return made


def _success(operation: Operation) -> Json:
    shown = (
        ("Cache-Control", "ETag", "X-Request-Id") if operation.tagged else ("Cache-Control", "X-Request-Id")
    )
    return {
        "description": "The answer.",
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in shown},
        "content": {media: _content(shape) for media, shape in operation.answers.items()},
    }


def _content(shape: Any) -> Json:
    if isinstance(shape, PageOf):
        return {"schema": {"$ref": REFERENCE.format(name=f"{shape.item.__name__}Page")}}
    if isinstance(shape, type):
        return {"schema": {"$ref": REFERENCE.format(name=shape.__name__)}}
    return {"schema": shape}


def _parameter(parameter: Parameter) -> Json:
    return {
        "name": parameter.name,
        "in": parameter.within,
        "required": parameter.required,
        "description": parameter.help,
        "schema": parameter.schema,
        "example": parameter.example,
    }


def _statuses() -> list[int]:
    always = (*EVERYWHERE, *GUARDED, HTTPStatus.NOT_FOUND.value, HTTPStatus.UNSUPPORTED_MEDIA_TYPE.value)
    return sorted({*always, *(each for found in OPERATIONS for each in found.refusals)})


def _refusal(status: int) -> Json:
    shown = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
    example = examples.problem(status)
    return {
        "description": f"{HTTPStatus(status).phrase}: {example['detail']}",
        "headers": shown,
        "content": {
            PROBLEM: {"schema": {"$ref": REFERENCE.format(name="Problem")}, "example": example},
        },
    }


_HEADERS: Final[Json] = {
    "ETag": {
        "description": "Names this content; send it back in If-None-Match.",
        "schema": text('^"[A-Za-z0-9-]{1,64}"$', 66),
        "example": '"3b1c9de2a0f14c55a0f14c553b1c9de2"',
    },
    "Cache-Control": {
        "description": "How long the answer may be kept.",
        "schema": text("^(no-cache|no-store|max-age=[0-9]+)$", 40),
        "example": "no-cache",
    },
    "X-Request-Id": {
        "description": "Names this request in the logs.",
        "schema": text("^[A-Za-z0-9-]{1,128}$", 128),
        "example": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
    },
}

_DOCUMENT: Final[Json] = {
    "title": "Document",
    "description": "An API description, by the specification that its first property names.",
    "type": "object",
    "properties": {
        "openapi": text("^3\\.1\\.[0-9]+$", 10),
        "asyncapi": text("^3\\.[0-9]+\\.[0-9]+$", 10),
        "info": {
            "type": "object",
            "properties": {"title": text("^Telemetra", 100), "version": text("^[0-9.]+$", 20)},
            "required": ["title", "version"],
        },
        "components": {"type": "object", "minProperties": 1, "maxProperties": 10, "required": ["schemas"]},
    },
    "required": ["info", "components"],
    "oneOf": [{"required": ["openapi"]}, {"required": ["asyncapi"]}],
    "maxProperties": 20,
}
