"""Edges without a cloud, commands without a person."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from local.child import LAYER, ROOT
from local.ports import some_free
from telemetra.config import environment


@dataclass(slots=True)
class Command:
    """The `telemetra` command on a state directory and ports of its own."""

    state: Path
    port: int
    cloud_port: int
    extra: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """Its environment."""
        return {
            "PATH": environment()["PATH"],
            "HOME": str(self.state.parent),
            "PYTHONPATH": f"{ROOT}:{LAYER}",
            "TELEMETRA_STATE_DIR": str(self.state),
            "TELEMETRA_PORT": str(self.port),
            "TELEMETRA_CLOUD_PORT": str(self.cloud_port),
            **self.extra,
        }

    def __call__(self, *arguments: str, within_s: float = 120) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""
        return subprocess.run(
            [sys.executable, "-m", "local", *arguments],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=within_s,
            check=False,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Run it in the background, in a session of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "local", *arguments],
            cwd=ROOT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """A command of its own; nothing runs yet."""
    return Command(tmp_path / "state", some_free(), some_free())


def processes_naming(text: str) -> list[str]:
    """Command lines and environments of processes that mention ``text``, this one left out."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        if int(process.name) == os.getpid():
            continue
        try:
            words = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if text.encode() in words:
            found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found
