"""The widgets of the template's CloudWatch dashboard, read so that the page here shows the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from local.cloud import REGION
from local.template import Root
from local.watching.lines import SHARD_LAG
from local.watching.series import Name, Series, name_of
from telemetra.domain.window import MINUTE_MS, SECOND_MS

BOARD: Final = "AWS::CloudWatch::Dashboard"
UNITS: Final = ("ms", "%", "/s")
_PARTS: Final = ((1,), (0,), (2,), (0, 2), (0, 1), (1, 2), (0, 1, 2))
_TIMES = re.compile(r"(\d+)\*(\w+)")
_A_SECOND = re.compile(r"(\w+)/PERIOD\(\1\)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a widget: a statistic of a metric a minute, times ``factor``."""

    label: str
    metric: Name
    statistic: str
    factor: float = 1.0

    def value(self, series: Series, minute_ms: int) -> float | None:
        """Return its value in one minute, to four digits behind the point; None without data."""
        found = series.statistic(self.metric, self.statistic, minute_ms)
        return None if found is None else round(found * self.factor, 4)


@dataclass(frozen=True, slots=True)
class Widget:
    """One chart.

    Attributes:
        title: what it shows, without the unit.
        unit: such as ``ms``; empty for counts a minute.
        lines: what is drawn; None for the lag of whatever shards there are.
    """

    title: str
    unit: str
    lines: tuple[Line, ...] | None

    def drawn(self, series: Series) -> Sequence[Line]:
        """Return its lines, those of shards by what has been heard of."""
        return _shards(series) if self.lines is None else self.lines


def widgets_of(prefix: str, parameters: Mapping[str, str], path: Path) -> list[Widget]:
    """Return the widgets of the template's dashboard, in its order."""
    root = Root.load(path, {"Prefix": prefix, **parameters}, {"AWS::Region": REGION})
    found = []
    for body in root.body["Resources"].values():
        if body["Type"] == BOARD:
            board = json.loads(root.resolve(body["Properties"]["DashboardBody"]))
            found += [_widget(each["properties"], prefix) for each in board["widgets"]]
    return found


def _widget(properties: Mapping[str, Any], prefix: str) -> Widget:
    title, _, unit = properties["title"].rpartition(", ")
    if unit not in UNITS:
        title, unit = properties["title"], ""
    if "metrics" not in properties:
        return Widget(title, unit, None)
    return Widget(title, unit, tuple(_lines(properties["metrics"], properties["stat"], prefix)))


def _lines(rows: Sequence[Sequence[Any]], statistic: str, prefix: str) -> Iterator[Line]:
    known: dict[str, tuple[Name, str]] = {}
    computed: list[dict[str, Any]] = []
    shown: list[tuple[Name, str]] = []
    for row in rows:
        *parts, last = row
        options = last if isinstance(last, dict) else {}
        if "expression" in options:
            computed.append(options)
            continue
        namespace, metric, *dimensions = parts if options else row
        pairs = dict(zip(dimensions[::2], dimensions[1::2], strict=True))
        what = name_of(namespace, metric, pairs), options.get("stat", statistic)
        known[options.get("id", "")] = what
        if options.get("visible", True):
            shown.append(what)
    for options in computed:
        factor, of = _computed(options["expression"])
        yield Line(options["label"], *known[of], factor)
    for what, label in zip(shown, _labels(shown, prefix), strict=True):
        yield Line(label, *what)


def _computed(expression: str) -> tuple[float, str]:
    """Return the factor of an expression and the id of the metric that it is of.

    >>> _computed("100*faults"), _computed("folded/PERIOD(folded)")[1]
    ((100.0, 'faults'), 'folded')

    Raises:
        ValueError: it is neither a multiple nor a rate.
    """
    if times := _TIMES.fullmatch(expression):
        return float(times[1]), times[2]
    if rate := _A_SECOND.fullmatch(expression):
        return SECOND_MS / MINUTE_MS, rate[1]
    message = f"{expression} is neither a multiple of a metric nor a metric by its period"
    raise ValueError(message)


def _labels(shown: Sequence[tuple[Name, str]], prefix: str) -> list[str]:
    """Name each line by as little as tells it from the others: metric, owner, percentile, or some of them."""
    told = [
        (_owner(name, prefix), _words(name.metric), statistic if statistic.startswith("p") else "")
        for name, statistic in shown
    ]
    tried = [[" ".join(filter(None, (line[part] for part in chosen))) for line in told] for chosen in _PARTS]
    return next((each for each in tried if all(each) and len(set(each)) == len(each)), tried[-1])


def _owner(name: Name, prefix: str) -> str:
    return " ".join(value.removeprefix(f"{prefix}-") for _, value in name.dimensions)


def _words(metric: str) -> str:
    """Spell a metric as words.

    >>> _words("ConsumedWriteCapacityUnits"), _words("5XXError"), _words("LagMs")
    ('consumed write capacity units', '5XX error', 'lag')
    """
    spelled = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=X)(?=[A-Z][a-z])", " ", metric).removesuffix(" Ms")
    return " ".join(word if word.isupper() else word.lower() for word in spelled.split())


def _shards(series: Series) -> list[Line]:
    lags = [name for name in series.names() if name.metric == SHARD_LAG]
    return [Line(_shard(dict(name.dimensions)), name, "Maximum") for name in lags]


def _shard(dimensions: Mapping[str, str]) -> str:
    number = dimensions["shard"].removeprefix("shardId-").lstrip("0") or "0"
    return f"{dimensions['stream']} {number}"
