"""Fakes of the streams and of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from producer.sink import Totals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from producer.pack import Packed


class FakeKinesis:
    """Keeps accepted entries by stream; ``refuses(call, entry)`` says which entries it throttles."""

    def __init__(self) -> None:
        self.accepted: dict[str, list[dict[str, Any]]] = {}
        self.calls: list[list[dict[str, Any]]] = []
        self.refuses: Callable[[int, dict[str, Any]], bool] = lambda _call, _entry: False
        self.raises: list[Exception] = []

    def put_records(self, *, StreamName: str, Records: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        call = len(self.calls)
        self.calls.append(Records)
        if self.raises:
            raise self.raises.pop(0)
        results: list[dict[str, Any]] = []
        for entry in Records:
            if self.refuses(call, entry):
                results.append(
                    {"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "slow"}
                )
            else:
                self.accepted.setdefault(StreamName, []).append(entry)
                results.append({"SequenceNumber": "1", "ShardId": "shardId-000000000000"})
        return {"Records": results, "FailedRecordCount": sum("ErrorCode" in result for result in results)}

    def list_shards(self, *, StreamName: str) -> dict[str, Any]:  # noqa: N803
        raise NotImplementedError

    def get_shard_iterator(self, **request: str) -> dict[str, Any]:
        raise NotImplementedError

    def get_records(self, *, ShardIterator: str, Limit: int) -> dict[str, Any]:  # noqa: N803
        raise NotImplementedError


class FakeBeat:
    """Time that passes only by waiting; stops during the wait that passes ``stop_at`` seconds."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.stop_at = float("inf")

    def seconds(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        end = self.now + max(0.0, seconds)
        self.now = min(end, max(self.now, self.stop_at))
        return end >= self.stop_at


class MemorySink:
    """Keeps what was sent, and when."""

    def __init__(self, beat: FakeBeat, send_takes_s: float = 0.0) -> None:
        self.totals = Totals()
        self.sent: list[tuple[float, Packed]] = []
        self._beat = beat
        self._takes_s = send_takes_s

    def send(self, records: Iterable[Packed]) -> None:
        for record in records:
            self.sent.append((self._beat.now, record))
            self.totals.count(record)
        self._beat.now += self._takes_s

    @property
    def records(self) -> list[Packed]:
        return [record for _, record in self.sent]


@pytest.fixture
def kinesis() -> FakeKinesis:
    return FakeKinesis()


@pytest.fixture
def beat() -> FakeBeat:
    return FakeBeat()


@pytest.fixture
def sink(beat: FakeBeat) -> MemorySink:
    return MemorySink(beat)
