"""Lines of a monthly bill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

BILLION: Final = 1e9


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is billed.

    Attributes:
        service: what sends the bill.
        what: what is counted.
        quantity: units of the price, a month.
        price: dollars a unit.
    """

    service: str
    what: str
    quantity: float
    price: float

    @property
    def usd(self) -> float:
        """Dollars a month."""
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a design costs a month.

    Attributes:
        design: its name.
        lines: by service.
        events: events a month that it carries.
    """

    design: str
    lines: Sequence[Line]
    events: float

    @property
    def usd(self) -> float:
        """Dollars a month."""
        return sum(line.usd for line in self.lines)

    @property
    def usd_per_billion(self) -> float:
        """Dollars a billion events."""
        return self.usd / self.events * BILLION

    @property
    def by_service(self) -> dict[str, float]:
        """Dollars a month of each service, in order of the lines."""
        sums: dict[str, float] = {}
        for line in self.lines:
            sums[line.service] = sums.get(line.service, 0.0) + line.usd
        return sums

    def figures(self) -> dict[str, Any]:
        """Return the estimate for JSON."""
        return {
            "design": self.design,
            "usd_per_month": round(self.usd, 2),
            "usd_per_billion_events": round(self.usd_per_billion, 2),
            "by_service": {service: round(usd, 2) for service, usd in self.by_service.items()},
            "lines": [
                {
                    "service": line.service,
                    "what": line.what,
                    "quantity": round(line.quantity, 4),
                    "price": line.price,
                    "usd": round(line.usd, 2),
                }
                for line in self.lines
            ],
        }
