"""The polarity of emotes: our own dated list, and what a channel adds to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

SENTIMENT_UNIT: Final = 10_000
"""Scores are integers in 1/10,000, so that sums merge exactly."""

LONGEST_TOKEN: Final = 24
"""Characters of the longest word that is looked up."""

_MOST_ADDITIONS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Emotes:
    """The emotes with a polarity.

    Attributes:
        known: polarity by name, in 1/10,000, never 0.
        spoken: those of them that also count as a token of a text: ASCII without spaces, at most 24 long.
    """

    known: Mapping[str, int]
    spoken: Mapping[str, int]

    @classmethod
    def of(cls, additions: Mapping[str, float] | None = None) -> Emotes:
        """Return the list with a channel's additions (-1 to 1; 0 takes an emote out of the list).

        Raises:
            ValueError: for a polarity outside -1 to 1, or more than 10,000 additions.
        """
        return _extended(tuple(sorted(additions.items())) if additions else ())


def mean_polarity(total: int, count: int) -> int:
    """Return the mean of ``count`` polarities that add up to ``total``, half rounded up."""
    return (2 * total + count) // (2 * count)


@cache
def listed() -> dict[str, float]:
    """Return the polarity, -1 to 1, of the emotes of the package's own list."""
    text = files("telemetra.domain.sentiment").joinpath("emotes.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("# "))
    return {name: float(polarity) for name, polarity, *_ in rows}


@lru_cache(maxsize=64)
def _extended(additions: tuple[tuple[str, float], ...]) -> Emotes:
    if len(additions) > _MOST_ADDITIONS:
        msg = f"{len(additions)} additions to the emotes, at most {_MOST_ADDITIONS} are taken"
        raise ValueError(msg)
    for name, polarity in additions:
        if not -1 <= polarity <= 1:
            msg = f"polarity of emote {name} is {polarity}, not within -1 to 1"
            raise ValueError(msg)
    units = {
        name: round(polarity * SENTIMENT_UNIT) for name, polarity in (listed() | dict(additions)).items()
    }
    known = {name: polarity for name, polarity in units.items() if polarity}
    return Emotes(known, {name: known[name] for name in known if _is_token(name)})


def _is_token(name: str) -> bool:
    return 0 < len(name) <= LONGEST_TOKEN and name.isascii() and min(name) > " "
