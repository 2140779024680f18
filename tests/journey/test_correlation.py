"""One id leads from a producer's record to the push."""

from __future__ import annotations

import pytest

from local.errors import LocalError
from local.logs import Filter, delivery_of, lines
from producer.event import Chat, to_line
from producer.pack import pack
from telemetra.adapters.clock import now_ms
from tests.journey.running import RunningStack


@pytest.mark.journey
def test_a_record_is_followed_from_its_place_on_the_stream_to_the_push(stack: RunningStack) -> None:
    since_ms = now_ms() - 1_000
    event = Chat("followed-1", "followed", now_ms(), "u1", "ann", "hello", (), (), 0)
    (record,) = pack([to_line(event)])
    put = stack.client("kinesis").put_record(
        StreamName=f"{stack.prefix}-{record.kind}", PartitionKey=record.key, Data=record.data
    )
    place = f"{record.kind}/{put['ShardId']}/{put['SequenceNumber']}"
    logs = stack.client("logs")

    def delivery() -> str:
        try:
            return delivery_of(logs, stack.prefix, place, since_ms)
        except LocalError:
            return ""

    wanted = Filter(delivery=stack.wait_for(delivery))

    def said() -> set[str]:
        return {name for _, name, _ in lines(logs, stack.prefix, wanted, since_ms)}

    stack.wait_for(lambda: said() >= {"aggregate", "summarize", "push"})
