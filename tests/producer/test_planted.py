"""What a scenario plants is in its events: the effect of every moment and change, for two seeds.

The events themselves come in time order and each with an id of its own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from statistics import fmean
from typing import TYPE_CHECKING, Final

import pytest

from producer.event import Chat, Event, StreamMeta, Transaction, Viewer
from producer.sources.scenario import find, names, run
from producer.sources.scenario.kinds import CHANGES, MOMENTS
from producer.sources.words import EMOTES, Mood

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from producer.sources.scenario import Run
    from producer.sources.scenario.change import Change
    from producer.sources.scenario.moment import Moment

SEEDS: Final = (7, 11)
WITH_PLANTED: Final = [name for name in names() if name not in {"steady", "calm", "quiet"}]


@dataclass(frozen=True)
class Told:
    """The events of one channel, in time order; ``rate`` is its usual messages a second."""

    rate: float
    events: tuple[Event, ...]
    stamps: tuple[int, ...]
    spoken: tuple[int, ...]

    def between(self, from_ms: float, until_ms: float) -> tuple[Event, ...]:
        return self.events[bisect_left(self.stamps, from_ms) : bisect_left(self.stamps, until_ms)]

    def chat(self, from_ms: float, until_ms: float) -> list[Chat]:
        return [event for event in self.between(from_ms, until_ms) if isinstance(event, Chat)]

    def viewers(self, from_ms: float, until_ms: float) -> list[int]:
        return [event.viewers for event in self.between(from_ms, until_ms) if isinstance(event, Viewer)]

    def metas(self, from_ms: float, until_ms: float) -> list[StreamMeta]:
        return [event for event in self.between(from_ms, until_ms) if isinstance(event, StreamMeta)]

    def pace(self, from_ms: float, until_ms: float) -> float:
        """Messages a second."""
        count = bisect_left(self.spoken, until_ms) - bisect_left(self.spoken, from_ms)
        return count / (until_ms - from_ms) * 1_000

    def usual(self, start_ms: int) -> float:
        """Messages a second in the minutes before ``start_ms``."""
        return self.pace(start_ms - 240_000, start_ms - 40_000)

    def peak(self, moment: Moment) -> float:
        """Messages a second in the best ten seconds of ``moment``."""
        starts = range(moment.start_ms, moment.end_ms - 9_000, 1_000)
        return max(self.pace(start, start + 10_000) for start in starts)

    def known(self, before_ms: int) -> set[str]:
        return {message.user_id for message in self.chat(0, before_ms)}


@lru_cache(maxsize=2)
def played(name: str, seed: int) -> tuple[Run, dict[str, Told]]:
    whole = run(find(name), seed)
    by_channel: dict[str, list[Event]] = {channel.name: [] for channel in whole.scenario.channels}
    rates = {channel.name: channel.rate for channel in whole.scenario.channels}
    last, ids = 0, set[str]()
    for event in whole:
        by_channel[event.channel].append(event)
        assert last <= event.ts
        last = event.ts
        ids.add(event.event_id)
    assert len(ids) == sum(map(len, by_channel.values()))
    told = {
        channel: Told(
            rates[channel],
            tuple(events),
            tuple(event.ts for event in events),
            tuple(event.ts for event in events if isinstance(event, Chat)),
        )
        for channel, events in by_channel.items()
    }
    return whole, told


def share(messages: list[Chat], fits: Callable[[Chat], bool]) -> float:
    return fmean(map(fits, messages))


def posts(emotes: Iterable[str]) -> Callable[[Chat], bool]:
    wanted = set(emotes)
    return lambda message: not wanted.isdisjoint(message.emotes)


def bursts(told: Told, moment: Moment) -> list[Chat]:
    """Check the burst itself and return its messages."""
    assert told.peak(moment) >= 0.4 * moment.factor * told.rate
    assert told.peak(moment) >= 1.8 * told.usual(moment.start_ms)
    assert moment.start_ms < moment.peak_ms < moment.end_ms
    return told.chat(moment.peak_ms, moment.end_ms)


def hype(told: Told, moment: Moment) -> None:
    said = bursts(told, moment)
    assert share(said, posts({moment.emote})) >= 0.2
    assert share(said, posts(EMOTES[Mood.HYPE])) >= 0.4


def laughter(told: Told, moment: Moment) -> None:
    assert share(bursts(told, moment), posts({moment.emote})) >= 0.4


def outrage(told: Told, moment: Moment) -> None:
    assert share(bursts(told, moment), posts(EMOTES[Mood.ANGER])) >= 0.25
    before = told.chat(moment.start_ms - 240_000, moment.start_ms - 40_000)
    assert share(before, posts(EMOTES[Mood.ANGER])) <= 0.06


def raid(told: Told, moment: Moment) -> None:
    said = bursts(told, moment)
    (meta,) = [each for each in told.metas(moment.start_ms, moment.start_ms + 1) if each.raid]
    assert meta.raid is not None
    assert meta.raid.viewers == moment.crowd
    before = fmean(told.viewers(moment.start_ms - 60_000, moment.start_ms))
    assert max(told.viewers(moment.start_ms, moment.end_ms)) - before >= 0.6 * moment.crowd
    known = told.known(moment.start_ms)
    assert share(said, lambda message: message.user_id not in known) >= 0.25
    assert share(said, posts({moment.emote})) >= 0.35


def sub_bomb(told: Told, moment: Moment) -> None:
    bursts(told, moment)
    paid = [
        event
        for event in told.between(moment.start_ms, moment.start_ms + 6_000)
        if isinstance(event, Transaction)
    ]
    (gift,) = [event for event in paid if event.type == "gift" and event.ts == moment.start_ms]
    free = [event for event in paid if event.type == "sub" and event.amount_cents == 0]
    assert gift.quantity == moment.crowd == len(free) == len({event.user_id for event in free})
    assert gift.amount_cents == 499 * moment.crowd


def copypasta(told: Told, moment: Moment) -> None:
    said = bursts(told, moment)
    assert share(said, lambda message: message.text == moment.texts[0]) >= 0.35
    assert max(Counter(message.text for message in said).values()) >= 0.35 * len(said)


def poll(told: Told, moment: Moment) -> None:
    said = bursts(told, moment)
    votes = Counter(message.text for message in said if message.text in moment.texts)
    assert votes.total() >= 0.55 * len(said)
    assert votes.most_common(1)[0][0] == moment.texts[0]
    assert set(votes) == set(moment.texts)
    assert all(" " not in answer for answer in moment.texts)


def bot_raid(told: Told, moment: Moment) -> None:
    said = bursts(told, moment)
    known = told.known(moment.start_ms)
    spam = [message for message in said if message.text.find(" . example") > 0]
    assert len(spam) >= 0.55 * len(said)
    bots = {message.user_id for message in spam}
    assert bots.isdisjoint(known)
    assert len(bots) <= moment.crowd
    assert len({message.text for message in spam}) >= 0.95 * len(spam)


def lull(told: Told, moment: Moment) -> None:
    assert told.pace(moment.peak_ms, moment.end_ms) <= 0.3 * told.usual(moment.start_ms)
    assert told.viewers(moment.peak_ms, moment.end_ms)


def outage(told: Told, moment: Moment) -> None:
    assert told.between(moment.start_ms, moment.end_ms) == ()
    assert told.metas(0, moment.start_ms)[-1].live
    assert told.usual(moment.start_ms) > 0
    assert told.pace(moment.end_ms, moment.end_ms + 60_000) >= 0.3 * told.usual(moment.start_ms)


def viewer_drop(told: Told, moment: Moment) -> None:
    before = fmean(told.viewers(moment.start_ms - 60_000, moment.start_ms))
    assert min(told.viewers(moment.peak_ms, moment.end_ms)) <= (1 - 0.85 * moment.drop) * before
    assert max(told.viewers(moment.end_ms + 180_000, moment.end_ms + 300_000)) >= 0.8 * before


CHECKS: Final[dict[str, Callable[[Told, Moment], None]]] = {
    "hype": hype,
    "laughter": laughter,
    "outrage": outrage,
    "raid": raid,
    "sub-bomb": sub_bomb,
    "copypasta": copypasta,
    "poll": poll,
    "bot-raid": bot_raid,
    "lull": lull,
    "outage": outage,
    "viewer-drop": viewer_drop,
}


def ramp(told: Told, change: Change, _end_ms: int) -> None:
    before = fmean(told.viewers(change.start_ms - 120_000, change.start_ms))
    after = fmean(told.viewers(change.end_ms, change.end_ms + 120_000))
    assert 0.8 * change.to <= after / before <= 1.25 * change.to
    middle = (change.start_ms + change.end_ms) / 2
    assert before < fmean(told.viewers(middle - 60_000, middle + 60_000)) < after


def slow_mode(told: Told, change: Change, end_ms: int) -> None:
    stamps: dict[str, list[int]] = {}
    for message in told.chat(change.start_ms, min(change.end_ms, end_ms)):
        stamps.setdefault(message.user_id, []).append(message.ts)
    waits = [after - before for each in stamps.values() for before, after in pairwise(each)]
    assert min(waits, default=change.gap_ms) >= change.gap_ms
    slow = told.pace(change.start_ms, min(change.end_ms, end_ms))
    assert 0 < slow <= 0.8 * told.usual(change.start_ms)


def category_switch(told: Told, change: Change, _end_ms: int) -> None:
    before = told.metas(0, change.start_ms)[-1]
    (after, *_) = told.metas(change.start_ms, change.start_ms + 1)
    assert before.category != after.category
    assert change.category in {"", after.category}
    pause = told.pace(change.start_ms, change.start_ms + 30_000)
    assert pause <= 1.5 * told.usual(change.start_ms)


def offline(told: Told, change: Change, end_ms: int) -> None:
    until = min(change.end_ms, end_ms)
    (last,) = told.metas(change.start_ms - 1, until)
    assert not last.live
    assert not told.viewers(change.start_ms, until)
    rest = told.pace(change.start_ms, until) / told.usual(change.start_ms)
    assert 0.4 * change.to <= rest <= 2.5 * change.to
    if not change.stays:
        assert told.metas(change.end_ms, change.end_ms + 1)[0].live
        assert told.viewers(change.end_ms, change.end_ms + 20_000)


CHANGED: Final[dict[str, Callable[[Told, Change, int], None]]] = {
    "ramp": ramp,
    "slow-mode": slow_mode,
    "category-switch": category_switch,
    "offline": offline,
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", WITH_PLANTED)
def test_every_planted_moment_and_change_is_in_the_events(name: str, seed: int) -> None:
    whole, told = played(name, seed)
    whole_moments = [each for each in whole.moments if each.end_ms + 300_000 < whole.end_ms]
    changes = whole.scenario.changes(whole.start_ms, whole.end_ms)
    assert whole_moments or changes
    for moment in whole_moments:
        CHECKS[moment.type](told[moment.channel], moment)
    for change in changes:
        CHANGED[change.type](told[change.channel], change, whole.end_ms)


def test_every_type_is_played_by_a_scenario() -> None:
    planted = {moment.type for name in names() for moment in run(find(name), 7).moments}
    changed = {
        change.type
        for name in names()
        for channel in run(find(name), 7).scenario.channels
        for change in channel.changes
    }
    assert planted == set(MOMENTS) == set(CHECKS)
    assert changed == set(CHANGES) == set(CHANGED)


@pytest.mark.parametrize("name", ["steady", "calm", "quiet"])
def test_ordinary_scenarios_plant_nothing(name: str) -> None:
    whole, told = played(name, 7)
    assert whole.moments == []
    assert whole.scenario.changes(whole.start_ms, whole.end_ms) == []
    for each in told.values():
        said = each.chat(whole.start_ms, whole.end_ms)
        assert said
        assert all(set(message.emotes) <= set(message.text.split()) for message in said)


def test_a_chat_holds_its_breath_before_a_clutch_play() -> None:
    whole, told = played("clutch", 7)
    for moment in whole.moments:
        tense = told[moment.channel].chat(moment.start_ms - moment.build_up_ms, moment.start_ms)
        assert moment.build_up_ms >= 20_000
        assert share(tense, posts(EMOTES[Mood.TENSE])) >= 0.1


def test_a_burst_is_over_within_a_minute() -> None:
    whole, told = played("hype", 7)
    for moment in whole.moments:
        after = told[moment.channel].pace(moment.end_ms + 25_000, moment.end_ms + 85_000)
        assert after <= 0.4 * told[moment.channel].peak(moment)


def test_what_a_moment_adds_comes_from_the_crowd() -> None:
    whole, told = played("hype", 7)
    for moment in whole.moments:
        channel = told[moment.channel]
        during = channel.chat(moment.peak_ms, moment.end_ms)
        usual = channel.chat(moment.start_ms - 300_000, moment.start_ms - 40_000)[: len(during)]
        each = [len(said) / len({message.user_id for message in said}) for said in (during, usual)]
        assert each[0] < each[1]
