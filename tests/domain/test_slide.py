"""Sliding windows in bulk are the merges of their panes."""

from __future__ import annotations

from collections import defaultdict
from random import Random

import numpy as np
import pytest

from telemetra.domain import slide as module
from telemetra.domain.chat import ChatPane
from telemetra.domain.distinct import Distinct
from telemetra.domain.figures import Figures
from telemetra.domain.folds import ChatFold
from telemetra.domain.hashing import KeyedHash
from telemetra.domain.revenue import RevenuePane
from telemetra.domain.slide import Row, View, slide
from telemetra.domain.summary import Summary
from telemetra.domain.tally import Tally
from telemetra.domain.users import Users
from telemetra.domain.viewers import ViewerPane
from telemetra.domain.vocabulary import Vocabulary
from telemetra.domain.window import PANE_MS
from tests.domain.said import messages

HASHES = KeyedHash(b"slide")
T0 = 1_795_392_000_000


def rows(seed: int, *, channels: int = 3, panes: int = 15) -> list[Row]:
    """Return rows of some channels; some of their panes have no row, some have several of a kind."""
    random = Random(seed)
    made: list[Row] = []
    for _ in range(channels * panes):
        place = f"channel_{random.randrange(channels)}", T0 + random.randrange(panes) * PANE_MS
        chats = messages(random.randrange(40), random.randrange(99))
        made.append((*place, ChatPane.of(chats, HASHES.__getitem__), 1))
        viewers = random.randrange(9)
        if random.random() < 0.5:
            last = place[1], "v", viewers
            made.append((*place, ViewerPane(2, 2 * viewers, viewers - 1, viewers + 1, last), 1))
        if random.random() < 0.2:
            sums = {("sub", "USD"): (1, 499), (random.choice(("tip", "gift")), "EUR"): (1, 250)}
            made.append((*place, RevenuePane(sums), 1))
    return made


def merged(held: list[Row]) -> dict[tuple[str, int], Figures]:
    parts = defaultdict(list)
    for channel, start_ms, content, _ in held:
        for step in range(6):
            parts[channel, start_ms - step * PANE_MS].append(content)
    return {place: Summary.of(parts[place]).finish() for place in sorted(parts)}


def slid(held: list[Row]) -> dict[tuple[str, int], Figures]:
    return {(window.channel, window.start_ms): window.figures for window in slide(held)}


@pytest.mark.parametrize("block", [1, 50, 4096])
@pytest.mark.parametrize("seed", range(4))
def test_every_window_is_the_merge_of_its_panes(
    monkeypatch: pytest.MonkeyPatch, seed: int, block: int
) -> None:
    monkeypatch.setattr(module, "_BLOCK", block)
    held = rows(seed)
    assert slid(held) == merged(held)
    assert list(slid(held)) == sorted(slid(held))


def test_chatters_beyond_the_bound_are_counted_exactly_while_each_pane_is_exact() -> None:
    held: list[Row] = [
        (
            "aurora",
            T0 + pane * PANE_MS,
            ChatPane(count=1, chatters=Distinct.of(range(pane * 150, pane * 150 + 250))),
            1,
        )
        for pane in range(6)
    ]
    found = slid(held)[("aurora", T0)]
    assert (found.chatters, found.chatters_exact) == (1_000, True)


def test_windows_over_a_sketched_pane_say_so() -> None:
    sketched = ChatPane(count=1, chatters=Distinct.of(range(5_000)))
    held: list[Row] = [
        ("aurora", T0, sketched, 1),
        ("aurora", T0 + 7 * PANE_MS, ChatPane(chatters=Distinct.of([1, 2])), 1),
    ]
    assert slid(held) == merged(held)
    assert [figures.chatters_exact for figures in slid(held).values()] == [False] * 6 + [True] * 6


def test_the_top_is_right_among_large_counts_and_ties() -> None:
    tally = Tally({f"e{number:02}": 1_000 + number // 3 for number in range(40)})
    held: list[Row] = [("aurora", T0, ChatPane(emotes=tally), 1)]
    assert next(iter(slide(held, View(emotes=7)))).figures.emotes == tally.top(7)


def test_names_met_in_one_channel_are_ranked_alike_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BLOCK", 1)
    tally = Tally({"b": 1, "a": 1, "c": 2})
    held: list[Row] = [(channel, T0, ChatPane(emotes=tally), 1) for channel in ("aurora", "borealis")]
    assert [window.figures.emotes for window in slide(held)] == [[("c", 2), ("a", 1), ("b", 1)]] * 12


def test_panes_of_one_fold_may_be_read_in_several_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BLOCK", 1)
    fold = ChatFold(Users(HASHES.__getitem__), Vocabulary())
    fold.add(messages(90), np.arange(90) % 3)
    panes = fold.contents(np.arange(3), 3, [None] * 3)
    held: list[Row] = [(f"channel_{at}", T0, pane, 1) for at, pane in enumerate(panes)]
    assert slid(held) == merged(held)


def test_far_apart_panes_cost_no_windows_in_between() -> None:
    held: list[Row] = [("aurora", T0 + at * PANE_MS, ViewerPane.of([]), 1) for at in (0, 10**9)]
    assert len(slid(held)) == 12


def test_no_rows_no_windows() -> None:
    assert list(slide([])) == []
