"""Series and alarm states in Prometheus' text format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from local.watching.alarms import State
from local.watching.series import Name, Series

_GAUGES = ("Ms", "Age", "Duration", "Latency", "Percent", "Visible")


def text(series: Series, states: Mapping[str, State]) -> str:
    """Return every series: counters since the start of the stack, and for ages and sizes the newest value."""
    lines: list[str] = []
    told: set[str] = set()
    for name in sorted(series.names(), key=_metric):
        metric, gauge = _metric(name), name.metric.endswith(_GAUGES)
        if metric not in told:
            told.add(metric)
            lines.append(f"# HELP {metric} {name.metric} of {name.namespace}")
            lines.append(f"# TYPE {metric} {'gauge' if gauge else 'counter'}")
        value = series.latest[name] if gauge else series.totals[name]
        lines.append(f"{metric}{_labels(name.dimensions)} {value:g}")
    lines.append("# HELP telemetra_alarm Whether an alarm of the template is in state ALARM")
    lines.append("# TYPE telemetra_alarm gauge")
    lines += [
        f"telemetra_alarm{_labels([('alarm', alarm)])} {int(state is State.ALARM)}"
        for alarm, state in sorted(states.items())
    ]
    return "\n".join(lines) + "\n"


def _metric(name: Name) -> str:
    """Return the name by Prometheus' rules.

    >>> _metric(Name("AWS/Lambda", "IteratorAge", ()))
    'aws_lambda_iterator_age'
    """
    spelled = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", f"{name.namespace}_{name.metric}")
    return re.sub(r"\W+", "_", spelled).lower()


def _labels(dimensions: Iterable[tuple[str, str]]) -> str:
    said = [f'{_label(name)}="{_escaped(value)}"' for name, value in dimensions]
    return f"{{{','.join(said)}}}" if said else ""


def _label(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
