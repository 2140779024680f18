"""A sampled invocation is a segment that can be searched for; any other loads no tracer."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from local.settings import surroundings
from tests.house.repository import ROOT

INVOKE = """
import sys
from telemetra.observe import Observer

try:
    with Observer("aggregate").invocation() as tally:
        tally.fact("stream", "chat")
        tally.fact("shard", "shardId-000000000000")
        tally.fact("channels", 7)
        tally.fact("deliveries", ["chat-1", "chat-2"])
        if len(sys.argv) > 1:
            raise OSError(sys.argv[1])
finally:
    print("aws_xray_sdk" in sys.modules)
"""
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled={}"


def invoked(daemon: socket.socket, *arguments: str, tracing: str = "Active", sampled: int = 1) -> bool:
    """Run one invocation as Lambda does; return whether it loaded the tracer's library."""
    extra = {
        "LAMBDA_TASK_ROOT": "/var/task",
        "TELEMETRA_TRACING": tracing,
        "_X_AMZN_TRACE_ID": TRACE.format(sampled),
        "AWS_XRAY_DAEMON_ADDRESS": f"127.0.0.1:{daemon.getsockname()[1]}",
        "PYTHONPATH": str(ROOT / "functions/layer"),
    }
    environment = surroundings(Path("/dev/null")).child_environment(extra)
    run = subprocess.run(
        [sys.executable, "-c", INVOKE, *arguments],
        env=environment, capture_output=True, text=True, check=not arguments,
    )  # fmt: skip
    return run.stdout.splitlines()[-1] == "True"


def listening() -> socket.socket:
    """Return what stands for the daemon of X-Ray."""
    daemon = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    daemon.bind(("127.0.0.1", 0))
    daemon.settimeout(5)
    return daemon


def segment(daemon: socket.socket) -> dict[str, Any]:
    _, _, body = daemon.recv(65_536).decode().partition("\n")
    found: dict[str, Any] = json.loads(body)
    return found


def test_a_sampled_invocation_tells_its_shard_its_streams_and_its_correlation() -> None:
    with listening() as daemon:
        assert invoked(daemon)
        told = segment(daemon)
    assert told["name"] == "## aggregate"
    assert told["annotations"] == {
        "stream": "chat", "shard": "shardId-000000000000", "streams": 7, "correlation": "chat-1"
    }  # fmt: skip


def test_a_failure_is_told_with_its_cause() -> None:
    with listening() as daemon:
        invoked(daemon, "table away")
        told = segment(daemon)
    assert told["fault"]
    assert told["cause"]["exceptions"][0]["message"] == "table away"
    assert told["annotations"]["correlation"] == "chat-1"


def test_nothing_is_loaded_where_an_invocation_is_not_sampled_or_tracing_is_off() -> None:
    with listening() as daemon:
        assert not invoked(daemon, sampled=0)
        assert not invoked(daemon, tracing="PassThrough")
