"""The state directory: who holds it, what runs, and where each part is kept."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from local.child import end_group
from local.errors import LocalError


@dataclass(frozen=True, slots=True)
class Run:
    """A running stack as other commands see it.

    Attributes:
        supervisor: process id of `up`.
        groups: process group of each child by name.
        ready: whether `up` has printed its link.
    """

    supervisor: int
    url: str
    endpoint_url: str
    prefix: str
    ready: bool = False
    groups: dict[str, int] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)


class StateDir:
    """Paths below the state directory, and what is written there."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.cloud = self.path / "cloud"
        self.objects = self.path / "s3"
        self.scratch = self.path / "tmp"
        self.logs = self.path / "logs"
        self.truth = self.path / "demo-truth.json"
        self.later_truth = self.path / "live-truth.json"
        self.metrics = self.path / "metrics.txt"
        self.operation = self.path / "operation.json"
        self._run = self.path / "run.json"
        self._opened = self.path / "opened"

    def prepare(self) -> None:
        """Make the directories; what a killed run left goes, and so do objects that no saved table knows."""
        shutil.rmtree(self.scratch, ignore_errors=True)
        for told in (self.metrics, self.operation):
            told.unlink(missing_ok=True)
        if not self.holds_state():
            shutil.rmtree(self.objects, ignore_errors=True)
        for directory in (self.cloud, self.objects, self.scratch, self.logs):
            directory.mkdir(parents=True, exist_ok=True)

    def holds_state(self) -> bool:
        """Whether an earlier run saved its tables and streams here."""
        return self._snapshot.is_file()

    @property
    def _snapshot(self) -> Path:
        return self.cloud / "dynamodb.json"

    def note_opened(self) -> None:
        """Note that the embedded cloud now changes what is saved; it saves when it stops in order."""
        self._opened.touch()

    def lost(self) -> str:
        """Say what the last run lost; empty when it saved its state, or when there was none.

        Only the lock's holder may ask, before the cloud starts.
        """
        if not self._opened.is_file():
            return ""
        if not self.holds_state():
            return "all that it held, for it had never been saved"
        saved_s = self._snapshot.stat().st_mtime
        if saved_s >= self._opened.stat().st_mtime:
            return ""
        saved = datetime.fromtimestamp(saved_s, UTC)
        return f"what came after its last snapshot, {saved:%Y-%m-%d %H:%M:%S} UTC"

    def write_run(self, run: Run) -> None:
        write_json(self._run, asdict(run))

    def read_run(self) -> Run | None:
        """The last run that was written, alive or not; None when there is none or it is unreadable."""
        try:
            return Run(**json.loads(self._run.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def live_run(self) -> Run | None:
        """The run whose supervisor still holds the lock."""
        return self.read_run() if self.held() else None

    def held(self) -> bool:
        """Whether some process holds the lock now."""
        if not (self.path / "lock").exists():
            return False
        with (self.path / "lock").open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def clear_run(self) -> None:
        self._run.unlink(missing_ok=True)

    def sweep_orphans(self) -> list[str]:
        """End children of a killed supervisor that are still there; only the lock's holder may call this.

        Returns:
            Names of the children that were ended.
        """
        run = self.read_run()
        if run is None:
            return []
        ended = [name for name, group in run.groups.items() if _is_ours(group)]
        for name in ended:
            end_group(run.groups[name])
        self.clear_run()
        return ended

    def forget(self) -> None:
        """Delete tables, streams, objects, unsent records and their truth; the caller holds the lock."""
        for directory in (self.cloud, self.objects, self.scratch, self.path / "spill"):
            shutil.rmtree(directory, ignore_errors=True)
        for told in (self.truth, self.later_truth, self._opened):
            told.unlink(missing_ok=True)

    def purge(self) -> None:
        """Delete all that we ever wrote here, and the directory if nothing else is in it."""
        self.forget()
        shutil.rmtree(self.logs, ignore_errors=True)
        for name in ("run.json", "edge.json", "up.log", "lock"):
            (self.path / name).unlink(missing_ok=True)
        if self.path.is_dir() and not any(self.path.iterdir()):
            self.path.rmdir()


class StateLock(AbstractContextManager["StateLock"]):
    """The exclusive right to run a stack in one state directory; the kernel frees it when the holder ends."""

    def __init__(self, state: StateDir) -> None:
        self._state = state
        self._handle: IO[str] | None = None

    def __enter__(self) -> StateLock:
        self._state.path.mkdir(parents=True, exist_ok=True)
        handle = (self._state.path / "lock").open("a+")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            handle.close()
            run = self._state.read_run()
            where = f" at {run.url} (process {run.supervisor})" if run else ""
            sentence = f"A stack is already running in {self._state.path}{where}."
            raise LocalError(
                sentence,
                fix="Stop it with `./telemetra down`, or set TELEMETRA_STATE_DIR to another directory.",
            ) from error
        self._handle = handle
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle:
            self._handle.close()


def write_json(path: Path, value: Any) -> None:
    """Replace a file whole, so that no reader ever sees half of it."""
    write_text(path, json.dumps(value, indent=1))


def write_text(path: Path, text: str) -> None:
    """Replace a file whole, so that no reader ever sees half of it."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w") as handle:
        handle.write(text)
    Path(name).replace(path)


def _is_ours(group: int) -> bool:
    try:
        os.killpg(group, 0)
        words = Path(f"/proc/{group}/cmdline").read_bytes()
    except (OSError, ValueError):
        return False
    return b"local.child" in words
