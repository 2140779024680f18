"""A table that is not there, or does not answer, is an unavailable store and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from telemetra.adapters.dynamo_connections import DynamoConnections
from telemetra.adapters.dynamo_directory import DynamoDirectory
from telemetra.adapters.dynamo_metrics import DynamoMetricStore
from telemetra.adapters.dynamo_moments import DynamoMomentStore
from telemetra.adapters.dynamo_panes import DynamoPaneStore
from telemetra.adapters.dynamo_states import DynamoStateStore
from telemetra.adapters.s3 import S3Archive
from telemetra.adapters.sqs import SqsRejects, SqsTicks
from telemetra.application.ports import PaneChange, Record, Reject, StateChange, Subscription, Tick
from telemetra.config import Settings
from telemetra.domain.errors import Reason, StoreUnavailableError
from telemetra.domain.events import Kind
from telemetra.domain.window import Grain
from tests.contracts.samples import meta, metric, moment, pane_key, partial, state

CALLS: dict[str, Callable[[Settings], Any]] = {
    "panes load": lambda s: DynamoPaneStore(s).load([pane_key("a")]),
    "panes siblings": lambda s: DynamoPaneStore(s).siblings([pane_key("a")]),
    "panes write": lambda s: DynamoPaneStore(s).write([PaneChange(pane_key("a"), None, partial())]),
    "panes span": lambda s: DynamoPaneStore(s).span("a", 0, None),
    "metrics load": lambda s: DynamoMetricStore(s).load([metric("a").key]),
    "metrics write": lambda s: DynamoMetricStore(s).write([metric("a")]),
    "metrics span": lambda s: DynamoMetricStore(s).span("a", Grain.DAY, 0, 1),
    "moments write": lambda s: DynamoMomentStore(s).write([moment("a")]),
    "moments load": lambda s: DynamoMomentStore(s).load("a", [1]),
    "moments page": lambda s: DynamoMomentStore(s).page("a", 0, 1, limit=1, cursor=None),
    "states load": lambda s: DynamoStateStore(s).load(["a"]),
    "states write": lambda s: DynamoStateStore(s).write([StateChange(0, state("a"))]),
    "directory touch": lambda s: DynamoDirectory(s).touch({"a": 1}),
    "directory describe": lambda s: DynamoDirectory(s).describe([meta("a")]),
    "directory get": lambda s: DynamoDirectory(s).get("a"),
    "directory page": lambda s: DynamoDirectory(s).page(limit=1, cursor=None),
    "directory seen": lambda s: DynamoDirectory(s).seen_since(0),
    "connections open": lambda s: DynamoConnections(s).open("c", "viewer", 1),
    "connections role": lambda s: DynamoConnections(s).role("c"),
    "connections subscribe": lambda s: DynamoConnections(s).subscribe(Subscription("c", "a", "viewer", 1)),
    "connections unsubscribe": lambda s: DynamoConnections(s).unsubscribe("c", "a"),
    "connections close": lambda s: DynamoConnections(s).close("c"),
    "connections subscribers": lambda s: DynamoConnections(s).subscribers("a"),
    "ticks send": lambda s: SqsTicks(s).send([Tick("a")]),
    "rejects send": lambda s: SqsRejects(s).send([Reject(Kind.CHAT, "s", 1, 0, Reason.JSON, "", b"{")]),
    "archive put": lambda s: S3Archive(s).put([Record(Kind.CHAT, "s", 1, 1, b"{}\n")]),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_missing_resource_is_an_unavailable_store(settings: Settings, call: str) -> None:
    with pytest.raises(StoreUnavailableError):
        CALLS[call](settings)
