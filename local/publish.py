"""`telemetra publish`: what is left to do when the stacks of a deployment stand."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError

from local import bundle
from local.access import secrets_of
from local.child import ROOT
from local.errors import LocalError
from telemetra.adapters.clock import now_ms
from telemetra.application.access import EVERY_CHANNEL, Role
from telemetra.application.tokens import Claims, TokenRing
from telemetra.config import environment

DIST = ROOT / "web" / "dist"
TOKEN_MS = 8 * 3_600_000
"""Life of the first token of a deployment."""


@dataclass(frozen=True, slots=True)
class Published:
    """What was done.

    Attributes:
        files: files of the bundle that were new or had changed.
        invalidated: whether the distribution was told to ask for the page again.
        address: of the dashboard; of the API where there is no distribution.
    """

    files: int
    invalidated: bool
    address: str


def publish_bundle(outputs: dict[str, str], client: Any, dist: Path, at_ms: int) -> Published:
    """Put the bundle with its run-time settings into the bucket of a deployment.

    Args:
        outputs: of the root stack.
        client: gives a client by the name of its service.
        dist: the built bundle.
        at_ms: the current instant; names the invalidation.

    Raises:
        LocalError: the bundle is not built, or the stack is not one of ours.
    """
    if not (dist / "index.html").is_file():
        message = f"{dist} holds no built dashboard"
        raise LocalError(message, fix="Build it with `make web`.")
    if "WebBucket" not in outputs:
        message = "the stack has no output WebBucket, so it is none of ours"
        raise LocalError(message, fix="Name the root stack, such as telemetra-dev, with --stack.")
    websocket = bool(outputs.get("WebSocketUrl"))
    objects = client("s3")
    board = board_url(objects.meta.region_name, outputs["Prefix"])
    files = bundle.upload(objects, outputs["WebBucket"], dist, websocket=websocket, operation=board)
    distribution = outputs.get("DistributionId", "")
    if distribution and files:
        client("cloudfront").create_invalidation(
            DistributionId=distribution,
            InvalidationBatch={
                "Paths": {"Quantity": 2, "Items": ["/index.html", "/config.json"]},
                "CallerReference": f"publish-{at_ms}",
            },
        )
    address = outputs.get("DashboardUrl") or outputs.get("ApiUrl", "")
    return Published(files, bool(distribution and files), address)


def board_url(region: str, name: str) -> str:
    """Address of a CloudWatch dashboard in the console.

    Example:
        >>> board_url("eu-west-1", "telemetra")
        'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards/dashboard/telemetra'
    """
    home = f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
    return f"{home}#dashboards/dashboard/{name}"


def outputs_of(client: Any, stack: str) -> dict[str, str]:
    """Return the outputs of a stack that stands.

    Raises:
        LocalError: there is none of this name, or it does not stand.
    """
    try:
        (found,) = client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        message = f"there is no stack {stack} here: {error}"
        raise LocalError(message, fix="Deploy it first: `make deploy STAGE=dev`.") from error
    if not found["StackStatus"].endswith("_COMPLETE") or "ROLLBACK" in found["StackStatus"]:
        message = f"{stack} is {found['StackStatus']}"
        raise LocalError(message, fix="Wait for it, or mend what the events of the stack name.")
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}


def first_token(outputs: dict[str, str], client: Any, at_ms: int) -> str:
    """Sign a token of every right with the secret of a deployment, as `telemetra token --secret` does.

    Args:
        outputs: of the root stack.
        client: gives a client by the name of its service.
        at_ms: the current instant.
    """
    secrets = secrets_of(client("secretsmanager"), outputs["TokenSecretArn"])
    claims = Claims("telemetra publish", Role.ADMIN, frozenset({EVERY_CHANNEL}), at_ms + TOKEN_MS)
    return TokenRing(lambda: secrets).sign(claims, now_ms=at_ms)


def aws_client(service: str) -> Any:
    """A client of the caller's own cloud: boto3's profile and region, AWS_ENDPOINT_URL when it is set."""
    return boto3.client(service, endpoint_url=environment().get("AWS_ENDPOINT_URL") or None)


def publish(
    stack: Annotated[str, typer.Option(help="Root stack of the deployment.")] = "telemetra-dev",
    token: Annotated[
        bool, typer.Option("--token/--no-token", help="Sign a first token, for 8 hours.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Put the built dashboard where a deployed stack serves it from, and print a link that opens it.

    Credentials, region and endpoint are boto3's own: profile, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL.

    \b
    Examples:
      ./telemetra publish --stack telemetra-dev
      ./telemetra publish --stack telemetra --no-token --json
    """  # noqa: D301 - the escape keeps the lines of the example apart
    at_ms = now_ms()
    try:
        outputs = outputs_of(aws_client, stack)
        done = publish_bundle(outputs, aws_client, DIST, at_ms)
        signed = first_token(outputs, aws_client, at_ms) if token else ""
    except (BotoCoreError, ClientError) as error:
        message = f"cannot publish to {stack}: {error}"
        raise LocalError(
            message, fix="Check credentials and region: `aws sts get-caller-identity`."
        ) from error
    if as_json:
        typer.echo(json.dumps({**asdict(done), "token": signed}))
        return
    typer.echo(f"{done.files} files new{', caches told' if done.invalidated else ''}")
    typer.echo(f"Dashboard: {done.address}")
    if signed:
        typer.echo(f"Open once: {done.address}/#token={signed}")
