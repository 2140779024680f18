"""`make help` tells the truth about the Makefile."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.house.repository import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
LISTED = re.findall(r"^([a-z-]+):.*## ", MAKEFILE, flags=re.MULTILINE)


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def test_make_alone_lists_every_target_with_its_line() -> None:
    assert re.findall(r"^  make ([a-z-]+) +\S", make().stdout, flags=re.MULTILINE) == LISTED


@pytest.mark.parametrize("target", LISTED)
def test_a_listed_target_does_something(target: str) -> None:
    planned = make("--dry-run", "--always-make", target)
    assert planned.returncode == 0, planned.stderr
    assert planned.stdout.strip()


def test_every_listed_target_is_phony() -> None:
    (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, flags=re.MULTILINE)
    assert sorted(phony.split()) == sorted(LISTED)


def test_continuous_integration_runs_make_test() -> None:
    assert "make test" in (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "bash .ci/run" in (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
