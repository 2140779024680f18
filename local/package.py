"""Zips of the functions and of the layer, byte for byte the same for the same sources."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LEFT_OUT = ("__pycache__", ".pyc", ".pyi", "Makefile", ".DS_Store")
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Package:
    """A zip and the key that names its content."""

    name: str
    body: bytes

    @property
    def key(self) -> str:
        return f"{self.name}/{hashlib.sha256(self.body).hexdigest()[:32]}.zip"


def function_package(directory: Path) -> Package:
    """One function's own files; its dependencies come from the environment the emulator runs in."""
    return Package(directory.name, _zip((path, path.relative_to(directory)) for path in _sources(directory)))


def layer_package(directory: Path) -> Package:
    """The shared layer with only our own code, under ``python/``."""
    package = directory / "telemetra"
    entries = ((path, Path("python") / path.relative_to(directory)) for path in _sources(package))
    return Package("layer", _zip(entries))


def built_layer(directory: Path) -> Package:
    """The layer as `make package` built it, its wheels included."""
    return Package("layer", _zip((path, path.relative_to(directory)) for path in _sources(directory)))


def _sources(directory: Path) -> list[Path]:
    return sorted(
        path
        for path in directory.rglob("*")
        if path.is_file() and not any(part.endswith(LEFT_OUT) for part in path.parts)
    )


def _zip(entries: Iterable[tuple[Path, Path]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, name in entries:
            entry = zipfile.ZipInfo(name.as_posix(), date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()
