"""The commands of the page on sources do what it says."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.journey.running import RunningStack
from tests.journey.test_counting import ROOT

PAGE = (ROOT / "docs/sources.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, flags=re.DOTALL)
SAMPLE = (ROOT / "events/samples/chat.jsonl").read_text(encoding="utf-8").splitlines()


def messages(stack: RunningStack, channel: str) -> int:
    answer = httpx.get(f"{stack.url}/api/v1/streams/{channel}/metrics", params={"grain": "minute"})
    return sum(item["chat_count"] for item in answer.json()["items"]) if answer.status_code == 200 else 0


def test_every_block_that_is_not_run_says_why() -> None:
    marks = re.findall(r"```sh(.*)\n", PAGE)
    assert [mark for mark in marks if mark and not re.fullmatch(r" no-run: \w.+", mark)] == []


@pytest.mark.journey
def test_the_commands_run_and_their_messages_are_counted(stack: RunningStack, tmp_path: Path) -> None:
    for block in BLOCKS:
        done = subprocess.run(
            ["sh", "-ec", block], cwd=ROOT, env={**stack.environment, "TELEMETRA_STATE_DIR": str(tmp_path)},
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    cut = [line for line in map(json.loads, SAMPLE) if 30 <= line["t"] - json.loads(SAMPLE[0])["t"] < 120]
    wanted = {"demo_log": len(SAMPLE), "demo_table": 2, "demo_cut": len(cut)}
    stack.wait_for(lambda: {name: messages(stack, name) for name in wanted} == wanted, 120)
