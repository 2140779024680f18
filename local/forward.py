"""Commands that are the producer's: the same code, pointed at the running stack."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.cloud import client_environment
from local.errors import LocalError
from local.publish import aws_client, outputs_of
from local.settings import Surroundings

_ALONE = frozenset({"mock-twitch", "scenarios"})
"""Commands that need no stack."""

_ALONE_WITH = {"run": "--out", "twitch": "--login"}
"""Options with which a command needs none."""


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
        fix = "Start with `./telemetra up`, or name a deployment on AWS: --stack telemetra-dev."
        raise LocalError(msg, fix=fix)
    return around.child_environment({})


def stack_environment(around: Surroundings, stack: str, client: Callable[[str], Any]) -> dict[str, str]:
    """Variables with which the producer finds the streams of a deployed stack, where boto3 looks by itself.

    Raises:
        LocalError: there is no such stack, it is none of ours, or nobody may ask for it.
    """
    try:
        prefix = outputs_of(client, stack).get("Prefix", "")
    except (BotoCoreError, ClientError) as error:
        msg = f"cannot ask for the stack {stack}: {error}"
        raise LocalError(msg, fix="Check credentials and region: `aws sts get-caller-identity`.") from error
    if not prefix:
        msg = f"{stack} has no output Prefix, so it is none of ours."
        raise LocalError(msg, fix="Name the root stack, such as telemetra-dev.")
    return around.child_environment({"TELEMETRA_PREFIX": prefix})


def split_stack(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """Take ``--stack NAME`` out of a command line.

    Example:
        >>> split_stack(["run", "--stack", "telemetra-dev", "--rate", "5"])
        ('telemetra-dev', ['run', '--rate', '5'])
        >>> split_stack(["run", "--stack=a"]), split_stack(["run"])
        (('a', ['run']), ('', ['run']))

    Raises:
        LocalError: the name is left out.
    """
    rest: list[str] = []
    words = iter(arguments)
    stack = ""
    for word in words:
        name, equals, value = word.partition("=")
        if name != "--stack":
            rest.append(word)
            continue
        stack = value if equals else next(words, "")
        if not stack or stack.startswith("-"):
            msg = "--stack names no stack."
            raise LocalError(msg, fix="Give one: --stack telemetra-dev.")
    return stack, rest


def needs_no_stack(arguments: Sequence[str]) -> bool:
    """Whether a command line has nothing to ask of a stack.

    Example:
        >>> needs_no_stack(["twitch", "--login"]), needs_no_stack(["forget", "--login", "ada"])
        (True, False)
    """
    command, *options = arguments
    return command in _ALONE or "--help" in options or _ALONE_WITH.get(command) in options


def hand_over(around: Surroundings, arguments: Sequence[str]) -> None:
    """Become ``python -m producer`` with these arguments; ``--stack`` names a deployment instead of ours."""
    stack, rest = split_stack(arguments)
    command = [sys.executable, "-m", "producer", *rest]
    if stack:
        environment = stack_environment(around, stack, aws_client)
    elif needs_no_stack(rest):
        environment = around.child_environment({})
    else:
        environment = producer_environment(around)
    os.execve(sys.executable, command, environment)  # noqa: S606 - no shell is wanted
