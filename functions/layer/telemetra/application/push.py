"""Carry the news of channels to the sockets that listen to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from telemetra.application import messages
from telemetra.application.access import Role
from telemetra.application.history import History
from telemetra.application.live import Live
from telemetra.application.ports import (
    Connections,
    Greeting,
    Mail,
    MetricStore,
    MomentStore,
    Outcome,
    PaneStore,
    Receipt,
    Sockets,
    Subscription,
    Tick,
    Ticks,
)
from telemetra.application.sockets import LIFE_MS
from telemetra.domain.delivery import MOST_TOLD
from telemetra.domain.errors import StoreUnavailableError
from telemetra.domain.metrics import MetricKey
from telemetra.domain.window import MINUTE_MS, SECOND_MS, Grain, floor_to

MOST_SOCKETS: Final = 100
"""Sockets served for one tick; the rest is queued again, for other instances to serve at the same time."""

OPENING_MS: Final = 5 * SECOND_MS
"""How long after its handshake began a socket that does not take a post may still be about to open."""


@dataclass(frozen=True, slots=True)
class PushSources:
    """The ports that push reads and writes."""

    connections: Connections
    sockets: Sockets
    ticks: Ticks
    panes: PaneStore
    metrics: MetricStore
    moments: MomentStore


@dataclass(slots=True)
class PushReport:
    """What became of one batch.

    Attributes:
        channels: channels with subscribers.
        sent: frames posted.
        gone: sockets found closed and forgotten.
        failed: posts that failed otherwise.
        expired: sockets sent away, as their tokens have expired.
        again: positions of the ticks to deliver again.
    """

    channels: int
    sent: int
    gone: int
    failed: int
    again: set[int]
    expired: int = 0


class PushNews:
    """The use case behind the push function; a client that is told twice keeps what has seen more."""

    def __init__(self, sources: PushSources) -> None:
        """Take the ports."""
        self._at = sources
        self._live = Live(sources.panes)
        self._history = History(sources.metrics, sources.panes)

    def __call__(self, ticks: Sequence[Tick], now_ms: int) -> PushReport:
        """Serve a batch of ticks; one that fails does not hold up the others."""
        report = PushReport(0, 0, 0, 0, set())
        for tick, places in _merged(ticks):
            try:
                done = self._serve(tick, report, now_ms)
            except StoreUnavailableError:
                done = False
            if not done:
                report.again.update(places)
        return report

    def later(self, ticks: Sequence[Tick]) -> bool:
        """Queue ticks that came with others again, each alone, so that only they wait; say if that went."""
        try:
            for tick in ticks:
                self._at.ticks.send([tick])
        except StoreUnavailableError:
            return False
        return True

    def _serve(self, tick: Tick, report: PushReport, now_ms: int) -> bool:
        """Return False when news was lost that no later tick brings, as it brings a live window."""
        listeners = self._expel(self._listeners(tick), report, now_ms)
        if not listeners:
            return True
        report.channels += 1
        rest = [subscription.connection for subscription in listeners[MOST_SOCKETS:]]
        if rest:
            self._at.ticks.send([_only(tick, chunk) for chunk in _chunks(rest)])
        listeners = listeners[:MOST_SOCKETS]
        news = self._news(tick, {Role(subscription.role) for subscription in listeners}, now_ms)
        mail = [self._mail(tick, subscription, news) for subscription in listeners]
        failed, opening = 0, []
        for subscription, receipt in zip(listeners, self._at.sockets.deliver(mail), strict=True):
            report.sent += receipt.sent
            connection = subscription.connection
            if receipt.outcome is Outcome.FAILED:
                failed += 1
                self._owe(tick, connection, receipt)
            elif receipt.outcome is Outcome.GONE and subscription.expires_ms - LIFE_MS > now_ms - OPENING_MS:
                opening.append(connection)
                self._owe(tick, connection, receipt)
            elif receipt.outcome is Outcome.GONE:
                report.gone += 1
                self._at.connections.close(connection)
        report.failed += failed
        if opening and tick.greet:
            self._at.ticks.send([_only(tick, opening)])
        return not failed or not (tick.minutes or tick.moments or tick.greet)

    def _expel(
        self, listeners: Sequence[Subscription], report: PushReport, now_ms: int
    ) -> list[Subscription]:
        """Send away the sockets whose time is over, so many a tick; return the others."""
        over = [each for each in listeners if each.expires_ms <= now_ms]
        mail = [
            Mail(each.connection, [messages.expired(each.channel)], last=True) for each in over[:MOST_SOCKETS]
        ]
        for each, receipt in zip(mail, self._at.sockets.deliver(mail), strict=True):
            if receipt.outcome is not Outcome.FAILED:
                report.expired += 1
                self._at.connections.close(each.connection)
        return [each for each in listeners if each.expires_ms > now_ms]

    def _mail(self, tick: Tick, subscription: Subscription, news: Mapping[Role, list[bytes]]) -> Mail:
        """Return one frame of news, after the confirmation when that is owed."""
        said = messages.together(news[Role(subscription.role)])
        connection, channel = subscription.connection, subscription.channel
        if tick.greet and self._at.connections.greet(connection, channel, Greeting.OWED, Greeting.SENT):
            said = [messages.subscribed(subscription), *said]
        return Mail(connection, said)

    def _owe(self, tick: Tick, connection: str, receipt: Receipt) -> None:
        """Take back the note of a greeting that did not get through."""
        if tick.greet and not receipt.sent:
            self._at.connections.greet(connection, tick.channel, Greeting.SENT, Greeting.OWED)

    def _listeners(self, tick: Tick) -> list[Subscription]:
        return [
            subscription
            for subscription in self._at.connections.subscribers(tick.channel)
            if not tick.connections or subscription.connection in tick.connections
        ]

    def _news(self, tick: Tick, roles: Iterable[Role], now_ms: int) -> dict[Role, list[bytes]]:
        window = self._live.now(tick.channel, now_ms)
        keys = [MetricKey(tick.channel, Grain.MINUTE, start_ms) for start_ms in tick.minutes]
        rows = list(self._at.metrics.load(keys).values()) if keys else []
        if tick.greet:
            current_ms = floor_to(now_ms, MINUTE_MS)
            rows += self._history(tick.channel, Grain.MINUTE, current_ms - MINUTE_MS, current_ms + MINUTE_MS)
        rows.sort(key=lambda row: row.key)
        moments = self._at.moments.load(tick.channel, tick.moments) if tick.moments else []
        return {
            role: [
                *([messages.live(window, role)] if window else []),
                *(messages.minute(row, role) for row in rows),
                *(messages.moment(moment) for moment in moments),
            ]
            for role in roles
        }


def _merged(ticks: Sequence[Tick]) -> list[tuple[Tick, list[int]]]:
    """Merge the ticks of one batch that go to the same sockets; beside each, the positions it came from."""
    places: dict[tuple[str, tuple[str, ...], bool], list[int]] = {}
    for place, tick in enumerate(ticks):
        places.setdefault((tick.channel, tick.connections, tick.greet), []).append(place)
    return [
        (
            Tick(
                channel,
                tuple(sorted({start for at in found for start in ticks[at].minutes})),
                tuple(sorted({start for at in found for start in ticks[at].moments})),
                connections,
                greet,
                tuple(sorted({name for at in found for name in ticks[at].deliveries})[:MOST_TOLD]),
            ),
            found,
        )
        for (channel, connections, greet), found in places.items()
    ]


def _only(tick: Tick, connections: Sequence[str]) -> Tick:
    return replace(tick, connections=tuple(connections))


def _chunks(connections: Sequence[str]) -> list[Sequence[str]]:
    return [connections[at : at + MOST_SOCKETS] for at in range(0, len(connections), MOST_SOCKETS)]
