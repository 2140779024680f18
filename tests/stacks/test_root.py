"""The true root, nested as on AWS: it is created, published, and changed while events flow."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bench.deploy.stage import PREFIX, Stage
from bench.deploy.steady import Steady, answer
from local.child import LAYER, ROOT
from local.cloud import client_environment
from local.waiting import holds_within
from telemetra.client import Client
from telemetra.config import environment
from tests.stacks.changeset import deploy

TEMPLATE = ROOT / "template.yaml"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The root created on an endpoint of its own."""
    with Stage(tmp_path_factory.mktemp("root")) as made:
        assert deploy(made.cloud, TEMPLATE, PREFIX, made.parameters) == "CREATE_COMPLETE"
        assert set(made.statuses().values()) == {"CREATE_COMPLETE"}
        yield made


def command(stage: Stage, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as one who has credentials for the deployment, and no stack here."""
    return subprocess.run(
        [sys.executable, "-m", "local", *arguments],
        cwd=ROOT,
        env={
            **client_environment(stage.cloud.endpoint_url),
            "PATH": environment()["PATH"],
            "PYTHONPATH": f"{ROOT}:{LAYER}",
            "TELEMETRA_STATE_DIR": str(stage.folder / "none"),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_publishing_serves_the_page_with_the_settings_of_the_stack_and_prints_a_token_that_opens_it(
    stage: Stage,
) -> None:
    done = command(stage, "publish", "--stack", PREFIX, "--json")
    told = json.loads(done.stdout)
    outputs = stage.outputs()
    assert (told["address"], told["invalidated"]) == (outputs["DashboardUrl"], True), done.stderr
    assert stage.page("/") == (ROOT / "web/dist/index.html").read_bytes()
    console = "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1"
    board = f"{console}#dashboards/dashboard/{PREFIX}"
    assert json.loads(stage.page("/config.json")) == {"api": "", "websocket": True, "operation": board}
    assert answer(f"{outputs['ApiUrl']}/api/v1/streams", told["token"]) == "200"
    assert answer(f"{outputs['ApiUrl']}/api/v1/streams", "none") == "401"
    again = command(stage, "publish", "--stack", PREFIX, "--no-token")
    assert again.stdout == f"0 files new\nDashboard: {outputs['DashboardUrl']}\n"
    assert len(invalidations(stage)) == 1


def invalidations(stage: Stage) -> list[str]:
    told = stage.cloud.client("cloudfront").list_invalidations(
        DistributionId=stage.outputs()["DistributionId"]
    )
    return [one["Id"] for one in told["InvalidationList"].get("Items", [])]


def test_a_deployed_stack_is_fed_by_its_name(stage: Stage) -> None:
    log = str(ROOT / "events/samples/chat.jsonl")
    done = command(stage, "replay", log, "--channel", "fed", "--speed", "1000", "--stack", PREFIX)
    assert done.stdout.startswith("sent "), done.stderr
    with Client(stage.outputs()["ApiUrl"], stage.token()) as api:
        assert holds_within(
            lambda: "fed" in [one["stream_id"] for one in api.get("/api/v1/streams", limit=100)["items"]], 30
        )


def test_a_deployed_stack_that_is_not_there_is_named_with_the_fix(stage: Stage) -> None:
    done = command(stage, "run", "--stack", "nowhere")
    assert done.returncode == 1
    assert done.stderr.startswith("error: there is no stack nowhere")
    assert "fix: " in done.stderr


def test_a_change_of_the_root_stops_neither_the_counting_nor_the_answers(stage: Stage) -> None:
    before = stage.outputs()
    with Steady(stage.cloud.client("kinesis"), PREFIX, before["ApiUrl"], stage.token()) as steady:
        assert holds_within(lambda: steady.answers.right > 2 and bool(stage.counted()), 30)
        changed = stage.parameters | {"LiveRefreshSeconds": "2", "LogRetentionDays": "30"}
        assert deploy(stage.cloud, TEMPLATE, PREFIX, changed) == "UPDATE_COMPLETE"
        asked = steady.answers.right
        assert holds_within(lambda: steady.answers.right > asked + 2, 30)
    assert steady.answers.wrong == {}
    assert holds_within(lambda: stage.counted() == steady.sent, 30, every_s=0.2)
    assert stage.outputs() == before
    states = stage.statuses()
    assert (states["root"], states["Compute"]) == ("UPDATE_COMPLETE", "UPDATE_COMPLETE")
    assert set(states.values()) <= {"UPDATE_COMPLETE", "CREATE_COMPLETE"}
