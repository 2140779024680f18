"""What rules, alerts and feedback need from the outside world.

As in ``ports``, every method may raise ``StoreUnavailableError``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

import msgspec

from telemetra.domain.feedback import Verdict
from telemetra.domain.rules import AlertState, RuleSet


class Target(StrEnum):
    """Who is told of an alert."""

    WEBHOOK = "webhook"
    SNS = "sns"


class Look(msgspec.Struct, frozen=True, tag_field="kind", tag="look"):
    """Asks to judge what is new of a channel."""

    channel: str


class Delivery(msgspec.Struct, frozen=True, tag_field="kind", tag="deliver"):
    """One alert for one receiver.

    Attributes:
        channel: channel id.
        target: who is told.
        alert: the payload, as receivers get it; ``docs/alerts.md`` lists its fields.
    """

    channel: str
    target: Target
    alert: dict[str, Any]


Errand: TypeAlias = Look | Delivery
"""One message of the queue of alerts."""


class RuleStore(Protocol):
    """The rules of each channel and what they have said, beside its entry in the directory."""

    def get(self, channel: str) -> RuleSet:
        """Read the rules consistently; a channel without any has version 0."""

    def put(self, rules: RuleSet) -> bool:
        """Write the rules if the stored version is one below; say whether they were."""

    def speaking(self, channels: Collection[str]) -> set[str]:
        """Return those channels whose rules could tell somebody."""

    def state(self, channel: str) -> tuple[AlertState, int]:
        """Read what the rules have seen and said, and the version of that, consistently."""

    def advance(self, channel: str, state: AlertState, *, before: int) -> bool:
        """Write the state if its stored version is ``before``; say whether it was."""


class Errands(Protocol):
    """The queue of alerts."""

    def send(self, errands: Sequence[Errand]) -> None:
        """Queue the errands."""


class Webhooks(Protocol):
    """The receivers' own servers."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Post once and return the status of the answer; no redirect is followed.

        Raises:
            DeliveryError: the address is refused or does not answer in time.
        """


class Topic(Protocol):
    """The deployment's topic of alerts."""

    def publish(self, message: str, attributes: Mapping[str, str]) -> None:
        """Tell every subscriber; the attributes are there to filter by."""


class Judgements(Protocol):
    """What people said of moments."""

    def judge(self, channel: str, start_ms: int, verdict: Verdict | None) -> bool:
        """Keep or, with None, take back a verdict; False when there is no such moment."""

    def verdicts(self, channel: str, since_ms: int) -> list[Verdict]:
        """Read, consistently, the verdicts on moments that opened since then."""


class Budgets(Protocol):
    """Where the detector reads a channel's budget."""

    def tune(self, channel: str, budget: float) -> None:
        """Keep the factor beside the channel's state; a channel without state has nothing to tune."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """How a posted alert went: the status answered, or why there was none."""

    status: int | None
    detail: str | None

    @property
    def ok(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - success in HTTP
