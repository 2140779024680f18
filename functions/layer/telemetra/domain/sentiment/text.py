"""From a message to its words, in an alphabet of one byte a character."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from telemetra.domain.sentiment.lexicon import emoji

PUNCTUATION: Final = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
UPPER: Final = "À"
LOWER: Final = "à"
UNCASED: Final = "¿"
"""What stands for any other letter: the lexicon is ASCII, so of the rest only the case can matter."""

_KEPT: Final = 20_000
_TAGS: Final = range(0xE0000, 0xE0080)
_SELECTORS: Final = range(0xFE00, 0xFE10)
_QUOTES: Final = {"‘": "'", "’": "'", "“": '"', "”": '"'}

split = re.compile(r"[^\x00-\x20]+").findall
"""Split a folded text into tokens: every control character and space ends one."""


class _Alphabet(dict[int, str]):
    """What each character is folded to, worked out when first met."""

    def __missing__(self, code: int) -> str:
        folded = _fold_one(chr(code), code)
        if len(self) < _KEPT:
            self[code] = folded
        return folded


def fold(text: str) -> str:
    """Return a text with nothing beyond ASCII but the three stand-ins for letters.

    An emoji becomes its description, set apart by spaces; Unicode white space becomes a space; curly quotes
    become straight ones; invisible format characters and selectors go.
    """
    return text if text.isascii() else text.translate(_alphabet())


def strip(token: str) -> str:
    """Return a token without the punctuation around it, whole when two characters or fewer would be left.

    What is that short is rather an emoticon.
    """
    stripped = token.strip(PUNCTUATION)
    return stripped if len(stripped) > 2 else token  # noqa: PLR2004


@cache
def _alphabet() -> _Alphabet:
    alphabet = _Alphabet({code: chr(code) for code in range(128)})
    alphabet.update({ord(char): f" {name.translate(alphabet)} " for char, name in emoji().items()})
    return alphabet


def _fold_one(char: str, code: int) -> str:
    if char.isspace():
        return " "
    if code in _SELECTORS or code in _TAGS or unicodedata.category(char) == "Cf":
        return ""
    if char in _QUOTES:
        return _QUOTES[char]
    if char.isupper():
        return UPPER
    return LOWER if char.islower() or char.istitle() else UNCASED
