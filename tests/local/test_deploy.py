"""What is said of a stack that cannot be deployed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.deploy import Deployer
from local.errors import LocalError

TEMPLATE = "Resources: {Part: {Type: AWS::Serverless::Application, Properties: {Location: part.yaml}}}"


class Formation:
    """A CloudFormation with one stack, and a bucket beside it."""

    class exceptions:  # noqa: N801 - boto's own name
        BucketAlreadyOwnedByYou = KeyError

    def __init__(self, *states: str, refusal: str = "") -> None:
        self._states = list(states)
        self._refusal = refusal
        self.called: list[str] = []

    def client(self, service: str) -> Formation:
        return self

    def create_bucket(self, **_: Any) -> None:
        """There is room for one."""

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803 - boto's own name
        state = self._states[0] if len(self._states) == 1 else self._states.pop(0)
        if not state:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "no such stack"}}, "Describe")
        return {"Stacks": [{"StackStatus": state}]}

    def describe_stack_events(self, **_: Any) -> dict[str, Any]:
        failed = {"ResourceStatus": "CREATE_FAILED", "LogicalResourceId": "Queue"}
        return {"StackEvents": [{**failed, "ResourceStatusReason": "no such type"}]}

    def create_stack(self, **_: Any) -> None:
        self.called.append("create")

    def update_stack(self, **_: Any) -> None:
        self.called.append("update")
        raise ClientError({"Error": {"Code": "ValidationError", "Message": self._refusal}}, "UpdateStack")


@pytest.fixture
def deploy(tmp_path: Path) -> Callable[[Formation], LocalError]:
    """Deploy a root of one stack, and return why not."""
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "part.yaml").write_text("Resources: {Queue: {Type: AWS::SQS::Queue}}")

    def refused(formation: Formation) -> LocalError:
        with pytest.raises(LocalError) as refusal:
            Deployer(formation, tmp_path / "template.yaml", prefix="t").deploy({})  # type: ignore[arg-type]
        return refusal.value

    return refused


@pytest.mark.parametrize("state", ["ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED", "CREATE_FAILED"])
def test_after_a_deployment_that_failed_for_good_only_a_purge_is_advised(
    deploy: Callable[[Formation], LocalError], state: str
) -> None:
    formation = Formation(state)
    refusal = deploy(formation)
    assert str(refusal).startswith(f"t-part is {state}")
    assert "./telemetra down --purge" in refusal.fix
    assert "Mend" not in refusal.fix
    assert formation.called == []


def test_a_change_that_is_refused_points_at_the_template(deploy: Callable[[Formation], LocalError]) -> None:
    refusal = deploy(Formation("CREATE_COMPLETE", refusal="Queue has no such property"))
    assert str(refusal) == "t-part was refused: Queue has no such property"
    assert refusal.fix == "Mend the template of t-part."


def test_a_first_deployment_that_fails_says_why_and_both_things_to_do(
    deploy: Callable[[Formation], LocalError],
) -> None:
    refusal = deploy(Formation("", "ROLLBACK_COMPLETE"))
    assert str(refusal) == "t-part is ROLLBACK_COMPLETE: Queue: no such type"
    assert refusal.fix == "Mend the template of t-part; `./telemetra down --purge` starts afresh."
