"""From a Lambda Kinesis event to records."""

from __future__ import annotations

import binascii
from functools import cache
from typing import Any

import pybase64

from telemetra.application.ports import Record
from telemetra.domain.errors import ParameterError
from telemetra.domain.events import Kind


def records_of(event: dict[str, Any]) -> list[Record]:
    """Return the records of one delivery, in order.

    Raises:
        ParameterError: a record came from a stream that is none of ours.
    """
    return [_record(record) for record in event["Records"]]


def _record(record: dict[str, Any]) -> Record:
    envelope = record["kinesis"]
    return Record(
        kind=_kind(record["eventSourceARN"]),
        shard=record["eventID"].partition(":")[0],
        sequence=int(envelope["sequenceNumber"]),
        arrival_ms=round(envelope["approximateArrivalTimestamp"] * 1000),
        data=_decoded(envelope["data"]),
    )


@cache
def _kind(arn: str) -> Kind:
    name = arn.rpartition("-")[2]
    try:
        return Kind(name)
    except ValueError as error:
        message = f"stream {arn!r} ends in none of {', '.join(Kind)}"
        raise ParameterError(message) from error


def _decoded(data: str) -> bytes | None:
    try:
        return pybase64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None
