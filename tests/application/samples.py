"""Small values that the tests of serving share: panes, rows, moments, and ports that fail."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from telemetra.adapters.memory import MemoryDirectory, MemoryMetricStore, MemoryPaneStore, MemorySockets
from telemetra.application.ports import PaneChange
from telemetra.domain.chat import ChatPane
from telemetra.domain.distinct import Distinct
from telemetra.domain.errors import StoreUnavailableError
from telemetra.domain.events import Kind
from telemetra.domain.metrics import MetricKey, MetricRow
from telemetra.domain.moment import Evidence, Moment, MomentType
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.revenue import RevenuePane
from telemetra.domain.summary import Content, Summary
from telemetra.domain.tally import Tally
from telemetra.domain.viewers import ViewerPane
from telemetra.domain.window import Grain

NOW = 1_795_456_800_000
"""2026-11-23T18:00:00Z."""

CHANNEL = "aurora_plays"
SHARD = "shardId-000000000000"

KINDS: Mapping[type[Content], Kind] = {
    ChatPane: Kind.CHAT,
    ViewerPane: Kind.VIEWER,
    RevenuePane: Kind.TRANSACTION,
}


def chat(count: int, users: Collection[int] = (1,), emotes: Mapping[str, int] | None = None) -> ChatPane:
    """Return the pane of ``count`` messages, half of them scored 0.5, of 12.5 code points each."""
    return ChatPane(
        count=count,
        chatters=Distinct.of(users),
        emotes=Tally(dict(emotes or {})),
        sentiment=5_000 * (count // 2),
        scored=count // 2,
        length=25 * count // 2,
    )


def viewers(at_ms: int, reading: int) -> ViewerPane:
    """Return the pane of one reading."""
    return ViewerPane(1, reading, reading, reading, (at_ms, "event", reading))


def revenue(cents: int) -> RevenuePane:
    """Return the pane of one subscription."""
    return RevenuePane({("sub", "USD"): (1, cents)})


def panes(*rows: tuple[int, Content, int]) -> MemoryPaneStore:
    """Return a store of (start, content, version)."""
    store = MemoryPaneStore()
    for start_ms, content, version in rows:
        key = PaneKey(CHANNEL, start_ms, KINDS[type(content)], SHARD)
        partial = Partial(content, version, (), version, start_ms, start_ms + 500)
        store.write([PaneChange(key, None, partial)])
    return store


def row(start_ms: int, content: Content, *, grain: Grain = Grain.MINUTE, version: int = 6) -> MetricRow:
    """Return a final row."""
    key = MetricKey(CHANNEL, grain, start_ms)
    return MetricRow(key, Summary.of([content]), final=True, revision=0, version=version)


def rows(*stored: MetricRow) -> MemoryMetricStore:
    """Return a store of rows."""
    store = MemoryMetricStore()
    store.write(stored)
    return store


def moment(start_ms: int, *, score: float = 0.9, end_ms: int | None = None) -> Moment:
    """Return a moment of one signal."""
    evidence = Evidence("chat_rate", 61.0, 4.0, 16.0, 9.5)
    return Moment(
        CHANNEL,
        start_ms,
        start_ms,
        end_ms,
        MomentType.HYPE,
        score,
        "chat 6.1x its usual rate",
        (evidence,),
        2,
    )


class BrokenDirectory(MemoryDirectory):
    """Never answers."""

    def seen_since(self, since_ms: int) -> list[str]:
        message = "throttled"
        raise StoreUnavailableError(message)


class BrokenPanes(MemoryPaneStore):
    """Never answers."""

    def span(
        self, channel: str, start_ms: int, end_ms: int | None, *, consistent: bool = True
    ) -> list[tuple[PaneKey, Partial]]:
        message = "throttled"
        raise StoreUnavailableError(message)


class JammedSockets(MemorySockets):
    """Fails to post to some sockets, which may still be there."""

    def __init__(self, *, jammed: Collection[str], gone: Collection[str] = ()) -> None:
        super().__init__(gone=gone)
        self.jammed = jammed

    def post(self, connection: str, message: bytes) -> bool:
        if connection in self.jammed:
            text = "throttled"
            raise StoreUnavailableError(text)
        return super().post(connection, message)
