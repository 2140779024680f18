"""The live view: six panes a window, one window a pane."""

from __future__ import annotations

from collections import defaultdict
from random import Random

import msgspec
import pytest

from telemetra.adapters.memory import MemoryPaneStore
from telemetra.application.access import Role
from telemetra.application.live import Live
from telemetra.application.ports import PaneChange
from telemetra.application.representation import row_item, window_item
from telemetra.domain.metrics import MetricKey, MetricRow
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.summary import Content, Summary
from telemetra.domain.window import MINUTE_MS, PANE_MS, Grain
from tests.application.samples import CHANNEL, KINDS, NOW, chat, panes, revenue, viewers


def test_a_window_is_the_merge_of_its_six_panes() -> None:
    store = panes(*((NOW + at * PANE_MS, chat(10**at, users=(at,)), at + 1) for at in range(7)))
    first, second = Live(store)(CHANNEL, NOW + MINUTE_MS - PANE_MS, NOW + MINUTE_MS + 1)
    assert (first.start_ms, first.end_ms) == (NOW, NOW + MINUTE_MS)
    assert (first.figures.count, first.version) == (111_111, 21)
    assert (second.figures.count, second.version) == (1_111_110, 27)
    assert second.figures.chatters == 6


def test_panes_of_all_kinds_are_merged() -> None:
    store = panes((NOW, chat(2), 1), (NOW, viewers(NOW, 40), 3))
    window = Live(store).now(CHANNEL, NOW + 1)
    assert window is not None
    assert (window.figures.count, window.figures.viewers_peak, window.version) == (2, 40, 4)


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


Rows = list[tuple[PaneKey, Partial]]


def busy(seed: int, *, people: int, emotes: int) -> MemoryPaneStore:
    """Return rows of panes, some from two shards; panes are missing, and once more than a window of them."""
    random = Random(seed)
    store = MemoryPaneStore()

    def write(start_ms: int, content: Content) -> None:
        shard = f"shardId-{random.randrange(2)}"
        partial = Partial(content, 1, (), random.randrange(1, 9), start_ms, start_ms)
        store.write([PaneChange(PaneKey(CHANNEL, start_ms, KINDS[type(content)], shard), None, partial)])

    for pane in (at for at in range(70) if not 40 <= at < 54 and random.random() < 0.7):
        start_ms = NOW + pane // 2 * PANE_MS
        if random.random() < 0.8:
            users = random.sample(range(4 * people), random.randrange(people + 1))
            shown = {f"e{name:03}": random.randrange(1, 5) for name in random.sample(range(999), emotes)}
            write(start_ms, chat(random.randrange(3 * people), users, shown))
        if random.random() < 0.4:
            write(start_ms, viewers(start_ms - random.randrange(90_000), random.randrange(50)))
        if random.random() < 0.2:
            write(start_ms, revenue(random.randrange(900)))
    return store


def merged(rows: Rows) -> list[MetricRow]:
    """Return the windows, each pane merged, then the panes of each window one by one."""
    held: dict[int, tuple[Summary, int]] = {}
    for key, partial in rows:
        summary, seen = held.get(key.start_ms, (Summary(), 0))
        held[key.start_ms] = summary.include(partial.content), seen + partial.version
    windows: defaultdict[int, tuple[Summary, int]] = defaultdict(lambda: (Summary(), 0))
    for start_ms in sorted(held):
        part, seen = held[start_ms]
        for first_ms in range(start_ms - MINUTE_MS + PANE_MS, start_ms + PANE_MS, PANE_MS):
            summary, version = windows[first_ms]
            windows[first_ms] = summary.merge(part), version + seen
    return [
        MetricRow(MetricKey(CHANNEL, Grain.MINUTE, at), summary, final=False, revision=0, version=version)
        for at, (summary, version) in sorted(windows.items())
    ]


@pytest.mark.parametrize(
    ("people", "emotes"), [(9, 5), (120, 30), (250, 100), (700, 256)], ids=["few", "some", "many", "throng"]
)
@pytest.mark.parametrize("seed", range(3))
def test_every_window_reads_as_the_merge_of_its_panes_one_by_one(seed: int, people: int, emotes: int) -> None:
    store = busy(seed, people=people, emotes=emotes)
    rows = merged(store.span(CHANNEL, NOW, None))
    expected = [row_item(row, Role.ADMIN) for row in rows]
    found = [
        window_item(window, Role.ADMIN)
        for window in Live(store)(CHANNEL, NOW - MINUTE_MS, NOW + 10 * MINUTE_MS)
    ]
    assert msgspec.json.encode(found) == msgspec.json.encode(expected)
