"""The shell blocks of every page: which are run, and which say why they are not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.house.repository import ROOT, tracked

FENCE = re.compile(r"^```(?P<mark>[^\n]*)\n(?P<text>.*?)^```$", flags=re.DOTALL | re.MULTILINE)
SHELL = re.compile(r"(sh|bash|console|shell)\b(?P<rest>.*)")
REASON = re.compile(r" no-run: \w+ \w.{10,}")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block.

    Attributes:
        page: its file, from the root.
        line: of the opening fence.
        mark: what stands behind the opening fence.
    """

    page: str
    line: int
    mark: str
    text: str

    @property
    def where(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def is_shell(self) -> bool:
        return SHELL.match(self.mark) is not None

    @property
    def runs(self) -> bool:
        return self.mark == "sh"


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            str(page.relative_to(ROOT)), text.count("\n", 0, found.start()) + 1, found["mark"], found["text"]
        )
        for found in FENCE.finditer(text)
    ]


def all_blocks() -> list[Block]:
    """The fenced blocks of every page in git."""
    return [block for page in tracked() if page.suffix == ".md" for block in blocks(page)]
