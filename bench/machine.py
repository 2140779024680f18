"""The kind of machine a result was measured on, without its name, and where results are kept."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import Any


def kind() -> dict[str, str | int]:
    """Return processor, cores, system and Python of this machine."""
    return {
        "processor": _model() or platform.processor() or platform.machine(),
        "architecture": platform.machine(),
        "cores": os.cpu_count() or 1,
        "system": platform.system(),
        "python": platform.python_version(),
    }


def _model(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    if not cpuinfo.is_file():
        return ""
    lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def keep(figures: dict[str, Any], path: Path | None) -> None:
    """Write a finished result as JSON; without a path nothing is written."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
