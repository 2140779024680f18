"""The live view: six panes a window, one window a pane."""

from __future__ import annotations

from telemetra.application.live import Live
from telemetra.domain.window import MINUTE_MS, PANE_MS
from tests.application.samples import CHANNEL, NOW, chat, panes, viewers


def test_a_window_is_the_merge_of_its_six_panes() -> None:
    store = panes(*((NOW + at * PANE_MS, chat(10**at, users=(at,)), at + 1) for at in range(7)))
    first, second = Live(store)(CHANNEL, NOW + MINUTE_MS - PANE_MS, NOW + MINUTE_MS + 1)
    assert (first.start_ms, first.end_ms) == (NOW, NOW + MINUTE_MS)
    assert (first.summary.chat.count, first.version) == (111_111, 21)
    assert (second.summary.chat.count, second.version) == (1_111_110, 27)
    assert second.summary.chat.chatters.finish() == 6


def test_panes_of_all_kinds_are_merged() -> None:
    store = panes((NOW, chat(2), 1), (NOW, viewers(NOW, 40), 3))
    window = Live(store).now(CHANNEL, NOW + 1)
    assert window is not None
    assert (window.summary.chat.count, window.summary.viewers.high, window.version) == (2, 40, 4)


def test_the_window_of_now_ends_with_the_pane_that_still_fills() -> None:
    live = Live(panes((NOW, chat(1), 1)))
    window = live.now(CHANNEL, NOW + PANE_MS - 1)
    assert window is not None
    assert window.end_ms == NOW + PANE_MS
    assert live.now(CHANNEL, NOW + MINUTE_MS - 1) is not None
    assert live.now(CHANNEL, NOW + MINUTE_MS) is None


def test_a_window_belongs_to_the_range_that_holds_the_start_of_its_newest_pane() -> None:
    live = Live(panes((NOW, chat(1), 1)))
    ends = [window.end_ms - NOW for window in live(CHANNEL, NOW, NOW + 10 * MINUTE_MS)]
    assert ends == [PANE_MS * at for at in range(1, 7)]
    assert [window.end_ms - NOW for window in live(CHANNEL, NOW + 1, NOW + PANE_MS + 1)] == [2 * PANE_MS]
    assert live(CHANNEL, NOW - MINUTE_MS, NOW) == []
