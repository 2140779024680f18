"""The root and the nested templates fit together."""

from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path

import pytest

from local import template
from tests.stacks.resources import Stack

ROOT = Path(__file__).parents[2]
NAMES = ("stream", "store", "compute", "serve", "socket", "alert", "web", "watch")
OUTPUTS = {
    "AlertsQueueUrl",
    "AlertsTopicArn",
    "ApiUrl",
    "ArchiveBucket",
    "DashboardUrl",
    "DistributionId",
    "Prefix",
    "RejectsQueueUrl",
    "TicksQueueUrl",
    "TokenSecretArn",
    "WebBucket",
    "WebSocketUrl",
}
PSEUDO = {"AWS::Region": "eu-west-1", "AWS::AccountId": "111122223333", "AWS::Partition": "aws"}


def test_cfn_lint_has_nothing_to_say() -> None:
    files = [str(ROOT / "template.yaml"), *(str(path) for path in sorted((ROOT / "stacks").glob("*.yaml")))]
    command = [str(Path(sysconfig.get_path("scripts")) / "cfn-lint"), "--regions", "us-east-1", "--", *files]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (ended.stdout, ended.returncode) == ("", 0)


def test_the_root_nests_every_template_once(root: Stack, stacks: dict[str, Stack]) -> None:
    places = {
        name: item["Location"] for name, item in root.properties("AWS::Serverless::Application").items()
    }
    assert places == {name.capitalize(): f"./stacks/{name}.yaml" for name in NAMES}
    assert sorted(stacks) == sorted(NAMES)
    assert len(root.body["Resources"]) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_root_passes_what_a_nested_template_declares(
    name: str, root: Stack, stacks: dict[str, Stack]
) -> None:
    declared = stacks[name].body["Parameters"]
    given = root.body["Resources"][name.capitalize()]["Properties"]["Parameters"]
    assert set(given) == set(declared)


def test_every_output_that_the_root_reads_is_given_by_a_nested_template(
    root: Stack, stacks: dict[str, Stack]
) -> None:
    nested = template.Root.load(ROOT / "template.yaml", {}, PSEUDO)
    for stack in nested.nested():
        outputs = stacks[stack.logical_id.lower()].body.get("Outputs", {})
        nested.outputs[stack.logical_id] = {name: name for name in outputs}
        nested.resolved_parameters(stack)
    assert nested.resolved_outputs().keys() == OUTPUTS


def test_the_architecture_picks_the_layer_whose_wheels_fit(stacks: dict[str, Stack]) -> None:
    compute = stacks["compute"]
    layers = compute.of_type("AWS::Serverless::LayerVersion")
    assert {
        (
            item["Condition"],
            item["Metadata"]["BuildArchitecture"],
            *item["Properties"]["CompatibleArchitectures"],
        )
        for item in layers.values()
    } == {("Arm64", "arm64", "arm64"), ("X86", "x86_64", "x86_64")}
    conditions = compute.body["Conditions"]
    assert conditions["Arm64"] == {"Fn::Equals": [{"Ref": "Architecture"}, "arm64"]}
    assert conditions["X86"] == {"Fn::Equals": [{"Ref": "Architecture"}, "x86_64"]}
    chosen = {"Fn::If": ["Arm64", {"Ref": "LayerArm64"}, {"Ref": "LayerX86"}]}
    assert compute.body["Globals"]["Function"]["Layers"] == [chosen]
    assert compute.body["Outputs"]["LayerArn"]["Value"] == chosen


def test_no_resource_needs_a_parameter_to_know_where_it_runs(root: Stack) -> None:
    assert root.body["Parameters"]["ExecuteApiUrl"]["Default"] == ""
    assert not {name for name in root.body["Parameters"] if "emulator" in name.lower()}


def test_open_access_is_refused_where_no_emulator_is_named(root: Stack) -> None:
    rule = root.body["Rules"]["OpenOnAnEmulatorOnly"]
    assert rule["RuleCondition"] == {"Fn::Equals": [{"Ref": "Access"}, "open"]}
    (assertion,) = rule["Assertions"]
    assert assertion["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "ExecuteApiUrl"}, ""]}]}


def test_a_webhook_on_the_machine_itself_is_refused_where_no_emulator_is_named(root: Stack) -> None:
    assert root.body["Parameters"]["WebhookLoopback"]["Default"] == "false"
    rule = root.body["Rules"]["LoopbackOnAnEmulatorOnly"]
    assert rule["RuleCondition"] == {"Fn::Equals": [{"Ref": "WebhookLoopback"}, "true"]}
    (assertion,) = rule["Assertions"]
    assert assertion["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "ExecuteApiUrl"}, ""]}]}
