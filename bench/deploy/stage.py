"""An embedded endpoint on which the root stands as on AWS: nested, behind its distribution, with tokens."""

from __future__ import annotations

import threading
import urllib.request
from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Final
from urllib.parse import urlsplit

from bench.deploy.steady import CHANNELS
from bench.holdings import answered
from local.child import ROOT
from local.cloud import start_cloud
from local.ports import some_free
from local.publish import first_token, outputs_of, publish_bundle
from local.state import StateDir
from telemetra.adapters.clock import now_ms
from telemetra.client import Client
from telemetra.domain.window import HOUR_MS, MINUTE_MS

PREFIX: Final = "telemetra-dev"
EMULATOR: Final = "bench.deploy.nested"


class Stage(AbstractContextManager["Stage"]):
    """The endpoint, from entering to leaving; the root is deployed by whoever uses it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        state = StateDir(folder / "state")
        state.prepare()
        self._process, self.cloud = start_cloud(state, some_free(), EMULATOR)
        self.parameters = {
            "Prefix": PREFIX,
            "Stage": "dev",
            "Architecture": "x86_64",
            "LiveRefreshSeconds": "1",
            "LogRetentionDays": "14",
            "ExecuteApiUrl": f"{self.cloud.endpoint_url}/_aws/execute-api",
        }

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.stop(within_s=10)

    def statuses(self) -> dict[str, str]:
        """States of the root and of the stacks in it, by logical id; one that is left alone keeps its own."""
        formation = self.cloud.client("cloudformation")
        (root,) = formation.describe_stacks(StackName=PREFIX)["Stacks"]
        nested = formation.describe_stack_resources(StackName=PREFIX)["StackResources"]
        return {"root": root["StackStatus"]} | {
            one["LogicalResourceId"]: formation.describe_stacks(StackName=one["PhysicalResourceId"])[
                "Stacks"
            ][0]["StackStatus"]
            for one in nested
        }

    def outputs(self) -> dict[str, str]:
        """Outputs of the root."""
        return outputs_of(self.cloud.client, PREFIX)

    def layers(self) -> dict[str, list[str]]:
        """Versions of the layer that each function runs on."""
        functions = self.cloud.client("lambda").list_functions()["Functions"]
        return {one["FunctionName"]: [layer["Arn"] for layer in one.get("Layers", [])] for one in functions}

    def token(self) -> str:
        """A token of every right."""
        return first_token(self.outputs(), self.cloud.client, now_ms())

    def counted(self) -> Counter[tuple[str, int]]:
        """Messages of each channel and minute, as the API answers."""
        now = now_ms()
        with Client(self.outputs()["ApiUrl"], self.token()) as api:
            return answered(api, CHANNELS, now - HOUR_MS, now + MINUTE_MS)

    def publish(self) -> bool:
        """Publish the dashboard; whether its distribution then serves page and settings."""
        publish_bundle(self.outputs(), self.cloud.client, ROOT / "web" / "dist", now_ms())
        page, settings = self.page("/"), self.page("/config.json")
        return b"<!doctype html>" in page.lower() and b'"websocket": true' in settings

    def page(self, path: str) -> bytes:
        """What the distribution answers to a viewer who came by https."""
        host = urlsplit(self.outputs()["DashboardUrl"]).netloc
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{self.cloud.endpoint_url}{path}", headers={"Host": host, "X-Forwarded-Proto": "https"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            body: bytes = answer.read()
        return body

    @staticmethod
    def pause(seconds: float) -> None:
        """Let events flow for a while."""
        threading.Event().wait(seconds)
