"""Kinesis records become objects of the archive, from which every stream can be replayed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from telemetra.adapters.kinesis_event import records_of
from telemetra.adapters.s3 import S3Archive
from telemetra.config import Settings
from telemetra.observe import Metric, Observer

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

OBSERVER = Observer("archive")


@cache
def wire() -> S3Archive:
    """Build the archive once a container."""
    return S3Archive(Settings.from_env())


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Keep one delivery; the same delivery again overwrites the same object."""
    with OBSERVER.invocation(context) as tally:
        records = records_of(event)
        wire().put(records)
        tally.count(Metric.RECORDS_ARCHIVED, len(records))
        tally.count(Metric.BYTES_ARCHIVED, sum(len(record.data or b"") for record in records))
