"""From a Lambda Kinesis event to records."""

from __future__ import annotations

import binascii
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import repeat
from typing import Any

import numpy as np
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
    arrivals = np.array([envelope["approximateArrivalTimestamp"] for envelope in envelopes], np.float64)
    return list(
        map(
            Record,
            _kinds([record["eventSourceARN"] for record in delivered]),
            _shards([record["eventID"] for record in delivered]),
            map(int, [envelope["sequenceNumber"] for envelope in envelopes]),
            np.rint(arrivals * 1000).astype(np.int64).tolist(),
            _decoded([envelope["data"] for envelope in envelopes]),
        )
    )


def newest_of(event: dict[str, Any]) -> str:
    """Return the sequence number of the last record of a delivery, as the stream writes it."""
    return str(event["Records"][-1]["kinesis"]["sequenceNumber"])


def _kinds(arns: list[str]) -> Iterable[Kind]:
    """Return the kind that each stream has; a delivery comes from one."""
    if arns and arns.count(arns[0]) == len(arns):
        return repeat(_kind(arns[0]), len(arns))
    return map(_kind, arns)


def _shards(ids: list[str]) -> Iterable[str]:
    """Return the shard that each event id begins with; a delivery has one, so that it is one string."""
    if not ids:
        return []
    shard = ids[0].partition(":")[0]
    if all(map(str.startswith, ids, repeat(f"{shard}:"))):
        return repeat(shard, len(ids))
    return [name.partition(":")[0] for name in ids]


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
        return list(map(pybase64.b64decode, encoded, repeat(None), repeat(True)))
    except (binascii.Error, ValueError):
        return [_decoded_one(data) for data in encoded]


def _decoded_one(data: str) -> bytes | None:
    try:
        return pybase64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None
