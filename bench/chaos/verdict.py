"""The one verdict of every experiment: counts equal the truth, rejects as planted, lag back to normal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

Minutes = Counter[tuple[str, int]]
"""Messages by channel and start of the minute, ms."""

NORMAL_LAG_MS: Final = 3_000
"""From a message's instant to the live view, when nothing is wrong."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an experiment has shown.

    Attributes:
        events: messages that should be counted.
        missing: of them, those that are not.
        doubled: messages counted beyond the truth of their channel and minute.
        planted: lines that should be rejected.
        rejected: lines that were, each once.
        lag_ms: of a message sent afterwards; None when none came through in time.
        complaints: what else is not as the hypothesis says.
        facts: figures that show that the fault was there.
    """

    events: int
    missing: int
    doubled: int
    planted: int
    rejected: int
    lag_ms: int | None
    complaints: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is red; empty when it is green."""
        found = []
        if not self.events:
            found.append("nothing was sent")
        if self.missing:
            found.append(f"{self.missing} lost")
        if self.doubled:
            found.append(f"{self.doubled} doubled")
        if self.rejected != self.planted:
            found.append(f"{self.rejected} rejected, {self.planted} planted")
        if self.lag_ms is None:
            found.append("nothing sent afterwards came through")
        elif self.lag_ms > NORMAL_LAG_MS:
            found.append(f"lag {self.lag_ms} ms")
        return (*found, *self.complaints)

    @property
    def green(self) -> bool:
        """Whether the hypothesis holds."""
        return not self.reasons

    def figures(self) -> dict[str, Any]:
        """Return what is recorded."""
        return {
            "green": self.green,
            "events": self.events,
            "lost": self.missing,
            "doubled": self.doubled,
            "planted": self.planted,
            "rejected": self.rejected,
            "lag_ms": self.lag_ms,
            "reasons": list(self.reasons),
            **self.facts,
        }


def differences(truth: Minutes, counted: Minutes) -> tuple[int, int]:
    """Return how many messages are missing and how many are too many.

    Minutes are judged alone: what one lacks does not make up for what another has too much.

    Example:
        >>> differences(Counter({("a", 0): 3, ("a", 1): 1}), Counter({("a", 0): 1, ("b", 0): 2}))
        (3, 2)
    """
    return (truth - counted).total(), (counted - truth).total()
