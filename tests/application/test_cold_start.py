"""What the aggregate function loads before its first delivery."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

LOAD = """
import json, sys, time
sys.path[:0] = [{layer!r}, {function!r}]
started = time.process_time()
import handler
print(json.dumps([time.process_time() - started, sorted(sys.modules)]))
"""


def _load() -> tuple[float, list[str]]:
    script = LOAD.format(layer=str(ROOT / "functions/layer"), function=str(ROOT / "functions/aggregate"))
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    spent, modules = json.loads(run.stdout)
    return spent, modules


def test_no_heavy_library_comes_along() -> None:
    _, modules = _load()
    loaded = {name.partition(".")[0] for name in modules}
    assert not loaded & {"pydantic", "scipy", "pandas", "sklearn", "nltk", "boto3"}


def test_loading_takes_less_than_400_ms_of_cpu() -> None:
    assert min(_load()[0] for _ in range(5)) <= 0.4
