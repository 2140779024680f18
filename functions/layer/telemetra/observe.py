"""What the functions say about themselves: one JSON line an invocation, log and metrics in one.

The only owner of metric names. A handler takes what it counts from the use case::

    OBSERVER = Observer("aggregate")


    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        with OBSERVER.invocation(context) as tally:
            folded = wire()(event)
            tally.count(Metric.EVENTS_FOLDED, folded.events)
            tally.fact("stream", folded.stream)
        return {"batchItemFailures": []}

The line is written by Powertools' logger and carries the embedded metric format beside the facts, so that
CloudWatch makes metrics of it; an invocation that raises is logged as an error, with the counts so far. One
that X-Ray samples is a segment there too, found by the facts in ``ANNOTATED``.
"""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from time import perf_counter
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from telemetra.config import sampled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lambda_powertools.utilities.typing import LambdaContext

NAMESPACE = "Telemetra"

ANNOTATED = {"stream": "stream", "shard": "shard", "channels": "streams", "deliveries": "correlation"}
"""Facts by which a trace can be searched for, and the names that they have there; of a list, the first."""


class Metric(Enum):
    """Every metric: its name in CloudWatch, its unit, and what it means."""

    def __init__(self, title: str, unit: MetricUnit, help_: str) -> None:
        self.title = title
        self.unit = unit
        self.help = help_

    EVENTS_FOLDED = ("EventsFolded", MetricUnit.Count, "events folded into panes")
    EVENTS_REJECTED = ("EventsRejected", MetricUnit.Count, "lines sent to the rejects queue")
    EVENTS_LATE_DROPPED = (
        "EventsLateDropped",
        MetricUnit.Count,
        "events over 24 h late: archived, not folded",
    )
    EVENTS_REPLAYED = (
        "EventsReplayed",
        MetricUnit.Count,
        "events of records seen before, by sequence number or bytes",
    )
    LATE_PERCENT = (
        "LatePercent",
        MetricUnit.Percent,
        "share of a delivery's events that were over 24 h late",
    )
    PANES_WRITTEN = ("PanesWritten", MetricUnit.Count, "pane partials stored")
    MINUTES_WRITTEN = ("MinutesWritten", MetricUnit.Count, "minute rows stored, first or again")
    ROLLUPS_WRITTEN = ("RollupsWritten", MetricUnit.Count, "hour and day rows stored, first or again")
    MOMENTS_WRITTEN = ("MomentsWritten", MetricUnit.Count, "moments opened, changed or closed")
    PUSH_SENT = ("PushSent", MetricUnit.Count, "messages posted to sockets")
    PUSH_GONE = ("PushGone", MetricUnit.Count, "sockets found closed and forgotten")
    PUSH_GONE_PERCENT = ("PushGonePercent", MetricUnit.Percent, "share of posts whose socket was closed")
    PUSH_FAILED = ("PushFailed", MetricUnit.Count, "posts that failed otherwise")
    SOCKETS_OPENED = ("SocketsOpened", MetricUnit.Count, "WebSocket connections accepted")
    SOCKETS_CLOSED = ("SocketsClosed", MetricUnit.Count, "WebSocket connections ended")
    CACHE_HITS = ("CacheHits", MetricUnit.Count, "answers that were remembered from a moment ago")
    CACHE_MISSES = ("CacheMisses", MetricUnit.Count, "answers that had to be made")
    ACCESS_DENIED = ("AccessDenied", MetricUnit.Count, "requests and sockets refused by the authorizer")
    ALERTS_RAISED = ("AlertsRaised", MetricUnit.Count, "alerts that a channel's rules gave rise to")
    ALERTS_SENT = ("AlertsSent", MetricUnit.Count, "alerts that a webhook or the topic took")
    ALERTS_FAILED = ("AlertsFailed", MetricUnit.Count, "attempts that a webhook did not take")
    RECORDS_ARCHIVED = ("RecordsArchived", MetricUnit.Count, "raw records archived")
    BYTES_ARCHIVED = ("BytesArchived", MetricUnit.Bytes, "compressed bytes archived")
    LAG_MS = ("LagMs", MetricUnit.Milliseconds, "age of the oldest record of a batch when it was handled")


@dataclass(slots=True)
class Tally:
    """What one invocation has counted and wants to say."""

    counts: dict[Metric, float] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)

    def count(self, metric: Metric, value: float = 1) -> None:
        """Add to a metric; zero is worth adding, since an absent metric and a zero differ for an alarm."""
        self.counts[metric] = self.counts.get(metric, 0) + value

    def greatest(self, metric: Metric, value: float) -> None:
        """Keep the greatest value, for a lag or an age."""
        self.counts[metric] = max(self.counts.get(metric, value), value)

    def share(self, metric: Metric, part: int, rest: int) -> None:
        """Keep what percentage ``part`` is of both; nothing is no share."""
        if part + rest:
            self.counts[metric] = 100 * part / (part + rest)

    def fact(self, name: str, value: object) -> None:
        """Say something that is no metric; never a text or a user of a chat."""
        self.facts[name] = value


class _Printed(logging.Handler):
    """Prints to whatever standard output is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stdout.write(self.format(record) + "\n")
        sys.stdout.flush()


class Observer:
    """Writes the one line of each invocation of a service."""

    def __init__(self, service: str) -> None:
        self.service = service
        self._cold = True

    @cached_property
    def _logger(self) -> Logger:
        return Logger(service=self.service, level="INFO", location=None, logger_handler=_Printed())

    @contextmanager
    def invocation(self, context: LambdaContext | None = None) -> Iterator[Tally]:
        """Open a tally; write its line when the block ends, or an error line when it raises."""
        tally, started = Tally(), perf_counter()
        try:
            with self._traced(tally):
                yield tally
        except Exception as error:
            tally.fact("error", f"{type(error).__name__}: {error}")
            tally.fact("duration_ms", _since(started))
            self._logger.exception("failed", extra=self._line(tally, context))
            raise
        tally.fact("duration_ms", _since(started))
        self._logger.info("handled", extra=self._line(tally, context))

    @cached_property
    def _tracer(self) -> Tracer:
        """The tracer, whose library is loaded by the first invocation that is sampled."""
        return Tracer(service=self.service, auto_patch=False)

    @contextmanager
    def _traced(self, tally: Tally) -> Iterator[None]:
        if not sampled():
            yield
            return
        with self._tracer.provider.in_subsegment(f"## {self.service}") as segment:
            try:
                yield
            finally:
                for name, value in _annotations(tally.facts):
                    segment.put_annotation(name, value)

    def _line(self, tally: Tally, context: LambdaContext | None) -> dict[str, Any]:
        line: dict[str, Any] = {"cold_start": self._cold, **tally.facts}
        self._cold = False
        if context is not None:
            line["function_request_id"] = context.aws_request_id
        if tally.counts:
            metrics = EphemeralMetrics(namespace=NAMESPACE, service=self.service)
            for metric, value in tally.counts.items():
                metrics.add_metric(metric.title, metric.unit, value)
            line |= metrics.serialize_metric_set()
        return line


def _annotations(facts: dict[str, object]) -> Iterator[tuple[str, Any]]:
    for fact, name in ANNOTATED.items():
        value = facts.get(fact)
        if isinstance(value, list | tuple):
            value = next(iter(value), None)
        if isinstance(value, str | int):
            yield name, value


def _since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 1)
