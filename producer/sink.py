"""The sink: packed records onto the four Kinesis streams, each accepted once, in order per key.

One call is in flight at a time, so what is in memory is what the caller gave.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from producer.pace import Pace
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
_THROTTLED: Final = frozenset(
    {"ProvisionedThroughputExceededException", "LimitExceededException", "ThrottlingException"}
)


class SinkError(TelemetraError):
    """The stream took no record for many attempts, or cannot take any; what was not sent is counted."""


@dataclass(slots=True)
class Totals:
    """What went out so far.

    Attributes:
        events: accepted events by kind.
        retried: records that were sent again.
        spilled: events that went to disk on their way.
        recovered: events that an earlier run had left on disk.
        held: events that are on disk now; the next run sends them.
        unsent: events given up with an error.
        dropped: events lost in silence; there is no such thing.
    """

    events: dict[str, int] = field(default_factory=dict)
    records: int = 0
    raw_bytes: int = 0
    sent_bytes: int = 0
    calls: int = 0
    retried: int = 0
    spilled: int = 0
    recovered: int = 0
    held: int = 0
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


class ClosingSink(Sink, Protocol):
    """A sink that may hold something back until its end."""

    def close(self) -> None:
        """Send what is held back, or leave it where the next run finds it."""
        ...


class KinesisSink:
    """Puts records on the streams ``{prefix}-{kind}``.

    A call carries at most one record of each partition key and the next waits for its answer, so a refused
    entry is sent again before anything newer of its key, and no more than one call is in flight.
    """

    def __init__(
        self,
        client: Kinesis,
        stream: Callable[[Kind], str],
        *,
        sleep: Callable[[float], object],
        seconds: Callable[[], float],
        rng: Random,
    ) -> None:
        self._client = client
        self._stream = stream
        self._sleep = sleep
        self._seconds = seconds
        self._rng = rng
        self._paces: dict[Kind, Pace] = {}
        self.totals = Totals()

    def send(self, records: Iterable[Packed]) -> None:
        """Put ``records``, stream by stream, until each is accepted.

        Raises:
            SinkError: a stream is missing, forbidden, or accepts nothing for ``ATTEMPTS`` calls.
        """
        left, reason = self.deliver(records, ATTEMPTS)
        if left:
            self.totals.unsent += sum(record.events for record in left)
            message = f"stream {self._stream(left[0].kind)} took nothing in {ATTEMPTS} attempts: {reason}"
            raise SinkError(message)

    def deliver(
        self, records: Iterable[Packed], attempts: int, patience_s: float | None = None
    ) -> tuple[list[Packed], str]:
        """Put ``records``; return those that were not accepted, in order per key, and why.

        Args:
            records: in order per key.
            attempts: calls to one stream without a single accepted record, after which it is left alone.
            patience_s: how long this may take once something was refused; None: as long as it takes.

        Raises:
            SinkError: a stream is missing or forbidden; all that was not accepted counts as unsent.
        """
        waiting: dict[Kind, dict[str, deque[Packed]]] = {}
        for record in records:
            waiting.setdefault(record.kind, {}).setdefault(record.key, deque()).append(record)
        until_s = None if patience_s is None else self._seconds() + patience_s
        why = ""
        try:
            for kind, keys in waiting.items():
                why = self._drain(kind, keys, attempts, until_s) or why
        except SinkError:
            self.totals.unsent += sum(record.events for record in _left(waiting))
            raise
        return _left(waiting), why

    def _drain(self, kind: Kind, keys: dict[str, deque[Packed]], attempts: int, until_s: float | None) -> str:
        """Call until the queues are empty, or say why not; an accepted head leaves its queue."""
        pace = self._paces.setdefault(kind, Pace())
        failures = 0
        while any(keys.values()):
            for heads in _batches([queue[0] for queue in keys.values() if queue]):
                if wait := pace.delay(self._seconds()):
                    self._sleep(wait)
                refused, reason = self._put(kind, heads)
                taken = [record for record in heads if record.key not in refused]
                for record in taken:
                    self.totals.count(keys[record.key].popleft())
                size = sum(len(record.data) for record in taken)
                pace.sent(self._seconds(), size, refused=reason in _THROTTLED)
                if not refused:
                    failures = 0
                    continue
                self.totals.retried += len(refused)
                failures = 0 if taken else failures + 1
                if failures >= attempts or (until_s is not None and self._seconds() >= until_s):
                    return reason
                self._sleep(self._rng.uniform(0, min(_CEILING_S, _BASE_S * 2 ** max(1, failures))))
        return ""

    def pause(self, seconds: float) -> None:
        """Wait as the sink itself does between calls."""
        self._sleep(seconds)

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
            return {head.key for head in heads}, code if code in _THROTTLED else str(error)
        except NoCredentialsError as error:
            message = f"cannot put records on stream {name}: {error}"
            raise SinkError(message) from error
        except BotoCoreError as error:
            return {head.key for head in heads}, str(error)
        results = zip(heads, answer["Records"], strict=True)
        failed = [(head.key, str(result["ErrorCode"])) for head, result in results if result.get("ErrorCode")]
        return {key for key, _ in failed}, failed[0][1] if failed else ""


def _left(waiting: dict[Kind, dict[str, deque[Packed]]]) -> list[Packed]:
    return [record for keys in waiting.values() for queue in keys.values() for record in queue]


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
