"""What every detector offers: a pure step over closed panes, and a state that can be stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from telemetra.domain.chat import ChatPane
from telemetra.domain.moment import Moment
from telemetra.domain.summary import Summary


@dataclass(frozen=True, slots=True)
class Facts:
    """What a channel said of itself, as far as was known when a pane was scored.

    Attributes:
        live: whether it is live; None when it never said.
        raid_ms: when the newest raid came in; 0 when none ever did.
        raid_viewers: how many viewers that raid brought.
        strictness: added to what a moment must reach; feedback of moderators moves it, 0 is neutral.
    """

    live: bool | None = None
    raid_ms: int = 0
    raid_viewers: int = 0
    strictness: float = 0.0


@dataclass(frozen=True, slots=True)
class Observation:
    """A closed pane of one channel; a kind that is empty sent nothing.

    Attributes:
        start_ms: start of the pane.
        summary: chat, viewers and revenue, merged over shards.
        facts: what is known of the channel.
    """

    start_ms: int
    summary: Summary = field(default_factory=Summary)
    facts: Facts = field(default_factory=Facts)

    @property
    def chat(self) -> ChatPane:
        """The pane's chat."""
        return self.summary.chat

    @property
    def silent(self) -> bool:
        """Whether nothing at all was sent."""
        summary = self.summary
        return not (summary.chat.count or summary.viewers.count or summary.revenue.sums)


@dataclass(frozen=True, slots=True)
class Advance:
    """The outcome of scoring some panes.

    Attributes:
        state: encoded state after the last pane.
        last_pane_ms: start of the last pane scored; 0 when none ever was.
        moments: moments that opened, changed or ended, newest state of each.
        open: whether a moment is still running.
    """

    state: bytes
    last_pane_ms: int
    moments: tuple[Moment, ...]
    open: bool


class Detector(Protocol):
    """Scores closed panes one after another.

    Attributes:
        name: name and parameter hash; stored beside the state, which means nothing to another name.
        history_panes: panes of the past that a state is warmed up from when there is none of this name.
    """

    @property
    def name(self) -> str:
        """Name and parameter hash of this detector."""

    @property
    def history_panes(self) -> int:
        """Panes that it warms up from."""

    def last_pane_ms(self, state: bytes) -> int:
        """Return the start of the last pane that ``state`` has seen; 0 for the empty state."""

    def advance(self, channel: str, state: bytes, panes: Sequence[Observation]) -> Advance:
        """Score panes in order; skip those that ``state`` has seen, take gaps between them as silence.

        Raises:
            CorruptStateError: ``state`` was not written by this detector.
        """
