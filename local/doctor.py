"""Looks at this machine for what would keep the stack from starting."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from local.child import ROOT
from local.emulator import PIN
from local.ports import is_free
from local.settings import Surroundings

OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
LEAST_DISK = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; ``fix`` is empty when it is well."""

    what: str
    found: str
    ok: bool = True
    fix: str = ""

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def examine(around: Surroundings) -> list[Finding]:
    """Look at everything."""
    settings, state = around.settings, around.state
    run = state.live_run()
    return [
        _python(),
        _emulator(),
        _node(),
        _bundle(ROOT / "web" / "dist"),
        _disk(ROOT),
        _state(around),
        _port(
            "TELEMETRA_PORT", settings.port, mine=run is not None and run.url.endswith(f":{settings.port}")
        ),
        _port(
            "TELEMETRA_CLOUD_PORT",
            settings.cloud_port,
            mine=run is not None and run.endpoint_url.endswith(f":{settings.cloud_port}"),
        ),
        *(Finding("settings", warning, ok=False, fix="Correct or remove it.") for warning in around.warnings),
    ]


def text(findings: list[Finding]) -> str:
    """The findings for people."""
    lines = []
    for finding in findings:
        lines.append(f"{'ok ' if finding.ok else 'BAD'}  {finding.what:<18} {finding.found}")
        if finding.fix:
            lines.append(f"     {'fix':<18} {finding.fix}")
    return "\n".join(lines)


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    ok = sys.version_info[:2] >= OLDEST_PYTHON
    return Finding("python", found, ok, "" if ok else "Install Python 3.11 or newer, then `make clean up`.")


def _emulator() -> Finding:
    try:
        found = version("ministack")
    except PackageNotFoundError:
        return Finding("emulator", "not installed", ok=False, fix="Run `make up`, which installs it.")
    ok = found == PIN
    return Finding("emulator", f"ministack {found}", ok, "" if ok else f"Install {PIN} with `make clean up`.")


def _node() -> Finding:
    fix = f"Install Node {OLDEST_NODE} or newer; only `make web` and the browser tests need it."
    node = shutil.which("node")
    if node is None:
        return Finding("node", "not installed", ok=False, fix=fix)
    found = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    ok = int(found.lstrip("v").split(".")[0] or 0) >= OLDEST_NODE
    return Finding("node", found, ok, "" if ok else fix)


def _bundle(dist: Path) -> Finding:
    ok = (dist / "index.html").is_file()
    found = "built" if ok else "web/dist/index.html is missing"
    return Finding("dashboard bundle", found, ok, "" if ok else "Run `make web`.")


def _disk(path: Path) -> Finding:
    free = shutil.disk_usage(path).free
    ok = free >= LEAST_DISK
    return Finding("disk", f"{free / 1e9:.1f} GB free", ok, "" if ok else "Free at least 1 GB.")


def _state(around: Surroundings) -> Finding:
    state = around.state
    if state.held():
        return Finding("state", f"in use in {state.path}")
    if state.read_run() is not None:
        fix = "Run `./telemetra down`, which sweeps up; the state saved before is kept."
        return Finding("state", f"{state.path} was left by a killed run", ok=False, fix=fix)
    return Finding("state", f"saved in {state.path}" if state.holds_state() else "none yet")


def _port(setting: str, port: int, *, mine: bool) -> Finding:
    if mine:
        return Finding(setting, f"{port}, held by the running stack")
    ok = is_free(port)
    fix = "" if ok else f"Stop the program that listens there, or set {setting} to another port."
    return Finding(setting, f"{port} is {'free' if ok else 'taken'}", ok, fix)
