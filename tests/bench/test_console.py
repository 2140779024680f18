"""Commands end in a way that shells understand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.console import leave
from local.child import LAYER, ROOT
from local.errors import LocalError
from telemetra.config import environment

COMMANDS = [
    (sys.executable, "-m", "bench.data", "--help"),
    (sys.executable, "-m", "bench.nab", "--help"),
    (sys.executable, "-m", "local", "scenarios"),
    (sys.executable, "-m", "local", "config", "show"),
    (sys.executable, "-m", "producer", "run", "--help"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_reader_that_had_enough_is_no_fault(command: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={"PATH": environment()["PATH"], "PYTHONPATH": f"{ROOT}:{LAYER}"},
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )
    os.close(writer)
    assert (done.stderr, done.returncode != 0) == ("", True)


def failing(error: BaseException) -> int:
    raise error


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (KeyboardInterrupt(), 130, "stopped\n"),
        (LocalError("there is no build", fix="Make it."), 2, "error: there is no build\n  fix: Make it.\n"),
    ],
)
def test_what_a_person_did_or_can_mend_has_no_traceback(
    error: BaseException, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        leave(lambda: failing(error))
    assert (end.value.code, capsys.readouterr().err) == (code, told)


def test_the_code_of_a_command_is_its_exit_code() -> None:
    with pytest.raises(SystemExit) as end:
        leave(lambda: 1)
    assert end.value.code == 1


def test_every_command_of_the_bench_ends_this_way() -> None:
    commands = [path for path in Path(ROOT / "bench").rglob("*.py") if "argparse" in path.read_text()]
    assert len(commands) > 10
    ends = {
        str(path.relative_to(ROOT)): re.findall(r"__main__\":\n    (.*)", path.read_text())
        for path in commands
    }
    assert {name: end for name, end in ends.items() if end != ["leave(main)"]} == {}
