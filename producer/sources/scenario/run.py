"""One run of a scenario from its first to its last event, with its truth: no cloud, no clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from producer.sources.scenario.world import place
from producer.truth import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from producer.event import Event
    from producer.sources.scenario.moment import Moment
    from producer.sources.scenario.spec import Spec
    from producer.sources.scenario.world import Scenario
    from producer.truth import Truth

START_MS: Final = 1_800_000_000_000
"""Where a run begins by default: a whole pane, minute and hour."""


class Run:
    """The events of ``[start_ms, end_ms)``; each iteration makes them anew, the same ones.

    Attributes:
        scenario: the channels; ``scenario.channels[n].block(k)`` is the k-th 10 s of one.
        start_ms: first instant.
        end_ms: first instant after it.
    """

    def __init__(self, scenario: Scenario, end_ms: int) -> None:
        """See ``run``."""
        self.scenario = scenario
        self.start_ms = scenario.start_ms
        self.end_ms = end_ms
        self._tally = Tally()

    def __iter__(self) -> Iterator[Event]:
        """Yield the events by (ts, event id), counting them for ``truth``."""
        self._tally = Tally()
        return self._tally.watch(self.scenario.events(until_ms=self.end_ms))

    @property
    def moments(self) -> list[Moment]:
        """The planted moments that begin within the run, by (start, channel); known beforehand."""
        return self.scenario.moments(self.start_ms, self.end_ms)

    def truth(self) -> Truth:
        """Return the plain count of the last iteration as far as it went, and what was planted."""
        return self._tally.truth(self.scenario, self.start_ms, self.end_ms)


def run(
    spec: Spec,
    seed: int,
    *,
    start_ms: int = START_MS,
    lasts_ms: int | None = None,
    names: Sequence[str] | None = None,
    rate: float | None = None,
) -> Run:
    """Return a run of ``spec``: iterate it for its events, then ask its truth.

    Args:
        spec: from ``find``, ``read`` or ``parse``.
        seed: same arguments, same bytes.
        start_ms: first instant, epoch ms; a whole pane makes blocks panes.
        lasts_ms: how long; by default as long as the file says.
        names: see ``world.place``.
        rate: see ``world.place``.

    Example:
        >>> from producer.sources.scenario import find
        >>> calm = run(find("calm"), seed=7, lasts_ms=60_000)
        >>> sum(1 for event in calm) == sum(calm.truth().events.values())
        True
    """
    scenario = place(spec, seed, start_ms=start_ms, names=names, rate=rate)
    return Run(scenario, start_ms + (spec.lasts_ms if lasts_ms is None else lasts_ms))
