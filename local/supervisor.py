"""Starts the stack in order and stops it without a trace but its saved state."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from local import bundle, child
from local.access import twitch_parameters
from local.child import ROOT, Child
from local.cloud import EMULATOR, Cloud, client_environment, newest_lines, require_cloud, start_cloud
from local.deploy import Deployer, Deployment
from local.edge_rules import OPERATION
from local.errors import LocalError
from local.ports import is_free, require_free
from local.progress import Progress
from local.settings import Surroundings
from local.state import Run, StateDir, StateLock, write_json
from local.waiting import holds_within, wait_until

DIST = ROOT / "web" / "dist"
HEALTHY = '{"status":"ok"}'


@dataclass(frozen=True, slots=True)
class Plan:
    """Where to start it, under which names, which module is the embedded cloud, and whether it archives.

    Attributes:
        access: ``token`` asks callers of the API for one; ``open`` does not.
        auto_login: whether a browser that opens the page needs none.
        websocket: without it the page polls.
        cloud_url: a cloud that runs already, such as LocalStack; empty starts the embedded one.
        layer: the built layer, for a cloud whose functions do not run in our own environment.
    """

    port: int
    cloud_port: int
    prefix: str
    emulator: str = EMULATOR
    archive: bool = False
    access: str = "open"
    auto_login: bool = True
    websocket: bool = True
    cloud_url: str = ""
    layer: Path | None = None


class Stack(AbstractContextManager["Stack"]):
    """One embedded stack; enter it to start, leave it to stop."""

    def __init__(self, around: Surroundings, state: StateDir, plan: Plan, progress: Progress) -> None:
        self.plan = plan
        self.state = state
        self.url = f"http://127.0.0.1:{plan.port}"
        self.cloud = Cloud(plan.cloud_url or f"http://127.0.0.1:{plan.cloud_port}")
        self.fresh = False
        self.run = Run(0, self.url, self.cloud.endpoint_url, plan.prefix)
        self._around = around
        self._progress = progress
        self._children: list[Child] = []
        self._lock = ExitStack()

    def __enter__(self) -> Stack:
        self._lock.enter_context(StateLock(self.state))
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self) -> None:
        ended = self.state.sweep_orphans()
        if ended:
            self._progress.say(f"A killed run had left {', '.join(ended)}: ended.")
        require_free(self.plan.port, use="dashboard", setting="TELEMETRA_PORT", option="--port")
        if not self.plan.cloud_url:
            require_free(self.plan.cloud_port, use="embedded cloud", setting="TELEMETRA_CLOUD_PORT")
        self.fresh = not self.state.holds_state()
        if not self.plan.cloud_url and (lost := self.state.lost()):
            self._progress.say(
                f"The embedded cloud was killed before it could save. Lost: {lost}; nothing else."
            )
        self.state.prepare()
        self._write()
        self._find_cloud()
        deployment = self._deploy()
        self._upload(deployment)
        with self._progress.step("edge"):
            self._adopt(self._start_edge(deployment))
            edge = self._children[-1]
            wait_until(lambda: not is_free(self.plan.port), "the edge listens", within_s=15, child=edge)
        with self._progress.step("API"):
            self._wait_for_api()
        self.run = replace(self.run, outputs=dict(deployment.outputs))
        self._write()

    def _find_cloud(self) -> None:
        if self.plan.cloud_url:
            with self._progress.step("cloud") as step:
                require_cloud(self.cloud)
                step.note(f"at {self.plan.cloud_url}")
            return
        with self._progress.step("embedded cloud") as step:
            process, self.cloud = start_cloud(self.state, self.plan.cloud_port, self.plan.emulator)
            self._adopt(process)
            self.state.note_opened()
            step.note("empty" if self.fresh else "state restored")

    def _deploy(self) -> Deployment:
        with self._progress.step("deploy") as step:
            parameters = {
                "Stage": "dev",
                "Architecture": "x86_64",
                "Shards": "1",
                "LiveRefreshSeconds": "1",
                "Detector": self._around.settings.detector,
                "RetentionHours": str(self._around.settings.retention_hours),
                "EnableWebSocket": "true" if self.plan.websocket else "false",
                "EnableCloudFront": "false",
                "Tracing": "PassThrough",
                "EnableArchive": "true" if self.plan.archive else "false",
                "Access": self.plan.access,
                "AllowedOrigins": ",".join(self._around.settings.allowed_origins),
                "Admins": ",".join(self._around.settings.admins),
                "WebhookLoopback": "true",
                "ExecuteApiUrl": f"{self.cloud.endpoint_url}/_aws/execute-api",
            }
            parameters |= twitch_parameters(self.cloud, self._around.settings)
            deployer = Deployer(
                self.cloud, ROOT / "template.yaml", prefix=self.plan.prefix, layer=self.plan.layer
            )
            deployment = deployer.deploy(parameters)
            step.note(
                f"changed: {', '.join(deployment.changed)}" if deployment.changed else "nothing to change"
            )
        return deployment

    def _upload(self, deployment: Deployment) -> None:
        with self._progress.step("dashboard") as step:
            bucket = deployment.outputs["WebBucket"]
            websocket = bool(deployment.outputs.get("WebSocketUrl"))
            files = bundle.upload(
                self.cloud.client("s3"), bucket, DIST, websocket=websocket, operation=OPERATION
            )
            step.note(f"{files} files new")
        if not (DIST / "index.html").is_file():
            self._progress.warn("web/dist/index.html is missing, so the page is empty; run `make web`.")

    def _start_edge(self, deployment: Deployment) -> Child:
        config = self.state.path / "edge.json"
        write_json(
            config,
            {
                "port": self.plan.port,
                "endpoint_url": self.cloud.endpoint_url,
                "bucket": deployment.outputs["WebBucket"],
                "api_url": deployment.outputs["ApiUrl"],
                "socket_url": deployment.outputs.get("WebSocketUrl", ""),
                "told": str(self.state.path),
                "allowed_origins": self._around.settings.allowed_origins,
                "token_secret": self._browsers_secret(deployment),
            },
        )
        return child.start(
            "edge",
            "local.edge",
            [str(config)],
            environment=self._around.child_environment({}),
            log=self.state.logs / "edge.log",
        )

    def _browsers_secret(self, deployment: Deployment) -> str:
        wanted = self.plan.access == "token" and self.plan.auto_login
        return deployment.outputs["TokenSecretArn"] if wanted else ""

    def start_producer(self, arguments: tuple[str, ...]) -> Child:
        """Run `python -m producer` against this stack."""
        environment = {**client_environment(self.cloud.endpoint_url), "TELEMETRA_PREFIX": self.plan.prefix}
        process = child.start(
            "producer",
            "producer",
            arguments,
            environment=self._around.child_environment(environment),
            log=self.state.logs / "producer.log",
        )
        self._adopt(process)
        return process

    def forget(self, ended: Child) -> None:
        """Let go of a child that was right to end."""
        self._children.remove(ended)

    def mark_ready(self) -> None:
        """Tell other commands that the stack is up."""
        self.run = replace(self.run, ready=True)
        self._write()

    def fallen(self) -> Child | None:
        """A child that ended on its own."""
        return next((each for each in self._children if not each.alive()), None)

    def stop(self) -> None:
        """Stop the producer, then edge and cloud at once; the cloud saves its state before it ends."""
        self._stop("producer", within_s=2.0)
        for each in self._children:
            each.process.terminate()
        self._stop("edge", within_s=1.0)
        self._stop("cloud", within_s=20.0)
        self.state.clear_run()
        self._lock.close()

    def _stop(self, name: str, *, within_s: float) -> None:
        for each in [each for each in self._children if each.name == name]:
            each.stop(within_s=within_s)
            self._children.remove(each)

    def _adopt(self, process: Child) -> None:
        self._children.append(process)
        self._write()

    def _write(self) -> None:
        groups = {each.name: each.pid for each in self._children}
        self.run = replace(self.run, supervisor=os.getpid(), groups=groups)
        self.state.write_run(self.run)

    def _wait_for_api(self) -> None:
        """Wait for the exact answer of `/health`.

        Raises:
            LocalError: another answer came until the end; it and the function's newest log lines are named.
        """
        answers = [""]

        def healthy() -> bool:
            answers.append(_answer(f"{self.url}/health"))
            return answers[-1] == HEALTHY

        if not holds_within(healthy, 30, every_s=0.2):
            lines = "\n".join(newest_lines(self.cloud, f"{self.plan.prefix}-api"))
            msg = f"{self.url}/health answered {answers[-1] or 'nothing'} for 30 s.\n{lines}"
            raise LocalError(msg, fix="Mend functions/api, then start again.")


def _answer(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        return error.read().decode(errors="replace")
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return ""
