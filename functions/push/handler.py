"""Ticks become messages to the sockets that listen."""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from telemetra.adapters.clock import now_ms
from telemetra.adapters.dynamo_connections import DynamoConnections
from telemetra.adapters.dynamo_metrics import DynamoMetricStore
from telemetra.adapters.dynamo_moments import DynamoMomentStore
from telemetra.adapters.dynamo_panes import DynamoPaneStore
from telemetra.adapters.sockets import ApiGatewaySockets
from telemetra.adapters.sqs import SqsTicks, ticks_of
from telemetra.application.ports import Tick
from telemetra.application.push import PushNews, PushSources
from telemetra.config import Settings
from telemetra.domain.delivery import MOST_TOLD
from telemetra.observe import Metric, Observer

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

OBSERVER = Observer("push")


@cache
def wire() -> PushNews:
    """Build the use case once a container."""
    settings = Settings.from_env()
    return PushNews(
        PushSources(
            connections=DynamoConnections(settings),
            sockets=ApiGatewaySockets(settings),
            ticks=SqsTicks(settings),
            panes=DynamoPaneStore(settings),
            metrics=DynamoMetricStore(settings),
            moments=DynamoMomentStore(settings),
        )
    )


def handler(event: dict[str, Any], context: LambdaContext | None) -> dict[str, Any]:
    """Post the news of a batch of ticks; those whose news did not get through are delivered again."""
    with OBSERVER.invocation(context) as tally:
        records = event["Records"]
        messages = [ticks_of(record["body"]) for record in records]
        ticks = [tick for part in messages for tick in part]
        report = wire()(ticks, now_ms())
        tally.fact("ticks", len(ticks))
        tally.fact("channels", report.channels)
        tally.fact("expired", report.expired)
        tally.fact("deliveries", sorted({name for tick in ticks for name in tick.deliveries})[:MOST_TOLD])
        tally.count(Metric.PUSH_SENT, report.sent)
        tally.count(Metric.PUSH_GONE, report.gone)
        tally.share(Metric.PUSH_GONE_PERCENT, report.gone, report.sent + report.failed)
        tally.count(Metric.PUSH_FAILED, report.failed)
        failed = [
            record["messageId"]
            for record, part, again in zip(
                records, messages, _by_message(messages, report.again), strict=True
            )
            if again and not (len(part) > 1 and wire().later(again))
        ]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}


def _by_message(messages: list[list[Tick]], again: set[int]) -> list[list[Tick]]:
    """Return the ticks of each message that have to be delivered again, given their places among all."""
    numbered = enumerate(tick for part in messages for tick in part)
    return [[tick for at, tick in islice(numbered, len(part)) if at in again] for part in messages]
