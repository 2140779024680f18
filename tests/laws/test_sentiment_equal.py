"""The batch scorer says what the reference says, on every message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from telemetra.domain.chat import ChatPane
from telemetra.domain.events import Chat
from telemetra.domain.hashing import KeyedHash
from telemetra.domain.messages import Messages
from telemetra.domain.sentiment import score, score_batch
from telemetra.domain.sentiment.batch import FEW
from telemetra.domain.sentiment.emotes import listed
from telemetra.domain.sentiment.lexicon import emoji, lexicon
from telemetra.domain.sentiment.rules import BOOSTS, DAMPENING_PAIRS, IDIOMS, NEGATIONS
from telemetra.domain.sentiment.text import PUNCTUATION
from telemetra.domain.users import Users
from telemetra.domain.vocabulary import Vocabulary

Message = tuple[str, list[str]]

KNOWN = Vocabulary()
"""Shared by all examples: what a word is known as must not depend on where it was met first."""

ADDITIONS = {
    "fooLove": 0.75,
    "FOOLOVE": -0.75,
    "good": -1.0,
    "GOOD": 0.3,
    "n't": 0.5,
    "(ditto)": 0.9,
    ":D": -0.2,
    "<3": 0.123456,
    "Kappa": 0.0,
    "averyveryverylongemotename": 0.6,
    "exactlytwentyfourlettersX": 0.6,
    "twentyfourlettersexactly": 0.6,
    "émote": 0.6,
    "two words": 0.6,
    "": 0.6,
    "À": 0.6,
}
ROLES = (
    *("never", "so", "this", "without", "doubt", "least", "at", "very", "no", "or", "nor", "but", "to", "a"),
    *(word for phrase in IDIOMS.keys() | DAMPENING_PAIRS for word in phrase.split()),
)
SPACES = " \t\n\r\x0b\x0c\x00\x01\x1c\x1f\x7f\x85\xa0\u1680\u2003\u2028\u202f\u3000\u200b\u200d\ufeff"

words = st.one_of(
    st.sampled_from(sorted(lexicon())),
    st.sampled_from(sorted(NEGATIONS | BOOSTS.keys())),
    st.sampled_from(sorted(set(ROLES))),
    st.sampled_from([*listed(), *ADDITIONS]),
    st.sampled_from([*list(emoji())[::25], "❤\ufe0f", "👩\u200d🚀", "😂", "☺\ufe0f"]),
    st.sampled_from(["don’t", "xn't", "n't", "'n't'", "can't've", "ﬁne", "\u212ailling", "İyi", "ǅ", "ß"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    st.text("aABbxyzZ!?'é", max_size=30),
)
spelled = st.one_of(
    words, words.map(str.upper), words.map(str.lower), words.map(str.swapcase), words.map(str.title)
)
marks = st.one_of(st.just(""), st.text(PUNCTUATION, max_size=3), st.text("!?.", max_size=12))
tokens = st.builds("".join, st.tuples(marks, spelled, marks)) | spelled
spaces = st.one_of(st.just(" "), st.text(SPACES, min_size=1, max_size=3))
texts = st.one_of(
    st.lists(st.builds("".join, st.tuples(tokens, spaces)), max_size=12).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.text("!?.,'\" no", max_size=80),
)
names = st.lists(st.sampled_from([*listed(), *ADDITIONS, "unknownEmote"]), max_size=4)
messages: st.SearchStrategy[Message] = st.tuples(texts, st.one_of(st.just([]), names))


def expect_equal(batch: Sequence[Message], additions: Mapping[str, float] | None = None) -> None:
    """Compare the scorers, with so many empty messages after the batch that it is not scored one by one."""
    padded = [*batch, *[("", [])] * FEW]
    scores, scored = score_batch([text for text, _ in padded], [emotes for _, emotes in padded], additions)
    assert not scored[len(batch) :].any()
    scores, scored = scores[: len(batch)], scored[: len(batch)]
    got = [value if has else None for value, has in zip(scores.tolist(), scored.tolist(), strict=True)]
    assert got == [score(text, emotes, additions) for text, emotes in batch]


@given(st.lists(messages, max_size=12), st.sampled_from([None, ADDITIONS]))
@example([("", []), (" ", []), ("\x00", []), ("", ["LUL"]), ("good", [])], None)
@example([("good\nbad", []), ("bad\n\n", []), ("\ngood", [])], None)
@example([("one two three kind of good", []), ("x y yeah right", []), ("kind of", [])], None)
def test_both_scorers_agree_on_any_batch(batch: list[Message], additions: Mapping[str, float] | None) -> None:
    expect_equal(batch, additions)


@given(st.lists(messages, max_size=12))
@example([("", []), ("good goods @good LUL", ["LUL"]), ("terrifically isn't GOOD", []), ("LUL", [])])
def test_the_fold_scores_messages_as_the_reference_does(batch: list[Message]) -> None:
    for part in ([one for one in batch if one[0].isascii()], batch):
        if part:
            expect_folded(part)


def expect_folded(batch: Sequence[Message]) -> None:
    """Compare what each message adds to a pane of its own with its score."""
    fold = Messages(Users(KeyedHash(b"law").__getitem__), KNOWN)
    rows = np.arange(len(batch))
    fold.add([Chat("", "", 0, "", "", text, emotes) for text, emotes in batch], rows)
    folded = fold.fold(rows, len(batch), ChatPane.held([None] * len(batch)))
    got = zip(folded.sentiment, folded.scored, strict=True)
    found = [score(text, emotes) for text, emotes in batch]
    assert list(got) == [(value or 0, int(value is not None)) for value in found]


@given(
    st.lists(
        st.sampled_from([*ROLES, "good", "bad", "GOOD", "BAD", ":D", "VERY", "SO", "not", "isn't", "NO"]),
        max_size=9,
    )
)
def test_both_scorers_agree_on_words_that_act_on_each_other(sentence: list[str]) -> None:
    expect_equal([(" ".join(sentence), [])])


@pytest.mark.parametrize("repeats", [1, 5_000])
@pytest.mark.parametrize(
    "part",
    [
        "good ",
        "GOOD bad! ",
        "!",
        "'n't",
        "no ",
        "so good but ",
        "LUL ",
        "😂",
        "é",
        "a" * 30,
        "\0",
        "(good)))",
    ],
)
def test_both_scorers_agree_on_very_long_messages(part: str, repeats: int) -> None:
    expect_equal([("fine", []), (part * repeats, []), ("BAD ok", []), (f"x {part * repeats}y", ["LUL"])])


@pytest.mark.parametrize("additions", [None, ADDITIONS])
def test_both_scorers_agree_on_every_known_word_and_its_neighbours(
    additions: Mapping[str, float] | None,
) -> None:
    known = {*lexicon(), *NEGATIONS, *BOOSTS, *listed(), *ADDITIONS}
    spellings = [
        spelling
        for word in sorted(known)
        for spelling in (word, word.upper(), f"a{word[1:]}", f"\xc9{word[1:]}", f"{word}s", word[:-1])
    ]
    expect_equal([(spelling, []) for spelling in spellings], additions)


def test_both_scorers_agree_across_chunks() -> None:
    batch: list[Message] = [
        (f"number {at} is {'so GOOD' if at % 3 else 'not ok!'}", []) for at in range(20_000)
    ]
    expect_equal([*batch, ("good " * 100_000, []), ("", []), *batch[:5]])


def test_a_small_batch_has_the_same_answers() -> None:
    batch = [("so GOOD!", []), ("where", []), ("x", ["LUL"]), ("", [])]
    scores, scored = score_batch([text for text, _ in batch], [emotes for _, emotes in batch])
    assert scored.tolist() == [True, False, True, False]
    assert scores.tolist() == [score(text, emotes) or 0 for text, emotes in batch]
