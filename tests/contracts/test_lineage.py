"""Only rows of shards that came from others can have sisters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import Stubber

from telemetra.adapters.clients import client
from telemetra.adapters.dynamo_panes import DynamoPaneStore
from telemetra.adapters.lineage import BELIEVED_MS, ShardLineage
from telemetra.config import Settings
from telemetra.domain.events import Kind
from telemetra.domain.partial import PaneKey

RANGE = {"StartingHashKey": "0", "EndingHashKey": "9"}
NUMBERS = {"StartingSequenceNumber": "0"}


def shard(name: str, *parents: str) -> dict[str, Any]:
    fields = dict(zip(("ParentShardId", "AdjacentParentShardId"), parents, strict=False))
    return {"ShardId": name, "HashKeyRange": RANGE, "SequenceNumberRange": NUMBERS, **fields}


@pytest.fixture
def stream(settings: Settings) -> Iterator[Stubber]:
    with Stubber(client("kinesis", settings.aws_endpoint_url)) as stubber:
        yield stubber


def listed(stream: Stubber, *shards: dict[str, Any]) -> None:
    stream.add_response("list_shards", {"Shards": list(shards)})


def test_a_shard_inherits_while_a_parent_of_it_still_holds_records(
    stream: Stubber, settings: Settings
) -> None:
    listed(stream, shard("0"), shard("1"), shard("2", "0"), shard("3", "expired"), shard("4", "expired", "1"))
    lineage = ShardLineage(settings)
    assert [lineage.inherits(Kind.CHAT, name) for name in "01234"] == [False, False, True, False, True]


def test_a_list_of_many_pages_is_read_to_its_end(stream: Stubber, settings: Settings) -> None:
    stream.add_response("list_shards", {"Shards": [shard("0", "1")], "NextToken": "more"})
    stream.add_response("list_shards", {"Shards": [shard("1")]}, {"NextToken": "more"})
    assert ShardLineage(settings).inherits(Kind.CHAT, "0")


def test_a_shard_that_is_not_listed_yet_is_asked_for_again(stream: Stubber, settings: Settings) -> None:
    lineage = ShardLineage(settings)
    listed(stream, shard("0"))
    assert not lineage.inherits(Kind.CHAT, "0")
    listed(stream, shard("0"), shard("1", "0"))
    assert lineage.inherits(Kind.CHAT, "1")
    listed(stream, shard("0"))
    assert lineage.inherits(Kind.CHAT, "2")


def test_the_list_is_read_again_after_a_while(stream: Stubber, settings: Settings) -> None:
    now = [10 * BELIEVED_MS]
    lineage = ShardLineage(settings, clock=lambda: now[0])
    listed(stream, shard("0"), shard("1", "0"))
    assert lineage.inherits(Kind.CHAT, "1")
    now[0] += BELIEVED_MS + 1
    listed(stream, shard("1", "0"))
    assert not lineage.inherits(Kind.CHAT, "1")


def test_a_stream_that_does_not_answer_may_have_sisters(stream: Stubber, settings: Settings) -> None:
    stream.add_client_error("list_shards", "LimitExceededException")
    assert ShardLineage(settings).inherits(Kind.CHAT, "0")


def test_siblings_of_a_shard_without_parents_are_not_looked_for(settings: Settings) -> None:
    asked: list[tuple[Kind, str]] = []

    def inherits(kind: Kind, shard: str) -> bool:
        asked.append((kind, shard))
        return False

    unreachable = DynamoPaneStore(settings, inherits=inherits)
    key = PaneKey("alpha", 0, Kind.CHAT, "0")
    with Stubber(client("dynamodb", settings.aws_endpoint_url)):
        assert unreachable.siblings([key]) == {key: []}
    assert asked == [(Kind.CHAT, "0")]
