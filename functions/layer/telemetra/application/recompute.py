"""Rebuild minutes from the archive, and hold them against the tables.

The archived records go once, in order, through the same decode and fold as those of the streams. What the
tables say otherwise is a difference. A minute is left alone where that would compare unlike things: before it
has closed, when its panes have folded records that the archive does not hold yet, or when somebody's messages
of it were erased from the archive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeAlias

from telemetra.application.forget import Cell
from telemetra.application.ports import MetricStore, PaneStore, StateStore
from telemetra.domain.chat import ChatPane
from telemetra.domain.errors import CorruptStateError
from telemetra.domain.metrics import MetricKey, MetricRow
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.summary import Summary
from telemetra.domain.tally import Tally
from telemetra.domain.window import MINUTE_MS, Grain, floor_to

Told: TypeAlias = dict[str, tuple[object, object]]
"""Field to what is stored and what was rebuilt."""


class CorrectableStore(MetricStore, Protocol):
    """A store of metrics whose rows may be put right without having seen more."""

    def correct(self, rows: Sequence[MetricRow]) -> set[MetricKey]:
        """Write each row unless the stored one has a larger version; return the keys refused."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that does not say what the archive says.

    Attributes:
        key: which row.
        told: field to (stored, rebuilt); a row that is absent or unreadable has the one field ``row``.
        right: the row as it should be; None when the archive knows nothing of it.
    """

    key: MetricKey
    told: Told
    right: MetricRow | None


@dataclass(slots=True)
class Findings:
    """What a comparison found.

    Attributes:
        minutes: minutes compared.
        open: minutes left alone because they have not closed.
        behind: minutes left alone because the archive has not caught up.
        erased: minutes left alone because something of them was erased from the archive.
        differences: minutes, hours and days that differ.
        repaired: rows written.
        refused: rows that moved on meanwhile; run it again.
    """

    minutes: int = 0
    open: int = 0
    behind: int = 0
    erased: int = 0
    differences: list[Difference] = field(default_factory=list)
    repaired: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class _Span:
    channel: str
    start_ms: int
    end_ms: int
    closed_ms: int
    erased: Collection[Cell]


class Recompute:
    """The use case behind the command of that name."""

    def __init__(self, panes: PaneStore, metrics: CorrectableStore, states: StateStore) -> None:
        """Take the ports of the tables."""
        self._panes = panes
        self._metrics = metrics
        self._states = states

    def __call__(
        self,
        rebuilt: Iterable[tuple[PaneKey, Partial]],
        start_ms: int,
        end_ms: int,
        *,
        repair: bool = False,
        erased: Collection[Cell] = (),
    ) -> Findings:
        """Compare, and with ``repair`` put right, the minutes that start in ``[start_ms, end_ms)``.

        Args:
            rebuilt: partials of one pass over the archive, whole minutes only.
            start_ms: on a minute.
            end_ms: on a minute.
            repair: write what differs; a row that has seen more meanwhile is left alone.
            erased: channels and minutes that the archive does not hold as they were counted.

        Raises:
            StoreUnavailableError: a table is down or throttled.
        """
        findings = Findings()
        by_channel: defaultdict[str, dict[PaneKey, Partial]] = defaultdict(dict)
        for key, partial in rebuilt:
            by_channel[key.channel][key] = partial
        states = self._states.load(sorted(by_channel))
        for channel in sorted(by_channel):
            closed_ms = states[channel].closed_ms if channel in states else 0
            span = _Span(channel, start_ms, end_ms, closed_ms, erased)
            right = self._minutes(span, by_channel[channel], findings)
            self._coarser(Grain.HOUR, right, findings)
            self._coarser(Grain.DAY, right, findings)
        if repair:
            self._repair(findings)
        return findings

    def _minutes(
        self, span: _Span, panes: Mapping[PaneKey, Partial], findings: Findings
    ) -> dict[MetricKey, MetricRow]:
        """Compare the minutes of one channel; return each as it should be."""
        stored, unreadable = self._span(span.channel, Grain.MINUTE, span.start_ms, span.end_ms)
        parts: defaultdict[int, list[Partial]] = defaultdict(list)
        for pane, partial in sorted(panes.items()):
            parts[floor_to(pane.start_ms, MINUTE_MS)].append(partial)
        versions: defaultdict[int, int] = defaultdict(int)
        behind = set()
        for pane, partial in self._panes.span(span.channel, span.start_ms, span.end_ms):
            minute = floor_to(pane.start_ms, MINUTE_MS)
            versions[minute] += partial.version
            if pane not in panes or panes[pane].upto < partial.upto:
                behind.add(minute)
        right: dict[MetricKey, MetricRow] = {}
        for minute in sorted({*parts, *(key.start_ms for key in (*stored, *unreadable))}):
            key = MetricKey(span.channel, Grain.MINUTE, minute)
            before = stored.get(key)
            if before is None and key not in unreadable and minute + MINUTE_MS > span.closed_ms:
                findings.open += 1
            elif (span.channel, minute) in span.erased:
                findings.erased += 1
            elif minute in behind:
                findings.behind += 1
            elif minute not in parts:
                findings.minutes += 1
                findings.differences.append(Difference(key, {"row": ("present", "not in the archive")}, None))
            else:
                findings.minutes += 1
                version = versions[minute] or sum(partial.version for partial in parts[minute])
                summary = Summary.of(partial.content for partial in parts[minute])
                wanted = MetricRow(key, summary, final=True, revision=0, version=version)
                right[key] = _judged(wanted, before, findings, unreadable=key in unreadable)
        return right

    def _coarser(self, grain: Grain, right: dict[MetricKey, MetricRow], findings: Findings) -> None:
        """Compare the stored hours or days that hold a compared minute; add each as it should be."""
        finer = grain.finer or Grain.MINUTE
        touched = sorted({(key.channel, floor_to(key.start_ms, grain.span_ms)) for key in right})
        for channel, start_ms in touched:
            end_ms = start_ms + grain.span_ms
            stored, unreadable = self._span(channel, grain, start_ms, end_ms)
            key = MetricKey(channel, grain, start_ms)
            if not stored and not unreadable:
                continue
            parts, _ = self._span(channel, finer, start_ms, end_ms)
            parts |= {
                part: row
                for part, row in right.items()
                if (part.channel, part.grain) == (channel, finer) and start_ms <= part.start_ms < end_ms
            }
            summary, version = Summary(), 0
            for part in sorted(parts):
                summary, version = summary.merge(parts[part].summary), version + parts[part].version
            wanted = MetricRow(key, summary, final=True, revision=0, version=version)
            right[key] = _judged(wanted, stored.get(key), findings, unreadable=key in unreadable)

    def _span(
        self, channel: str, grain: Grain, start_ms: int, end_ms: int
    ) -> tuple[dict[MetricKey, MetricRow], set[MetricKey]]:
        """Read rows; those that cannot be decoded are named apart."""
        try:
            rows = self._metrics.span(channel, grain, start_ms, end_ms, consistent=True)
            return {row.key: row for row in rows}, set()
        except CorruptStateError:
            found: dict[MetricKey, MetricRow] = {}
            unreadable = set()
            for at_ms in range(floor_to(start_ms, grain.span_ms), end_ms, grain.span_ms):
                key = MetricKey(channel, grain, at_ms)
                try:
                    found |= self._metrics.load([key])
                except CorruptStateError:
                    unreadable.add(key)
            return found, unreadable

    def _repair(self, findings: Findings) -> None:
        rows = [difference.right for difference in findings.differences if difference.right is not None]
        refused = self._metrics.correct(rows) if rows else set()
        findings.refused = len(refused)
        findings.repaired = len(rows) - len(refused)


def _judged(
    wanted: MetricRow, before: MetricRow | None, findings: Findings, *, unreadable: bool
) -> MetricRow:
    """Note the difference, if there is one; return the row as it should be."""
    if before is None:
        told: Told = {"row": ("unreadable" if unreadable else "absent", "in the archive")}
        row = replace(wanted, revision=int(unreadable))
    else:
        told = differences(before.summary, wanted.summary)
        if not told:
            return before
        row = replace(before, summary=wanted.summary, final=True, revision=before.revision + 1)
    findings.differences.append(Difference(wanted.key, told, row))
    return row


def differences(stored: Summary, rebuilt: Summary) -> Told:
    """Return the fields in which two summaries differ.

    Counts of names that were cut to the most frequent ones may differ by their stated error.
    """
    one, other = stored.chat, rebuilt.chat
    told: Told = {
        f"chat.{name}": (getattr(one, name), getattr(other, name))
        for name in ("count", "bits", "sentiment", "scored", "length", "emote_only")
        if getattr(one, name) != getattr(other, name)
    }
    told |= _sets(one, other)
    for name in ("emotes", "tokens"):
        told |= _tallies(f"chat.{name}", getattr(one, name), getattr(other, name))
    if stored.viewers != rebuilt.viewers:
        told["viewers"] = (stored.viewers, rebuilt.viewers)
    if stored.revenue != rebuilt.revenue:
        told["revenue"] = (stored.revenue.cents_by_currency(), rebuilt.revenue.cents_by_currency())
    return told


def _sets(one: ChatPane, other: ChatPane) -> Told:
    return {
        f"chat.{name}": (getattr(one, name).finish(), getattr(other, name).finish())
        for name in ("chatters", "texts")
        if getattr(one, name) != getattr(other, name)
    }


def _tallies(name: str, one: Tally, other: Tally) -> Told:
    slack = max(one.error, other.error)
    names = {*one.counts, *other.counts}
    wrong = [key for key in names if abs(one.counts.get(key, 0) - other.counts.get(key, 0)) > slack]
    if not wrong:
        return {}
    first = min(wrong, key=lambda key: (-max(one.counts.get(key, 0), other.counts.get(key, 0)), key))
    return {f"{name}[{first}]": (one.counts.get(first, 0), other.counts.get(first, 0))}
