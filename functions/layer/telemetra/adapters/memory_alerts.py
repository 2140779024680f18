"""The ports of rules and alerts in memory; held to the same contracts as the real ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from telemetra.application.alert_ports import Errand
from telemetra.domain.errors import DeliveryError
from telemetra.domain.rules import AlertState, RuleSet


class MemoryRules:
    """``RuleStore``."""

    def __init__(self) -> None:
        self._rules: dict[str, RuleSet] = {}
        self._states: dict[str, tuple[AlertState, int]] = {}

    def get(self, channel: str) -> RuleSet:
        return self._rules.get(channel, RuleSet(channel))

    def put(self, rules: RuleSet) -> bool:
        if self.get(rules.channel).version != rules.version - 1:
            return False
        self._rules[rules.channel] = rules
        return True

    def speaking(self, channels: Collection[str]) -> set[str]:
        return {channel for channel in channels if self.get(channel).speaks}

    def state(self, channel: str) -> tuple[AlertState, int]:
        return self._states.get(channel, (AlertState(), 0))

    def advance(self, channel: str, state: AlertState, *, before: int) -> bool:
        if self.state(channel)[1] != before:
            return False
        self._states[channel] = state, before + 1
        return True


class MemoryErrands:
    """``Errands``; ``sent`` holds them in order."""

    def __init__(self) -> None:
        self.sent: list[Errand] = []

    def send(self, errands: Sequence[Errand]) -> None:
        self.sent.extend(errands)


class MemoryWebhooks:
    """``Webhooks`` that answer ``status``, or nothing when it is None; ``posted`` holds what came."""

    def __init__(self, status: int | None = 204) -> None:
        self.status = status
        self.posted: list[tuple[str, Mapping[str, str], bytes]] = []

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        self.posted.append((url, headers, body))
        if self.status is None:
            message = "the receiver did not answer"
            raise DeliveryError(message)
        return self.status


class MemoryTopic:
    """``Topic``; ``published`` holds messages and attributes in order."""

    def __init__(self) -> None:
        self.published: list[tuple[str, Mapping[str, str]]] = []

    def publish(self, message: str, attributes: Mapping[str, str]) -> None:
        self.published.append((message, attributes))
