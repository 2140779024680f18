"""The plain single pass that every schedule is compared with."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from telemetra.domain.events import Chat, Transaction, Viewer
from telemetra.domain.metrics import MetricKey, MetricRow
from telemetra.domain.sentiment import score
from telemetra.domain.window import DAY_MS, Grain, floor_to
from tests.laws.world import World, grouped

CROWDS = (2000, 40, 40, 40)
"""Users and words of a schedule, by seed: every fourth exceeds the bounds of the exact sets."""


def judge(seed: int) -> list[str]:
    """Play the schedule of ``seed`` and return its differences."""
    return differences(World(seed, crowd=CROWDS[seed % len(CROWDS)]).run())


def differences(world: World) -> list[str]:
    """Return a sentence for each published field that is not what one pass over the events gives."""
    expected: defaultdict[MetricKey, list[Any]] = defaultdict(list)
    for (channel, minute), events in grouped(world.sent).items():
        for grain in Grain:
            expected[MetricKey(channel, grain, floor_to(minute, grain.span_ms))] += events
    stored: dict[MetricKey, MetricRow] = {}
    first = min(key.start_ms for key in expected) - DAY_MS
    for channel in {key.channel for key in expected}:
        for grain in Grain:
            for row in world.metrics.span(channel, grain, first, first + 9 * DAY_MS, consistent=True):
                stored[row.key] = row
    found = [f"{key} is missing" for key in expected if key not in stored]
    found += [f"{key} was never sent" for key in stored if key not in expected]
    for key in expected.keys() & stored.keys():
        found += [f"{key}: {text}" for text in _compare(stored[key], expected[key])]
    return found


def _compare(row: MetricRow, events: Sequence[Any]) -> list[str]:
    chats = [event for event in events if isinstance(event, Chat)]
    chat, viewers, revenue = row.summary.chat, row.summary.viewers, row.summary.revenue
    scores = [value for value in (score(event.text, event.emotes) for event in chats) if value is not None]
    readings = [event for event in events if isinstance(event, Viewer)]
    sales = [event for event in events if isinstance(event, Transaction)]
    pairs: list[tuple[str, object, object]] = [
        ("final", row.final, True),
        ("chat_count", chat.count, len(chats)),
        ("bits", chat.bits, sum(event.bits for event in chats)),
        ("emotes", dict(chat.emotes.counts), dict(Counter(name for event in chats for name in event.emotes))),
        ("sentiment", (chat.sentiment, chat.scored), (sum(scores), len(scores))),
        ("length", chat.length, sum(len(event.text) for event in chats)),
        ("viewers", (viewers.count, viewers.total), (len(readings), sum(r.viewers for r in readings))),
        (
            "revenue",
            revenue.cents_by_currency(),
            {"USD": sum(s.amount_cents for s in sales)} if sales else {},
        ),
    ]
    if readings:
        values = [reading.viewers for reading in readings]
        last = max((reading.ts, reading.event_id, reading.viewers) for reading in readings)
        pairs.append(("range", (viewers.low, viewers.high, viewers.last), (min(values), max(values), last)))
    found = [f"{name} is {ours}, {truth} was sent" for name, ours, truth in pairs if ours != truth]
    found += _within("chatters", chat.chatters.finish(), len({event.user_id for event in chats}))
    found += _within("texts", chat.texts.finish(), len({event.text for event in chats}))
    words = Counter(word for event in chats for word in {w for w in event.text.split() if w[0] == "w"})
    for word, count in words.items():
        kept = chat.tokens.counts.get(word, 0)
        if not kept <= count <= kept + chat.tokens.error:
            found.append(f"token {word} is {kept} (error {chat.tokens.error}), {count} were sent")
    return found


def _within(name: str, ours: int, truth: int) -> list[str]:
    """Exact up to the bound of the set; above it the sketch may be off by four times its rms error."""
    slack = 0 if truth <= 256 else 0.036 * truth
    return [] if abs(ours - truth) <= slack else [f"{name} is {ours}, {truth} were sent"]
