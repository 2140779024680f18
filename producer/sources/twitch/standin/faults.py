"""Scripts of faults: what goes wrong, and at which message; the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final


class Fault(StrEnum):
    """What can go wrong. Those with a length hold for ``HOLDS`` messages."""

    MOVE_IRC = "move_irc"
    MOVE_EVENTSUB = "move_eventsub"
    DROP_IRC = "drop_irc"
    DROP_EVENTSUB = "drop_eventsub"
    SAME_ID = "same_id"
    OTHER_ID = "other_id"
    REPEAT = "repeat"
    REVOKE = "revoke"
    TOO_MANY = "too_many"
    SLOW_IRC = "slow_irc"
    SLOW_EVENTSUB = "slow_eventsub"
    GARBAGE = "garbage"
    SKEW = "skew"


HOLDS: Final = 20
"""Messages for which duplicates, slowness and skew hold."""

_SPACING: Final = 36


@dataclass(frozen=True, slots=True)
class Step:
    """``fault`` happens before message number ``at``."""

    at: int
    fault: Fault


def script(seed: int, messages: int, each_a_thousand: int = 2) -> tuple[Step, ...]:
    """Return the faults of ``seed`` for a run of ``messages``: every kind at least once where there is room.

    Args:
        seed: same seed, same script.
        messages: of the run.
        each_a_thousand: how often each kind comes in a thousand messages, beyond the first.

    Example:
        >>> steps = script(1, 500)
        >>> len({step.fault for step in steps}) == len(Fault), steps == script(1, 500)
        (True, True)
    """
    rng = Random(f"{seed}/faults")
    rounds = max(1, messages * each_a_thousand // 1000 // 2)
    kinds: list[Fault] = []
    for _ in range(rounds):
        kinds += rng.sample(list(Fault), len(Fault))
    kinds = kinds[: messages // _SPACING]
    width = messages // (len(kinds) + 1) if kinds else 0
    return tuple(
        Step(index * width + rng.randrange(max(1, width - HOLDS - 1)), kind)
        for index, kind in enumerate(kinds, start=1)
    )
