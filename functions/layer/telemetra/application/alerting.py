"""Alerts: judge what is new of a channel by its rules, and tell each receiver once.

Nothing here runs inside a handler that a stream triggers: ``AlertingTicks`` queues an errand for the channels
that have rules, and ``RunErrands`` does it. Every errand may be done twice or out of order: alerts have ids
that follow from rule and moment or minute, and the channel's ``AlertState`` knows those raised and delivered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from telemetra.application.alert_ports import (
    Delivery,
    Errand,
    Errands,
    Look,
    RuleStore,
    Target,
    Topic,
    Webhooks,
)
from telemetra.application.delivery import Sender, Subject, alert_payload, posted
from telemetra.application.ports import MetricStore, MomentStore, Tick, Ticks
from telemetra.application.representation import moment_item
from telemetra.application.signing import webhook_secret
from telemetra.domain.errors import ContentionError, DeliveryError
from telemetra.domain.metrics import MetricRow
from telemetra.domain.moment import Moment
from telemetra.domain.rules import AlertState, MomentRule, RuleSet, Threshold, alert_id, mark
from telemetra.domain.window import HOUR_MS, MINUTE_MS, PANE_MS, SECOND_MS, Grain, floor_to

NEWS_MS: Final = 15 * MINUTE_MS
"""What is older is history, as after a replay, and nobody is told of it."""

KNOWN_MS: Final = 6 * HOUR_MS
"""How long an alert is remembered; longer than the queue tries to deliver one."""

MOST_MOMENTS: Final = 100
REMEMBERED_MS: Final = 30 * SECOND_MS
"""How long an instance believes what it read of which channels have rules."""

MOST_ATTEMPTS: Final = 8

_FIRST_PAUSE_S: Final = 10
_PAUSE_GROWTH: Final = 3
_LONGEST_PAUSE_S: Final = 900


class AlertingTicks:
    """``Ticks`` that also has the rules looked at, for the channels that have any and that have news."""

    def __init__(self, ticks: Ticks, rules: RuleStore, errands: Errands, clock: Callable[[], int]) -> None:
        """Take the queue that ticks go on to, the rules, the queue of alerts, and the current instant, ms."""
        self._ticks = ticks
        self._rules = rules
        self._errands = errands
        self._clock = clock
        self._until: dict[str, int] = {}
        self._speaking: set[str] = set()

    def send(self, ticks: Sequence[Tick]) -> None:
        """Send the ticks on, then the errands that follow from them."""
        self._ticks.send(ticks)
        news = {tick.channel for tick in ticks if tick.minutes or tick.moments}
        if news:
            errands = [Look(channel) for channel in sorted(news & self._with_rules(news))]
            if errands:
                self._errands.send(errands)

    def _with_rules(self, channels: set[str]) -> set[str]:
        now = self._clock()
        unknown = {channel for channel in channels if self._until.get(channel, 0) <= now}
        if unknown:
            self._until = {channel: until for channel, until in self._until.items() if until > now}
            self._speaking = (self._speaking & self._until.keys()) | self._rules.speaking(unknown)
            self._until |= dict.fromkeys(unknown, now + REMEMBERED_MS)
        return self._speaking


@dataclass(frozen=True, slots=True)
class AlertSources:
    """The ports that alerting reads and writes; ``master`` reads the secret that webhooks are signed from."""

    rules: RuleStore
    metrics: MetricStore
    moments: MomentStore
    errands: Errands
    webhooks: Webhooks
    topic: Topic
    master: Callable[[], bytes]


@dataclass(slots=True)
class Judged:
    """What the rules made of the news: the state that follows, and what is to be told."""

    raised: dict[str, int]
    known: dict[str, int]
    alerts: list[dict[str, Any]] = field(default_factory=list)

    def add(self, alert: dict[str, Any]) -> None:
        """Tell it, unless it is known."""
        if alert["id"] not in self.known:
            self.known[alert["id"]] = alert["at_ms"]
            self.alerts.append(alert)


class RunErrands:
    """The use case behind the alert function."""

    def __init__(self, sources: AlertSources) -> None:
        """Take the ports."""
        self._at = sources

    def __call__(self, errand: Errand, now_ms: int) -> int:
        """Do one errand; return how many alerts were raised by it.

        Raises:
            DeliveryError: the receiver did not take the alert; try again after ``pause_s``.
            StoreUnavailableError: a port is down or throttled; try again.
            ContentionError: others kept moving the channel's state; try again.
        """
        if isinstance(errand, Look):
            return self._look(errand.channel, now_ms)
        self._deliver(errand, now_ms)
        return 0

    def _look(self, channel: str, now_ms: int) -> int:
        rules = self._at.rules.get(channel)
        if not rules.speaks:
            return 0
        since_ms = now_ms - NEWS_MS
        moments = self._at.moments.page(channel, since_ms, now_ms + PANE_MS, limit=MOST_MOMENTS, cursor=None)
        for _ in range(MOST_ATTEMPTS):
            state, version = self._at.rules.state(channel)
            start_ms = floor_to(max(state.upto_ms, since_ms, rules.updated_ms - MINUTE_MS), MINUTE_MS)
            rows = self._at.metrics.span(channel, Grain.MINUTE, start_ms, now_ms + PANE_MS, consistent=True)
            following, alerts = judge(rules, state, rows, moments.items, now_ms)
            if following == state:
                return 0
            self._queue(rules, alerts)
            if self._at.rules.advance(channel, following, before=version):
                return len(alerts)
        raise _contended(channel)

    def _queue(self, rules: RuleSet, alerts: Sequence[dict[str, Any]]) -> None:
        targets = [Target.WEBHOOK] if rules.webhook is not None else []
        targets += [Target.SNS] if rules.sns else []
        deliveries = [Delivery(rules.channel, target, alert) for alert in alerts for target in targets]
        if deliveries:
            self._at.errands.send(deliveries)

    def _deliver(self, errand: Delivery, now_ms: int) -> None:
        name = f"{errand.alert['id']}/{errand.target.value}"
        state, _ = self._at.rules.state(errand.channel)
        if name in state.known:
            return
        if errand.target is Target.SNS:
            attributes = {"stream_id": errand.channel, "type": str(errand.alert["type"])}
            self._at.topic.publish(msgspec.json.encode(errand.alert).decode(), attributes)
        else:
            self._post(errand, now_ms)
        self._note(errand.channel, name, now_ms)

    def _post(self, errand: Delivery, now_ms: int) -> None:
        webhook = self._at.rules.get(errand.channel).webhook
        if webhook is None:
            return
        secret = webhook_secret(self._at.master(), errand.channel, webhook.key_id)
        outcome = posted(Sender(self._at.webhooks, secret), webhook.url, errand.alert, now_ms)
        if not outcome.ok:
            raise DeliveryError(outcome.detail)

    def _note(self, channel: str, name: str, now_ms: int) -> None:
        """Remember that an alert was delivered."""
        for _ in range(MOST_ATTEMPTS):
            state, version = self._at.rules.state(channel)
            noted = msgspec.structs.replace(state, known={**state.known, name: now_ms})
            if self._at.rules.advance(channel, noted, before=version):
                return
        raise _contended(channel)


def judge(
    rules: RuleSet, state: AlertState, rows: Sequence[MetricRow], moments: Sequence[Moment], now_ms: int
) -> tuple[AlertState, list[dict[str, Any]]]:
    """Return the state after the news, and the alerts that they are worth.

    Args:
        rules: of the channel.
        state: as stored.
        rows: minutes, oldest first; those judged before, provisional or too old are skipped.
        moments: in any order; those that ended before the rules were written are skipped.
        now_ms: what lies more than ``NEWS_MS`` before it is history.
    """
    marks = {mark(rule) for rule in rules.rules if isinstance(rule, Threshold)}
    known = {name: at_ms for name, at_ms in state.known.items() if at_ms > now_ms - KNOWN_MS}
    judged = Judged({name: at_ms for name, at_ms in state.raised.items() if name in marks}, known)
    upto_ms, floor_ms = state.upto_ms, max(now_ms - NEWS_MS, rules.updated_ms)
    for row in rows:
        if row.final and row.end_ms > max(upto_ms, floor_ms):
            _judge_minute(rules, row, judged)
            upto_ms = row.end_ms
    for moment in sorted(moments, key=lambda moment: moment.start_ms):
        if moment.end_ms is None or moment.end_ms > rules.updated_ms:
            _judge_moment(rules, moment, judged)
    return AlertState(upto_ms, judged.raised, judged.known), judged.alerts


def pause_s(attempt: int) -> int:
    """Return how long to wait after the attempt of this number, from 1: 10 s, then three times as long.

    >>> [pause_s(attempt) for attempt in range(1, 7)]
    [10, 30, 90, 270, 810, 900]
    """
    return int(min(_FIRST_PAUSE_S * _PAUSE_GROWTH ** (attempt - 1), _LONGEST_PAUSE_S))


def _judge_minute(rules: RuleSet, row: MetricRow, judged: Judged) -> None:
    figures, start_ms = row.summary.finish(0, 0), row.key.start_ms
    for rule in rules.rules:
        if not isinstance(rule, Threshold):
            continue
        name = mark(rule)
        before = name in judged.raised
        after = rule.raised(figures, before=before)
        if before and not after:
            del judged.raised[name]
        if after and not before:
            judged.raised[name] = start_ms
            value = rule.metric.of(figures, rule.currency)
            sentence = f"{rule.metric.value} is {value:g}, {rule.when.value} {rule.value:g}"
            reading = {
                "metric": rule.metric.value,
                "value": value,
                "start_ms": start_ms,
                "end_ms": row.end_ms,
            }
            about = Subject(rules.channel, "threshold", start_ms, sentence)
            judged.add(alert_payload(alert_id(rules.channel, rule, start_ms), about, rule, reading=reading))


def _judge_moment(rules: RuleSet, moment: Moment, judged: Judged) -> None:
    about = Subject(rules.channel, "moment", moment.start_ms, moment.sentence)
    for rule in rules.rules:
        if isinstance(rule, MomentRule) and rule.matches(moment):
            identity = alert_id(rules.channel, rule, moment.start_ms)
            judged.add(alert_payload(identity, about, rule, moment=msgspec.to_builtins(moment_item(moment))))


def _contended(channel: str) -> ContentionError:
    return ContentionError(f"the alerts of {channel!r} moved {MOST_ATTEMPTS} times while they were written")
