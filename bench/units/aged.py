"""The state of a channel that has run for days: its detector has grown, and is billed by its bytes."""

from __future__ import annotations

from math import sin, tau
from random import Random
from typing import Final

from telemetra.domain.chat import ChatPane
from telemetra.domain.detection import Facts, Observation
from telemetra.domain.distinct import Distinct
from telemetra.domain.fusion import moment_detector
from telemetra.domain.revenue import RevenuePane
from telemetra.domain.state import ChannelState
from telemetra.domain.summary import Summary
from telemetra.domain.tally import Tally
from telemetra.domain.viewers import ViewerPane
from telemetra.domain.window import DAY_MS, MINUTE_MS, PANE_MS, floor_to

DAYS: Final = 3
"""Longer than a detector remembers its events, 20,000 panes."""

MESSAGES: Final = 100
"""A pane, on average; ten times what is usual once in 300."""

BURSTS: Final = 1 / 300
DAYS_PANES: Final = DAY_MS // PANE_MS


def aged(channel: str, now_ms: int, *, days: float = DAYS) -> ChannelState:
    """Return the state of a channel that was seen for so many days, closed up to the last minute."""
    detector = moment_detector("ensemble")
    closed_ms = floor_to(now_ms, MINUTE_MS)
    random, state = Random(channel), b""
    first = closed_ms // PANE_MS - round(days * DAYS_PANES)
    for pane in range(first, closed_ms // PANE_MS, 6):
        seen = [
            Observation(at * PANE_MS, _pane(at, random), Facts(live=True)) for at in range(pane, pane + 6)
        ]
        state = detector.advance(channel, state, seen).state
    return ChannelState(
        channel, 1, closed_ms=closed_ms, settled_ms=closed_ms, detector_name=detector.name, detector=state
    )


def _pane(at: int, random: Random) -> Summary:
    """Return a pane of a channel with a daily rhythm, ordinary chance and a burst now and then."""
    usual = MESSAGES * (1 + 0.3 * sin(at / DAYS_PANES * tau))
    count = max(1, round(random.gauss(usual, (8 * usual) ** 0.5)))
    if random.random() < BURSTS:
        count *= 10
    few = max(1, count - abs(round(random.gauss(count / 10, count / 30))))
    chat = ChatPane(
        count=count,
        chatters=Distinct.of(range(few)),
        emotes=Tally({"Kappa": 1 + abs(round(random.gauss(count / 8, count / 20))), "LUL": 1 + count // 9}),
        sentiment=round(count // 2 * random.gauss(1_000, 800)),
        scored=count // 2,
        length=round(count * random.gauss(20, 3)),
        texts=Distinct.of(range(max(1, few - abs(round(random.gauss(count / 20, count / 30)))))),
    )
    viewers = round(13_000 + 500 * sin(at / 2_000) + random.gauss(0, 60))
    sold = RevenuePane({("sub", "USD"): (1, 499)}) if random.random() < 0.3 else RevenuePane()
    return Summary(chat, ViewerPane(1, viewers, viewers, viewers, (at * PANE_MS, "v", viewers)), sold)
