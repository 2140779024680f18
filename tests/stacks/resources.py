"""Questions that the tests ask of a template."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

NO_VALUE = {"Ref": "AWS::NoValue"}


@dataclass(frozen=True, slots=True)
class Stack:
    """One template.

    Attributes:
        name: file name without suffix, `root` for the root.
        body: the template, tags in their long form.
    """

    name: str
    body: dict[str, Any]

    def of_type(self, *types: str) -> dict[str, dict[str, Any]]:
        """Resources of these types by logical id."""
        return {key: item for key, item in self.body["Resources"].items() if item["Type"] in types}

    def properties(self, *types: str) -> dict[str, dict[str, Any]]:
        return {key: item.get("Properties", {}) for key, item in self.of_type(*types).items()}

    def functions(self) -> dict[str, dict[str, Any]]:
        return self.properties("AWS::Serverless::Function")

    def events(self, kind: str) -> dict[tuple[str, str], dict[str, Any]]:
        """Properties of every event of a kind, by function and event."""
        return {
            (function, name): event["Properties"]
            for function, properties in self.functions().items()
            for name, event in properties.get("Events", {}).items()
            if event["Type"] == kind
        }

    def environment(self, function: str) -> set[str]:
        """Names of the variables that a function gets."""
        common = self.body["Globals"]["Function"]["Environment"]["Variables"]
        return set(common) | set(self.functions()[function]["Environment"]["Variables"])


def unconditional(node: Any) -> Iterator[Any]:
    """Both branches of an `Fn::If`, or the value itself; AWS::NoValue is left out."""
    if isinstance(node, dict) and "Fn::If" in node:
        for branch in node["Fn::If"][1:]:
            yield from unconditional(branch)
    elif node != NO_VALUE:
        yield node


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(role: dict[str, Any]) -> list[dict[str, Any]]:
    """The statements of a role's own policies."""
    return [
        statement
        for policy in role["Policies"]
        for node in policy["PolicyDocument"]["Statement"]
        for statement in unconditional(node)
    ]
