"""Rows to store: small, complete, and unlike one another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from telemetra.domain.chat import ChatPane
from telemetra.domain.clock import Clock
from telemetra.domain.events import Kind, StreamMeta
from telemetra.domain.metrics import MetricKey, MetricRow
from telemetra.domain.moment import Evidence, Moment, MomentType, Told
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.revenue import RevenuePane
from telemetra.domain.state import ChannelState
from telemetra.domain.summary import Content, Summary
from telemetra.domain.tally import Tally
from telemetra.domain.viewers import ViewerPane
from telemetra.domain.window import Grain

NOW_MS = 1_795_459_620_000
"""The instant that every store under test believes it is; the start of a minute."""

SEQUENCE = 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898
"""A sequence number as AWS makes them: 56 digits."""

CONTENTS: dict[Kind, Content] = {
    Kind.CHAT: ChatPane(count=3, bits=100, emotes=Tally({"Kappa": 2, "ＰｏｇＣｈａｍｐ✨": 1}), length=42),
    Kind.VIEWER: ViewerPane(2, 2_400, 1_100, 1_300, (NOW_MS, "v-9", 1_300)),
    Kind.TRANSACTION: RevenuePane({("sub", "USD"): (2, 998), ("tip", "EUR"): (1, 500)}),
}

SHARD = "shardId-000000000000"


def pane_key(channel: str, start_ms: int = NOW_MS, kind: Kind = Kind.CHAT, shard: str = SHARD) -> PaneKey:
    return PaneKey(channel, start_ms, kind, shard)


def partial(kind: Kind = Kind.CHAT, *, upto: int = SEQUENCE, version: int = 1) -> Partial:
    return Partial(
        content=CONTENTS[kind],
        upto=upto,
        ring=(0, 1, 2**64 - 1),
        version=version,
        mark_ms=NOW_MS + 9_500,
        arrival_ms=NOW_MS + 9_800,
    )


def metric(channel: str, grain: Grain = Grain.MINUTE, start_ms: int = NOW_MS, **changes: Any) -> MetricRow:
    row = MetricRow(
        key=MetricKey(channel, grain, start_ms),
        summary=Summary.of(CONTENTS.values()),
        final=True,
        revision=0,
        version=5,
    )
    return replace(row, **changes)


def moment(channel: str, start_ms: int = NOW_MS, **changes: Any) -> Moment:
    plain = Moment(
        channel=channel,
        start_ms=start_ms,
        peak_ms=start_ms + 10_000,
        end_ms=None,
        type=MomentType.HYPE,
        score=0.123_456_789_012_345_6,
        sentence="chat 6.1x its usual rate, 41 % ＫＥＫＷ ✨",
        evidence=(Evidence("chat_rate", 61.0, 8.0, 1 / 3, 7.25), Evidence("viewers", 1e-9, 0.0, 1.0, 4.0)),
        version=3,
        words=(
            Told("ＫＥＫＷ", emote=True, share=0.41, lift=1 / 3),
            Told("gg", emote=False, share=0.1, lift=9.0),
        ),
        mood=(-0.1, 1 / 3),
    )
    return replace(plain, **changes)


def state(channel: str, version: int = 1) -> ChannelState:
    clock = Clock({(Kind.CHAT, SHARD): (NOW_MS, NOW_MS + 1), (Kind.VIEWER, SHARD): (NOW_MS - 1, NOW_MS)})
    return ChannelState(channel, version, clock, NOW_MS, NOW_MS - 60_000, "zscore-1a2b", b"\x00\xff" * 40)


def meta(channel: str, ts: int = NOW_MS, event_id: str = "m-1", *, live: bool = True) -> StreamMeta:
    return StreamMeta(event_id, channel, ts, live, f"Título ✨ {ts}", "Just Chatting", "pt")
