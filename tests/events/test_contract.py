"""The schemas, their table and their fingerprints agree with each other and with the consumer."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from producer.event import SCHEMAS
from telemetra.domain.errors import EventError
from telemetra.domain.events import KINDS, decode_line
from tests.events.generators import EVENTS
from tests.house.repository import ROOT

Schemas = dict[str, dict[str, Any]]

PAGE = (ROOT / "docs/events.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| `(\w+)` \| (.*?) \| (yes|no) \| (.*?) \| (.*?) \|$", re.MULTILINE)


def test_each_kind_has_one_schema_of_its_name(schemas: Schemas) -> None:
    assert set(schemas) == set(SCHEMAS)
    for name, schema in schemas.items():
        Draft202012Validator.check_schema(schema)
        assert schema["properties"]["schema"] == {
            "const": name,
            "description": "Name and version of this contract.",
        }
        assert schema["additionalProperties"] is True


def test_a_schema_does_not_change_under_its_name(schemas: Schemas, folder: Path) -> None:
    fingerprints = {
        name: hashlib.sha256(
            json.dumps(schema, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        ).hexdigest()
        for name, schema in schemas.items()
    }
    assert fingerprints == json.loads((folder / "versions.json").read_text())


def test_the_readme_lists_every_field_as_the_schema_has_it(schemas: Schemas, folder: Path) -> None:
    sections = re.split(r"^## (\S+)\n", PAGE, flags=re.MULTILINE)
    pages = dict(zip(sections[1::2], sections[2::2], strict=True))
    assert set(pages) == set(schemas)
    for name, schema in schemas.items():
        rows = _ROW.findall(pages[name])
        assert [(field, kind, required, meaning) for field, kind, required, _, meaning in rows] == [
            (field, _type(rules), "yes" if field in schema["required"] else "no", rules["description"])
            for field, rules in schema["properties"].items()
        ]
        for (_, _, _, bounds, _), rules in zip(rows, schema["properties"].values(), strict=True):
            assert all(str(value) in bounds for value in _bounds(rules))


def test_the_examples_of_the_readme_are_events(
    validators: dict[str, Draft202012Validator], folder: Path
) -> None:
    examples = re.findall(r"```json\n(.*?)\n```", PAGE, re.DOTALL)
    assert [json.loads(example)["schema"] for example in examples] == list(SCHEMAS)
    for example in examples:
        event = json.loads(example)
        validators[event["schema"]].validate(event)
        decode_line(example.encode())


@given(EVENTS)
def test_what_the_schema_takes_the_consumer_takes_too(
    validators: dict[str, Draft202012Validator], event: dict[str, Any]
) -> None:
    validators[event["schema"]].validate(event)
    decoded = decode_line(msgspec.json.encode(event))
    assert KINDS[type(decoded)] == SCHEMAS[event["schema"]]
    known = msgspec.to_builtins(decoded)
    assert {name: event[name] for name in known if name in event} == {
        name: known[name] for name in known if name in event
    }


@pytest.mark.parametrize(
    ("schema", "change"),
    [
        ("chat.v1", {"text": "x" * 501}),
        ("chat.v1", {"bits": -1}),
        ("chat.v1", {"ts": "now"}),
        ("chat.v1", {"channel": "Has Capitals"}),
        ("chat.v1", {"emotes": "Kappa"}),
        ("viewer.v1", {"viewers": -1}),
        ("viewer.v1", {"viewers": 1.5}),
        ("transaction.v1", {"type": "bribe"}),
        ("transaction.v1", {"currency": "dollar"}),
        ("transaction.v1", {"quantity": 0}),
        ("stream_meta.v1", {"live": "yes"}),
        ("stream_meta.v1", {"raid": {"from": "x"}}),
    ],
)
def test_what_breaks_the_schema_the_consumer_refuses(
    validators: dict[str, Draft202012Validator], folder: Path, schema: str, change: dict[str, Any]
) -> None:
    examples = re.findall(r"```json\n(.*?)\n```", PAGE, re.DOTALL)
    event = next(json.loads(example) for example in examples if schema in example) | change
    assert not validators[schema].is_valid(event)
    with pytest.raises(EventError):
        decode_line(json.dumps(event).encode())


def _type(rules: dict[str, Any]) -> str:
    kind = rules.get("type", "string")
    return "array of strings" if kind == "array" else str(kind)


def _bounds(rules: dict[str, Any]) -> list[Any]:
    """Return the values that the table has to show."""
    if "const" in rules:
        return [rules["const"]]
    if "enum" in rules:
        return list(rules["enum"])
    if "pattern" in rules:
        return [rules["pattern"]]
    open_ended = rules.get("maximum") == 2**53
    names = (
        ("minLength", "maxLength", "minimum")
        if open_ended
        else ("minLength", "maxLength", "minimum", "maximum")
    )
    return [rules[name] for name in names if name in rules]
