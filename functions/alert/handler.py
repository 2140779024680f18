"""Rules are looked at and alerts delivered, away from everything that a stream waits for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from telemetra.adapters.alerts import SnsTopic, SqsErrands, errand_of
from telemetra.adapters.clock import now_ms
from telemetra.adapters.dynamo_metrics import DynamoMetricStore
from telemetra.adapters.dynamo_moments import DynamoMomentStore
from telemetra.adapters.dynamo_rules import DynamoRules
from telemetra.adapters.secrets import secret
from telemetra.adapters.webhooks import HttpWebhooks
from telemetra.application.alert_ports import Delivery
from telemetra.application.alerting import AlertSources, RunErrands, pause_s
from telemetra.config import Settings
from telemetra.domain.errors import DeliveryError, TelemetraError
from telemetra.observe import Metric, Observer, Tally

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

OBSERVER = Observer("alert")


@cache
def queue() -> SqsErrands:
    """Build the queue once a container."""
    return SqsErrands(Settings.from_env())


@cache
def wire() -> RunErrands:
    """Build the use case once a container."""
    settings = Settings.from_env()
    return RunErrands(
        AlertSources(
            rules=DynamoRules(settings),
            metrics=DynamoMetricStore(settings),
            moments=DynamoMomentStore(settings),
            errands=queue(),
            webhooks=HttpWebhooks(loopback=settings.webhook_loopback == "true"),
            topic=SnsTopic(settings),
            master=lambda: secret(settings.webhook_secret_arn),
        )
    )


def handler(event: dict[str, Any], context: LambdaContext | None) -> dict[str, Any]:
    """Do each errand; one that fails is delivered again after a while, each time after a longer one."""
    with OBSERVER.invocation(context) as tally:
        for metric in (Metric.ALERTS_RAISED, Metric.ALERTS_SENT, Metric.ALERTS_FAILED):
            tally.count(metric, 0)
        failed = [record["messageId"] for record in event["Records"] if not _done(record, tally)]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}


def _done(record: dict[str, Any], tally: Tally) -> bool:
    try:
        errand = errand_of(record["body"])
        tally.count(Metric.ALERTS_RAISED, wire()(errand, now_ms()))
    except (TelemetraError, msgspec.DecodeError) as error:
        tally.fact("failed", f"{type(error).__name__}: {error}")
        if isinstance(error, DeliveryError):
            tally.count(Metric.ALERTS_FAILED)
        queue().later(record["receiptHandle"], pause_s(int(record["attributes"]["ApproximateReceiveCount"])))
        return False
    if isinstance(errand, Delivery):
        tally.count(Metric.ALERTS_SENT)
    return True
