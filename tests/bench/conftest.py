from __future__ import annotations

from pathlib import Path

import pytest

from bench.perf.generate import Shape, lines


@pytest.fixture(scope="session")
def events(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small file of generated events."""
    path = tmp_path_factory.mktemp("bench") / "events.ndjson"
    path.write_bytes(b"".join(line + b"\n" for line in lines(Shape(events=2_000, channels=12, minutes=3))))
    return path
