"""Looks at this machine for what would keep the stack from starting."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from local.child import ROOT
from local.cloud import Cloud
from local.emulator import PIN
from local.errors import LocalError
from local.ports import is_free
from local.settings import Surroundings
from local.template import Root, read
from local.watch import Watch
from telemetra.adapters.clock import now_ms

OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
LEAST_DISK = 1_000_000_000
CLOCK_MS = 60_000
"""How far a clock may be behind a file."""


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
        _clock(ROOT / "template.yaml", now_ms()),
        _template(ROOT / "template.yaml"),
        _state(around),
        *([_token(Watch(Cloud(run.endpoint_url), run.url, run.prefix))] if run else []),
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


def _clock(newest: Path, at_ms: int) -> Finding:
    """A clock that is behind our own files makes every event one of the future."""
    behind_ms = round(newest.stat().st_mtime * 1000) - at_ms
    if behind_ms > CLOCK_MS:
        fix = "Set the clock; `timedatectl set-ntp true` keeps it right."
        return Finding("clock", f"{behind_ms / 1000:.0f} s behind {newest.name}", ok=False, fix=fix)
    return Finding("clock", datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="seconds"))


def _template(path: Path) -> Finding:
    """Whether the stacks can be resolved; `make lint` and `make package` say more."""
    try:
        nested = Root.load(path, {}, {}).nested()
        resources = sum(len(read(stack.location)["Resources"]) for stack in nested)
    except LocalError as error:
        return Finding("template", str(error), ok=False, fix=error.fix)
    return Finding("template", f"{len(nested)} stacks, {resources} resources")


def _token(watch: Watch) -> Finding:
    """Whether the running stack takes a token signed with its own secret."""
    if watch.get("/api/v1/streams", limit=1) is None:
        fix = "Restart with `./telemetra down` and `./telemetra up`; look at `./telemetra logs --errors`."
        return Finding("token", "the API refuses a token of its own", ok=False, fix=fix)
    return Finding("token", "taken by the API")


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
