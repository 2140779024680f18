"""However summarizers are crashed, repeated, interleaved or restarted, the moments are those of one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from telemetra.adapters.memory import (
    MemoryDirectory,
    MemoryMetricStore,
    MemoryMomentStore,
    MemoryPaneStore,
    MemoryStateStore,
    MemoryTicks,
)
from telemetra.application.ports import PaneChange
from telemetra.application.summarize import Sources, SummarizeChannels
from telemetra.domain.chat import ChatPane
from telemetra.domain.distinct import Distinct
from telemetra.domain.events import Kind, Raid, StreamMeta
from telemetra.domain.fusion import moment_detector
from telemetra.domain.moment import Moment, MomentType
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.summary import Content
from telemetra.domain.tally import Tally
from telemetra.domain.viewers import ViewerPane
from telemetra.domain.window import HOUR_MS, MINUTE_MS, PANE_MS
from tests.laws.scheduler import Faults, Invocation, Port

T0 = 1_795_392_000_000
PANES = 110
CHANNEL = "aurora"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one delivery of a stream brought: rows of a pane, and perhaps a raid announced before."""

    at_ms: int
    rows: Sequence[tuple[PaneKey, Content]]
    raid: StreamMeta | None


def deliveries(seed: int) -> list[Delivery]:
    """Return an evening: a usual chat, a burst, a raid, a lull, and viewers that drop."""
    random = Random(seed)
    burst, raid = random.randrange(34, 40), random.randrange(52, 58)
    lull, drop = range(72, 84), random.randrange(96, 100)
    found = []
    for number in range(PANES):
        at = T0 + number * PANE_MS
        count = random.randrange(16, 25)
        viewers = 1_000 + random.randrange(-8, 9)
        if number in (burst, burst + 1, raid, raid + 1, raid + 2):
            count *= 7
        if raid <= number:
            viewers += 400
        if number in lull:
            count = 1
        if drop <= number:
            viewers -= 600
        people = Distinct.of(random.sample(range(10_000), count - count // 8))
        emotes = Tally({"KEKW": count // 3}) if count > 30 else Tally({"Kappa": 1})
        chat = ChatPane(count=count, chatters=people, emotes=emotes, texts=people, length=20 * count)
        reading = ViewerPane(1, viewers, viewers, viewers, (at + 5_000, f"v{number}", viewers))
        rows = [
            (PaneKey(CHANNEL, at, kind, "shardId-000000000000"), content)
            for kind, content in ((Kind.CHAT, chat), (Kind.VIEWER, reading))
        ]
        meta = StreamMeta(f"m{number}", CHANNEL, at + 1, True, "t", "c", "en", Raid("beta", 400))
        found.append(Delivery(at + PANE_MS, rows, meta if number == raid else None))
    return found


class Desk:
    """The tables, and summarizers over them that stop at every call."""

    def __init__(self, seed: int, faults: float, moments: MemoryMomentStore | None = None) -> None:
        """Start empty."""
        self.panes, self.metrics = MemoryPaneStore(), MemoryMetricStore()
        self.moments, self.states = moments or MemoryMomentStore(), MemoryStateStore()
        self.directory = MemoryDirectory()
        self.directory.describe([StreamMeta("m", CHANNEL, T0, True, "t", "c", "en")])
        self.faults = Faults(Random(seed), faults)

    def summarizer(self) -> SummarizeChannels:
        """Return a new one, as a new container would hold it."""

        def wrap(port: Any) -> Any:
            return Port(port, self.faults)

        ports = (self.panes, self.metrics, self.moments, self.states, self.directory, MemoryTicks())
        return SummarizeChannels(Sources(*map(wrap, ports)), moment_detector("ensemble"))

    def write(self, delivery: Delivery) -> set[PaneKey]:
        """Write the rows of a delivery."""
        if delivery.raid:
            self.directory.describe([delivery.raid])
        mark = delivery.at_ms - 1
        for key, content in delivery.rows:
            partial = Partial(content, delivery.at_ms, (), 1, mark, mark)
            assert not self.panes.write([PaneChange(key, None, partial)])
        return {key for key, _ in delivery.rows}

    def found(self) -> list[Moment]:
        """Return all moments, newest first."""
        return list(self.moments.page(CHANNEL, T0, T0 + HOUR_MS, limit=50, cursor=None).items)


def one_pass(evening: Sequence[Delivery]) -> Desk:
    desk = Desk(0, 0.0)
    for delivery in evening:
        keys, now_ms = desk.write(delivery), delivery.at_ms
        Invocation(lambda keys=keys, now_ms=now_ms: desk.summarizer()(keys, now_ms)).run()  # type: ignore[misc]
    return desk


def disturbed(evening: Sequence[Delivery], seed: int, moments: MemoryMomentStore | None = None) -> Desk:
    """Play the evening with crashes, whole batches again, second summarizers, and slow ones."""
    random, desk = Random(seed), Desk(seed, 0.04, moments)
    containers = [desk.summarizer() for _ in range(2)]
    running: list[tuple[Invocation, set[PaneKey], int]] = []

    def start(keys: set[PaneKey], now_ms: int) -> None:
        if random.random() < 0.1:
            containers[random.randrange(2)] = desk.summarizer()
        summarize = random.choice(containers)
        running.append((Invocation(lambda: summarize(keys, now_ms)), keys, now_ms))

    def turn() -> None:
        at = len(running) - 1 if random.random() < 0.9 else random.randrange(len(running))
        invocation, keys, now_ms = running[at]
        invocation.step()
        if invocation.done:
            del running[at]
            if invocation.failed:
                start(keys, now_ms)

    for delivery in evening:
        keys = desk.write(delivery)
        for _ in range(random.choice((1, 1, 2))):
            start(keys, delivery.at_ms)
        while len(running) > 1 and random.random() < 0.97:
            turn()
    desk.faults.rate = 0.0
    start({key for key, _ in evening[-1].rows}, evening[-1].at_ms)
    while running:
        turn()
    return desk


@pytest.fixture(scope="module", params=range(2))
def evening(request: pytest.FixtureRequest) -> tuple[list[Delivery], Desk]:
    made = deliveries(request.param)
    return made, one_pass(made)


def test_an_evening_has_its_moments(evening: tuple[list[Delivery], Desk]) -> None:
    _, desk = evening
    kinds = [moment.type for moment in reversed(desk.found())]
    assert kinds == [MomentType.LAUGHTER, MomentType.RAID, MomentType.LULL, MomentType.VIEWER_DROP]
    assert all(moment.end_ms is not None for moment in desk.found())


@pytest.mark.parametrize("seed", range(6))
def test_a_disturbed_evening_has_the_moments_of_one_pass(
    evening: tuple[list[Delivery], Desk], seed: int
) -> None:
    made, plain = evening
    desk = disturbed(made, seed)
    assert desk.found() == plain.found()
    (mine,), (theirs,) = (each.states.load([CHANNEL]).values() for each in (desk, plain))
    assert mine.detector_name == theirs.detector_name
    assert mine.closed_ms == theirs.closed_ms


class CarelessMoments(MemoryMomentStore):
    """Writes whatever it is given, whoever has written before."""

    def write(self, moments: Sequence[Moment]) -> None:
        self._rows |= {(moment.channel, moment.start_ms): moment for moment in moments}


def test_without_the_condition_on_the_version_a_slow_summarizer_takes_a_moment_back(
    evening: tuple[list[Delivery], Desk],
) -> None:
    made, plain = evening
    assert any(disturbed(made, seed, CarelessMoments()).found() != plain.found() for seed in range(6))


def test_time_ends_a_moment_of_a_channel_that_has_gone_silent() -> None:
    made = deliveries(1)[:40]
    desk = one_pass(made)
    summarize = desk.summarizer()

    def passes(minutes: int) -> None:
        now_ms = made[-1].at_ms + minutes * MINUTE_MS
        Invocation(lambda: summarize.pass_time(now_ms)).run()

    desk.directory.touch({CHANNEL: made[-1].at_ms})
    passes(1)
    passes(2)
    (outage, *_) = desk.found()
    assert (outage.type, outage.end_ms, outage.start_ms) == (MomentType.OUTAGE, None, made[-1].at_ms)
    desk.directory.describe([StreamMeta("o", CHANNEL, made[-1].at_ms + 90_000, False, "t", "c", "en")])
    passes(3)
    (outage, *_) = desk.found()
    assert outage.end_ms is not None
