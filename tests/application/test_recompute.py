"""Minutes rebuilt from archived records agree with what the use cases wrote, and put right what does not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import msgspec
import pytest

from telemetra.adapters.memory import (
    MemoryDirectory,
    MemoryMetricStore,
    MemoryMomentStore,
    MemoryPaneStore,
    MemoryRejects,
    MemoryStateStore,
    MemoryTicks,
)
from telemetra.application.aggregate import AggregateRecords
from telemetra.application.forget import Cell
from telemetra.application.ports import PaneStore, Record
from telemetra.application.rebuild import ScratchPanes, rebuild
from telemetra.application.recompute import Findings, Recompute, differences
from telemetra.application.summarize import Sources, SummarizeChannels
from telemetra.domain.chat import ChatPane
from telemetra.domain.distinct import Distinct
from telemetra.domain.errors import CorruptStateError
from telemetra.domain.events import Kind
from telemetra.domain.hashing import KeyedHash
from telemetra.domain.metrics import MetricKey, MetricRow
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.revenue import RevenuePane
from telemetra.domain.summary import Summary
from telemetra.domain.tally import Tally
from telemetra.domain.viewers import ViewerPane
from telemetra.domain.window import DAY_MS, HOUR_MS, MINUTE_MS, Grain
from telemetra.domain.zscore import ZScore

START = 1_795_392_000_000
SHARD = "shardId-000000000000"
HASH = KeyedHash(b"k" * 32)


def said(number: int, at_ms: int, channel: str = "a") -> dict[str, object]:
    return {
        "schema": "chat.v1", "event_id": f"{channel}{number}", "channel": channel, "ts": at_ms,
        "user_id": f"u{number % 7}", "user": "x", "text": f"hello {number % 3}", "emotes": ["KEKW"],
    }  # fmt: skip


def record(sequence: int, minute: int, channel: str = "a", events: int = 5) -> Record:
    at_ms = START + minute * MINUTE_MS
    lines = [said(sequence * 100 + n, at_ms + n * 9_000, channel) for n in range(events)]
    data = b"\n".join(map(msgspec.json.encode, lines))
    return Record(Kind.CHAT, SHARD, sequence, at_ms + 50_000, data)


RECORDS = [record(number, number // 2) for number in range(2, 130)]


def fold_into(panes: PaneStore) -> AggregateRecords:
    return AggregateRecords(panes, MemoryDirectory(), MemoryRejects(), HASH)


class World:
    """The tables after some records went through the functions, and the archive beside them."""

    def __init__(self, records: Sequence[Record], *, now_ms: int) -> None:
        self.panes = MemoryPaneStore()
        self.metrics = MemoryMetricStore()
        self.states = MemoryStateStore()
        directory = MemoryDirectory()
        AggregateRecords(self.panes, directory, MemoryRejects(), HASH)(records)
        sources = Sources(
            self.panes, self.metrics, MemoryMomentStore(), self.states, directory, MemoryTicks()
        )
        touched = [key for key, _ in self.panes.span("a", 0, None)]
        summarize = SummarizeChannels(sources, ZScore())
        summarize(touched, now_ms)
        summarize.pass_time(now_ms)

    def compare(
        self,
        archived: Sequence[Record],
        *,
        repair: bool = False,
        channel: str = "a",
        erased: Collection[Cell] = (),
    ) -> Findings:
        panes = ScratchPanes(lambda key: key.channel == channel)
        assert rebuild(archived, fold_into(panes)) == len(archived)
        compare = Recompute(self.panes, self.metrics, self.states)
        return compare(panes.rows(), START, START + DAY_MS, repair=repair, erased=erased)

    def tamper(self, grain: Grain, start_ms: int) -> MetricRow:
        key = MetricKey("a", grain, start_ms)
        row = self.metrics.load([key])[key]
        self.metrics.correct([replace(row, summary=Summary(ChatPane(count=1)))])
        return row


@pytest.fixture
def world() -> World:
    return World(RECORDS, now_ms=START + 3 * HOUR_MS)


def test_an_archive_in_any_batches_agrees(world: World) -> None:
    findings = world.compare(RECORDS)
    assert findings.minutes == 64
    assert findings.differences == []
    assert findings.open == findings.behind == 0


@pytest.mark.parametrize("grain", [Grain.MINUTE, Grain.HOUR])
def test_a_tampered_row_is_found_and_put_right_with_its_version(world: World, grain: Grain) -> None:
    start_ms = START + (30 * MINUTE_MS if grain is Grain.MINUTE else 0)
    right = world.tamper(grain, start_ms)
    findings = world.compare(RECORDS, repair=True)
    (difference,) = findings.differences
    assert difference.key == right.key
    assert difference.told["chat.count"] == (1, right.summary.chat.count)
    assert (findings.repaired, findings.refused) == (1, 0)
    stored = world.metrics.load([right.key])[right.key]
    assert stored == replace(right, revision=right.revision + 1)
    assert world.compare(RECORDS).differences == []


def test_a_lost_row_is_written_again(world: World) -> None:
    kept = MemoryMetricStore()
    lost = MetricKey("a", Grain.MINUTE, START + 30 * MINUTE_MS)
    rows = world.metrics.span("a", Grain.MINUTE, START, START + DAY_MS)
    kept.write([row for row in rows if row.key != lost])
    world.metrics = kept
    findings = world.compare(RECORDS, repair=True)
    assert [difference.key for difference in findings.differences] == [lost]
    assert kept.load([lost])[lost] in rows


def test_what_the_archive_never_saw_is_said_and_kept(world: World) -> None:
    extra = MetricRow(
        MetricKey("a", Grain.MINUTE, START + 5 * HOUR_MS), Summary(), final=True, revision=0, version=1
    )
    world.metrics.write([extra])
    findings = world.compare(RECORDS, repair=True)
    (difference,) = findings.differences
    assert difference.right is None
    assert findings.repaired == 0
    assert world.metrics.load([extra.key])


def test_minutes_that_the_archive_has_not_reached_are_left_alone(world: World) -> None:
    findings = world.compare(RECORDS[:-3])
    assert findings.behind == 2
    assert findings.differences == []


def test_minutes_of_which_something_was_erased_are_left_alone(world: World) -> None:
    left = [record for record in RECORDS if record.sequence != 8]
    assert next(one.key.start_ms for one in world.compare(left).differences) == START + 4 * MINUTE_MS
    found = world.compare(left, erased={("a", START + 4 * MINUTE_MS), ("b", START)}, repair=True)
    assert (found.differences, found.erased) == ([], 1)


def test_minutes_that_have_not_closed_are_left_alone() -> None:
    findings = World(RECORDS, now_ms=START + 64 * MINUTE_MS + 50_000).compare(RECORDS)
    assert findings.open == 1
    assert findings.differences == []


def test_a_channel_that_no_table_knows_is_open(world: World) -> None:
    findings = world.compare([record(500, 3, "b")], channel="b")
    assert (findings.open, findings.differences) == (1, [])


def test_a_row_that_moved_on_meanwhile_is_refused(world: World) -> None:
    row = world.tamper(Grain.MINUTE, START + 30 * MINUTE_MS)

    class Moving(MemoryMetricStore):
        def correct(self, rows: Sequence[MetricRow]) -> set[MetricKey]:
            self.write([replace(row, version=row.version + 1)])
            return super().correct(rows)

    moving = Moving()
    moving.write(world.metrics.span("a", Grain.MINUTE, START, START + DAY_MS))
    world.metrics = moving
    findings = world.compare(RECORDS, repair=True)
    assert (findings.repaired, findings.refused) == (0, 1)


def test_an_unreadable_row_is_found_and_put_right(world: World) -> None:
    torn = MetricKey("a", Grain.MINUTE, START + 30 * MINUTE_MS)

    class Torn(MemoryMetricStore):
        torn = True

        def load(self, keys: object) -> dict[MetricKey, MetricRow]:
            if self.torn and torn in keys:  # type: ignore[operator]
                raise CorruptStateError
            return super().load(keys)  # type: ignore[arg-type]

        def span(
            self, channel: str, grain: Grain, start_ms: int, end_ms: int, *, consistent: bool = False
        ) -> list[MetricRow]:
            if self.torn and grain is Grain.MINUTE and start_ms <= torn.start_ms < end_ms:
                raise CorruptStateError
            return super().span(channel, grain, start_ms, end_ms, consistent=consistent)

        def correct(self, rows: Sequence[MetricRow]) -> set[MetricKey]:
            self.torn = False
            return super().correct(rows)

    store = Torn()
    rows = world.metrics.span("a", Grain.MINUTE, START, START + DAY_MS)
    store.write(rows)
    world.metrics = store
    findings = world.compare(RECORDS, repair=True)
    assert [difference.told["row"][0] for difference in findings.differences] == ["unreadable"]
    assert findings.repaired == 1
    assert replace(store.load([torn])[torn], revision=0) in rows


def test_scratch_panes_keep_what_is_wanted_and_show_it_in_order() -> None:
    panes = ScratchPanes(lambda key: key.start_ms < START + 2 * MINUTE_MS)
    rebuild([record(1, 3), record(2, 0), record(3, 1)], fold_into(panes))
    starts = [key.start_ms for key, _ in panes.span("a", START, None)]
    assert starts == sorted(starts)
    assert len(starts) == 8
    assert len(panes.span("a", START, START + MINUTE_MS)) == 4
    assert panes.span("b", START, None) == []
    first, _ = panes.span("a", START, None)[0]
    other = first._replace(shard="shardId-000000000001")
    assert [partial.upto for partial in panes.siblings([other])[other]] == [2]


@pytest.mark.parametrize(
    ("right", "field"),
    [
        (Summary(ChatPane(bits=9)), "chat.bits"),
        (Summary(ChatPane(chatters=Distinct.of([1]))), "chat.chatters"),
        (Summary(ChatPane(emotes=Tally({"KEKW": 3, "LUL": 1}))), "chat.emotes[KEKW]"),
        (Summary(viewers=ViewerPane(1, 5, 5, 5, (1, "x", 5))), "viewers"),
        (Summary(revenue=RevenuePane({("sub", "USD"): (1, 499)})), "revenue"),
    ],
)
def test_every_field_is_compared(right: Summary, field: str) -> None:
    assert list(differences(Summary(), right)) == [field]
    assert differences(right, right) == {}


def test_cut_counts_may_differ_by_their_error() -> None:
    one = Summary(ChatPane(tokens=Tally({"a": 10, "b": 3}, error=3)))
    other = Summary(ChatPane(tokens=Tally({"a": 12}, error=2)))
    assert differences(one, other) == {}
    assert differences(one, Summary(ChatPane(tokens=Tally({"a": 14, "b": 3})))) != {}


def test_a_partial_of_another_shard_counts_too() -> None:
    key = PaneKey("a", START, Kind.CHAT, "shardId-000000000009")
    panes = ScratchPanes(lambda _: True)
    rebuild([record(1, 0), replace_shard(record(2, 0), key.shard)], fold_into(panes))
    found: list[tuple[PaneKey, Partial]] = panes.span("a", START, START + MINUTE_MS)
    assert {row.shard for row, _ in found} == {SHARD, key.shard}


def replace_shard(one: Record, shard: str) -> Record:
    return Record(one.kind, shard, one.sequence, one.arrival_ms, one.data)
