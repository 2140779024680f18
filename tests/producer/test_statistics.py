"""Ordinary chat of the scenario engine has the statistics of real chat, whatever the seed.

The ranges and where they come from are in docs/scenarios.md.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from functools import cache
from statistics import fmean, median, pstdev, pvariance
from typing import TYPE_CHECKING, Final

import pytest

from producer.event import Chat, Event, Viewer
from producer.sources.scenario import parse, run
from telemetra.domain.sentiment import SENTIMENT_UNIT, score_batch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SEEDS: Final = (1, 2, 3, 5, 8)
LARGE: Final = 'about = "A large channel."\nlasts = "60:00"\n[[channel]]\nviewers = 13454\n'
MIDDLE: Final = 'about = "The size of the public logs."\nlasts = "60:00"\n[[channel]]\nviewers = 4300\n'


@cache
def hour(text: str, seed: int) -> tuple[Event, ...]:
    return tuple(run(parse(text, name="measured", file="measured.toml"), seed))


def chat(seed: int, text: str = LARGE) -> list[Chat]:
    return [event for event in hour(text, seed) if isinstance(event, Chat)]


def exponent(counts: Sequence[int], rank: int) -> float:
    """Slope of log count over log rank between rank 1 and ``rank``."""
    return math.log(counts[0] / counts[rank - 1]) / math.log(rank)


def per_thousand_viewers(seed: int) -> float:
    viewers = fmean(event.viewers for event in hour(LARGE, seed) if isinstance(event, Viewer))
    return len(chat(seed)) / 60 / viewers * 1_000


def chatter_exponent(seed: int) -> float:
    talkers = Counter(message.user_id for message in chat(seed)).most_common(25)
    return exponent([count for _, count in talkers], 25)


def emote_exponent(seed: int) -> float:
    shown = Counter(emote for message in chat(seed) for emote in message.emotes).most_common(15)
    return exponent([count for _, count in shown], 15)


def emote_dominated(seed: int) -> float:
    return fmean(len(message.emotes) >= 0.7 * len(message.text.split()) for message in chat(seed))


def words(seed: int) -> list[int]:
    return [len(message.text.split()) for message in chat(seed)]


def staff(seed: int) -> float:
    return fmean("moderator/1" in message.badges for message in chat(seed))


def subscribed(seed: int) -> float:
    return fmean(any(badge.startswith("sub") for badge in message.badges) for message in chat(seed))


def panes(seed: int) -> list[int]:
    counts = Counter(message.ts // 10_000 for message in chat(seed, MIDDLE))
    return [counts[pane] for pane in range(min(counts), max(counts) + 1)]


def dispersion(seed: int) -> float:
    return pvariance(panes(seed)) / fmean(panes(seed))


def next_pane_correlation(seed: int) -> float:
    counts = panes(seed)
    mean = fmean(counts)
    product = fmean((one - mean) * (two - mean) for one, two in itertools.pairwise(counts))
    return product / pvariance(counts)


def distinct_texts(seed: int) -> float:
    texts = [message.text for message in chat(seed)]
    return fmean(len(set(texts[at : at + 80])) / 80 for at in range(0, len(texts) - 80, 80))


@cache
def moods(seed: int) -> tuple[float, float, float]:
    """Share of messages with a score, mean score, and deviation of the means of 60 messages."""
    said = chat(seed)
    scores, scored = score_batch([each.text for each in said], [list(each.emotes) for each in said])
    kept = [(score / SENTIMENT_UNIT, on) for score, on in zip(scores.tolist(), scored.tolist(), strict=True)]
    slices = [kept[at : at + 60] for at in range(0, len(kept) - 60, 60)]
    means = [fmean(score for score, on in each if on) for each in slices]
    return fmean(on for _, on in kept), fmean(score for score, on in kept if on), pstdev(means)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("measure", "low", "high"),
    [
        (per_thousand_viewers, 30, 40),
        (chatter_exponent, 0.55, 0.70),
        (emote_exponent, 0.55, 1.0),
        (emote_dominated, 0.40, 0.62),
        (lambda seed: fmean(words(seed)), 2.75, 3.5),
        (lambda seed: median(words(seed)), 2, 3),
        (lambda seed: fmean(count == 1 for count in words(seed)), 0.30, 0.50),
        (staff, 0.107, 0.228),
        (subscribed, 0.78, 0.92),
        (lambda seed: fmean(message.first for message in chat(seed)), 47 / 16_000, 286 / 43_000),
        (dispersion, 5.0, 12.8),
        (next_pane_correlation, 0.25, 0.50),
        (distinct_texts, 0.65, 0.85),
        (lambda seed: moods(seed)[0], 0.40, 0.65),
        (lambda seed: moods(seed)[1], 0.05, 0.30),
        (lambda seed: moods(seed)[2], 0.10, 0.25),
    ],
    ids=[
        "messages a minute and 1,000 viewers", "chatter exponent", "emote exponent", "emote-dominated",
        "mean words", "median words", "one word", "moderators and bots", "subscribers", "first messages",
        "dispersion of 10 s panes", "correlation of panes", "distinct texts of 80",
        "messages with a mood", "mean mood", "mood from minute to minute",
    ],
)  # fmt: skip
def test_ordinary_chat_is_like_real_chat(
    measure: Callable[[int], float], low: float, high: float, seed: int
) -> None:
    assert low <= measure(seed) <= high
