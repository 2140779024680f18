"""A stored row of a channel's history: the summary of a minute, an hour or a day."""

from __future__ import annotations

from dataclasses import dataclass

from telemetra.domain.summary import Summary
from telemetra.domain.window import Grain


@dataclass(frozen=True, slots=True, order=True)
class MetricKey:
    """Channel, grain and start of the half-open interval (event time, ms)."""

    channel: str
    grain: Grain
    start_ms: int


@dataclass(frozen=True, slots=True)
class MetricRow:
    """A derived row: any writer that read the same parts derives the same row.

    Attributes:
        key: which interval of which channel.
        summary: the merge of its parts.
        final: whether every kind that the channel sends had closed the interval.
        revision: how often it was published again after it was final.
        version: sum of the versions of its parts; a larger one has seen more.
    """

    key: MetricKey
    summary: Summary
    final: bool
    revision: int
    version: int

    @property
    def end_ms(self) -> int:
        """End of the interval, exclusive."""
        return self.key.start_ms + self.key.grain.span_ms
