"""Schemas of values, and of the types of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

Json: TypeAlias = dict[str, Any]

REFERENCE = "#/components/schemas/{name}"


@dataclass(frozen=True, slots=True)
class PageOf:
    """A page of items, each whole or with the fields that were asked for."""

    item: type[msgspec.Struct]


def part_of(item: type[msgspec.Struct]) -> PageOf:
    """Return the page of an item whose fields may be chosen."""
    return PageOf(item)


def text(pattern: str, longest: int = 1_000) -> Json:
    """Return the schema of a text.

    >>> text("^[a-z]+$")["maxLength"]
    1000
    """
    return {"type": "string", "pattern": pattern, "maxLength": longest}


def whole(low: int, high: int) -> Json:
    """Return the schema of a whole number."""
    return {"type": "integer", "minimum": low, "maximum": high}


def closed(schema: Any) -> Any:
    """Return the schema with every object closed against unknown properties, and descriptions on one line."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: closed(value) for name, value in schema.items()}
    if isinstance(made.get("properties"), dict) and made.get("type") == "object":
        made.setdefault("additionalProperties", False)
    if isinstance(made.get("description"), str):
        made["description"] = " ".join(made["description"].split())
    if "enum" in made and all(isinstance(value, str) for value in made["enum"]):
        made.setdefault("type", "string")
    return made
