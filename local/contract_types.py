"""The contract as TypeScript: ``python -m local.contract_types > web/src/api/contract.ts``."""

from __future__ import annotations

import json
import sys
from typing import Any

from telemetra.application.contract.asyncapi import RECEIVED, SENT, asyncapi
from telemetra.application.contract.openapi import openapi

Schema = dict[str, Any]

HEAD = """/* Made from the OpenAPI and AsyncAPI documents by `make contract`; do not edit. */
/* eslint-disable max-lines */

/** A page of a list; a null cursor is the end. */
export interface Page<Item> {
  items: readonly Item[];
  cursor: string | null;
}
"""
NOT_TYPES = ("Document", "Part", "Page")


def typescript() -> str:
    """Return the module."""
    schemas: dict[str, Schema] = {
        **openapi()["components"]["schemas"],
        **asyncapi()["components"]["schemas"],
    }
    parts = [HEAD]
    parts += [
        _declared(name, schema) for name, schema in sorted(schemas.items()) if not name.endswith(NOT_TYPES)
    ]
    for name, told in (("ClientMessage", RECEIVED), ("ServerMessage", SENT)):
        parts.append(f"export type {name} = {' | '.join(shape.__name__ for shape in told.values())};\n")
    parts.append("export type Frame = ServerMessage | Together;\n")
    return "\n".join(parts)


def _declared(name: str, schema: Schema) -> str:
    help_ = f"/** {schema['description']} */\n" if "description" in schema else ""
    if "properties" not in schema:
        return f"{help_}export type {name} = {_type(schema)};\n"
    required = schema.get("required", [])
    lines = []
    for key, value in schema["properties"].items():
        if "description" in value:
            lines.append(f"  /** {value['description']} */")
        lines.append(f"  {key}{'' if key in required else '?'}: {_type(value)};")
    body = "\n".join(lines)
    return f"{help_}export interface {name} {{\n{body}\n}}\n"


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_type(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    match schema["type"]:
        case "array":
            inner = _type(schema["items"])
            return f"readonly ({inner})[]" if "|" in inner else f"readonly {inner}[]"
        case "object":
            return f"Readonly<Record<string, {_type(schema['additionalProperties'])}>>"
        case "integer" | "number":
            return "number"
        case kind:
            return str(kind)


def main() -> None:
    """Print the module."""
    sys.stdout.write(typescript())


if __name__ == "__main__":
    main()
