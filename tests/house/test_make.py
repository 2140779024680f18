"""`make help` tells the truth about the Makefile."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

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


def test_settings_of_dotenv_reach_the_recipes_unless_the_environment_has_them(tmp_path: Path) -> None:
    probe = 'probe:\n\t@echo "$$TELEMETRA_PORT|$$TELEMETRA_SEED|$$TELEMETRA_SCENARIO|$$TELEMETRA_RATE"\n'
    (tmp_path / "Makefile").write_text(f"{MAKEFILE}\n{probe}", encoding="utf-8")
    lines = (
        "# a comment",
        "TELEMETRA_PORT=3999",
        "TELEMETRA_SEED='11'",
        'export TELEMETRA_SCENARIO="calm"',
        "TELEMETRA_RATE=",
    )
    (tmp_path / ".env").write_text("\n".join(lines), encoding="utf-8")
    told = subprocess.run(
        ["make", "probe"], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PATH": os.defpath, "TELEMETRA_SEED": "12"},
    )  # fmt: skip
    assert told.stdout == "3999|12|calm|\n", told.stderr
