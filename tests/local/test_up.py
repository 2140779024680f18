"""`up` and `down` as a person meets them: alone, twice, on taken ports, after a kill."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.cloud import Cloud
from local.ports import is_free
from local.state import StateDir
from local.waiting import holds_within
from tests.local.conftest import Command, processes_naming

pytestmark = pytest.mark.journey
QUIET = ("up", "--no-producer")


@contextmanager
def up(command: Command, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A stack in the foreground of its own session, ready."""
    process = command.start(*(arguments or QUIET))
    state = StateDir(command.state)

    def settled() -> bool:
        run = state.read_run()
        ready = run is not None and run.ready and run.supervisor == process.pid
        return process.poll() is not None or ready

    try:
        assert holds_within(settled, 120)
        assert process.poll() is None, process.stdout.read() if process.stdout else ""
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
        assert holds_within(lambda: not processes_naming(str(command.state)), 30)


def gone(command: Command) -> bool:
    """Whether no process, port or half-written file is left."""
    ports = is_free(command.port) and is_free(command.cloud_port)
    files = [path for path in command.state.rglob("*") if path.suffix == ".tmp" or path.name == "run.json"]
    return ports and not files and not processes_naming(str(command.state))


def listeners_elsewhere(command: Command) -> list[str]:
    """Sockets of the stack's ports that listen on more than loopback."""
    wanted = {f"{port:04X}" for port in (command.port, command.cloud_port)}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening = [row[1] for row in rows if row[3] == "0A" and row[1].split(":")[1] in wanted]
    assert len(listening) == 2
    return [address for address in listening if not address.startswith("0100007F")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_and_leaves_nothing(command: Command, number: int) -> None:
    with up(command) as process:
        assert listeners_elsewhere(command) == []
        process.send_signal(number)
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0, said
        assert "Stopped." in said
        assert holds_within(lambda: gone(command), 10)
        assert StateDir(command.state).holds_state()


def test_rows_records_and_objects_survive_down_and_up(command: Command) -> None:
    assert command("up", "--no-producer", "--detach").returncode == 0
    cloud = Cloud(f"http://127.0.0.1:{command.cloud_port}")
    cloud.client("kinesis").put_record(StreamName="telemetra-viewer", Data=b"not json\n", PartitionKey="0")
    cloud.client("s3").put_object(Bucket="telemetra-artifacts", Key="kept", Body=b"kept")
    tables = cloud.client("dynamodb")
    tables.put_item(TableName="telemetra-streams", Item={"channel": {"S": "kept"}})
    assert "kept" in command("down").stdout
    assert holds_within(lambda: gone(command), 10)
    again = command("up", "--no-producer", "--detach")
    try:
        assert "state restored" in again.stdout
        assert "nothing to change" in again.stdout
        stored = cloud.client("s3").get_object(Bucket="telemetra-artifacts", Key="kept")
        assert stored["Body"].read() == b"kept"
        found = tables.get_item(TableName="telemetra-streams", Key={"channel": {"S": "kept"}})
        assert "Item" in found
    finally:
        assert command("down", "--purge").returncode == 0
    assert not command.state.exists()


def test_a_second_up_is_refused_and_the_first_goes_on(command: Command) -> None:
    with up(command):
        second = command(*QUIET)
        assert second.returncode == 1
        assert "already running" in second.stderr
        assert "telemetra down" in second.stderr
        with urllib.request.urlopen(f"http://127.0.0.1:{command.port}/health", timeout=10) as answer:
            assert answer.read() == b'{"status":"ok"}'


def test_two_ups_at_once_leave_one(command: Command) -> None:
    processes = [command.start(*QUIET) for _ in range(2)]
    try:
        assert holds_within(lambda: any(process.poll() is not None for process in processes), 30)
        loser = next(process for process in processes if process.poll() is not None)
        assert loser.returncode == 1
        assert "already running" in (loser.stdout.read() if loser.stdout else "")
        run = StateDir(command.state)
        assert holds_within(lambda: bool((found := run.read_run()) and found.ready), 60)
    finally:
        command("down")
        for process in processes:
            process.kill()
            process.communicate()
    assert holds_within(lambda: gone(command), 10)


@pytest.mark.parametrize(("name", "setting"), [("port", "--port"), ("cloud_port", "TELEMETRA_CLOUD_PORT")])
def test_a_taken_port_is_named_with_its_fix(command: Command, name: str, setting: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", getattr(command, name)))
        other.listen()
        refused = command(*QUIET)
    assert refused.returncode == 1
    assert f"Port {getattr(command, name)}" in refused.stderr
    assert setting in refused.stderr
    assert not processes_naming(str(command.state))


def test_a_killed_supervisor_takes_its_children_along_and_leaves_the_state(command: Command) -> None:
    with up(command) as process:
        process.kill()
        process.communicate()
        assert holds_within(lambda: not processes_naming(str(command.state)), 15)
        assert StateDir(command.state).holds_state()
    with up(command):
        assert command("status").returncode == 0


@pytest.mark.parametrize(
    "victims", [("cloud",), ("edge",), ("producer",), ("supervisor", "edge", "cloud")], ids="+".join
)
def test_after_a_kill_the_next_up_starts_and_says_what_was_lost(
    command: Command, victims: tuple[str, ...]
) -> None:
    with up(command, *(("up", "--no-demo") if "producer" in victims else QUIET)) as process:
        run = StateDir(command.state).read_run()
        assert run is not None
        for victim in victims:
            os.kill({**run.groups, "supervisor": run.supervisor}[victim], signal.SIGKILL)
        said, _ = process.communicate(timeout=30)
        if "supervisor" not in victims:
            assert process.returncode == 1
            assert f"The {victims[0]} ended" in said
    with up(command) as process:
        assert command("status").returncode == 0
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert ("Lost: all that it held" in said) == ("cloud" in victims), said


def test_nothing_running_is_said_plainly(command: Command) -> None:
    assert "Nothing is running" in command("down").stdout
    status = command("status")
    assert status.returncode == 3
    assert "telemetra up" in status.stdout
    assert command("smoke").returncode == 1


def test_a_value_that_cannot_be_read_is_named(command: Command) -> None:
    command.extra["TELEMETRA_RATE"] = "fast"
    refused = command("status")
    assert refused.returncode == 1
    assert "TELEMETRA_RATE is 'fast'" in refused.stderr


@pytest.mark.parametrize("speed", ["60", "100000"], ids=["lasts", "is over at once"])
def test_a_replayed_file_is_ready_with_its_first_messages(
    command: Command, tmp_path: Path, speed: str
) -> None:
    log = tmp_path / "evening.jsonl"
    log.write_text("".join(f'{{"t": {30 * n}, "u": "mira", "m": "hello {n}"}}\n' for n in range(1200)))

    def listed() -> bool:
        request = urllib.request.Request(
            f"http://127.0.0.1:{command.port}/api/v1/streams",
            headers={"Authorization": f"Bearer {command('token').stdout.strip()}"},
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return [item["stream_id"] for item in json.load(answer)["items"]] == ["evening"]

    with up(command, "up", "--replay", str(log), "--speed", speed) as process:
        assert holds_within(listed, 20)
        assert process.poll() is None
