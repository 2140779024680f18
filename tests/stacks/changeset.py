"""What `sam deploy` does with a root and its nested templates, without SAM CLI."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from local import template
from local.cloud import Cloud
from local.deploy import CAPABILITIES, Deployer
from local.waiting import wait_until


def deploy(cloud: Cloud, root: Path, stack: str, parameters: dict[str, str]) -> str:
    """Upload code and nested templates, then make and run one change set on the root; return its state."""
    objects, formation = cloud.client("s3"), cloud.client("cloudformation")
    packager = Deployer(cloud, root, prefix=stack)
    bucket = packager._bucket
    if bucket not in [found["Name"] for found in objects.list_buckets()["Buckets"]]:
        objects.create_bucket(Bucket=bucket)
    body = template.read(root)
    for logical_id, resource in body["Resources"].items():
        nested = root.parent / resource["Properties"]["Location"]
        child = template.read(nested)
        packager._upload_code(child, nested.parent)
        objects.put_object(Bucket=bucket, Key=f"{logical_id}.yaml", Body=json.dumps(child, default=str))
        resource["Properties"]["Location"] = f"{cloud.endpoint_url}/{bucket}/{logical_id}.yaml"
    there = {found["StackName"]: found for found in formation.describe_stacks()["Stacks"]}
    change = formation.create_change_set(
        StackName=stack,
        ChangeSetName="update" if stack in there else "create",
        ChangeSetType="UPDATE" if stack in there else "CREATE",
        TemplateBody=json.dumps(body, default=str),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=CAPABILITIES,
    )["Id"]
    wait_until(
        lambda: formation.describe_change_set(ChangeSetName=change)["Status"] == "CREATE_COMPLETE",
        "the change set is made",
        within_s=30,
    )
    formation.execute_change_set(ChangeSetName=change)

    def state() -> str:
        found: Any = formation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
        return str(found)

    wait_until(lambda: not state().endswith("_IN_PROGRESS"), f"{stack} settles", within_s=60)
    return state()
