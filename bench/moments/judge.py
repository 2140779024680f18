"""What a detector found against what was planted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from bench.moments.show import Planted, Show
from telemetra.domain.detection import Detector
from telemetra.domain.moment import Moment, MomentType
from telemetra.domain.window import PANE_MS, SECOND_MS

EARLY_MS: Final = 10 * SECOND_MS
"""A moment may begin so much before what was planted: panes are cut by the clock."""

LATE_MS: Final = 30 * SECOND_MS
"""And so much after its end; echoes of a burst go on for a while."""

CALM: Final = frozenset({"ramp", "poll", "category-switch", "quiet"})
"""Groups whose false alarms have a bar."""

_TOLD_APART: Final = frozenset(kind.value for kind in MomentType)
"""What else is planted, such as bots that advertise, is neither right nor wrong to find."""


@dataclass(frozen=True, slots=True)
class Found:
    """A moment and when it was first written.

    Attributes:
        moment: as it ended.
        fired_ms: end of the pane that opened it.
    """

    moment: Moment
    fired_ms: int


def watch(detector: Detector, show: Show) -> list[Found]:
    """Let a detector see a show pane by pane, its state stored in between."""
    state, fired, last = b"", dict[int, int](), dict[int, Moment]()
    for pane in show.panes:
        seen = detector.advance(show.name, state, [pane])
        state = seen.state
        for moment in seen.moments:
            fired.setdefault(moment.start_ms, pane.start_ms + PANE_MS)
            last[moment.start_ms] = moment
    return [Found(last[start], fired[start]) for start in sorted(last)]


@dataclass(slots=True)
class Score:
    """Counts over shows.

    Attributes:
        planted: truth, by type.
        hit: truth that was found, by type.
        named: found under its own type, by type.
        mistaken: (planted type, found type) of the others.
        delays_s: event time from start to the end of the pane that fired, by type.
        false: moments that match nothing, by group.
        hours: hours, by group.
        false_types: types of those.
    """

    planted: Counter[str] = field(default_factory=Counter)
    hit: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    mistaken: Counter[tuple[str, str]] = field(default_factory=Counter)
    delays_s: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    false: Counter[str] = field(default_factory=Counter)
    hours: Counter[str] = field(default_factory=Counter)
    false_types: Counter[str] = field(default_factory=Counter)

    def add(self, show: Show, found: Iterable[Found]) -> list[Found]:
        """Match each planted moment with the first found one that meets it; return the false alarms."""
        left = list(found)
        self.hours[show.group] += show.hours  # type: ignore[assignment]
        for truth in show.planted:
            met = [one for one in left if _meets(one, truth)]
            if truth.type not in _TOLD_APART:
                left = [one for one in left if one not in met]
                continue
            self.planted[truth.type] += 1
            if not met:
                continue
            best = next((one for one in met if one.moment.type.value == truth.type), met[0])
            left.remove(best)
            self.hit[truth.type] += 1
            self.delays_s[truth.type].append((best.fired_ms - truth.start_ms) / SECOND_MS)
            if best.moment.type.value == truth.type:
                self.named[truth.type] += 1
            else:
                self.mistaken[truth.type, best.moment.type.value] += 1
        self.false[show.group] += len(left)
        self.false_types.update(one.moment.type.value for one in left)
        return left

    def report(self) -> dict[str, Any]:
        """Return the figures."""
        planted, hit, false = self.planted.total(), self.hit.total(), self.false.total()
        precision = hit / (hit + false) if hit + false else 0.0
        recall = hit / planted if planted else 0.0
        delays = [delay for found in self.delays_s.values() for delay in found]
        calm = [group for group in self.hours if group in CALM]
        calm_hours, alarms = (sum(of[group] for group in calm) for of in (self.hours, self.false))
        return {
            "planted": planted,
            "found": hit,
            "false_alarms": false,
            "precision": round(precision, 4),
            "recall": round(recall, 4),
            "f1": round(2 * precision * recall / (precision + recall), 4) if hit else 0.0,
            "type_right": round(self.named.total() / hit, 4) if hit else 0.0,
            "delay_s_median": round(median(delays), 1) if delays else None,
            "false_alarms_an_hour": round(false / sum(self.hours.values()), 3),
            "false_alarms_an_hour_calm": round(alarms / calm_hours, 3) if calm else None,
            "by_type": {
                kind: {
                    "planted": self.planted[kind],
                    "recall": round(self.hit[kind] / self.planted[kind], 4),
                    "type_right": round(self.named[kind] / self.hit[kind], 4) if self.hit[kind] else None,
                    "delay_s_median": round(median(self.delays_s[kind]), 1) if self.hit[kind] else None,
                }
                for kind in sorted(self.planted)
            },
            "by_group": {
                group: {
                    "hours": round(self.hours[group], 2),
                    "false_alarms": self.false[group],
                    "an_hour": round(self.false[group] / self.hours[group], 3),
                }
                for group in sorted(self.hours)
            },
            "mistaken": {f"{truth} as {name}": count for (truth, name), count in self.mistaken.most_common()},
            "false_by_type": dict(self.false_types.most_common()),
        }


def _meets(found: Found, truth: Planted) -> bool:
    moment = found.moment
    end_ms = moment.end_ms if moment.end_ms is not None else found.fired_ms
    return end_ms > truth.start_ms - EARLY_MS and moment.start_ms < truth.end_ms + LATE_MS
