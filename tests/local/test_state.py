"""The state directory: one holder, whole files, no trace of killed runs."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from local.errors import LocalError
from local.state import Run, StateDir, StateLock

RUN = Run(supervisor=1, url="http://127.0.0.1:3000", endpoint_url="http://127.0.0.1:4566", prefix="telemetra")


@pytest.fixture
def state(tmp_path: Path) -> StateDir:
    """An empty state directory."""
    found = StateDir(tmp_path / "state")
    found.prepare()
    return found


def test_only_one_holds_it(state: StateDir) -> None:
    with StateLock(state):
        state.write_run(RUN)
        assert state.live_run() == RUN
        refusal = r"already running in .* at http://127\.0\.0\.1:3000"
        with pytest.raises(LocalError, match=refusal) as refused:
            StateLock(state).__enter__()
        assert "telemetra down" in refused.value.fix
    assert state.live_run() is None


def test_half_a_run_file_is_no_run(state: StateDir) -> None:
    state.write_run(RUN)
    whole = (state.path / "run.json").read_text()
    (state.path / "run.json").write_text(whole[:20])
    assert state.read_run() is None
    (state.path / "run.json").write_text(json.dumps({"from": "another version"}))
    assert state.read_run() is None


def test_a_dead_run_is_swept_without_touching_strangers(state: StateDir) -> None:
    state.write_run(replace(RUN, groups={"cloud": 1, "edge": 2_147_483_000}))
    assert state.sweep_orphans() == []
    assert state.read_run() is None


def test_purging_leaves_what_others_put_there(state: StateDir) -> None:
    (state.path / "notes.txt").write_text("mine")
    state.write_run(RUN)
    state.purge()
    assert [path.name for path in state.path.iterdir()] == ["notes.txt"]


def test_purging_removes_an_own_directory(state: StateDir) -> None:
    state.purge()
    assert not state.path.exists()


def test_a_run_that_never_saved_has_lost_all_and_one_that_did_nothing(state: StateDir) -> None:
    assert state.lost() == ""
    state.note_opened()
    assert state.lost() == "all that it held, for it had never been saved"
    (state.cloud / "dynamodb.json").write_text("{}")
    assert state.lost() == ""


def test_what_came_after_the_snapshot_is_lost(state: StateDir) -> None:
    (state.cloud / "dynamodb.json").write_text("{}")
    os.utime(state.cloud / "dynamodb.json", (1_795_392_000, 1_795_392_000))
    state.note_opened()
    assert state.lost() == "what came after its last snapshot, 2026-11-23 00:00:00 UTC"
    state.forget()
    assert state.lost() == ""
