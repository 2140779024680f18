"""From booked writes and reads to units per active channel-minute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

BAR = 40.0
"""Most write units that an active channel may cost a minute at ``BAR_REFRESH_S``."""

BAR_REFRESH_S = 10

ENOUGH = 0.98
"""Share of the expected pane writes from which a bill counts as complete."""


@dataclass(frozen=True, slots=True, order=True)
class Post:
    """What units are booked on: a table's rows of one sort, or their entries in an index."""

    table: str
    row: str
    index: str
    refused: bool

    @property
    def title(self) -> str:
        """Name for people.

        >>> Post("panes", "chat", "", False).title, Post("streams", "", "listing", True).title
        ('panes chat', 'streams index listing, refused')
        """
        words = [self.table, self.row, f"index {self.index}" if self.index else ""]
        return " ".join(word for word in words if word) + (", refused" if self.refused else "")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bill, per channel-minute.

    Attributes:
        post: what was written or read.
        times: how often.
        units: write or read units.
        mean_bytes: size of the row written, or of the rows read at once, on average.
    """

    post: Post
    times: float
    units: float
    mean_bytes: int


@dataclass(frozen=True, slots=True)
class Bill:
    """What one channel costs a minute at one live refresh.

    Attributes:
        lines: writes, the most expensive first.
        reads: reads, likewise.
        aged: whether the channels have been seen for days.
        pane_writes: chat panes that are written a minute when no delivery waits for the one before.
    """

    refresh_s: int
    lines: tuple[Line, ...]
    reads: tuple[Line, ...]
    pane_writes: float
    aged: bool = False

    @property
    def total(self) -> float:
        """Write units per active channel-minute."""
        return sum(line.units for line in self.lines)

    @property
    def read_total(self) -> float:
        """Read units per active channel-minute."""
        return sum(line.units for line in self.reads)

    @property
    def complete(self) -> bool:
        """Whether the stack kept up: deliveries that wait are taken together, and less is written."""
        posts = (line for line in self.lines if line.post == Post("panes", "chat", "", refused=False))
        return sum(line.times for line in posts) >= ENOUGH * self.pane_writes

    @property
    def by_table(self) -> dict[str, float]:
        """Units by table, each index apart (``streams/listing``)."""
        sums: defaultdict[str, float] = defaultdict(float)
        for line in self.lines:
            post = line.post
            sums[f"{post.table}/{post.index}" if post.index else post.table] += line.units
        return dict(sorted(sums.items(), key=lambda item: -item[1]))

    def figures(self) -> dict[str, Any]:
        """Return what is recorded."""
        return {
            "refresh_s": self.refresh_s,
            "aged": self.aged,
            "units": round(self.total, 2),
            "complete": self.complete,
            "by_table": {name: round(units, 2) for name, units in self.by_table.items()},
            "lines": [_figures(line, "writes") for line in self.lines],
            "read_units": round(self.read_total, 2),
            "reads": [_figures(line, "reads") for line in self.reads],
        }


def _figures(line: Line, what: str) -> dict[str, Any]:
    return {
        "what": line.post.title,
        what: round(line.times, 2),
        "units": round(line.units, 2),
        "mean_bytes": line.mean_bytes,
    }


def bill(
    entries: Iterable[Mapping[str, Any]],
    *,
    refresh_s: int,
    prefix: str,
    channel_minutes: float,
    pane_writes: float,
) -> Bill:
    """Sum the entries that the meter has booked for one group of channels.

    Args:
        entries: lines of the ledger.
        refresh_s: the group's live refresh.
        prefix: of the tables' names.
        channel_minutes: channels times minutes that were measured.
        pane_writes: see ``Bill``.
    """
    every = list(entries)
    lines, reads = (
        _lines([entry for entry in every if bool(entry.get("read")) is read], prefix, channel_minutes)
        for read in (False, True)
    )
    return Bill(refresh_s, lines, reads, pane_writes)


def _lines(entries: Iterable[Mapping[str, Any]], prefix: str, channel_minutes: float) -> tuple[Line, ...]:
    booked: defaultdict[Post, list[tuple[float, int]]] = defaultdict(list)
    for entry in entries:
        table = str(entry["table"]).removeprefix(f"{prefix}-")
        post = Post(table, _row(table, str(entry["sort"])), str(entry["index"]), bool(entry["refused"]))
        booked[post].append((float(entry["units"]), int(entry["bytes"])))
    lines = (
        Line(
            post,
            len(booking) / channel_minutes,
            sum(units for units, _ in booking) / channel_minutes,
            round(sum(size for _, size in booking) / len(booking)),
        )
        for post, booking in booked.items()
    )
    return tuple(sorted(lines, key=lambda line: (-line.units, line.post)))


def _row(table: str, sort: str) -> str:
    """Return the kind of a pane or the grain of a summary, or that it was a query; the rest hold one sort."""
    if sort == "query":
        return sort
    parts = sort.split("#")
    return {"panes": parts[1], "metrics": parts[0]}.get(table, "") if len(parts) > 1 else ""


def table(bills: Iterable[Bill]) -> str:
    """Return the bills as text."""
    lines = []
    for one in bills:
        which = "seen for days, " if one.aged else ""
        lines.append(
            f"{which}live refresh {one.refresh_s} s: {one.total:.1f} write units per active channel-minute"
        )
        for what, posts in (("writes", one.lines), ("reads", one.reads)):
            lines.append(f"  {'':34} {what:>7} {'units':>7} {'bytes':>7}")
            lines += [
                f"  {line.post.title:34} {line.times:7.2f} {line.units:7.2f} {line.mean_bytes:7}"
                for line in posts
            ]
        if not one.complete:
            lines.append("  incomplete: the machine was too busy to take each delivery alone")
        lines.append(f"  {one.read_total:.1f} read units")
        lines.append("  " + ", ".join(f"{name} {units:.1f}" for name, units in one.by_table.items()))
    return "\n".join(lines)
