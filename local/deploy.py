"""Deploys the root template to an endpoint, each nested stack as its own, in the order they need."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local import gateway, template
from local.cloud import ACCOUNT, REGION, Cloud
from local.errors import LocalError
from local.package import Package, built_layer, function_package, layer_package
from local.waiting import wait_until

FUNCTION, LAYER, TABLE = "AWS::Serverless::Function", "AWS::Serverless::LayerVersion", "AWS::DynamoDB::Table"
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
SETTLED = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
DEAD = ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "UPDATE_ROLLBACK_FAILED", "DELETE_FAILED")
"""States out of which no update leads."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the deployed application says of itself.

    Attributes:
        outputs: the root's outputs.
        stacks: outputs of each nested stack, by logical id.
        changed: logical ids of the stacks that were created or updated.
    """

    outputs: Mapping[str, str]
    stacks: Mapping[str, Mapping[str, str]]
    changed: tuple[str, ...]


class Deployer:
    """One application on one endpoint."""

    def __init__(self, cloud: Cloud, root: Path, *, prefix: str, layer: Path | None = None) -> None:
        """Take the endpoint, the template, the prefix of all names, and the built layer if one is needed."""
        self._root = root
        self._prefix = prefix
        self._layer = layer
        self._bucket = f"{prefix}-artifacts"
        self._formation = cloud.client("cloudformation")
        self._objects = cloud.client("s3")
        self._tables = cloud.client("dynamodb")
        self._gateway = cloud.client("apigateway")
        self._uploaded: set[str] = set()

    def deploy(
        self, parameters: Mapping[str, str], *, say: Callable[[str], None] = lambda _: None
    ) -> Deployment:
        """Create or update every stack; one that is up to date is left alone.

        Raises:
            LocalError: the template cannot be resolved or a stack failed; the message names what and why.
        """
        with suppress(self._objects.exceptions.BucketAlreadyOwnedByYou):
            self._objects.create_bucket(Bucket=self._bucket)
        pseudo = {
            "AWS::Region": REGION,
            "AWS::AccountId": ACCOUNT,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": self._prefix,
        }
        root = template.Root.load(self._root, {"Prefix": self._prefix, **parameters}, pseudo)
        changed = []
        for stack in root.nested():
            say(stack.logical_id)
            body = template.read(stack.location)
            self._upload_code(body, stack.location.parent)
            given = root.resolved_parameters(stack)
            if self._apply(self._name(stack.logical_id), body, given):
                changed.append(stack.logical_id)
                self._set_gateway_responses(self._name(stack.logical_id), body)
            root.outputs[stack.logical_id] = self._outputs(self._name(stack.logical_id))
            self._set_expiries(self._name(stack.logical_id), body)
        return Deployment(root.resolved_outputs(), root.outputs, tuple(changed))

    def _name(self, logical_id: str) -> str:
        return f"{self._prefix}-{logical_id.lower()}"

    def _upload_code(self, body: dict[str, Any], base: Path) -> None:
        for resource in body["Resources"].values():
            properties = resource.get("Properties", {})
            if resource["Type"] == FUNCTION:
                properties["CodeUri"] = self._upload(
                    function_package((base / properties["CodeUri"]).resolve())
                )
            elif resource["Type"] == LAYER:
                content = (base / properties["ContentUri"]).resolve()
                properties["ContentUri"] = self._upload(
                    built_layer(self._layer) if self._layer else layer_package(content)
                )
                resource.pop("Metadata", None)

    def _upload(self, package: Package) -> dict[str, str]:
        if package.key not in self._uploaded:
            self._objects.put_object(Bucket=self._bucket, Key=package.key, Body=package.body)
            self._uploaded.add(package.key)
        return {"Bucket": self._bucket, "Key": package.key}

    def _apply(self, name: str, body: dict[str, Any], parameters: Mapping[str, str]) -> bool:
        declared = body.get("Parameters", {})
        call = {
            "StackName": name,
            "TemplateBody": json.dumps(body, default=str),
            "Parameters": [
                {"ParameterKey": key, "ParameterValue": value}
                for key, value in parameters.items()
                if key in declared
            ],
            "Capabilities": CAPABILITIES,
        }
        missing = [key for key in parameters if key not in declared]
        if missing:
            msg = f"{name}: the root passes {', '.join(missing)}, which the nested template does not declare"
            raise LocalError(msg, fix="Declare the parameter in the nested template.")
        before = self._status(name)
        if before in DEAD:
            msg = f"{name} is {before}: an earlier deployment failed, and such a stack cannot be changed"
            raise LocalError(
                msg, fix="Delete it and its data with `./telemetra down --purge`, then start again."
            )
        try:
            if before is None:
                self._formation.create_stack(**call)
            else:
                self._formation.update_stack(**call)
        except ClientError as error:
            if "No updates" in str(error):
                return False
            msg = f"{name} was refused: {error.response['Error']['Message']}"
            raise LocalError(msg, fix=f"Mend the template of {name}.") from error
        wait_until(
            lambda: not str(self._status(name)).endswith("_IN_PROGRESS"), f"{name} settles", within_s=60
        )
        if self._status(name) not in SETTLED:
            msg = f"{name} is {self._status(name)}: {self._reason(name)}"
            raise LocalError(
                msg, fix=f"Mend the template of {name}; `./telemetra down --purge` starts afresh."
            )
        return True

    def _status(self, name: str) -> str | None:
        try:
            status: str = self._formation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        except ClientError:
            return None
        return None if status == "DELETE_COMPLETE" else status

    def _reason(self, name: str) -> str:
        events = self._formation.describe_stack_events(StackName=name)["StackEvents"]
        failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
        reasons = (
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in failed
        )
        return "; ".join(reasons) or "no reason given"

    def _outputs(self, name: str) -> dict[str, str]:
        stack = self._formation.describe_stacks(StackName=name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def _set_gateway_responses(self, name: str, body: Mapping[str, Any]) -> None:
        for logical_id, resource in body["Resources"].items():
            if resource["Type"] == gateway.API:
                gateway.put_responses(
                    self._gateway, self._physical_id(name, logical_id), resource["Properties"]
                )

    def _physical_id(self, name: str, logical_id: str) -> str:
        found = self._formation.describe_stack_resource(StackName=name, LogicalResourceId=logical_id)
        physical: str = found["StackResourceDetail"]["PhysicalResourceId"]
        return physical

    def _set_expiries(self, name: str, body: Mapping[str, Any]) -> None:
        """Set what the endpoint's CloudFormation drops in silence: the attribute by which rows expire."""
        for logical_id, resource in body["Resources"].items():
            wanted = resource.get("Properties", {}).get("TimeToLiveSpecification")
            if resource["Type"] != TABLE or not wanted:
                continue
            table = self._physical_id(name, logical_id)
            state = self._tables.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
            if state["TimeToLiveStatus"] != "ENABLED":
                self._tables.update_time_to_live(TableName=table, TimeToLiveSpecification=wanted)
