"""Each function may do what it does, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stacks.resources import Stack, listed, statements

PARTIQL = {"dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate"}


def roles(every: list[Stack]) -> dict[str, dict[str, Any]]:
    return {name: item for stack in every for name, item in stack.of_type("AWS::IAM::Role").items()}


def test_every_function_has_a_role_of_its_own(every: list[Stack]) -> None:
    used = [(name, item["Role"]) for stack in every for name, item in stack.functions().items()]
    assert [(name, {"Fn::GetAtt": [f"{name}Role", "Arn"]}) for name, _ in used] == used
    assert sorted(roles(every)) == sorted(f"{name}Role" for name, _ in used)


def test_no_role_carries_a_policy_written_elsewhere(every: list[Stack]) -> None:
    assert [name for name, role in roles(every).items() if "ManagedPolicyArns" in role["Properties"]] == []
    assert [name for stack in every for name, item in stack.functions().items() if "Policies" in item] == []


def test_every_action_is_named_in_full(every: list[Stack]) -> None:
    actions = {
        (name, action)
        for name, role in roles(every).items()
        for statement in statements(role["Properties"])
        for action in listed(statement["Action"])
    }
    assert actions
    assert [(name, action) for name, action in actions if "*" in action] == []


def test_a_wildcard_resource_has_a_written_reason(every: list[Stack]) -> None:
    found, reasons = set(), set()
    for name, role in roles(every).items():
        for sid in role.get("Metadata", {}).get("WildcardReasons", {}):
            reasons.add((name, sid))
        for statement in statements(role["Properties"]):
            if "*" in listed(statement["Resource"]):
                found.add((name, statement.get("Sid")))
    assert found == reasons


@pytest.mark.parametrize(
    ("stack", "role", "table"),
    [
        ("compute", "AggregateRole", "panes"),
        ("compute", "AggregateRole", "streams"),
        ("compute", "SummarizeRole", "metrics"),
        ("compute", "SummarizeRole", "detectors"),
    ],
)
def test_bulk_writers_may_use_partiql(stack: str, role: str, table: str, stacks: dict[str, Stack]) -> None:
    granted = {
        action
        for statement in statements(stacks[stack].properties("AWS::IAM::Role")[role])
        if {"Fn::Sub": f"${{Tables}}-{table}"} in listed(statement["Resource"])
        for action in listed(statement["Action"])
    }
    assert granted >= PARTIQL | {"dynamodb:BatchGetItem"}


def test_every_function_logs_to_a_group_that_forgets(every: list[Stack]) -> None:
    for stack in every:
        groups = stack.properties("AWS::Logs::LogGroup")
        for name, function in stack.functions().items():
            assert function["LoggingConfig"] == {"LogGroup": {"Ref": f"{name}Log"}}
            assert groups[f"{name}Log"] == {
                "LogGroupName": {"Fn::Sub": f"/aws/lambda/${{Prefix}}-{name.lower()}"},
                "RetentionInDays": {"Ref": "LogRetentionDays"},
            }


def test_generated_secrets_are_the_only_secrets(stacks: dict[str, Stack]) -> None:
    secrets = stacks["store"].properties("AWS::SecretsManager::Secret")
    assert sorted(secrets) == ["TokenSecret", "UserKeySecret", "WebhookSecret"]
    assert all("GenerateSecretString" in item and "SecretString" not in item for item in secrets.values())


def test_no_function_may_scan_a_table(every: list[Stack]) -> None:
    granted = {
        action
        for role in roles(every).values()
        for statement in statements(role["Properties"])
        for action in listed(statement["Action"])
    }
    assert "dynamodb:Query" in granted
    assert "dynamodb:Scan" not in granted
