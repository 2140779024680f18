"""Child processes that never outlive the process that started them.

A child's standard input is a pipe whose other end only the parent holds. When the parent is gone, however it
went, the pipe ends and the child asks itself to stop: a killed supervisor still leaves saved state and free
ports.
"""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAYER = ROOT / "functions" / "layer"


@dataclass(slots=True)
class Child:
    """One process of the stack, alone in its own process group."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def alive(self) -> bool:
        return self.process.poll() is None

    def stop(self, *, within_s: float) -> bool:
        """Ask it to end, then end its whole group.

        Returns:
            Whether it ended by itself in time.
        """
        if self.alive():
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(within_s)
            graceful = True
        except subprocess.TimeoutExpired:
            graceful = False
        end_group(self.pid)
        self.process.wait(5)
        if self.process.stdin:
            self.process.stdin.close()
        return graceful

    def last_words(self, lines: int = 12) -> str:
        """The tail of its log, for an error message."""
        if not self.log.is_file():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def start(
    name: str, module: str, arguments: Sequence[str], *, environment: Mapping[str, str], log: Path
) -> Child:
    """Run ``python -m module`` bound to the life of this process, its output in ``log``."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "local.child", module, *arguments],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Child(name, process, log)


def end_group(group: int) -> None:
    """Kill what is left of a process group; an empty one is fine."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _stop_when_orphaned() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Run the module named first on the command line until its parent is gone."""
    threading.Thread(target=_stop_when_orphaned, daemon=True, name="parent-watch").start()
    module = sys.argv[1]
    sys.argv = sys.argv[1:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
