"""Zips of functions and layer."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

from local.child import LAYER, ROOT
from local.package import function_package, layer_package


def names(body: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(body)).namelist()


def test_the_layer_holds_our_package_only() -> None:
    found = names(layer_package(LAYER).body)
    assert "python/telemetra/config.py" in found
    assert all(name.startswith("python/telemetra/") for name in found)


def test_a_function_holds_its_own_files_only() -> None:
    assert names(function_package(ROOT / "functions" / "aggregate").body) == ["handler.py"]


def test_the_same_sources_give_the_same_key_whenever_they_were_written(tmp_path: Path) -> None:
    handler = tmp_path / "echo" / "handler.py"
    handler.parent.mkdir()
    handler.write_text("x = 1\n")
    before = function_package(handler.parent).key
    os.utime(handler, (1, 1))
    (handler.parent / "__pycache__").mkdir()
    (handler.parent / "__pycache__" / "handler.pyc").write_text("compiled")
    assert function_package(handler.parent).key == before
    handler.write_text("x = 2\n")
    assert function_package(handler.parent).key != before
