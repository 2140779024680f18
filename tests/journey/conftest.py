"""One embedded stack for every test that needs the whole product."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.embedded import embedded
from local.settings import surroundings
from tests.journey.running import RunningStack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack on free ports with empty state; tests keep apart by using channels of their own."""
    with embedded(tmp_path_factory.mktemp("stack") / "state") as started:
        yield RunningStack.of(started, surroundings().child_environment({}))
