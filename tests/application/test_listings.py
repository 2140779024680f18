"""Pages of channels and of moments."""

from __future__ import annotations

from telemetra.adapters.memory import MemoryDirectory, MemoryMomentStore
from telemetra.application.access import ANYONE, Caller, Role
from telemetra.application.listings import MOST_READS, MomentFilter, MomentsPage, StreamsPage
from telemetra.application.query import Range
from telemetra.domain.moment import MomentType
from tests.application.samples import CHANNEL, NOW, moment

EVER = Range(0, NOW + 10**9)


def scored(*scores: float) -> MemoryMomentStore:
    """Return a store of moments ten seconds apart, oldest first."""
    store = MemoryMomentStore()
    store.write([moment(NOW + at * 10_000, score=score) for at, score in enumerate(scores)])
    return store


def test_a_walk_over_the_pages_meets_every_channel_once() -> None:
    directory = MemoryDirectory()
    directory.touch(dict.fromkeys("abcde", NOW))
    page, met = StreamsPage(directory), []
    found = page(ANYONE, limit=2, cursor=None)
    met += [stream.channel for stream in found.items]
    while found.cursor is not None:
        found = page(ANYONE, limit=2, cursor=found.cursor)
        met += [stream.channel for stream in found.items]
    assert sorted(met) == list("abcde")


def test_a_caller_sees_only_the_channels_of_the_token() -> None:
    directory = MemoryDirectory()
    directory.touch(dict.fromkeys("abcde", NOW))
    page = StreamsPage(directory)(Caller(Role.VIEWER, frozenset({"b", "x"})), limit=10, cursor=None)
    assert [stream.channel for stream in page.items] == ["b"]


def test_moments_come_newest_first_in_pages() -> None:
    page = MomentsPage(scored(0.1, 0.2, 0.3))
    first = page(CHANNEL, EVER, MomentFilter(), limit=2, cursor=None)
    second = page(CHANNEL, EVER, MomentFilter(), limit=2, cursor=first.cursor)
    assert [found.score for found in (*first.items, *second.items)] == [0.3, 0.2, 0.1]
    assert second.cursor is None


def test_a_filtered_page_is_filled_from_further_pages() -> None:
    page = MomentsPage(scored(0.9, 0.1, 0.8, 0.1, 0.1, 0.7))
    wanted = MomentFilter(MomentType.HYPE, min_score=0.5)
    first = page(CHANNEL, EVER, wanted, limit=2, cursor=None)
    second = page(CHANNEL, EVER, wanted, limit=2, cursor=first.cursor)
    assert [found.score for found in first.items] == [0.7, 0.8]
    assert [found.score for found in second.items] == [0.9]


def test_a_filter_that_takes_little_does_not_read_without_end() -> None:
    page = MomentsPage(scored(0.9, *[0.1] * (2 * MOST_READS)))
    first = page(CHANNEL, EVER, MomentFilter(min_score=0.5), limit=1, cursor=None)
    assert (list(first.items), first.cursor is None) == ([], False)
