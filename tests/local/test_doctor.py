"""What is looked at, and that each finding names its fix."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from local.child import ROOT
from local.doctor import Finding, _clock, _template, _token, text
from local.state import Run, StateDir
from tests.local.conftest import Command


def findings(command: Command) -> dict[str, dict[str, object]]:
    return {finding["what"]: finding for finding in json.loads(command("doctor", "--json").stdout)}


def test_it_looks_at_tools_ports_disk_state_and_bundle(command: Command) -> None:
    found = findings(command)
    assert {
        "python",
        "emulator",
        "node",
        "dashboard bundle",
        "disk",
        "state",
        "clock",
        "template",
    } <= found.keys()
    assert found["TELEMETRA_PORT"]["ok"]
    assert found["state"]["found"] == "none yet"


def test_a_clock_behind_our_own_files_is_found(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.touch()
    written_ms = round(file.stat().st_mtime * 1000)
    assert not _clock(file, written_ms - 61_000).ok
    assert _clock(file, written_ms - 59_000).ok


def test_a_template_that_cannot_be_resolved_is_found_with_its_fix(tmp_path: Path) -> None:
    whole = _template(ROOT / "template.yaml")
    assert whole.ok
    assert "stacks" in whole.found
    broken = tmp_path / "template.yaml"
    broken.write_text("Resources: {Bucket: {Type: AWS::S3::Bucket}}\n")
    finding = _template(broken)
    assert not finding.ok
    assert finding.fix


@pytest.mark.parametrize(("answer", "ok"), [({"items": []}, True), (None, False)])
def test_a_token_that_is_refused_is_found(answer: object, ok: bool) -> None:
    class Api:
        def get(self, path: str, **query: object) -> object:
            return answer

    assert _token(Api()).ok is ok  # type: ignore[arg-type]


def test_a_taken_port_is_found_with_its_fix(command: Command) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", command.cloud_port))
        other.listen()
        found = findings(command)["TELEMETRA_CLOUD_PORT"]
    assert not found["ok"]
    assert found["found"] == f"{command.cloud_port} is taken"
    assert "TELEMETRA_CLOUD_PORT" in str(found["fix"])


def test_a_killed_run_is_found_with_its_fix(command: Command) -> None:
    state = StateDir(command.state)
    state.prepare()
    state.write_run(Run(1, "", "", ""))
    found = findings(command)["state"]
    assert not found["ok"]
    assert "telemetra down" in str(found["fix"])


def test_a_misspelt_setting_is_found_with_the_nearest(command: Command) -> None:
    command.extra["TELEMETRA_PROT"] = "1"
    assert "did you mean TELEMETRA_PORT" in str(findings(command)["settings"]["found"])


def test_people_see_the_fix_below_the_finding() -> None:
    lines = text([Finding("disk", "0.1 GB free", ok=False, fix="Free at least 1 GB.")]).splitlines()
    assert lines[0].startswith("BAD")
    assert lines[1].split(maxsplit=1) == ["fix", "Free at least 1 GB."]
