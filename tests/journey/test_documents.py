"""The shell blocks of README and docs do what their pages say, on the stack that README starts."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from local.ports import some_free
from local.waiting import holds_within
from tests.documents import Block, all_blocks
from tests.house.repository import ROOT
from tests.local.conftest import Command

RUN = [block for block in all_blocks() if block.runs]
TESTS = ".venv/bin/python -m pytest "
SAMPLE = [json.loads(line) for line in (ROOT / "events/samples/chat.jsonl").read_text().splitlines()]
SAMPLE_PLAYED = "chat.jsonl --channel demo_log"
READY_S = 120
EACH_S = 120


def sandbox(command: Command, folder: Path) -> dict[str, str]:
    """Where a reader's commands find this stack: its own ports and state, and the tools that are installed.

    ``make`` takes what is built as built, and pytest only collects: those tests run anyway.
    """
    tools = folder / "bin"
    tools.mkdir()
    make = tools / "make"
    built = " ".join(f"-o {name}" for name in (".venv/.run-time", ".venv/.tests", "web/dist/index.html"))
    make.write_text(f'#!/bin/sh\nexec {shutil.which("make")} {built} "$@"\n')
    make.chmod(0o755)
    return {
        **command.environment(),
        "PATH": f"{tools}:{ROOT / '.venv/bin'}:{command.environment()['PATH']}",
        "PYTEST_ADDOPTS": "--collect-only -q -p no:cacheprovider",
        "TELEMETRA_SCENARIO": "demo",
    }


class Reader:
    """Somebody who types what the pages show.

    Attributes:
        played: where on the clock the sample was laid; what is played twice to the same place counts once.
    """

    def __init__(self, command: Command, folder: Path) -> None:
        self._command = command
        self._environment = sandbox(command, folder)
        self._stand_in = some_free()
        self.played: set[str] = set()

    def _adapted(self, block: Block) -> str:
        ports = {"3000": self._command.port, "4566": self._command.cloud_port, "8090": self._stand_in}
        text = block.text
        for named, own in ports.items():
            text = text.replace(named, str(own))
        return text

    def start(self, block: Block) -> subprocess.Popen[str]:
        """Run a block that goes on until it is stopped."""
        return subprocess.Popen(
            ["sh", "-ec", self._adapted(block)],
            cwd=ROOT,
            env={**self._environment, "ARGS": "--archive --no-demo"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def fault(self, block: Block) -> str:
        """Run a block; empty when it went well."""
        began = time.monotonic()
        try:
            done = subprocess.run(
                ["sh", "-ec", self._adapted(block)], cwd=ROOT, env=self._environment, timeout=EACH_S,
                capture_output=True, text=True, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"{block.where}: not done within {EACH_S} s"
        print(f"{time.monotonic() - began:6.1f} s  {block.where}")
        if SAMPLE_PLAYED in block.text:
            self.played |= set(re.findall(r"first event at (\S+),", done.stdout + done.stderr))
        return f"{block.where}: {done.stdout[-500:]}{done.stderr[-1500:]}" if done.returncode else ""


def gathered(blocks: list[Block]) -> list[Block]:
    """The blocks, those that only run tests as one that collects all of them."""
    tests = [block for block in blocks if block.text.startswith(TESTS) and block.text.count("\n") == 1]
    assert len(tests) > 4
    text = TESTS + " ".join(block.text.removeprefix(TESTS).partition(" -k ")[0].strip() for block in tests)
    together = replace(tests[0], page=" ".join(block.page for block in tests), text=text)
    return [*(block for block in blocks if block not in tests), together]


def messages(command: Command, token: str, channel: str) -> int:
    answer = httpx.get(
        f"http://127.0.0.1:{command.port}/api/v1/streams/{channel}/metrics",
        params={"grain": "minute"},
        headers={"Authorization": f"Bearer {token}"},
    )
    return sum(item["chat_count"] for item in answer.json()["items"]) if answer.status_code == 200 else 0


def an_operators_questions(command: Command) -> None:
    """What the commands answer on a stack that runs, for scripts."""
    status = json.loads(command("status", "--json").stdout)
    assert (status["running"], status["ready"], status["rejects"]) == (True, True, 0)
    assert {shard["stream"] for shard in status["lag"]} <= {"chat", "viewer", "transaction", "stream_meta"}
    findings = {one["what"]: one for one in json.loads(command("doctor", "--json").stdout)}
    assert (findings["token"]["ok"], findings["TELEMETRA_PORT"]["ok"]) == (True, True), findings
    tail = command("tail", "--expect", "3", "--timeout", "30", "--json")
    assert (tail.returncode, len(tail.stdout.splitlines())) == (0, 3), tail.stderr
    silent = command("tail", "--channel", "nobody", "--expect", "1", "--timeout", "0.5")
    assert (silent.returncode, silent.stderr) == (1, "error: 0 of 1 events came within 0.5 s\n")
    assert command("redrive", "--json").returncode == 0
    assert "estimates" in json.loads(command("cost", "--measured", "--json").stdout)


@pytest.mark.journey
def test_every_block_runs_as_it_stands(tmp_path: Path) -> None:
    command = Command(tmp_path / "state", some_free(), some_free())
    reader = Reader(command, tmp_path)
    first, ends = RUN[0], [block for block in RUN if "make down" in block.text]
    assert (first.page, first.text) == ("README.md", "make up\n")
    stack = reader.start(first)
    try:
        ready = holds_within(lambda: command("status").returncode == 0, READY_S, every_s=0.5)
        assert ready, stack.communicate()[0] if stack.poll() is not None else "not ready"
        others = [block for block in RUN if block not in (first, *ends)]
        told = [reader.fault(block) for block in gathered(others)]
        assert not any(told), "\n".join(filter(None, told))
        cut = [line for line in SAMPLE if 30 <= line["t"] - SAMPLE[0]["t"] < 120]
        assert reader.played
        wanted = {"demo_log": len(reader.played) * len(SAMPLE), "demo_table": 2, "demo_cut": len(cut)}
        token = command("token").stdout.strip()

        def counted() -> dict[str, int]:
            return {channel: messages(command, token, channel) for channel in wanted}

        assert holds_within(lambda: counted() == wanted, 60, every_s=0.5), counted()
        an_operators_questions(command)
    finally:
        os.killpg(stack.pid, signal.SIGINT)
        said, _ = stack.communicate(timeout=60)
    assert "Stopped. Start again with" in said
    assert [fault for block in ends if (fault := reader.fault(block))] == []
