"""What a test may use of a running stack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from local.cloud import client_environment
from local.supervisor import Stack
from local.waiting import holds_within


@dataclass(frozen=True, slots=True)
class RunningStack:
    """One embedded stack.

    Attributes:
        url: the one origin.
        endpoint_url: the cloud behind it.
        environment: variables for a child process that is to reach the cloud.
        outputs: outputs of the root template.
        client: makes a boto3 client of a service.
    """

    url: str
    endpoint_url: str
    prefix: str
    environment: dict[str, str]
    outputs: dict[str, str]
    client: Callable[[str], Any]

    @classmethod
    def of(cls, stack: Stack, environment: dict[str, str]) -> RunningStack:
        """Show a started stack to tests."""
        reach = {**client_environment(stack.cloud.endpoint_url), "TELEMETRA_PREFIX": stack.plan.prefix}
        return cls(
            stack.url,
            stack.cloud.endpoint_url,
            stack.plan.prefix,
            {**environment, **reach},
            dict(stack.run.outputs),
            stack.cloud.client,
        )

    def wait_for(self, predicate: Callable[[], Any], timeout: float = 20.0) -> Any:
        """Return the first true answer, or fail when there is none in time."""
        answers: list[Any] = []

        def holds() -> bool:
            answers.append(predicate())
            return bool(answers[-1])

        if not holds_within(holds, timeout, every_s=0.1):
            pytest.fail(f"not within {timeout:g} s; last answer: {answers[-1]!r}")
        return answers[-1]
