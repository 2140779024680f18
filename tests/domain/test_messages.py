"""The bulk fold of chat says what reading messages one by one says."""

from __future__ import annotations

from collections import Counter
from functools import reduce

import numpy as np
import pytest

from telemetra.domain import messages as module
from telemetra.domain import vocabulary
from telemetra.domain.chat import ChatPane
from telemetra.domain.events import Chat
from telemetra.domain.hashing import KeyedHash
from telemetra.domain.messages import Messages
from telemetra.domain.users import Users
from telemetra.domain.vocabulary import Vocabulary
from tests.domain.said import figures, messages, tokens

HASHES = KeyedHash(b"fold")
NOTHING = ChatPane.held([])


def folded(
    events: list[Chat], cells: list[int], rows: int, known: Vocabulary | None = None
) -> list[ChatPane]:
    fold = Messages(Users(HASHES.__getitem__), known or Vocabulary())
    for first in range(0, len(events), 100):
        fold.add(events[first : first + 100], np.array(cells[first : first + 100], np.int64))
    return ChatPane.folded(fold.fold(np.arange(rows), rows, NOTHING))


@pytest.mark.parametrize("seed", range(8))
def test_a_pane_says_what_one_pass_over_its_messages_says(seed: int) -> None:
    events = messages(500, seed)
    pane = ChatPane.of(events, HASHES.__getitem__)
    truth = figures(events)
    assert {name: getattr(pane, name) for name in truth} == truth
    assert pane.emotes.counts == Counter(name for event in events for name in event.emotes)
    held = Counter(name for event in events for name in set(event.emotes))
    assert Counter(pane.emotes.counts) - Counter(pane.repeats.counts) == held
    assert pane.tokens.counts == tokens(events)
    assert pane.chatters.finish() == len({event.user_id for event in events})


@pytest.mark.parametrize("together", [1, 70, 5_000])
def test_rows_do_not_depend_on_how_messages_were_batched(
    monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr(module, "_TOGETHER", together)
    events = messages(400)
    rows = folded(events, [number % 3 for number in range(400)], 3)
    assert rows == [ChatPane.of(events[row::3], HASHES.__getitem__) for row in range(3)]
    assert reduce(ChatPane.merge, rows) == ChatPane.of(events, HASHES.__getitem__)


def test_a_fold_leaves_out_cells_without_a_row_and_can_be_asked_again() -> None:
    events = messages(90)
    fold = Messages(Users(HASHES.__getitem__), Vocabulary())
    fold.add(events, np.arange(90) % 3)
    first = ChatPane.folded(fold.fold(np.array([0, -1, 0]), 1, NOTHING))
    assert first == [ChatPane.of(events[0::3] + events[2::3], HASHES.__getitem__)]
    assert ChatPane.folded(fold.fold(np.array([-1, 1, 0]), 2, NOTHING))[1] == ChatPane.of(
        events[1::3], HASHES.__getitem__
    )


def test_texts_are_one_whatever_their_case_punctuation_and_spacing() -> None:
    texts = [
        "Nice one!",
        "nice  one",
        "NICE, one",
        "one nice",
        "nice",
        "nice one " + "w" * 90,
        "nice one " + "v" * 90,
    ]
    events = [Chat("1", "aurora", 1, "u", "u", text) for text in texts]
    assert ChatPane.of(events, HASHES.__getitem__).texts.finish() == 5


def test_rows_of_many_words_keep_the_heavy_ones_and_state_the_error() -> None:
    words = [f"word{number}" for number in range(2_000)] + ["common"] * 500
    events = messages(4_000, words=words)
    truth = tokens(events)
    for row, pane in enumerate(folded(events, [number % 2 for number in range(4_000)], 2)):
        truth = tokens(events[row::2])
        kept = pane.tokens
        assert len(kept.counts) <= 256
        assert kept.top(1)[0][0] == "common"
        assert all(
            kept.counts.get(word, 0) <= truth[word] <= kept.counts.get(word, 0) + kept.error for word in truth
        )


def test_what_a_full_vocabulary_cannot_name_is_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "VOCABULARY", 40)
    known = Vocabulary()
    words = [f"word{number}" for number in range(60)]
    events = messages(300, words=words)
    (pane,) = folded(events, [0] * 300, 1, known)
    truth = tokens(events)
    assert len(pane.tokens.counts) == 39
    assert all(
        pane.tokens.counts.get(word, 0) <= truth[word] <= pane.tokens.counts.get(word, 0) + pane.tokens.error
        for word in truth
    )
    assert known.fresh() is not known
    assert Vocabulary().fresh().words.names == [""]


def test_an_emote_without_a_sensible_name_is_error() -> None:
    event = Chat("1", "aurora", 1, "u", "u", "hi", ["", "x" * 65, "Kappa"])
    pane = ChatPane.of([event], HASHES.__getitem__)
    assert (dict(pane.emotes.counts), pane.emotes.error) == ({"Kappa": 1}, 2)


def test_a_vocabulary_keeps_its_numbers_and_meets_no_word_twice() -> None:
    known = Vocabulary()
    many = [f"w{number}" for number in range(9_000)]
    events = [Chat("1", "aurora", 1, "u", "u", " ".join(many[at : at + 60])) for at in range(0, 9_000, 60)]
    first = folded(events, list(range(150)), 150, known)
    assert len(known.words.names) == 9_001
    assert folded(events, list(range(150)), 150, known) == first
    assert len(known.words.names) == 9_001


@pytest.mark.parametrize(
    "ids", [["a", "bb", "a"], ["longer than eight", "12345678", "é\ud800"], ["with\nfeed", "a"], [""]]
)
def test_users_have_the_hash_of_their_id(ids: list[str]) -> None:
    users = Users(HASHES.__getitem__)
    for _ in range(2):
        assert users.of(ids).tolist() == [HASHES[one] for one in ids]


def test_more_users_than_a_vocabulary_holds_are_hashed_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "VOCABULARY", 10)
    ids = [f"user {number}" for number in range(30)]
    assert Users(HASHES.__getitem__).of(ids).tolist() == [HASHES[one] for one in ids]


def test_huge_cheers_add_up_exactly() -> None:
    events = [Chat("1", "aurora", 1, "u", "u", "", [], 2**53 - 1) for _ in range(3)]
    assert ChatPane.of(events, HASHES.__getitem__).bits == 3 * (2**53 - 1)
