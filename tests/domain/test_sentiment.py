"""What the sentiment of a message is."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from vaderSentiment import vaderSentiment

from bench.sentiment import quality, read
from telemetra.domain.sentiment import SENTIMENT_UNIT, score, score_batch
from telemetra.domain.sentiment import emotes as emotes_module
from telemetra.domain.sentiment.batch import FEW
from telemetra.domain.sentiment.emotes import Emotes, listed, mean_polarity
from telemetra.domain.sentiment.lexicon import lexicon
from telemetra.domain.sentiment.reference import score_words
from telemetra.domain.sentiment.rules import BOOSTS, DAMPENING_PAIRS, IDIOMS, NEGATIONS
from telemetra.domain.sentiment.table import Table
from telemetra.domain.sentiment.text import PUNCTUATION, fold, split, strip

LINES = Path(__file__).parent / "data" / "twitch_lines.tsv"
FLOOR = 0.8

library = vaderSentiment.SentimentIntensityAnalyzer()


def test_an_emote_decides_whatever_the_words_say() -> None:
    assert score("this is terrible and sad", ["PogChamp"]) == 8000
    assert score("great love it Sadge", []) == -6000


def test_an_emote_in_the_text_must_be_spelled_exactly() -> None:
    assert score("KEKW", []) == 5000
    assert score("kekw", []) is None
    assert score("KEKW!", []) is None


def test_each_emote_of_a_message_counts_once() -> None:
    assert score("LUL LUL LUL NotLikeThis", ["LUL", "LUL", "LUL", "NotLikeThis"]) == -500


def test_an_unknown_emote_leaves_the_words_to_decide() -> None:
    assert score("what a good game channelLove", ["channelLove"]) == score("what a good game x", [])


def test_a_channel_adds_changes_and_removes_emotes() -> None:
    additions = {"channelLove": 0.75, "LUL": -0.5, "Kappa": 0.0}
    assert score("x", ["channelLove"], additions) == 7500
    assert score("channelLove", [], additions) == 7500
    assert score("LUL", [], additions) == -5000
    assert score("Kappa", ["Kappa"], additions) is None
    assert score("LUL", []) == 5000


def test_an_emote_beyond_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match=r"polarity of emote huge is 1\.5"):
        score("x", [], {"huge": 1.5})


def test_a_flood_of_additions_is_refused() -> None:
    with pytest.raises(ValueError, match="10001 additions"):
        Emotes.of({f"e{number}": 0.5 for number in range(10_001)})


def test_nothing_with_a_polarity_is_none_and_not_zero() -> None:
    assert score("where does this door lead", []) is None
    assert score("", []) is None
    assert score("\x00 \u3000", ["unknown"]) is None


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("this is good", "this is very good"),
        ("this is good", "this is GOOD"),
        ("this is good", "this is good!!!"),
        ("this is not good", "this is good"),
        ("this is kinda good", "this is good"),
        ("good at first but bad", "bad at first but good"),
        ("no good", "good"),
        ("it isn’t good", "it is good"),
        ("bad", "bad 😀"),
    ],
)
def test_the_words_around_a_word_change_it(less: str, more: str) -> None:
    low, high = score(less, []), score(more, [])
    assert low is not None
    assert high is not None
    assert low < high


def test_but_weighs_by_position_even_where_ratings_are_equal() -> None:
    only_after = score("x good but good", [])
    assert only_after == round(10_000 * 3.8 / np.sqrt(3.8 * 3.8 + 15))


def test_an_emoji_is_a_word_of_its_own() -> None:
    assert score("lol😂", []) == score("lol 😂", [])
    assert score("❤\ufe0f", []) == score("❤", []) is not None


def test_invisible_characters_do_not_hide_a_word() -> None:
    assert score("go\u200bod \U000e0000", []) == score("good", [])


def test_folding_leaves_one_byte_a_character() -> None:
    folded = fold("ÉTÉ été 日本 ‘a’\u3000b ǅ \ud800")
    assert folded == "ÀTÀ àtà ¿¿ 'a' b à ¿"
    assert folded.encode("latin-1")


def test_a_half_rounds_up() -> None:
    assert [mean_polarity(total, 2) for total in (-3, -1, 0, 1, 3)] == [-1, 0, 0, 1, 2]


def test_our_list_of_emotes_is_dated_and_within_the_scale() -> None:
    text = Path(emotes_module.__file__).with_name("emotes.tsv").read_text(encoding="utf-8")
    names = [line.split("\t")[0] for line in text.splitlines() if not line.startswith("# ")]
    assert "Date: 2026-11" in text
    assert len(names) == len(set(names)) == len(listed()) >= 150
    assert all(-1 <= polarity <= 1 and polarity for polarity in listed().values())
    assert all(name in Emotes.of().spoken for name in names)


def test_the_lists_of_the_rules_are_those_of_the_library() -> None:
    assert set(vaderSentiment.NEGATE) == NEGATIONS
    single = {word: boost for word, boost in vaderSentiment.BOOSTER_DICT.items() if " " not in word}
    assert single == BOOSTS
    assert {word for word in vaderSentiment.BOOSTER_DICT if " " in word} == DAMPENING_PAIRS
    assert {phrase: size for phrase, size in vaderSentiment.SPECIAL_CASES.items() if " " in phrase} == IDIOMS


words = st.one_of(
    st.sampled_from(sorted(word for word in lexicon() if " " not in word)),
    st.sampled_from(sorted(NEGATIONS | BOOSTS.keys())),
    st.sampled_from(["never", "so", "this", "without", "doubt", "least", "at", "very", "no", "or", "nor"]),
    st.sampled_from([*IDIOMS, *DAMPENING_PAIRS]),
    st.text("abcnot'!?", min_size=1, max_size=6),
)
marked = st.builds("".join, st.tuples(words | words.map(str.upper), st.text(PUNCTUATION, max_size=2)))


@given(st.lists(marked, min_size=1, max_size=10).map(" ".join))
def test_words_are_rated_as_the_library_rates_them(text: str) -> None:
    tokens = [strip(token) for token in split(text)]
    assume("but" not in [token.lower() for token in tokens])
    expected = library.polarity_scores(text)["compound"] * SENTIMENT_UNIT
    assert (score_words(text, tokens) or 0) == pytest.approx(expected, abs=1)


@pytest.mark.parametrize(
    "text",
    [
        "it is kind of nice and kind",
        "we were kind of happy",
        "no good",
        "no",
        "it was never so good",
        "it is never this good here",
        "without a doubt excellent idea",
        "not very GOOD nor fun",
        "the least good",
        "at least it was good",
        "we wait at the bus stop",
        "that was the bomb great",
        "it was to die for great",
        "the kiss of death",
        "neither good or bad no fun or good",
        "why??? GREAT day!!!!!!",
    ],
)
def test_each_rule_acts_as_in_the_library(text: str) -> None:
    expected = library.polarity_scores(text)["compound"] * SENTIMENT_UNIT
    assert (score(text, []) or 0) == pytest.approx(expected, abs=1)


def test_a_channel_may_leave_no_emote_at_all() -> None:
    nothing = dict.fromkeys(listed(), 0.0)
    texts = ["KEKW good"] * FEW
    scores, scored = score_batch(texts, [["KEKW"]] * FEW, nothing)
    assert scored.all()
    assert set(scores.tolist()) == {score("good", [])}


def test_every_character_folds_to_the_alphabet() -> None:
    everything = "".join(map(chr, range(0x3000)))
    assert set(fold(everything * 2)) <= set(map(chr, range(128))) | set("Àà¿")
    assert fold("".join(map(chr, range(0x3000, 0xD800)))).count("¿") > 40_000
    assert fold("\ud7ff") == "¿"


def test_our_labelled_lines_stay_above_the_floor() -> None:
    lines = read(LINES)
    assert len(lines.texts) >= 300
    assert set(lines.labels) == {-1, 0, 1}
    assert quality(lines).macro_f1 >= FLOOR


def test_the_library_is_read_but_not_imported() -> None:
    code = (
        "import sys; from telemetra.domain.sentiment import score; score('good', []);"
        "sys.exit(any(name in sys.modules for name in ('requests', 'vaderSentiment.vaderSentiment')))"
    )
    paths = [entry for entry in sys.path if entry]
    finished = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:] = {paths!r}; {code}"], check=False
    )
    assert finished.returncode == 0


def test_the_lexicon_and_its_table_are_ready_within_80_ms() -> None:
    spent = []
    for polarity in (0.1, 0.2, 0.3, 0.4, 0.5):
        lexicon.cache_clear()
        started = time.process_time()
        Table.of(Emotes.of({"first": polarity}))
        spent.append(time.process_time() - started)
    assert min(spent) < 0.08


def test_a_batch_wants_a_list_of_emotes_for_each_text() -> None:
    with pytest.raises(ValueError, match="2 texts with 1 lists of emotes"):
        score_batch(["a", "b"], [[]])


def test_an_empty_batch_has_empty_answers() -> None:
    scores, scored = score_batch([], [])
    assert scores.dtype == np.dtype(np.int32)
    assert scored.dtype == np.dtype(np.bool_)
    assert len(scores) == len(scored) == 0
