"""The embedded cloud seen from outside: its process, its readiness and its clients."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local import child
from local.errors import LocalError
from local.state import StateDir
from local.waiting import wait_until
from telemetra.config import environment

HOST = "127.0.0.1"
EMULATOR = "local.emulator"
REGION = "us-east-1"
ACCOUNT = "000000000000"
KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "SSL_CERT_FILE")


@dataclass(frozen=True, slots=True)
class Cloud:
    """An AWS-shaped endpoint on this machine."""

    endpoint_url: str

    def client(self, service: str) -> Any:
        """A boto3 client of the endpoint, with the emulator's well-known credentials."""
        return boto3.client(
            service,
            endpoint_url=self.endpoint_url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the emulator takes any
            config=Config(
                retries={"max_attempts": 4, "mode": "standard"},
                s3={"addressing_style": "path"},
                read_timeout=120,
            ),
        )

    def version(self) -> str | None:
        """The emulator's version, or None when it does not answer."""
        try:
            with urllib.request.urlopen(f"{self.endpoint_url}/_ministack/health", timeout=2) as answer:  # noqa: S310
                return str(json.load(answer)["version"])
        except (urllib.error.URLError, ConnectionError, TimeoutError, ValueError, KeyError):
            return None


def newest_lines(cloud: Cloud, function: str, count: int = 8) -> list[str]:
    """The end of a function's log, for an error message; empty when it has none."""
    try:
        answer = cloud.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{function}")
    except (ClientError, BotoCoreError):
        return []
    return [event["message"] for event in answer["events"][-count:]]


def client_environment(endpoint_url: str) -> dict[str, str]:
    """Variables that point any AWS SDK at the endpoint."""
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def emulator_environment(state: StateDir, port: int) -> dict[str, str]:
    """The emulator's whole environment: functions inherit it, so nothing of the caller's may leak in."""
    kept = {name: value for name, value in environment().items() if name in KEPT_VARIABLES}
    return {
        **kept,
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "LOG_LEVEL": "WARNING",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state.cloud),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state.objects),
        "TMPDIR": str(state.scratch),
        "LAMBDA_EXECUTOR": "local",
        "LAMBDA_WARM_TTL_SECONDS": "30",
        "MINISTACK_WORKER_THREADS": "16",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": f"unix://{state.scratch}/no-docker.sock",
        "MALLOC_ARENA_MAX": "2",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def start_cloud(state: StateDir, port: int, emulator: str = EMULATOR) -> tuple[child.Child, Cloud]:
    """Start the emulator and wait until it answers.

    Raises:
        LocalError: it ended or did not answer in time; its last words are part of the message.
    """
    process = child.start(
        "cloud",
        emulator,
        [HOST, str(port)],
        environment=emulator_environment(state, port),
        log=state.logs / "cloud.log",
    )
    cloud = Cloud(f"http://{HOST}:{port}")
    wait_until(lambda: cloud.version() is not None, "the embedded cloud answers", within_s=30, child=process)
    return process, cloud


def require_cloud(cloud: Cloud) -> None:
    """Check that a cloud which somebody else started answers.

    Raises:
        LocalError: it does not.
    """
    try:
        cloud.client("sts").get_caller_identity()
    except (ClientError, BotoCoreError) as error:
        message = f"{cloud.endpoint_url} does not answer as a cloud: {error}"
        raise LocalError(message, fix="Start it first, or leave --cloud-url out.") from error
