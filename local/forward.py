"""Commands that are the producer's: the same code, pointed at the running stack."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from local.cloud import client_environment
from local.errors import LocalError
from local.settings import Surroundings

_ALONE = frozenset({"--help", "--login", "--out", "mock-twitch", "scenarios"})
"""Commands and options that need no stack."""


def producer_environment(around: Surroundings) -> dict[str, str]:
    """Variables with which the producer finds the running stack, or what the caller points it at.

    Raises:
        LocalError: nothing is running and no endpoint is named, so it would reach for AWS itself.
    """
    run = around.state.live_run()
    if run is not None:
        found = {**client_environment(run.endpoint_url), "TELEMETRA_PREFIX": run.prefix}
        return around.child_environment(found)
    if not around.settings.aws_endpoint_url:
        msg = "Nothing is running here, and AWS_ENDPOINT_URL names no other endpoint."
        raise LocalError(msg, fix="Start with `./telemetra up`; for AWS itself call `python -m producer`.")
    return around.child_environment({})


def hand_over(around: Surroundings, arguments: Sequence[str]) -> None:
    """Become ``python -m producer`` with these arguments."""
    command = [sys.executable, "-m", "producer", *arguments]
    alone = not _ALONE.isdisjoint(arguments)
    environment = around.child_environment({}) if alone else producer_environment(around)
    os.execve(sys.executable, command, environment)  # noqa: S606 - no shell is wanted
