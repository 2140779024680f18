"""What the page of parity promises exists."""

from __future__ import annotations

import re

from tests.house.repository import ROOT

PAGE = (ROOT / "docs/parity.md").read_text(encoding="utf-8")
NAMED = re.findall(
    r"`((?:tests|local|functions|events|producer|stacks|bench|docs|web)/[\w./*-]+)(?:::(test_\w+))?`", PAGE
)


def test_every_file_it_names_exists() -> None:
    assert len(NAMED) > 70
    assert [place for place, _ in NAMED if not list(ROOT.glob(place))] == []


def test_every_test_it_names_is_defined_in_its_file() -> None:
    tests = [(place, name) for place, name in NAMED if name]
    assert tests
    missing = [
        (place, name)
        for place, name in tests
        if f"def {name}(" not in (ROOT / place).read_text(encoding="utf-8")
    ]
    assert missing == []


def test_every_row_names_what_proves_it() -> None:
    rows = [
        row for row in PAGE.splitlines() if row.startswith("|") and not row.startswith(("|---", "| there"))
    ]
    assert [row for row in rows if not row.rstrip(" |").endswith("`")] == []
