"""What every detector offers: a pure step over closed panes, and a state that can be stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from telemetra.domain.chat import ChatPane
from telemetra.domain.moment import Moment


@dataclass(frozen=True, slots=True)
class Observation:
    """A closed pane of one channel; an empty ``chat`` means that nobody wrote.

    Attributes:
        start_ms: start of the pane.
        chat: merged over shards.
    """

    start_ms: int
    chat: ChatPane


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
    """

    @property
    def name(self) -> str:
        """Name and parameter hash of this detector."""

    def last_pane_ms(self, state: bytes) -> int:
        """Return the start of the last pane that ``state`` has seen; 0 for the empty state."""

    def advance(self, channel: str, state: bytes, panes: Sequence[Observation]) -> Advance:
        """Score panes in order; skip those that ``state`` has seen, take gaps between them as silence.

        Raises:
            CorruptStateError: ``state`` was not written by this detector.
        """
