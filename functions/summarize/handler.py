"""Changed panes become published minutes, rollups and moments; once a minute, time alone moves on too."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from telemetra.adapters.alerts import SqsErrands
from telemetra.adapters.clock import now_ms
from telemetra.adapters.dynamo_directory import DynamoDirectory
from telemetra.adapters.dynamo_metrics import DynamoMetricStore
from telemetra.adapters.dynamo_moments import DynamoMomentStore
from telemetra.adapters.dynamo_panes import DynamoPaneStore
from telemetra.adapters.dynamo_rules import DynamoRules
from telemetra.adapters.dynamo_states import DynamoStateStore
from telemetra.adapters.pane_event import touched_of
from telemetra.adapters.sqs import SqsTicks
from telemetra.application.alerting import AlertingTicks
from telemetra.application.summarize import Sources, SummarizeChannels
from telemetra.config import Settings
from telemetra.domain.fusion import moment_detector
from telemetra.observe import Metric, Observer

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

OBSERVER = Observer("summarize")


@cache
def wire() -> SummarizeChannels:
    """Build the use case once a container."""
    settings = Settings.from_env()
    sources = Sources(
        panes=DynamoPaneStore(settings),
        metrics=DynamoMetricStore(settings),
        moments=DynamoMomentStore(settings),
        states=DynamoStateStore(settings),
        directory=DynamoDirectory(settings),
        ticks=AlertingTicks(SqsTicks(settings), DynamoRules(settings), SqsErrands(settings), now_ms),
    )
    return SummarizeChannels(sources, moment_detector(settings.detector))


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Publish what a delivery of the panes' stream, or the schedule's minute, has made due."""
    with OBSERVER.invocation(context) as tally:
        if "Records" in event:
            report = wire()(touched_of(event), now_ms())
        else:
            report = wire().pass_time(now_ms())
        tally.fact("channels", report.channels)
        tally.fact("deliveries", report.deliveries)
        tally.count(Metric.MINUTES_WRITTEN, report.minutes)
        tally.count(Metric.ROLLUPS_WRITTEN, report.rollups)
        tally.count(Metric.MOMENTS_WRITTEN, report.moments)
