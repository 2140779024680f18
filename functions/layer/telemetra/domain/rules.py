"""A channel's alert rules: what is worth telling, and who is told.

A threshold is judged once for each final minute. It alerts when its figure crosses ``value`` and not again
before the figure has come back over ``clear``, so that a figure that trembles around its bound is one alert.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from hashlib import blake2b
from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta

from telemetra.domain.figures import Figures
from telemetra.domain.moment import Moment, MomentType

MOST_RULES: Final = 20
"""Rules of one channel."""

_DIGEST_BYTES: Final = 8
_BOUND: Final = 1e12

RuleId = Annotated[str, Meta(pattern="^[a-z0-9-]{1,32}$")]
Bound = Annotated[float, Meta(ge=-_BOUND, le=_BOUND)]
Share = Annotated[float, Meta(ge=0, le=1)]
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$")]


class Measure(StrEnum):
    """A figure of a minute that a threshold can be set on."""

    CHAT_COUNT = "chat_count"
    UNIQUE_CHATTERS = "unique_chatters"
    VIEWERS = "viewers"
    SENTIMENT = "sentiment"
    REVENUE_CENTS = "revenue_cents"

    def of(self, figures: Figures, currency: str) -> float | None:
        """Return the figure; None when the minute has none."""
        match self:
            case Measure.CHAT_COUNT:
                return float(figures.count)
            case Measure.UNIQUE_CHATTERS:
                return float(figures.chatters)
            case Measure.VIEWERS:
                return figures.viewers_mean
            case Measure.SENTIMENT:
                return figures.mood
        return float(figures.cents.get(currency, 0))


class Side(StrEnum):
    """On which side of its value a threshold alerts."""

    ABOVE = "above"
    BELOW = "below"


class _Rule(msgspec.Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True):
    """What every rule has; ``id`` names it within its channel."""

    id: RuleId


class Threshold(_Rule, frozen=True, tag="threshold", omit_defaults=True):
    """Alerts when a figure of a minute crosses a value.

    Attributes:
        metric: which figure.
        when: on which side of ``value``.
        value: the figure alerts when it is at or beyond it.
        clear: the figure must come back to here before it can alert again; ``value`` when None.
        currency: whose cents, for ``revenue_cents``.
    """

    metric: Measure
    when: Side
    value: Bound
    clear: Bound | None = None
    currency: Currency = "USD"

    def __post_init__(self) -> None:
        """Refuse a ``clear`` on the alerting side: the rule would never be ready again."""
        if self.clear is not None and self.clear != self.value and self._beyond(self.clear):
            message = f"rule {self.id!r}: clear {self.clear:g} is {self.when.value} value {self.value:g}"
            raise ValueError(message)

    def raised(self, figures: Figures, *, before: bool) -> bool:
        """Say whether the rule is raised after a minute, given whether it was before."""
        figure = self.metric.of(figures, self.currency)
        if figure is None:
            return before
        if not before:
            return self._beyond(figure)
        back = self.value if self.clear is None else self.clear
        return figure > back if self.when is Side.ABOVE else figure < back

    def _beyond(self, figure: float) -> bool:
        return figure >= self.value if self.when is Side.ABOVE else figure <= self.value


class MomentRule(_Rule, frozen=True, tag="moment", omit_defaults=True):
    """Alerts once on each moment of some types and at least some score.

    Attributes:
        types: kinds of moments; empty means all.
        min_score: least score, 0 to 1.
    """

    types: Annotated[tuple[MomentType, ...], Meta(max_length=32)] = ()
    min_score: Share = 0.0

    def matches(self, moment: Moment) -> bool:
        """Say whether the moment is one to tell of."""
        return moment.score >= self.min_score and (not self.types or moment.type in self.types)


Rule: TypeAlias = Threshold | MomentRule


class Webhook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where alerts are posted.

    Attributes:
        url: of the receiver.
        key_id: which secret signs; another id is another secret.
    """

    url: str
    key_id: str


class RuleSet(msgspec.Struct, frozen=True):
    """All rules of a channel.

    Attributes:
        channel: channel id.
        rules: what to alert on.
        webhook: who is told over HTTPS; None for nobody.
        sns: whether the deployment's topic is told.
        version: number of writes; 0 when nothing was ever written.
        updated_ms: when it was written; what was over before then is not alerted on.
    """

    channel: str
    rules: tuple[Rule, ...] = ()
    webhook: Webhook | None = None
    sns: bool = False
    version: int = 0
    updated_ms: int = 0

    @property
    def speaks(self) -> bool:
        """Whether any rule could ever tell anybody."""
        return bool(self.rules) and (self.webhook is not None or self.sns)


class AlertState(msgspec.Struct, frozen=True):
    """What a channel's rules have seen and said.

    Attributes:
        upto_ms: end of the last minute judged.
        raised: threshold rules that wait to be cleared, by ``mark``, and the minute that raised each.
        known: alerts already raised or delivered, by id, and when what they tell of began.
    """

    upto_ms: int = 0
    raised: Mapping[str, int] = {}
    known: Mapping[str, int] = {}


def mark(rule: Rule) -> str:
    """Return a name of the rule that changes with it."""
    digest = blake2b(msgspec.json.encode(rule, order="deterministic"), digest_size=_DIGEST_BYTES)
    return f"{rule.id}.{digest.hexdigest()}"


def alert_id(channel: str, rule: Rule, at_ms: int) -> str:
    """Return the identity of an alert: the same rule and the same minute or moment give the same."""
    digest = blake2b(f"{channel} {mark(rule)} {at_ms}".encode(), digest_size=2 * _DIGEST_BYTES)
    return f"alert_{digest.hexdigest()}"
