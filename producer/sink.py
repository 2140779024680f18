"""The sink: packed records onto the four Kinesis streams, each accepted once, in order per key."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from telemetra.domain.errors import TelemetraError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from random import Random

    from producer.client import Kinesis
    from producer.pack import Packed
    from telemetra.domain.events import Kind

MAX_RECORDS: Final = 500
"""Records in one PutRecords call."""

MAX_BYTES: Final = 5 * 1024 * 1024
"""Bytes of data and keys in one PutRecords call."""

ATTEMPTS: Final = 10
"""Calls without a single accepted record, after which the stream counts as unreachable."""

_BASE_S: Final = 0.1
_CEILING_S: Final = 5.0
_FATAL: Final = frozenset(
    {
        "ResourceNotFoundException",
        "AccessDeniedException",
        "UnrecognizedClientException",
        "ValidationException",
    }
)


class SinkError(TelemetraError):
    """The stream took no record for many attempts, or cannot take any; what was not sent is counted."""


@dataclass(slots=True)
class Totals:
    """What went out so far; ``unsent`` events were given up with an error, ``dropped`` ones do not exist."""

    events: dict[str, int] = field(default_factory=dict)
    records: int = 0
    raw_bytes: int = 0
    sent_bytes: int = 0
    calls: int = 0
    retried: int = 0
    unsent: int = 0
    dropped: int = 0

    def count(self, record: Packed) -> None:
        """Count one accepted record."""
        self.events[record.kind] = self.events.get(record.kind, 0) + record.events
        self.records += 1
        self.raw_bytes += record.raw_bytes
        self.sent_bytes += len(record.data)


class Sink(Protocol):
    """Takes packed records and keeps totals."""

    totals: Totals

    def send(self, records: Iterable[Packed]) -> None:
        """Return when every record is accepted.

        Raises:
            SinkError: the stream cannot take them.
        """
        ...


class KinesisSink:
    """Puts records on the streams ``{prefix}-{kind}``.

    A call carries at most one record of each partition key and the next waits for its answer, so a refused
    entry is sent again before anything newer of its key, and no more than one call is in flight.
    """

    def __init__(
        self, client: Kinesis, stream: Callable[[Kind], str], *, sleep: Callable[[float], object], rng: Random
    ) -> None:
        self._client = client
        self._stream = stream
        self._sleep = sleep
        self._rng = rng
        self.totals = Totals()

    def send(self, records: Iterable[Packed]) -> None:
        """Put ``records``, stream by stream, until each is accepted.

        Raises:
            SinkError: a stream is missing, forbidden, or accepts nothing for ``ATTEMPTS`` calls.
        """
        waiting: dict[Kind, dict[str, deque[Packed]]] = {}
        for record in records:
            waiting.setdefault(record.kind, {}).setdefault(record.key, deque()).append(record)
        try:
            for kind, keys in waiting.items():
                self._drain(kind, keys)
        except SinkError:
            self.totals.unsent += sum(
                record.events for keys in waiting.values() for queue in keys.values() for record in queue
            )
            raise

    def _drain(self, kind: Kind, keys: dict[str, deque[Packed]]) -> None:
        """Call until the queues are empty; a queue loses its head only when that head was accepted."""
        failures = 0
        while any(keys.values()):
            for heads in _batches([queue[0] for queue in keys.values() if queue]):
                refused, reason = self._put(kind, heads)
                for record in heads:
                    if record.key not in refused:
                        self.totals.count(keys[record.key].popleft())
                if not refused:
                    failures = 0
                    continue
                self.totals.retried += len(refused)
                failures = failures + 1 if len(refused) == len(heads) else 1
                if failures >= ATTEMPTS:
                    message = f"stream {self._stream(kind)} took nothing in {ATTEMPTS} attempts: {reason}"
                    raise SinkError(message)
                self._sleep(self._rng.uniform(0, min(_CEILING_S, _BASE_S * 2**failures)))

    def _put(self, kind: Kind, heads: list[Packed]) -> tuple[set[str], str]:
        """Make one call; return the keys whose record was refused, and why."""
        entries: list[dict[str, Any]] = [{"Data": head.data, "PartitionKey": head.key} for head in heads]
        name = self._stream(kind)
        self.totals.calls += 1
        try:
            answer = self._client.put_records(StreamName=name, Records=entries)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in _FATAL:
                message = f"cannot put records on stream {name}: {error}"
                raise SinkError(message) from error
            return {head.key for head in heads}, str(error)
        except NoCredentialsError as error:
            message = f"cannot put records on stream {name}: {error}"
            raise SinkError(message) from error
        except BotoCoreError as error:
            return {head.key for head in heads}, str(error)
        results = zip(heads, answer["Records"], strict=True)
        failed = [(head.key, str(result["ErrorCode"])) for head, result in results if result.get("ErrorCode")]
        return {key for key, _ in failed}, failed[0][1] if failed else ""


def _batches(heads: list[Packed]) -> Iterator[list[Packed]]:
    """Split at 500 records and 5 MB."""
    batch: list[Packed] = []
    size = 0
    for head in heads:
        weight = len(head.data) + len(head.key)
        if batch and (len(batch) == MAX_RECORDS or size + weight > MAX_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(head)
        size += weight
    if batch:
        yield batch
