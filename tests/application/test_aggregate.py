"""A delivery becomes partials: whole or in parts, with whatever is wrong in it set apart."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
import zstandard

from telemetra.adapters.memory import MemoryDirectory, MemoryPaneStore, MemoryRejects
from telemetra.application import aggregate, decode
from telemetra.application.aggregate import AggregateRecords
from telemetra.application.ports import PaneChange, Record
from telemetra.domain.chat import ChatPane
from telemetra.domain.errors import ContentionError, Reason
from telemetra.domain.events import Chat, Event, Kind, StreamMeta, Transaction, TransactionType, Viewer
from telemetra.domain.hashing import KeyedHash
from telemetra.domain.partial import PaneKey
from telemetra.domain.revenue import RevenuePane
from telemetra.domain.viewers import ViewerPane
from telemetra.domain.window import DAY_MS, HOUR_MS, PANE_MS

NOW = 1_795_456_800_000
SHARD = "shardId-000000000000"
HASHES = KeyedHash(b"aggregate")


def chat(number: int, ts: int = NOW, channel: str = "aurora") -> Chat:
    return Chat(
        f"{number:x}", channel, ts, f"u{number % 7}", "u", f"nice one {number % 5}", ["KEKW"] * (number % 2)
    )


def record(
    sequence: int, events: Sequence[Event] | bytes | None, kind: Kind = Kind.CHAT, arrival_ms: int = NOW + 900
) -> Record:
    data = (
        events
        if events is None or isinstance(events, bytes)
        else b"\n".join(map(msgspec.json.encode, events))
    )
    return Record(kind, SHARD, sequence, arrival_ms, data)


class Cloud:
    """The use case on stores in memory."""

    def __init__(self, panes: MemoryPaneStore | None = None) -> None:
        self.panes = panes or MemoryPaneStore()
        self.directory = MemoryDirectory()
        self.rejects = MemoryRejects()
        self.fold = AggregateRecords(self.panes, self.directory, self.rejects, HASHES)

    def content(self, start_ms: int = NOW, kind: Kind = Kind.CHAT, channel: str = "aurora") -> object:
        key = PaneKey(channel, start_ms, kind, SHARD)
        return self.panes.load([key])[key].content


def test_every_kind_folds_into_its_rows() -> None:
    viewers = [Viewer("v", "aurora", NOW + at, 100 + at) for at in (0, 5_000, 12_000)]
    sales = [Transaction("t", "aurora", NOW, TransactionType.SUB, 499, "USD")] * 2
    meta = StreamMeta("m", "aurora", NOW, live=True, title="on", category="chess", language="en")
    chats = [chat(number, NOW + number * 1_000) for number in range(12)]
    cloud = Cloud()
    late = NOW + 13_000
    report = cloud.fold([
        record(1, chats, arrival_ms=late), record(2, viewers, Kind.VIEWER, late),
        record(3, sales, Kind.TRANSACTION, late), record(4, [meta], Kind.STREAM_META, late),
    ])  # fmt: skip
    assert (report.folded, report.rows, report.replayed, report.newest_ms) == (17, 5, 0, NOW + 12_000)
    assert cloud.content() == ChatPane.of(chats[:10], HASHES.__getitem__)
    assert cloud.content(NOW + PANE_MS) == ChatPane.of(chats[10:], HASHES.__getitem__)
    assert cloud.content(kind=Kind.VIEWER) == ViewerPane.of(viewers[:2])
    assert cloud.content(kind=Kind.TRANSACTION) == RevenuePane.of(sales)
    stream = cloud.directory.get("aurora")
    assert stream is not None
    assert stream.title == "on"


@pytest.mark.parametrize("warm", [1, 192 * 1024])
@pytest.mark.parametrize("size", [1, 400, 24 * 1024 * 1024])
def test_a_delivery_in_parts_is_the_delivery_as_a_whole(
    monkeypatch: pytest.MonkeyPatch, size: int, warm: int
) -> None:
    monkeypatch.setattr(decode, "BATCH_BYTES", size)
    monkeypatch.setattr(decode, "WARM_BYTES", warm)
    chats = [chat(number, channel=("aurora", "borealis")[number % 2]) for number in range(60)]
    records = [record(at, chats[at : at + 6]) for at in range(0, 60, 6)]
    cloud = Cloud()
    report = cloud.fold(records)
    assert (report.folded, report.replayed) == (60, 0)
    assert cloud.content() == ChatPane.of(chats[::2], HASHES.__getitem__)
    assert cloud.content(channel="borealis") == ChatPane.of(chats[1::2], HASHES.__getitem__)
    again = cloud.fold(records)
    assert (again.folded, again.replayed, again.rows) == (0, 60, 0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", Reason.JSON),
        (msgspec.json.encode(Viewer("v", "aurora", NOW, 1)), Reason.STREAM),
        (msgspec.json.encode(chat(1, NOW + HOUR_MS)), Reason.FUTURE),
        (msgspec.json.encode(chat(1, NOW - 9 * DAY_MS)), Reason.PAST),
        (msgspec.json.encode(chat(1, channel="No Channel")), Reason.CHANNEL),
    ],
)
def test_a_bad_line_is_rejected_and_the_others_of_its_record_count(line: bytes, reason: Reason) -> None:
    good = [chat(number) for number in range(4)]
    data = b"\n".join([*map(msgspec.json.encode, good[:2]), line, b"", *map(msgspec.json.encode, good[2:])])
    cloud = Cloud()
    report = cloud.fold([record(1, good), record(2, data)])
    assert (report.folded, report.rejected) == (8, 1)
    assert [(reject.reason, reject.line, reject.sequence) for reject in cloud.rejects.kept] == [
        (reason, 2, 2)
    ]
    assert cloud.content() == ChatPane.of(good + good, HASHES.__getitem__)


@pytest.mark.parametrize("data", [None, b"\x28\xb5\x2f\xfd of no use"])
def test_a_delivery_of_nothing_but_broken_records_is_rejected_record_by_record(data: bytes | None) -> None:
    cloud = Cloud()
    report = cloud.fold([record(1, data), record(2, data)])
    assert (report.folded, report.rejected, report.rows) == (0, 2, 0)
    assert [reject.sequence for reject in cloud.rejects.kept] == [1, 2]


def test_plain_records_of_one_event_each_count_as_packed_ones_do() -> None:
    chats = [chat(number, channel=("aurora", "borealis")[number % 2]) for number in range(1_500)]
    packed, plain = Cloud(), Cloud()
    packed.fold([record(1, chats)])
    viewer = record(2_000, [Viewer("v", "aurora", NOW, 7)], Kind.VIEWER)
    plain.fold([*(record(at, [one]) for at, one in enumerate(chats)), record(1_999, None), viewer])
    assert plain.content() == packed.content()
    assert plain.content(channel="borealis") == packed.content(channel="borealis")
    assert [reject.sequence for reject in plain.rejects.kept] == [1_999]


def test_an_event_of_yesterday_is_late_and_not_rejected() -> None:
    cloud = Cloud()
    report = cloud.fold([record(1, [chat(1), chat(2, NOW - DAY_MS - HOUR_MS)])])
    assert (report.folded, report.late, report.rejected) == (1, 1, 0)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (None, Reason.BASE64),
        (b"", Reason.EMPTY),
        (b" \n ", Reason.EMPTY),
        (zstandard.compress(b"x")[:-2], Reason.ZSTD),
    ],
)
def test_a_record_that_cannot_be_read_is_rejected_whole(data: bytes | None, reason: Reason) -> None:
    cloud = Cloud()
    report = cloud.fold([record(1, data), record(2, [chat(1)])])
    assert (report.folded, report.rejected) == (1, 1)
    assert [(reject.reason, reject.line) for reject in cloud.rejects.kept] == [(reason, None)]


def test_nothing_delivered_is_nothing_reported() -> None:
    assert Cloud().fold([]).newest_ms is None


class Moving(MemoryPaneStore):
    """Refuses the first writes, as if another writer were always faster."""

    def __init__(self, refusals: int) -> None:
        super().__init__()
        self.refusals = refusals

    def write(self, changes: Sequence[PaneChange]) -> set[PaneKey]:
        if self.refusals:
            self.refusals -= 1
            return {change.key for change in changes[:1]} | super().write(changes[1:])
        return super().write(changes)


def test_rows_that_moved_are_folded_again_and_only_those() -> None:
    cloud = Cloud(Moving(2))
    report = cloud.fold([record(1, [chat(1), chat(2, channel="borealis")])])
    assert (report.folded, report.rows) == (2, 2)


def test_rows_of_one_kind_are_not_folded_again_when_one_of_another_moved() -> None:
    cloud = Cloud(Moving(1))
    report = cloud.fold([record(1, [chat(1)]), record(2, [Viewer("v", "aurora", NOW, 7)], Kind.VIEWER)])
    assert (report.folded, report.rows, report.replayed) == (2, 2, 0)
    assert cloud.content(kind=Kind.VIEWER) == ViewerPane.of([Viewer("v", "aurora", NOW, 7)])


def test_records_out_of_order_count_once_and_leave_the_greatest_mark() -> None:
    cloud = Cloud()
    records = [record(number, [chat(number)]) for number in (7, 3, 10**55, 5)]
    assert cloud.fold(records).folded == 4
    key = PaneKey("aurora", NOW, Kind.CHAT, SHARD)
    assert cloud.panes.load([key])[key].upto == 10**55
    assert cloud.fold([*records, record(10**55 + 1, [chat(11)])]).folded == 1


def test_rows_that_never_stand_still_give_the_batch_back() -> None:
    with pytest.raises(ContentionError, match="aurora"):
        Cloud(Moving(aggregate.MOST_ATTEMPTS)).fold([record(1, [chat(1)])])


def test_a_delivery_of_which_nothing_counts_writes_nothing() -> None:
    cloud = Cloud()
    report = cloud.fold([record(1, b"{"), record(2, [chat(1, NOW - DAY_MS - HOUR_MS)])])
    assert (report.folded, report.rows, report.rejected, report.late) == (0, 0, 1, 1)
