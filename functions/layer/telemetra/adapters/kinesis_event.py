"""From a Lambda Kinesis event to records."""

from __future__ import annotations

import binascii
from collections.abc import Iterator, Sequence
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
    delivered = event["Records"]
    envelopes = [record["kinesis"] for record in delivered]
    return list(
        map(
            Record,
            [_kind(record["eventSourceARN"]) for record in delivered],
            _shards([record["eventID"] for record in delivered]),
            [int(envelope["sequenceNumber"]) for envelope in envelopes],
            [round(envelope["approximateArrivalTimestamp"] * 1000) for envelope in envelopes],
            _decoded([envelope["data"] for envelope in envelopes]),
        )
    )


def newest_of(event: dict[str, Any]) -> str:
    """Return the sequence number of the last record of a delivery, as the stream writes it."""
    return str(event["Records"][-1]["kinesis"]["sequenceNumber"])


def _shards(ids: list[str]) -> Iterator[str]:
    """Yield the shard that each event id begins with; a delivery has one, so that it is one string."""
    shard, prefix = "", ":"
    for name in ids:
        if not name.startswith(prefix):
            shard = name.partition(":")[0]
            prefix = f"{shard}:"
        yield shard


@cache
def _kind(arn: str) -> Kind:
    name = arn.rpartition("-")[2]
    try:
        return Kind(name)
    except ValueError as error:
        message = f"stream {arn!r} ends in none of {', '.join(Kind)}"
        raise ParameterError(message) from error


def _decoded(encoded: list[str]) -> Sequence[bytes | None]:
    try:
        return [pybase64.b64decode(data, validate=True) for data in encoded]
    except (binascii.Error, ValueError):
        return [_decoded_one(data) for data in encoded]


def _decoded_one(data: str) -> bytes | None:
    try:
        return pybase64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None
