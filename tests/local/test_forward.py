"""Commands that are the producer's find the running stack, or a deployed one."""

from __future__ import annotations

import pytest
from botocore.exceptions import NoRegionError

from local.errors import LocalError
from local.forward import needs_no_stack, split_stack, stack_environment
from local.settings import surroundings

ALONE = ["run --out a.ndjson", "twitch --login", "mock-twitch --port 0", "scenarios", "redrive --help"]
LED = ["redrive --out a.ndjson", "forget --user 1 --login ada", "run --rate 5", "twitch --channel a", "tail"]


@pytest.mark.parametrize("line", ALONE)
def test_what_asks_nothing_of_a_stack_runs_without_one(line: str) -> None:
    assert needs_no_stack(line.split())


@pytest.mark.parametrize("line", LED)
def test_what_asks_something_of_a_stack_is_led_to_it(line: str) -> None:
    assert not needs_no_stack(line.split())


@pytest.mark.parametrize("line", ["run --stack", "run --stack --json", "run --stack="])
def test_a_stack_without_a_name_is_refused_with_an_example(line: str) -> None:
    with pytest.raises(LocalError) as refusal:
        split_stack(line.split())
    assert "--stack telemetra-dev" in refusal.value.fix


class Formation:
    """Stands with these outputs."""

    def __init__(self, **outputs: str) -> None:
        self._outputs = outputs

    def describe_stacks(self, StackName: str) -> dict[str, object]:  # noqa: N803 - boto's own name
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self._outputs.items()]
        return {"Stacks": [{"StackStatus": "CREATE_COMPLETE", "Outputs": outputs}]}


class Cloud:
    """Gives that CloudFormation for any service."""

    def __init__(self, **outputs: str) -> None:
        self._formation = Formation(**outputs)

    def __call__(self, service: str) -> Formation:
        return self._formation


def test_a_deployed_stack_is_found_by_its_prefix() -> None:
    environment = stack_environment(surroundings(), "any", Cloud(Prefix="telemetra-dev"))
    assert environment["TELEMETRA_PREFIX"] == "telemetra-dev"


def test_a_stack_of_another_product_is_not_fed() -> None:
    with pytest.raises(LocalError, match="other has no output Prefix"):
        stack_environment(surroundings(), "other", Cloud(Url="https://other"))


def test_without_credentials_or_region_the_check_is_named() -> None:
    def client(service: str) -> Formation:
        raise NoRegionError

    with pytest.raises(LocalError) as refusal:
        stack_environment(surroundings(), "telemetra-dev", client)
    assert "aws sts get-caller-identity" in refusal.value.fix
