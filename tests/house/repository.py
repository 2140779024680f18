"""What the house's tests read: tracked files and the tables of pyproject."""

from __future__ import annotations

import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@cache
def tracked() -> tuple[Path, ...]:
    """Return the files in git that exist in the work tree."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    return tuple(path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file())


@cache
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def python_versions() -> list[str]:
    """Return the minor versions that pyproject names, such as 3.11."""
    heading = "Programming Language :: Python :: "
    return [line.removeprefix(heading) for line in pyproject()["project"]["classifiers"] if heading in line]
