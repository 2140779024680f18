"""What every store of moments does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from telemetra.adapters.dynamo_moments import DynamoMomentStore
from telemetra.adapters.memory import MemoryMomentStore
from telemetra.application.ports import MomentStore
from telemetra.domain.errors import ParameterError
from telemetra.domain.feedback import Verdict
from telemetra.domain.moment import Moment
from telemetra.domain.window import PANE_MS
from tests.contracts.samples import NOW_MS, moment

Judged = DynamoMomentStore | MemoryMomentStore


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> MomentStore:
    if request.param == "dynamodb":
        return DynamoMomentStore(request.getfixturevalue("table")("moments"), clock=lambda: NOW_MS)
    return MemoryMomentStore()


@pytest.fixture
def judged(store: MomentStore) -> Judged:
    assert isinstance(store, DynamoMomentStore | MemoryMomentStore)
    return store


def test_what_was_written_is_read_back_exactly(store: MomentStore) -> None:
    lasting, over = moment("alpha"), moment("alpha", NOW_MS + PANE_MS, end_ms=NOW_MS + 9 * PANE_MS, score=1.0)
    store.write([over, lasting])
    assert store.load("alpha", [over.start_ms, lasting.start_ms, 7]) == [lasting, over]
    assert store.load("beta", [NOW_MS]) == []
    assert store.load("alpha", []) == []


def test_an_older_version_leaves_the_stored_moment_alone(store: MomentStore) -> None:
    stored = moment("alpha", version=3)
    store.write([stored])
    store.write([replace(stored, version=2, sentence="earlier")])
    assert store.load("alpha", [NOW_MS]) == [stored]


@pytest.mark.parametrize("version", [3, 4])
def test_the_same_or_a_newer_version_replaces_it(store: MomentStore, version: int) -> None:
    store.write([moment("alpha", version=3, end_ms=NOW_MS + PANE_MS)])
    revised = moment("alpha", version=version, end_ms=None, score=0.5, evidence=())
    store.write([revised])
    assert store.load("alpha", [NOW_MS]) == [revised]


def test_versions_of_one_moment_in_one_call_leave_the_newest(store: MomentStore) -> None:
    versions = [moment("alpha", version=number) for number in (1, 3, 2)]
    store.write(versions)
    assert store.load("alpha", [NOW_MS]) == [versions[1]]


def test_pages_walk_from_the_newest_and_meet_each_moment_once(store: MomentStore) -> None:
    moments = [moment("alpha", NOW_MS + number * PANE_MS) for number in range(7)]
    store.write([*moments, moment("alpha_2")])
    walked: list[Moment] = []
    sizes: list[int] = []
    cursor = None
    while not sizes or cursor is not None:
        page = store.page("alpha", NOW_MS, NOW_MS + 6 * PANE_MS, limit=2, cursor=cursor)
        walked += page.items
        sizes.append(len(page.items))
        cursor = page.cursor
    assert walked == moments[5::-1]
    assert sizes == [2, 2, 2]


def test_an_empty_interval_has_an_empty_page(store: MomentStore) -> None:
    store.write([moment("alpha")])
    assert store.page("alpha", NOW_MS, NOW_MS, limit=5, cursor=None).items == []
    assert store.page("beta", 0, NOW_MS + 1, limit=5, cursor=None).items == []


@pytest.mark.parametrize("cursor", ["%", "x", "YWxwaGE", "é"])
def test_a_cursor_that_was_never_handed_out_is_a_bad_parameter(store: MomentStore, cursor: str) -> None:
    with pytest.raises(ParameterError, match="cursor"):
        store.page("alpha", NOW_MS, NOW_MS + 1, limit=5, cursor=cursor)


def test_a_verdict_stays_whatever_writes_the_moment_and_can_be_taken_back(judged: Judged) -> None:
    judged.write([moment("alpha"), moment("alpha", NOW_MS + PANE_MS)])
    assert judged.judge("alpha", NOW_MS, Verdict.REJECT)
    assert judged.judge("alpha", NOW_MS + PANE_MS, Verdict.CONFIRM)
    judged.write([moment("alpha", version=9)])
    assert judged.load("alpha", [NOW_MS]) == [moment("alpha", version=9, feedback=Verdict.REJECT)]
    assert sorted(judged.verdicts("alpha", 0)) == [Verdict.CONFIRM, Verdict.REJECT]
    assert judged.verdicts("alpha", NOW_MS + 1) == [Verdict.CONFIRM]
    assert judged.judge("alpha", NOW_MS, None)
    assert judged.load("alpha", [NOW_MS]) == [moment("alpha", version=9)]
    assert judged.verdicts("alpha", 0) == [Verdict.CONFIRM]


def test_a_moment_that_does_not_exist_takes_no_verdict(judged: Judged) -> None:
    assert not judged.judge("alpha", NOW_MS, Verdict.REJECT)
    assert judged.load("alpha", [NOW_MS]) == []
    assert judged.verdicts("alpha", 0) == []
