"""Feedback on a moment, and the budget that follows from it."""

from __future__ import annotations

import json

import pytest

from telemetra.adapters.memory import MemoryMomentStore, MemoryStateStore
from telemetra.application.feedback import MEMORY_MS, GiveFeedback
from telemetra.application.ports import StateChange
from telemetra.domain.errors import NotFoundError, ParameterError, TooLargeError
from telemetra.domain.feedback import Verdict, budget
from telemetra.domain.state import ChannelState
from telemetra.domain.window import PANE_MS
from tests.application.samples import CHANNEL, NOW, moment


class Desk:
    """The use case over memory stores with five moments."""

    def __init__(self) -> None:
        self.moments, self.states = MemoryMomentStore(), MemoryStateStore()
        self.states.write([StateChange(0, ChannelState(CHANNEL, version=1))])
        self.ids = [str(NOW - number * PANE_MS) for number in range(5)]
        self.moments.write([moment(int(name)) for name in self.ids])
        self.feedback = GiveFeedback(self.moments, self.states)

    def say(self, name: str, verdict: str | None) -> float:
        item = self.feedback(CHANNEL, name, json.dumps({"verdict": verdict}).encode(), NOW)
        assert item == {"stream_id": CHANNEL, "moment_id": name, "verdict": verdict, "budget": self.budget}
        return self.budget

    @property
    def budget(self) -> float:
        return self.states.load([CHANNEL])[CHANNEL].budget


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_rejections_lower_the_budget_and_taking_them_back_restores_it(desk: Desk) -> None:
    said = [desk.say(name, "reject") for name in desk.ids]
    assert said == [budget([Verdict.REJECT] * number) for number in range(1, 6)]
    assert desk.say(desk.ids[0], "reject") == said[-1]
    assert [desk.say(name, None) for name in desk.ids][-1] == 1.0
    assert desk.say(desk.ids[0], "confirm") > 1.0


def test_a_verdict_is_kept_on_its_moment_when_that_is_written_again(desk: Desk) -> None:
    desk.say(desk.ids[0], "confirm")
    desk.moments.write([moment(NOW, score=0.95)])
    (kept,) = desk.moments.load(CHANNEL, [NOW])
    assert (kept.score, kept.feedback) == (0.95, Verdict.CONFIRM)


def test_what_was_said_long_ago_no_longer_counts(desk: Desk) -> None:
    desk.moments.write([moment(NOW - MEMORY_MS - PANE_MS)])
    desk.say(str(NOW - MEMORY_MS - PANE_MS), "reject")
    assert desk.budget == 1.0


class LateMoments(MemoryMomentStore):
    """Somebody else says something while the budget is written."""

    late = True

    def verdicts(self, channel: str, since_ms: int) -> list[Verdict]:
        found = super().verdicts(channel, since_ms)
        if self.late:
            self.late = False
            self.judge(channel, NOW - PANE_MS, Verdict.REJECT)
        return found


def test_of_two_people_at_once_both_are_heard(desk: Desk) -> None:
    moments = LateMoments()
    moments.write([moment(NOW), moment(NOW - PANE_MS)])
    GiveFeedback(moments, desk.states)(CHANNEL, str(NOW), b'{"verdict":"reject"}', NOW)
    assert desk.budget == budget([Verdict.REJECT] * 2)


@pytest.mark.parametrize("name", ["1", "", "abc", "-5", "٣", "1" * 16, "9" * 5000])
def test_a_moment_that_does_not_exist_is_not_found(desk: Desk, name: str) -> None:
    with pytest.raises(NotFoundError, match="no moment"):
        desk.feedback(CHANNEL, name, b'{"verdict":"confirm"}', NOW)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"verdict":"maybe"}', b'{"verdict":null,"x":1}', b"\xff"])
def test_a_body_that_is_no_verdict_is_refused(desk: Desk, body: bytes) -> None:
    with pytest.raises(ParameterError, match="verdict"):
        desk.feedback(CHANNEL, desk.ids[0], body, NOW)


def test_a_long_body_is_refused(desk: Desk) -> None:
    with pytest.raises(TooLargeError, match="1024"):
        desk.feedback(CHANNEL, desk.ids[0], b" " * 1025, NOW)
