"""One embedded stack for every test that needs the whole product."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from local.cloud import client_environment
from local.embedded import embedded
from local.supervisor import Stack
from local.waiting import holds_within


@dataclass(frozen=True, slots=True)
class RunningStack:
    """What a test may use of the stack.

    Attributes:
        url: the one origin.
        endpoint_url: the cloud behind it.
        environment: variables for a child process that is to reach the cloud.
        outputs: outputs of the root template.
    """

    url: str
    endpoint_url: str
    prefix: str
    environment: dict[str, str]
    outputs: dict[str, str]
    client: Callable[[str], Any]

    def wait_for(self, predicate: Callable[[], Any], timeout: float = 20.0) -> Any:
        """Return the first true answer, or fail when there is none in time."""
        answers: list[Any] = []

        def holds() -> bool:
            answers.append(predicate())
            return bool(answers[-1])

        if not holds_within(holds, timeout, every_s=0.1):
            pytest.fail(f"not within {timeout:g} s; last answer: {answers[-1]!r}")
        return answers[-1]


def running(stack: Stack) -> RunningStack:
    """Show a started stack to tests."""
    environment = {**client_environment(stack.cloud.endpoint_url), "TELEMETRA_PREFIX": stack.plan.prefix}
    return RunningStack(
        stack.url,
        stack.cloud.endpoint_url,
        stack.plan.prefix,
        environment,
        dict(stack.run.outputs),
        stack.cloud.client,
    )


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack on free ports with empty state; tests keep apart by using channels of their own."""
    with embedded(tmp_path_factory.mktemp("stack") / "state") as started:
        yield running(started)
