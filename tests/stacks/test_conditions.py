"""What a condition leaves out is missed by nothing that stays: CloudFormation would refuse the template."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from tests.stacks.resources import Stack

STACKS = ("alert", "compute", "serve", "socket", "store", "stream", "watch", "web")
CODE = {"Bucket": "code", "Key": "key"}


@pytest.fixture
def expanded(stacks: dict[str, Stack], monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that gives the resources of a stack as SAM expands them."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    def expand(name: str) -> dict[str, dict[str, Any]]:
        body = copy.deepcopy(stacks[name].body)
        for resource in body["Resources"].values():
            for key in ("CodeUri", "ContentUri"):
                if key in resource.get("Properties", {}):
                    resource["Properties"][key] = CODE
        found: dict[str, dict[str, Any]] = Translator({}, Parser()).translate(body, {})["Resources"]
        return found

    return expand


def named(node: Any) -> Iterator[str]:
    """The names that a value refers to, but for those in an ``Fn::If``, which has a branch for each case."""
    match node:
        case {"Fn::If": _}:
            return
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": parts}:
            yield parts.split(".")[0] if isinstance(parts, str) else parts[0]
        case {"Fn::Sub": text}:
            template, given = (text, {}) if isinstance(text, str) else text
            yield from {one.split(".")[0] for one in re.findall(r"\$\{([^!}]+)\}", template)} - given.keys()
            yield from named(given)
        case dict():
            for value in node.values():
                yield from named(value)
        case list():
            for value in node:
                yield from named(value)


@pytest.mark.parametrize("name", STACKS)
def test_nothing_that_stays_refers_to_what_a_condition_leaves_out(expanded: Any, name: str) -> None:
    resources = expanded(name)
    missed = {
        (key, other)
        for key, resource in resources.items()
        for other in named(resource.get("Properties", {}))
        if (condition := resources.get(other, {}).get("Condition")) and resource.get("Condition") != condition
    }
    assert missed == set()


def test_without_websockets_no_resource_of_their_api_is_made(expanded: Any) -> None:
    sockets = {
        key: resource.get("Condition")
        for key, resource in expanded("socket").items()
        if resource["Type"].startswith("AWS::ApiGatewayV2::")
    }
    assert len(sockets) >= 9
    assert set(sockets.values()) == {"WebSocket"}
