"""The published documents: whole, typed, bounded, with an example of everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from telemetra.application.contract.asyncapi import asyncapi
from telemetra.application.contract.openapi import openapi
from telemetra.application.contract.operations import OPERATIONS

OPENAPI = openapi()
ASYNCAPI = asyncapi()
COMPONENTS = [
    pytest.param(document, name, id=f"{kind}-{name}")
    for kind, document in (("openapi", OPENAPI), ("asyncapi", ASYNCAPI))
    for name in document["components"]["schemas"]
]
FREE = {"Document"}
"""Documents follow the specification that they name."""


def schemas(found: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every schema within a schema, and where it is."""
    yield at, found
    for name, value in found.get("properties", {}).items():
        yield from schemas(value, f"{at}/{name}")
    for key in ("items", "additionalProperties", "propertyNames"):
        if isinstance(found.get(key), dict):
            yield from schemas(found[key], f"{at}/{key}")
    for key in ("anyOf", "oneOf"):
        for number, value in enumerate(found.get(key, [])):
            yield from schemas(value, f"{at}/{key}{number}")


def looseness(schema: dict[str, Any]) -> str:
    """Say what a schema leaves open; nothing when it is bounded."""
    if {"$ref", "anyOf", "oneOf", "enum", "const"} & schema.keys():
        return ""
    match schema.get("type"):
        case "string":
            return "" if {"pattern", "maxLength"} & schema.keys() else "length"
        case "integer" | "number":
            return "" if {"minimum", "maximum"} <= schema.keys() else "bounds"
        case "array":
            return "" if {"items", "maxItems"} <= schema.keys() else "items"
        case "object":
            closed = schema.get("additionalProperties") is False and "properties" in schema
            return "" if closed or isinstance(schema.get("additionalProperties"), dict) else "properties"
        case "boolean" | "null":
            return ""
        case _ if "pattern" in schema:
            return ""
    return "type"


@pytest.mark.parametrize(("document", "name"), COMPONENTS)
def test_no_schema_is_free(document: dict[str, Any], name: str) -> None:
    if name in FREE:
        return
    schema = document["components"]["schemas"][name]
    assert [(at, looseness(each)) for at, each in schemas(schema) if looseness(each)] == []


@pytest.mark.parametrize(("document", "name"), COMPONENTS)
def test_every_component_has_an_example_that_it_admits(document: dict[str, Any], name: str) -> None:
    root = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    (example,) = document["components"]["schemas"][name]["examples"]
    jsonschema.validate(example, root, cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(("document", "name"), COMPONENTS)
def test_every_object_names_what_is_always_there(document: dict[str, Any], name: str) -> None:
    schema = document["components"]["schemas"][name]
    if "properties" in schema and not (name.endswith("Part") or name.startswith("Wanted")):
        assert schema["required"]


def test_every_parameter_has_bounds_a_meaning_and_an_example_within_them() -> None:
    parameters = [
        parameter
        for methods in OPENAPI["paths"].values()
        for operation in methods.values()
        for parameter in operation["parameters"]
    ]
    assert parameters
    for parameter in parameters:
        assert [looseness(each) for _, each in schemas(parameter["schema"]) if looseness(each)] == []
        assert parameter["description"]
        jsonschema.validate(parameter["example"], parameter["schema"], cls=jsonschema.Draft202012Validator)


def test_every_operation_names_its_refusals() -> None:
    for operation in OPERATIONS:
        found = OPENAPI["paths"][operation.path][operation.method.lower()]
        expected = {"409", "413", "429"} | (set() if operation.is_open else {"401", "403"})
        assert expected <= found["responses"].keys(), operation.id
        assert ("security" in found) is operation.is_open
    assert {"401", "403", "404", "409", "413", "429"} <= OPENAPI["components"]["responses"].keys()


def test_every_reference_leads_somewhere() -> None:
    for document in (OPENAPI, ASYNCAPI):
        for reference in references(document):
            place: Any = document
            for step in reference.removeprefix("#/").split("/"):
                place = place[step.replace("~1", "/")]
            assert place


def references(value: Any) -> Iterator[str]:
    """Yield every reference in a document."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)
