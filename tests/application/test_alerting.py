"""Alerts: raised once by what is new, delivered once to each receiver, whatever is retried."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetra.adapters.memory import MemoryMomentStore, MemoryTicks
from telemetra.adapters.memory_alerts import MemoryErrands, MemoryRules, MemoryTopic, MemoryWebhooks
from telemetra.application.alert_ports import Delivery, Errand, Look, Target
from telemetra.application.alerting import (
    NEWS_MS,
    REMEMBERED_MS,
    AlertingTicks,
    AlertSources,
    RunErrands,
    judge,
)
from telemetra.application.ports import Tick
from telemetra.application.signing import (
    ID_HEADER,
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    signature,
    webhook_secret,
)
from telemetra.domain.errors import ContentionError, DeliveryError
from telemetra.domain.metrics import MetricRow
from telemetra.domain.rules import AlertState, Measure, MomentRule, Rule, RuleSet, Side, Threshold, Webhook
from telemetra.domain.window import MINUTE_MS, PANE_MS
from tests.application.samples import CHANNEL, NOW, chat, moment, row, rows

BUSY = Threshold("busy", Measure.CHAT_COUNT, Side.ABOVE, 100, clear=80)
BIG = MomentRule("big", min_score=0.5)
HOOK = Webhook("https://receiver.example/alerts", "k1")
MASTER = b"m" * 64


def minutes(*counts: int, start_ms: int = NOW - 10 * MINUTE_MS) -> list[MetricRow]:
    return [row(start_ms + number * MINUTE_MS, chat(count)) for number, count in enumerate(counts)]


class Desk:
    """The use case over memory ports."""

    def __init__(self, *given: Rule, sns: bool = False, webhook: Webhook | None = HOOK, updated_ms: int = 0):
        self.rules = MemoryRules()
        self.rules.put(RuleSet(CHANNEL, given, webhook, sns, 1, updated_ms))
        self.metrics = rows()
        self.moments = MemoryMomentStore()
        self.errands = MemoryErrands()
        self.webhooks = MemoryWebhooks()
        self.topic = MemoryTopic()

    @property
    def run(self) -> RunErrands:
        return RunErrands(
            AlertSources(
                self.rules,
                self.metrics,
                self.moments,
                self.errands,
                self.webhooks,
                self.topic,
                lambda: MASTER,
            )
        )

    def look(self, now_ms: int = NOW) -> list[Delivery]:
        """Look, and take the deliveries off the queue."""
        self.run(Look(CHANNEL), now_ms)
        queued, self.errands.sent = self.errands.sent, []
        return [errand for errand in queued if isinstance(errand, Delivery)]


def test_a_crossing_is_one_alert_until_it_has_cleared() -> None:
    desk = Desk(BUSY)
    desk.metrics.write(minutes(10, 120, 95, 130, 70, 101))
    alerts = [delivery.alert for delivery in desk.look()]
    assert [alert["reading"]["value"] for alert in alerts] == [120.0, 101.0]
    assert alerts[0]["sentence"] == "chat_count is 120, above 100"
    assert alerts[0]["at_ms"] == alerts[0]["reading"]["start_ms"] == NOW - 9 * MINUTE_MS
    assert desk.look() == []


def test_a_crossing_is_followed_from_one_look_to_the_next() -> None:
    desk, seen = Desk(BUSY), []
    for number, one in enumerate(minutes(120, 110, 70, 130)):
        desk.metrics.write([one])
        seen.append(len(desk.look(NOW + number)))
    assert seen == [1, 0, 0, 1]


def test_a_moment_is_one_alert_however_often_it_is_revised() -> None:
    desk = Desk(BIG, BUSY)
    desk.moments.write([moment(NOW - MINUTE_MS, score=0.4)])
    desk.metrics.write(minutes(10))
    assert desk.look() == []
    desk.moments.write([moment(NOW - MINUTE_MS, score=0.8)])
    (delivery,) = desk.look()
    assert (delivery.alert["type"], delivery.alert["moment"]["score"]) == ("moment", 0.8)
    desk.moments.write([moment(NOW - MINUTE_MS, score=0.9, end_ms=NOW)])
    assert desk.look() == []


def test_history_and_what_was_over_before_the_rules_is_not_alerted_on() -> None:
    desk = Desk(BUSY, BIG, updated_ms=NOW - 5 * MINUTE_MS)
    desk.metrics.write(minutes(500, start_ms=NOW - NEWS_MS - MINUTE_MS))
    desk.metrics.write(minutes(500, start_ms=NOW - 6 * MINUTE_MS))
    desk.moments.write(
        [
            moment(NOW - NEWS_MS - PANE_MS),
            moment(NOW - 8 * MINUTE_MS, end_ms=NOW - 6 * MINUTE_MS),
            moment(NOW - 7 * MINUTE_MS, end_ms=NOW - 4 * MINUTE_MS),
        ]
    )
    (delivery,) = desk.look()
    assert delivery.alert["at_ms"] == NOW - 7 * MINUTE_MS


def test_a_rule_that_is_changed_forgets_what_it_had_raised() -> None:
    desk = Desk(BUSY)
    desk.metrics.write(minutes(120))
    assert len(desk.look()) == 1
    lower = Threshold("busy", Measure.CHAT_COUNT, Side.ABOVE, 50)
    desk.rules.put(RuleSet(CHANNEL, (lower,), HOOK, version=2))
    desk.metrics.write(minutes(60, start_ms=NOW - 9 * MINUTE_MS))
    assert [delivery.alert["rule"]["value"] for delivery in desk.look()] == [50]


def test_each_receiver_gets_a_delivery_of_its_own() -> None:
    desk = Desk(BUSY, sns=True)
    desk.metrics.write(minutes(120))
    deliveries = desk.look()
    assert [delivery.target for delivery in deliveries] == [Target.WEBHOOK, Target.SNS]
    for delivery in deliveries * 2:
        desk.run(delivery, NOW)
    assert len(desk.webhooks.posted) == len(desk.topic.published) == 1
    text, attributes = desk.topic.published[0]
    assert json.loads(text) == deliveries[0].alert
    assert attributes == {"stream_id": CHANNEL, "type": "threshold"}


def test_a_post_is_signed_over_its_timestamp_and_body() -> None:
    desk = Desk(BUSY)
    desk.metrics.write(minutes(120))
    (delivery,) = desk.look()
    desk.run(delivery, NOW)
    ((url, headers, body),) = desk.webhooks.posted
    assert url == HOOK.url
    assert headers[ID_HEADER] == delivery.alert["id"] == json.loads(body)["id"]
    assert headers[TIMESTAMP_HEADER] == str(NOW // 1000)
    secret = webhook_secret(MASTER, CHANNEL, HOOK.key_id)
    assert headers[SIGNATURE_HEADER] == signature(secret, NOW // 1000, body)


@pytest.mark.parametrize(
    ("status", "said"), [(500, "answered 500"), (302, "answered 302"), (None, "not answer")]
)
def test_a_post_that_is_not_taken_is_tried_again_later(status: int | None, said: str) -> None:
    desk = Desk(BUSY)
    desk.metrics.write(minutes(120))
    (delivery,) = desk.look()
    desk.webhooks.status = status
    with pytest.raises(DeliveryError, match=said):
        desk.run(delivery, NOW)
    desk.webhooks.status = 200
    desk.run(delivery, NOW)
    desk.run(delivery, NOW)
    assert len(desk.webhooks.posted) == 2


def test_a_channel_without_rules_or_receivers_is_left_alone() -> None:
    for desk in (Desk(), Desk(BUSY, webhook=None)):
        desk.metrics.write(minutes(120))
        assert desk.look() == []


def test_a_delivery_to_a_webhook_that_was_taken_away_is_dropped() -> None:
    desk = Desk(BUSY)
    desk.metrics.write(minutes(120))
    (delivery,) = desk.look()
    desk.rules.put(RuleSet(CHANNEL, (BUSY,), None, version=2))
    desk.run(delivery, NOW)
    assert desk.webhooks.posted == []


class MovingRules(MemoryRules):
    """Somebody else is always a little faster with the state."""

    def advance(self, channel: str, state: AlertState, *, before: int) -> bool:
        return False


def test_a_state_that_never_stands_still_gives_the_errand_back() -> None:
    desk = Desk(BUSY)
    desk.rules, stored = MovingRules(), desk.rules.get(CHANNEL)
    desk.rules.put(stored)
    desk.metrics.write(minutes(120))
    with pytest.raises(ContentionError, match=CHANNEL):
        desk.run(Look(CHANNEL), NOW)
    (delivery, *_) = desk.errands.sent
    with pytest.raises(ContentionError, match=CHANNEL):
        desk.run(delivery, NOW)


@given(st.lists(st.integers(60, 140), max_size=12), st.lists(st.booleans(), min_size=12, max_size=12))
def test_however_the_minutes_are_looked_at_the_alerts_are_the_same(
    counts: Sequence[int], looks: Sequence[bool]
) -> None:
    rules = RuleSet(CHANNEL, (BUSY,), HOOK)
    news = minutes(*counts)
    _, expected = judge(rules, AlertState(), news, (), NOW)
    state, seen, alerts = AlertState(), [], []
    for one, look in zip(news, looks, strict=False):
        seen.append(one)
        if look:
            state, raised = judge(rules, state, seen, (), NOW)
            alerts += raised
    state, raised = judge(rules, state, news, (), NOW)
    assert alerts + raised == expected
    assert judge(rules, state, news, (), NOW) == (state, [])


def test_a_provisional_minute_waits_until_it_is_final() -> None:
    (one,) = minutes(120)
    open_row = MetricRow(one.key, one.summary, final=False, revision=0, version=1)
    rules = RuleSet(CHANNEL, (BUSY,), HOOK)
    assert judge(rules, AlertState(), [open_row], (), NOW) == (AlertState(), [])


class Clock:
    now = NOW

    def __call__(self) -> int:
        return self.now


class CountedRules(MemoryRules):
    """Counts the reads of who has rules."""

    asked = 0

    def speaking(self, channels: object) -> set[str]:
        self.asked += 1
        return super().speaking(channels)  # type: ignore[arg-type]


def test_news_of_a_channel_with_rules_is_looked_at_and_the_rules_are_read_twice_a_minute_at_most() -> None:
    clock, rules, errands, ticks = Clock(), CountedRules(), MemoryErrands(), MemoryTicks()
    rules.put(RuleSet(CHANNEL, (BUSY,), HOOK, version=1))
    alerting = AlertingTicks(ticks, rules, errands, clock)
    sent = [
        Tick(CHANNEL),
        Tick(CHANNEL, minutes=(NOW,)),
        Tick("other", moments=(NOW,)),
        Tick(CHANNEL, (), (1,)),
    ]
    alerting.send(sent[:1])
    assert (rules.asked, errands.sent) == (0, [])
    alerting.send(sent[1:])
    alerting.send(sent[3:])
    expected: list[Errand] = [Look(CHANNEL), Look(CHANNEL)]
    assert (rules.asked, errands.sent, ticks.sent) == (1, expected, [*sent, sent[3]])
    rules.put(RuleSet("other", (BIG,), HOOK, version=1))
    alerting.send(sent[2:3])
    assert (rules.asked, errands.sent) == (1, expected)
    clock.now += REMEMBERED_MS
    alerting.send(sent[2:3])
    assert (rules.asked, errands.sent[2:]) == (2, [Look("other")])
    rules.put(RuleSet(CHANNEL, (), HOOK, version=2))
    alerting.send(sent[1:2])
    assert (rules.asked, errands.sent[3:]) == (3, [])
