"""Panes of a channel as a detector meets them, made by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from telemetra.domain.chat import ChatPane
from telemetra.domain.detection import Detector, Facts, Observation
from telemetra.domain.distinct import Distinct
from telemetra.domain.fusion import moment_detector
from telemetra.domain.moment import Moment
from telemetra.domain.revenue import RevenuePane
from telemetra.domain.summary import Summary
from telemetra.domain.tally import Tally
from telemetra.domain.viewers import ViewerPane
from telemetra.domain.window import PANE_MS

T0 = 1_795_392_000_000
LIVE = Facts(live=True)


def chat(count: int, random: Random, **changes: Any) -> ChatPane:
    """Return a pane of ordinary chat: nearly as many chatters as messages, twenty characters each."""
    people = Distinct.of(random.sample(range(10**6), changes.pop("chatters", count - count // 10)))
    plain: dict[str, Any] = {
        "count": count,
        "chatters": people,
        "emotes": Tally({"Kappa": max(1, count // 8)}),
        "tokens": Tally({"the": max(1, count // 5)}),
        "texts": Distinct.of(random.sample(range(10**6), changes.pop("distinct", count))),
        "length": 20 * count,
        "scored": count // 2,
        "sentiment": count // 2 * 1_000,
    }
    return ChatPane(**(plain | changes))


@dataclass
class Evening:
    """A channel on the air: 20 messages and 1,000 viewers a pane, with some chance.

    Attributes:
        name: of the detector.
        facts: of the panes from here on.
        usual: messages a pane.
        panes: those so far.
    """

    name: str = "ensemble"
    facts: Facts = LIVE
    usual: int = 20
    viewers: int | None = 1_000
    random: Random = field(default_factory=lambda: Random(7))
    panes: list[Observation] = field(default_factory=list)

    @property
    def now_ms(self) -> int:
        """Start of the next pane."""
        return T0 + len(self.panes) * PANE_MS

    def add(
        self,
        count: int,
        *,
        viewers: int | None = None,
        revenue: RevenuePane | None = None,
        silent: bool = False,
        **changes: Any,
    ) -> Evening:
        """Add a pane with so many messages."""
        reading = self.viewers if viewers is None else viewers
        seen = reading + self.random.randrange(-3, 4) if reading else 0
        read = ViewerPane(1, seen, seen, seen, (self.now_ms, "v", seen)) if reading else ViewerPane()
        said = chat(count, self.random, **changes) if count else ChatPane()
        summary = Summary() if silent else Summary(said, read, revenue or RevenuePane())
        self.panes.append(Observation(self.now_ms, summary, self.facts))
        return self

    def calm(self, panes: int) -> Evening:
        """Add ordinary panes."""
        for _ in range(panes):
            self.add(self.usual + self.random.randrange(-self.usual // 5, self.usual // 5 + 1))
        return self

    def silence(self, panes: int) -> Evening:
        """Add panes in which nothing comes at all."""
        for _ in range(panes):
            self.add(0, silent=True)
        return self

    def moments(self, detector: Detector | None = None) -> list[Moment]:
        """Return what is found, each as it was told last."""
        return list(told(detector or moment_detector(self.name), self.panes).values())


def told(detector: Detector, panes: Iterable[Observation]) -> dict[int, Moment]:
    """Let a detector see pane by pane, stored in between; return the newest of each moment by its start."""
    state, found = b"", dict[int, Moment]()
    for pane in panes:
        seen = detector.advance("aurora", state, [pane])
        state = seen.state
        found |= {moment.start_ms: moment for moment in seen.moments}
    return found


def steps(detector: Detector, panes: Sequence[Observation]) -> Iterator[list[Moment]]:
    """Yield what each pane tells."""
    state = b""
    for pane in panes:
        seen = detector.advance("aurora", state, [pane])
        state = seen.state
        yield list(seen.moments)
