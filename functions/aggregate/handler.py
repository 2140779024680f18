"""Kinesis records become pane partials; one delivery is one call, and any retry of it is a no-op."""

from __future__ import annotations

import gc
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from telemetra.adapters.clock import now_ms
from telemetra.adapters.dynamo_directory import DynamoDirectory
from telemetra.adapters.dynamo_panes import DynamoPaneStore
from telemetra.adapters.dynamo_progress import DynamoProgress
from telemetra.adapters.kinesis_event import newest_of, records_of
from telemetra.adapters.lineage import ShardLineage
from telemetra.adapters.secrets import secret
from telemetra.adapters.sqs import SqsRejects
from telemetra.application.aggregate import AggregateRecords, delivery_of
from telemetra.config import Settings
from telemetra.domain.errors import StoreUnavailableError
from telemetra.domain.hashing import KeyedHash
from telemetra.observe import Metric, Observer

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

OBSERVER = Observer("aggregate")


@cache
def wire() -> AggregateRecords:
    """Build the use case once a container."""
    settings = Settings.from_env()
    return AggregateRecords(
        DynamoPaneStore(settings, inherits=ShardLineage(settings).inherits),
        DynamoDirectory(settings),
        SqsRejects(settings),
        KeyedHash(secret(settings.user_key_secret_arn)),
    )


@cache
def progress() -> DynamoProgress:
    """Build what notes how far each shard has come, for the report of health."""
    return DynamoProgress(Settings.from_env())


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Fold one delivery; what it holds never raises, only an unavailable store does.

    The fold makes no cycles, so the cyclic collector, which would walk every event again and again, rests.
    """
    with OBSERVER.invocation(context) as tally:
        records = records_of(event)
        fold = wire()
        gc.disable()
        try:
            report = fold(records)
        finally:
            gc.enable()
        with suppress(StoreUnavailableError):
            progress().note((records[-1].kind, records[-1].shard), newest_of(event))
        tally.fact("stream", records[0].kind)
        tally.fact("shard", records[0].shard)
        tally.fact("first", str(records[0].sequence))
        tally.fact("last", str(records[-1].sequence))
        tally.fact("deliveries", [delivery_of(records)])
        tally.fact("records", len(records))
        tally.count(Metric.EVENTS_FOLDED, report.folded)
        tally.count(Metric.EVENTS_REPLAYED, report.replayed)
        tally.count(Metric.EVENTS_REJECTED, report.rejected)
        tally.count(Metric.EVENTS_LATE_DROPPED, report.late)
        tally.share(Metric.LATE_PERCENT, report.late, report.folded + report.replayed)
        tally.count(Metric.PANES_WRITTEN, report.rows)
        tally.greatest(Metric.LAG_MS, now_ms() - min(record.arrival_ms for record in records))
