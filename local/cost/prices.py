"""The price table: one dated list price with its source for each thing that is billed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_TABLE: Final = Path(__file__).with_name("prices.toml")


@dataclass(frozen=True, slots=True)
class Price:
    """One list price.

    Attributes:
        usd: dollars of the unit that the price is named after.
        source: where it was read.
        confirmed: whether a page stated it; otherwise it is remembered and has to be checked.
    """

    usd: float
    source: str
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Prices:
    """All prices of one region and day."""

    region: str
    dated: str
    of: Mapping[str, Price]

    def __getitem__(self, name: str) -> float:
        """Return the dollars of a unit."""
        return self.of[name].usd


@cache
def list_prices() -> Prices:
    """Return the table that is kept beside this module."""
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    region, dated = table.pop("region"), table.pop("dated")
    return Prices(region, dated, {name: Price(**entry) for name, entry in table.items()})
