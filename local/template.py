"""Reads the root template as CloudFormation would: parameters, conditions, references between stacks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from local.errors import LocalError

NESTED = ("AWS::Serverless::Application", "AWS::CloudFormation::Stack")
_VARIABLE = re.compile(r"\$\{(!?)([^}]+)\}")


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags spelled out; a date stays the text it was."""


def _tag(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}  # type: ignore[arg-type]


_Loader.add_multi_constructor("!", _tag)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(path: Path) -> dict[str, Any]:
    """Load one template.

    Raises:
        LocalError: it is not there or is not YAML.
    """
    try:
        loaded: dict[str, Any] = yaml.load(path.read_text(), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except (OSError, yaml.YAMLError) as error:
        msg = f"{path.name} cannot be read: {error}"
        raise LocalError(msg, fix=f"Restore {path}.") from error
    return loaded


@dataclass(frozen=True, slots=True)
class Nested:
    """One nested stack of the root."""

    logical_id: str
    location: Path
    parameters: Mapping[str, Any]
    needs: frozenset[str]


@dataclass(slots=True)
class Root:
    """The root template with the values chosen for its parameters.

    Attributes:
        outputs: outputs of the nested stacks deployed so far, by logical id.
    """

    path: Path
    body: dict[str, Any]
    parameters: dict[str, str]
    pseudo: Mapping[str, str]
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path, overrides: Mapping[str, str], pseudo: Mapping[str, str]) -> Root:
        """Read the root; overrides that it does not declare are left out.

        Raises:
            LocalError: a parameter has neither a default nor a value.
        """
        body = read(path)
        parameters: dict[str, str] = {}
        for name, declared in body.get("Parameters", {}).items():
            value = overrides.get(name, declared.get("Default"))
            if value is None:
                msg = f"{path.name}: parameter {name} has no default and no value"
                raise LocalError(msg, fix=f"Give {name} a default in {path.name}.")
            parameters[name] = _text(value)
        return cls(path, body, parameters, pseudo)

    def nested(self) -> list[Nested]:
        """The nested stacks whose condition holds, each after those it needs.

        Raises:
            LocalError: the root holds another kind of resource, or the stacks need each other in a circle.
        """
        waiting = {name: self._nested(name, body) for name, body in self._resources()}
        ordered: list[Nested] = []
        while waiting:
            ready = [stack for stack in waiting.values() if not stack.needs & waiting.keys()]
            if not ready:
                msg = f"{self.path.name}: {', '.join(waiting)} need each other"
                raise LocalError(msg, fix="Break the circle of references.")
            ordered += ready
            for stack in ready:
                del waiting[stack.logical_id]
        return ordered

    def _resources(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, body in self.body["Resources"].items():
            if body["Type"] not in NESTED:
                msg = f"{self.path.name}: {name} is a {body['Type']}; only nested stacks belong in the root"
                raise LocalError(msg, fix=f"Move {name} into a file under stacks/.")
            if "Condition" not in body or self.condition(body["Condition"]):
                yield name, body

    def _nested(self, name: str, body: Mapping[str, Any]) -> Nested:
        properties = body["Properties"]
        parameters = properties.get("Parameters", {})
        explicit = body.get("DependsOn", [])
        needs = {explicit} if isinstance(explicit, str) else set(explicit)
        needs |= set(_referenced(parameters)) & self.body["Resources"].keys()
        location = properties.get("Location") or properties["TemplateURL"]
        return Nested(name, (self.path.parent / location).resolve(), parameters, frozenset(needs))

    def condition(self, name: str) -> bool:
        """Whether a condition of the root holds."""
        return self._holds(self.body["Conditions"][name])

    def _holds(self, node: Any) -> bool:
        match node:
            case {"Condition": name}:
                return self.condition(name)
            case {"Fn::Equals": [left, right]}:
                return bool(self.resolve(left) == self.resolve(right))
            case {"Fn::Not": [inner]}:
                return not self._holds(inner)
            case {"Fn::And": inner}:
                return all(self._holds(each) for each in inner)
            case {"Fn::Or": inner}:
                return any(self._holds(each) for each in inner)
        msg = f"{self.path.name}: the condition {node} cannot be evaluated"
        raise LocalError(msg, fix="Use Equals, Not, And, Or or Condition.")

    def resolve(self, node: Any) -> Any:
        """Replace every reference in a value by what it stands for; AWS::NoValue becomes None.

        Raises:
            LocalError: a name is unknown, or belongs to a stack that is not deployed.
        """
        match node:
            case {"Ref": name}:
                return self._ref(name)
            case {"Fn::GetAtt": parts}:
                return self._attribute(parts.split(".", 1) if isinstance(parts, str) else parts)
            case {"Fn::Sub": text}:
                return self._substitute(text)
            case {"Fn::If": [name, yes, no]}:
                return self.resolve(yes if self.condition(name) else no)
            case {"Fn::Join": [separator, parts]}:
                return separator.join(str(self.resolve(part)) for part in parts)
            case {"Fn::Select": [index, parts]}:
                return self.resolve(parts[int(index)])
            case dict():
                return {name: self.resolve(value) for name, value in node.items()}
            case list():
                return [self.resolve(value) for value in node]
        return node

    def resolved_parameters(self, stack: Nested) -> dict[str, str]:
        """The parameters of a nested stack as texts."""
        values = {name: self.resolve(value) for name, value in stack.parameters.items()}
        return {name: _text(value) for name, value in values.items() if value is not None}

    def resolved_outputs(self) -> dict[str, str]:
        """The root's outputs whose condition holds."""
        return {
            name: _text(self.resolve(body["Value"]))
            for name, body in self.body.get("Outputs", {}).items()
            if "Condition" not in body or self.condition(body["Condition"])
        }

    def _ref(self, name: str) -> str | None:
        if name == "AWS::NoValue":
            return None
        known = {**self.pseudo, **self.parameters}
        if name not in known:
            msg = f"{self.path.name}: {name} is neither a parameter nor a pseudo parameter"
            raise LocalError(msg, fix=f"Declare {name} under Parameters.")
        return known[name]

    def _attribute(self, parts: list[str]) -> str:
        stack, attribute = parts
        name = attribute.removeprefix("Outputs.")
        if name not in self.outputs.get(stack, {}):
            msg = f"{self.path.name}: {stack} has no output {name}"
            raise LocalError(msg, fix=f"Declare the output {name} in the template of {stack}.")
        return self.outputs[stack][name]

    def _substitute(self, text: str | list[Any]) -> str:
        template, given = (text, {}) if isinstance(text, str) else (text[0], text[1])

        def value(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return "${" + name + "}"
            if name in given:
                return str(self.resolve(given[name]))
            return str(self._attribute(name.split(".", 1)) if "." in name else self._ref(name))

        return _VARIABLE.sub(value, template)


def _referenced(node: Any) -> Iterator[str]:
    match node:
        case {"Fn::GetAtt": parts}:
            yield parts.split(".", 1)[0] if isinstance(parts, str) else parts[0]
        case {"Fn::Sub": text}:
            template = text if isinstance(text, str) else text[0]
            yield from (name.split(".", 1)[0] for _, name in _VARIABLE.findall(template))
            if not isinstance(text, str):
                yield from _referenced(text[1])
        case dict():
            for value in node.values():
                yield from _referenced(value)
        case list():
            for value in node:
                yield from _referenced(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
