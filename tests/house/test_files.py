"""What every file of the repository keeps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.repository import ROOT, tracked

GENERATED = {"requirements.lock", "package-lock.json", "contract.ts", "LICENSE"}
SOURCES = {".py", ".ts", ".tsx", ".js", ".mjs", ".css", ".html", ".yaml", ".yml", ".toml", ".md", ".sh", ""}
LONGEST = 400
MACHINE = re.compile(r"(?<![\w.])/(work|root|home|opt|Users)/[a-z]|file:" + "///")
REGISTRY = re.compile(
    "|".join(
        ("pypi" + r"\.org/simple", "files.python" + "hosted", "registry.npm" + "js", "registry.yarn" + "pkg")
    )
)
UNFINISHED = re.compile(r"\b(TO" + "DO|FIX" + "ME|XX" + r"X)\b")


def texts() -> list[tuple[Path, str]]:
    files = [path for path in tracked() if path.suffix in SOURCES and path.name not in GENERATED]
    return [(path.relative_to(ROOT), path.read_text(encoding="utf-8")) for path in files]


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {str(path): text.count("\n") for path, text in texts()}
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


@pytest.mark.parametrize(
    "banned", [MACHINE, REGISTRY, UNFINISHED], ids=["machine path", "registry", "unfinished"]
)
def test_no_file_names_what_only_one_machine_has(banned: re.Pattern[str]) -> None:
    found = {str(path): match.group() for path, text in texts() if (match := banned.search(text))}
    assert found == {}


def test_every_text_ends_with_one_newline() -> None:
    assert [
        str(path) for path, text in texts() if text and (not text.endswith("\n") or text.endswith("\n\n"))
    ] == []


def test_locks_name_no_registry() -> None:
    locks = [path for path in tracked() if path.name in GENERATED]
    assert [str(path) for path in locks if REGISTRY.search(path.read_text(encoding="utf-8"))] == []
