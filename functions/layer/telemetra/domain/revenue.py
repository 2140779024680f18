"""What one pane of transactions says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from telemetra.domain.encoding import seal, unseal
from telemetra.domain.events import Transaction

_VERSION: Final = 1
PackedRevenue = list[tuple[str, str, int, int]]


class RevenuePane(msgspec.Struct, frozen=True, gc=False):
    """Transactions of one pane; a commutative monoid.

    Attributes:
        sums: (type, currency) to (units bought, hundredths of the currency).
    """

    sums: Mapping[tuple[str, str], tuple[int, int]] = msgspec.field(default_factory=dict)

    @classmethod
    def of(cls, events: Sequence[Transaction]) -> RevenuePane:
        """Fold transactions into a pane."""
        sums: dict[tuple[str, str], tuple[int, int]] = {}
        for event in events:
            key = (event.type.value, event.currency)
            count, cents = sums.get(key, (0, 0))
            sums[key] = (count + event.quantity, cents + event.amount_cents)
        return cls(sums)

    def merge(self, other: RevenuePane) -> RevenuePane:
        """Return the pane of both sets of transactions."""
        sums = dict(self.sums)
        for key, (count, cents) in other.sums.items():
            mine = sums.get(key, (0, 0))
            sums[key] = (mine[0] + count, mine[1] + cents)
        return RevenuePane(sums)

    @property
    def count(self) -> int:
        """Units bought, over all types."""
        return sum(count for count, _ in self.sums.values())

    def counts_by_type(self) -> dict[str, int]:
        """Return units bought by transaction type, sorted by name."""
        totals: Counter[str] = Counter()
        for (kind, _), (count, _) in self.sums.items():
            totals[kind] += count
        return dict(sorted(totals.items()))

    def cents_by_currency(self) -> dict[str, int]:
        """Return hundredths by currency, sorted by name."""
        totals: Counter[str] = Counter()
        for (_, currency), (_, cents) in self.sums.items():
            totals[currency] += cents
        return dict(sorted(totals.items()))

    def encode(self) -> bytes:
        """Return canonical bytes."""
        return seal(_VERSION, self.packed())

    @classmethod
    def decode(cls, data: bytes) -> RevenuePane:
        """Undo ``encode``; raises ``CorruptStateError``."""
        _, shape = unseal(data, {_VERSION: PackedRevenue}, "revenue pane")
        return cls.unpacked(shape)

    def packed(self) -> PackedRevenue:
        """Return a canonical plain form."""
        return [(kind, currency, *self.sums[kind, currency]) for kind, currency in sorted(self.sums)]

    @classmethod
    def unpacked(cls, shape: PackedRevenue) -> RevenuePane:
        """Undo ``packed``."""
        return cls({(kind, currency): (count, cents) for kind, currency, count, cents in shape})
