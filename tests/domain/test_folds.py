"""Folds of every kind, hashes that are remembered, and joins of what belongs together."""

from __future__ import annotations

import numpy as np
import pytest

from telemetra.domain import hashing
from telemetra.domain.chat import ChatPane
from telemetra.domain.events import Kind, Transaction, TransactionType, Viewer
from telemetra.domain.folds import fold_of
from telemetra.domain.hashing import KeyedHash
from telemetra.domain.revenue import RevenuePane
from telemetra.domain.summary import Summary, join
from telemetra.domain.users import Users
from telemetra.domain.viewers import ViewerPane
from telemetra.domain.vocabulary import Vocabulary
from tests.domain.said import messages

HASHES = KeyedHash(b"folds")
VIEWERS = [Viewer(f"v{number}", "aurora", number, number) for number in range(9)]
SALES = [Transaction("t", "aurora", at, TransactionType.GIFT, 499, "USD", quantity=at + 1) for at in range(9)]


@pytest.mark.parametrize(
    ("kind", "events", "of"),
    [
        (Kind.CHAT, messages(9), lambda events: ChatPane.of(events, HASHES.__getitem__)),
        (Kind.VIEWER, VIEWERS, ViewerPane.of),
        (Kind.TRANSACTION, SALES, RevenuePane.of),
    ],
)
def test_a_fold_gives_each_row_its_cells_and_leaves_out_the_others(kind, events, of) -> None:  # type: ignore[no-untyped-def]
    fold = fold_of(kind, Users(HASHES.__getitem__), Vocabulary())
    assert fold is not None
    fold.add(events, np.arange(9) % 3)
    assert fold.cells == 3
    assert list(fold.contents(np.array([1, -1, 0]), 2, [None, None])) == [of(events[2::3]), of(events[0::3])]
    merged = of([*events[1::3], *events[2::3]])
    assert list(fold.contents(np.array([1, -1, 0]), 2, [of(events[1::3]), None])) == [
        merged,
        of(events[0::3]),
    ]


def test_stream_metadata_folds_into_nothing() -> None:
    assert fold_of(Kind.STREAM_META, Users(HASHES.__getitem__), Vocabulary()) is None


def test_a_keyed_hash_forgets_when_it_has_seen_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "_CACHED", 3)
    hashes = KeyedHash(b"few")
    found = [hashes[f"u{number}"] for number in range(7)]
    assert len(hashes) <= 3
    assert [hashes[f"u{number}"] for number in range(7)] == found


@pytest.mark.parametrize("pane", [ChatPane(count=1), ViewerPane.of(VIEWERS), RevenuePane.of(SALES)])
def test_contents_of_one_kind_join_and_the_figures_of_a_summary_are_theirs(pane) -> None:  # type: ignore[no-untyped-def]
    assert join(pane, pane) == pane.merge(pane)
    figures = Summary.of([pane, pane]).finish()
    assert (figures.count, figures.viewers_peak) == (
        2 * getattr(pane, "count", 0) if isinstance(pane, ChatPane) else 0,
        8 if isinstance(pane, ViewerPane) else None,
    )


def test_contents_of_two_kinds_do_not_join() -> None:
    with pytest.raises(TypeError, match="ChatPane does not merge with ViewerPane"):
        join(ChatPane(), ViewerPane())


def test_units_are_counted_over_all_types() -> None:
    assert RevenuePane.of(SALES).count == 45
