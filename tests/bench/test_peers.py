"""The peers do the same job as the product, and say what keeps them from it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.agree import disagreements
from bench.peers.__main__ import main
from tests.house.repository import ROOT


def report(module: str, *arguments: str) -> dict[str, Any]:
    environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'functions/layer'}"}
    command = [sys.executable, "-m", module, *arguments, "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def naive(events: Path) -> dict[str, Any]:
    return {"name": "naive plain"} | report("bench.peers", "naive", "--input", str(events))


@pytest.mark.parametrize("packing", ["zstd", "plain"])
def test_the_product_computes_what_the_naive_loop_computes(
    events: Path, naive: dict[str, Any], packing: str
) -> None:
    ours = report("bench.perf", "--input", str(events), "--packing", packing, "--output", "windows")
    assert disagreements([naive, {"name": "ours"} | ours]) == []
    assert ours["checks"]["chatters"] == naive["checks"]["chatters"]


def test_the_naive_loop_takes_packed_records_too(events: Path, naive: dict[str, Any]) -> None:
    packed = report("bench.peers", "naive", "--input", str(events), "--packing", "zstd")
    assert packed["checks"] == naive["checks"]


@pytest.mark.parametrize("cores", ["1", "2"])
def test_one_sql_query_computes_what_the_naive_loop_computes(
    events: Path, naive: dict[str, Any], cores: str
) -> None:
    pytest.importorskip("duckdb", reason="duckdb is among the packages of `make bench` only")
    duck = report("bench.peers", "duckdb", "--input", str(events), "--cores", cores)
    assert disagreements([naive, {"name": "duckdb"} | duck]) == []
    assert duck["events"] == 2_000


def test_a_report_has_what_the_table_needs(naive: dict[str, Any]) -> None:
    assert naive["events"] == 2_000
    assert naive["windows"] == naive["checks"]["windows"] > 0
    assert naive["cpu_s"] > 0
    assert naive["peak_rss_mb"] > 10
    assert set(naive["stages"]) == {"panes", "windows"}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["flink", "--input", "x"], "invalid choice: 'flink'"),
        (["naive"], "--input"),
        (["naive", "--input", "nowhere.ndjson"], "there is no file nowhere.ndjson; make one with"),
        (["duckdb", "--input", __file__, "--cores", "0"], "--cores 0: at least 1"),
    ],
)
def test_a_wrong_argument_is_named(
    capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert complaint in capsys.readouterr().err


def test_an_engine_that_is_not_installed_names_the_fix(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    monkeypatch.delitem(sys.modules, "bench.peers.duckdb_job", raising=False)
    assert main(["duckdb", "--input", __file__]) == 3
    assert "duckdb is not installed: `make bench` installs it" in capsys.readouterr().err
