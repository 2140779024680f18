"""What every store of partials does."""

from __future__ import annotations

import pytest
from msgspec import structs

from telemetra.adapters.dynamo_panes import DynamoPaneStore
from telemetra.adapters.memory import MemoryPaneStore
from telemetra.application.ports import PaneChange, PaneStore
from telemetra.domain.events import Kind
from telemetra.domain.partial import RING_SIZE
from telemetra.domain.window import DAY_MS, PANE_MS
from tests.contracts.samples import NOW_MS, SEQUENCE, pane_key, partial

KEY = pane_key("alpha")
FIRST = partial()
SECOND = structs.replace(FIRST, upto=SEQUENCE + 1, version=2, mark_ms=FIRST.mark_ms + 1)


@pytest.fixture(params=["memory", "memory with lag", "dynamodb"])
def store(request: pytest.FixtureRequest) -> PaneStore:
    if request.param == "dynamodb":
        return DynamoPaneStore(request.getfixturevalue("table")("panes"), clock=lambda: NOW_MS)
    return MemoryPaneStore(lag=request.param == "memory with lag")


def test_absent_rows_are_left_out(store: PaneStore) -> None:
    assert store.load([KEY]) == {}
    assert store.load([]) == {}
    assert store.write([]) == set()


@pytest.mark.parametrize("kind", [Kind.CHAT, Kind.VIEWER, Kind.TRANSACTION])
def test_what_was_written_is_read_back_exactly(store: PaneStore, kind: Kind) -> None:
    key = pane_key("alpha", kind=kind)
    assert store.write([PaneChange(key, None, partial(kind))]) == set()
    assert store.load([key]) == {key: partial(kind)}


def test_a_sequence_number_of_56_digits_keeps_every_digit(store: PaneStore) -> None:
    store.write([PaneChange(KEY, None, FIRST)])
    assert store.load([KEY])[KEY].upto == SEQUENCE
    assert len(str(SEQUENCE)) == 56


@pytest.mark.parametrize("size", [0, RING_SIZE])
def test_a_ring_of_any_size_is_kept_in_order(store: PaneStore, size: int) -> None:
    ring = tuple(2**64 - 1 - number * 7 for number in range(size))
    store.write([PaneChange(KEY, None, structs.replace(FIRST, ring=ring))])
    assert store.load([KEY])[KEY].ring == ring


def test_an_update_from_the_newest_state_is_taken(store: PaneStore) -> None:
    store.write([PaneChange(KEY, None, FIRST)])
    assert store.write([PaneChange(KEY, FIRST, SECOND)]) == set()
    assert store.load([KEY]) == {KEY: SECOND}


def test_the_slower_of_two_first_writers_is_refused(store: PaneStore) -> None:
    assert store.write([PaneChange(KEY, None, FIRST)]) == set()
    assert store.write([PaneChange(KEY, None, SECOND)]) == {KEY}
    assert store.load([KEY]) == {KEY: FIRST}


def test_the_slower_of_two_updaters_is_refused(store: PaneStore) -> None:
    store.write([PaneChange(KEY, None, FIRST)])
    store.write([PaneChange(KEY, FIRST, SECOND)])
    late = structs.replace(SECOND, upto=SEQUENCE + 2, arrival_ms=1)
    assert store.write([PaneChange(KEY, FIRST, late)]) == {KEY}
    assert store.load([KEY]) == {KEY: SECOND}


def test_an_update_of_a_row_that_is_gone_is_refused(store: PaneStore) -> None:
    assert store.write([PaneChange(KEY, FIRST, SECOND)]) == {KEY}
    assert store.load([KEY]) == {}


def test_sixty_changes_in_one_call_are_judged_one_by_one(store: PaneStore) -> None:
    keys = [pane_key("alpha", NOW_MS + number * PANE_MS) for number in range(60)]
    taken = {keys[number] for number in (0, 24, 25, 59)}
    store.write([PaneChange(key, None, SECOND) for key in taken])
    assert store.write([PaneChange(key, None, FIRST) for key in keys]) == taken
    assert store.load(keys) == {key: SECOND if key in taken else FIRST for key in keys}


def test_more_than_a_hundred_rows_are_read_in_one_call(store: PaneStore) -> None:
    keys = [pane_key(f"channel_{number}") for number in range(230)]
    assert store.write([PaneChange(key, None, FIRST) for key in keys]) == set()
    assert store.load([*keys, keys[0], pane_key("never_seen")]) == dict.fromkeys(keys, FIRST)


def test_siblings_are_the_other_shards_of_the_same_pane_and_kind(store: PaneStore) -> None:
    second = KEY._replace(shard="shardId-000000000001")
    third = KEY._replace(shard="shardId-000000000002")
    strangers = [
        KEY._replace(kind=Kind.VIEWER),
        KEY._replace(start_ms=NOW_MS + PANE_MS),
        KEY._replace(channel="alpha_2"),
    ]
    store.write([PaneChange(key, None, partial(key.kind)) for key in strangers])
    store.write([PaneChange(second, None, SECOND), PaneChange(third, None, FIRST)])
    assert store.siblings([KEY, third]) == {KEY: [SECOND, FIRST], third: [SECOND]}
    later = KEY._replace(start_ms=NOW_MS + PANE_MS, shard="shardId-000000000005")
    much_later = KEY._replace(start_ms=NOW_MS + 500 * PANE_MS)
    beta = KEY._replace(channel="beta")
    assert store.siblings([beta, much_later, KEY, later]) == {
        beta: [],
        much_later: [],
        KEY: [SECOND, FIRST],
        later: [partial(KEY.kind)],
    }
    assert store.siblings([]) == {}


def test_a_span_is_half_open_and_ordered_by_key(store: PaneStore) -> None:
    keys = [
        pane_key("alpha", start_ms, kind, shard)
        for start_ms in (NOW_MS, NOW_MS + PANE_MS, NOW_MS + 2 * PANE_MS)
        for kind in (Kind.CHAT, Kind.TRANSACTION, Kind.VIEWER)
        for shard in ("shardId-000000000000", "shardId-000000000001")
    ]
    store.write([PaneChange(key, None, partial(key.kind)) for key in reversed(keys)])
    store.write([PaneChange(pane_key("alpha_2"), None, FIRST)])
    whole = [(key, partial(key.kind)) for key in keys]
    assert store.span("alpha", NOW_MS, NOW_MS + 2 * PANE_MS) == whole[:12]
    assert store.span("alpha", NOW_MS + 1, None) == whole[6:]
    assert store.span("alpha", NOW_MS, NOW_MS) == []
    assert store.span("beta", 0, None) == []


def test_a_span_larger_than_one_answer_is_read_to_its_end(store: PaneStore) -> None:
    large = structs.replace(FIRST, ring=tuple(range(RING_SIZE)))
    keys = [pane_key("alpha", NOW_MS + number * PANE_MS) for number in range(600)]
    store.write([PaneChange(key, None, large) for key in keys])
    assert [key for key, _ in store.span("alpha", NOW_MS, None)] == keys


def test_a_read_that_does_not_insist_may_be_stale_but_is_never_wrong(store: PaneStore) -> None:
    store.write([PaneChange(KEY, None, FIRST)])
    store.write([PaneChange(KEY, FIRST, SECOND)])
    assert store.span("alpha", NOW_MS, None) == [(KEY, SECOND)]
    stale = store.span("alpha", NOW_MS, None, consistent=False)
    assert stale in ([(KEY, FIRST)], [(KEY, SECOND)], [])


def test_the_lagging_memory_store_really_is_stale() -> None:
    store = MemoryPaneStore(lag=True)
    store.write([PaneChange(KEY, None, FIRST)])
    assert store.span("alpha", NOW_MS, None, consistent=False) == []
    store.write([PaneChange(KEY, FIRST, SECOND)])
    assert store.span("alpha", NOW_MS, None, consistent=False) == [(KEY, FIRST)]


def test_expired_panes_are_not_listed_but_still_load(request: pytest.FixtureRequest) -> None:
    settings = request.getfixturevalue("table")("panes")
    DynamoPaneStore(settings, clock=lambda: NOW_MS).write([PaneChange(KEY, None, FIRST)])
    life_ms = PANE_MS + settings.retention_hours * 3_600_000 + 2 * DAY_MS
    before = DynamoPaneStore(settings, clock=lambda: NOW_MS + life_ms - 1000)
    after = DynamoPaneStore(settings, clock=lambda: NOW_MS + life_ms)
    assert before.span("alpha", NOW_MS, None) == [(KEY, FIRST)]
    assert after.span("alpha", NOW_MS, None) == []
    assert after.load([KEY]) == {KEY: FIRST}
