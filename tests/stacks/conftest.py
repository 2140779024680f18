"""The templates as data: CloudFormation's short tags spelled out, every nested template by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from local import template
from tests.stacks.resources import Stack

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root() -> Stack:
    """The template that names the nested ones."""
    return Stack("root", template.read(ROOT / "template.yaml"))


@pytest.fixture(scope="session")
def stacks() -> dict[str, Stack]:
    """The nested templates."""
    return {
        path.stem: Stack(path.stem, template.read(path)) for path in sorted((ROOT / "stacks").glob("*.yaml"))
    }


@pytest.fixture(scope="session")
def every(root: Stack, stacks: dict[str, Stack]) -> list[Stack]:
    return [root, *stacks.values()]
