"""Folds of every kind, hashes that are remembered, and joins of what belongs together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from telemetra.domain import hashing, vocabulary
from telemetra.domain.chat import ChatPane
from telemetra.domain.events import Chat, Kind, Transaction, TransactionType, Viewer
from telemetra.domain.folds import ChatFold, fold_of
from telemetra.domain.hashing import KeyedHash
from telemetra.domain.revenue import RevenuePane
from telemetra.domain.summary import Summary, join
from telemetra.domain.tally import Tally
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


def pane(events: Sequence[Chat]) -> ChatPane:
    return ChatPane.of(events, HASHES.__getitem__)


@pytest.mark.parametrize("size", [40, 900, 3_000])
@pytest.mark.parametrize("stored", [True, False])
def test_chat_folded_onto_rows_is_the_chat_of_both(size: int, stored: bool) -> None:
    words = [f"w{number}" for number in range(200)]
    before, after = messages(size, 1, words=words), messages(size, 2, words=words)
    fold = ChatFold(Users(HASHES.__getitem__), Vocabulary())
    fold.add(before, np.zeros(size, np.int64))
    fold.add(after, np.arange(size) % 2 + 1)
    (held,) = fold.contents(np.array([0, -1, -1]), 1, [None])
    if stored:
        held = ChatPane.decode(held.encode())
    rows = fold.contents(np.array([-1, 0, 1]), 2, [held, None])
    assert rows == [pane(before + after[0::2]), pane(after[1::2])]
    assert rows[0].encode() == pane(before + after[0::2]).encode()


def test_rows_whose_names_find_no_room_are_merged_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    events = messages(200, words=["one", "two"])
    held = ChatPane(count=1, tokens=Tally({f"w{number}": 1 for number in range(60)}), emotes=Tally({"": 3}))
    monkeypatch.setattr(vocabulary, "VOCABULARY", 40)
    fold = ChatFold(Users(HASHES.__getitem__), Vocabulary())
    fold.add(events, np.zeros(200, np.int64))
    assert fold.contents(np.array([0]), 1, [held]) == [pane(events).merge(held)]


def test_stream_metadata_folds_into_nothing() -> None:
    assert fold_of(Kind.STREAM_META, Users(HASHES.__getitem__), Vocabulary()) is None


def test_a_keyed_hash_forgets_when_it_has_seen_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "_CACHED", 3)
    hashes = KeyedHash(b"few")
    found = [hashes[f"u{number}"] for number in range(7)]
    assert len(hashes) <= 3
    assert [hashes[f"u{number}"] for number in range(7)] == found


@pytest.mark.parametrize("content", [ChatPane(count=1), ViewerPane.of(VIEWERS), RevenuePane.of(SALES)])
def test_contents_of_one_kind_join_and_the_figures_of_a_summary_are_theirs(content) -> None:  # type: ignore[no-untyped-def]
    assert join(content, content) == content.merge(content)
    figures = Summary.of([content, content]).finish()
    assert (figures.count, figures.viewers_peak) == (
        2 * getattr(content, "count", 0) if isinstance(content, ChatPane) else 0,
        8 if isinstance(content, ViewerPane) else None,
    )


def test_contents_of_two_kinds_do_not_join() -> None:
    with pytest.raises(TypeError, match="ChatPane does not merge with ViewerPane"):
        join(ChatPane(), ViewerPane())


def test_units_are_counted_over_all_types() -> None:
    assert RevenuePane.of(SALES).count == 45
