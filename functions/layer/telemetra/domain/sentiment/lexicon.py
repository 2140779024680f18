"""The VADER lexicons (Hutto and Gilbert, 2014), read from the installed package; its code is not imported."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

_PACKAGE: Final = "vaderSentiment"
_SELECTOR: Final = "\ufe0f"


@cache
def lexicon() -> dict[str, float]:
    """Return word to rating, -4 to 4. Words are looked up in lower case, so only such are kept."""
    rows = (line.split("\t", 2) for line in _lines("vader_lexicon.txt"))
    return {row[0]: float(row[1]) for row in rows if row[0] == row[0].lower()}


@cache
def emoji() -> dict[str, str]:
    """Return emoji of one character, variation selectors apart, to their description."""
    rows = (line.split("\t") for line in _lines("emoji_utf8_lexicon.txt"))
    plain = ((row[0].removesuffix(_SELECTOR), row[1]) for row in rows)
    return {char: description for char, description in plain if len(char) == 1}


def _lines(name: str) -> list[str]:
    text = files(_PACKAGE).joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line]
