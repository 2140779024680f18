"""What people say of moments, and what it does to the number of alarms their channel may have."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

LARGEST_SHIFT: Final = 4.0
"""The budget is never multiplied or divided by more than this, whatever was said."""

VERDICTS_A_DOUBLING: Final = 4
"""So many more confirmed than rejected moments double the budget."""

_LARGEST_DOUBLINGS: Final = 2.0


class Verdict(StrEnum):
    """What a person said of a moment."""

    CONFIRM = "confirm"
    REJECT = "reject"


def budget(feedbacks: Iterable[Verdict]) -> float:
    """Return the factor on a channel's alarm budget: 1 when nothing was said, else from 1/4 to 4.

    It depends on the verdicts alone, in no order, so withdrawing one takes its whole effect back.

    >>> budget([]), budget([Verdict.REJECT] * 4), budget([Verdict.CONFIRM] * 99)
    (1.0, 0.5, 4.0)
    """
    surplus = sum(1 if verdict is Verdict.CONFIRM else -1 for verdict in feedbacks)
    doublings = surplus / VERDICTS_A_DOUBLING
    return float(2.0 ** max(-_LARGEST_DOUBLINGS, min(_LARGEST_DOUBLINGS, doublings)))
