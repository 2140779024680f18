"""Alarms by the rules of the template: M of N minutes, missing data and dimensions as told.

The emulator's own evaluation pools all points of an alarm and knows none of these.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from local.watching.series import Name, Series, name_of
from telemetra.domain.window import MINUTE_MS, floor_to


class State(StrEnum):
    """What an alarm says."""

    OK = "OK"
    ALARM = "ALARM"
    UNKNOWN = "INSUFFICIENT_DATA"


_COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
SIGNS: Final[Mapping[str, str]] = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": "≥",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "≤",
}


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm of the template.

    Attributes:
        metric: what is watched, a minute of it made a number by ``statistic``.
        points: minutes looked at, of which ``breaching`` must breach.
        missing: what a minute without data is: breaching, notBreaching, ignore or missing.
    """

    name: str
    description: str
    metric: Name
    statistic: str
    compare: str
    threshold: float
    points: int
    breaching: int
    missing: str

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> Alarm:
        """Read the resolved properties of an ``AWS::CloudWatch::Alarm``."""
        dimensions = {one["Name"]: one["Value"] for one in properties.get("Dimensions", [])}
        points = int(properties["EvaluationPeriods"])
        return cls(
            name=properties["AlarmName"],
            description=properties["AlarmDescription"],
            metric=name_of(properties["Namespace"], properties["MetricName"], dimensions),
            statistic=properties.get("Statistic") or properties["ExtendedStatistic"],
            compare=properties["ComparisonOperator"],
            threshold=float(properties["Threshold"]),
            points=points,
            breaching=int(properties.get("DatapointsToAlarm", points)),
            missing=properties.get("TreatMissingData", "missing"),
        )

    def state(self, series: Series, now_ms: int, before: State = State.UNKNOWN) -> State:
        """Judge the last whole minutes.

        Args:
            series: the values.
            now_ms: the current instant; its own minute is not over and does not count.
            before: the state so far, kept when there is nothing to judge and missing data is ignored.
        """
        end_ms = floor_to(now_ms, MINUTE_MS)
        values = [self.value(series, end_ms - step * MINUTE_MS) for step in range(1, self.points + 1)]
        known = [value for value in values if value is not None]
        if not known and self.missing in {"missing", "ignore"}:
            return State.UNKNOWN if self.missing == "missing" else before
        breaches = sum(_COMPARE[self.compare](value, self.threshold) for value in known)
        if self.missing == "breaching":
            breaches += len(values) - len(known)
        return State.ALARM if breaches >= self.breaching else State.OK

    def value(self, series: Series, minute_ms: int) -> float | None:
        """Return what is compared with the threshold in one minute; None without data."""
        return series.statistic(self.metric, self.statistic, minute_ms)
