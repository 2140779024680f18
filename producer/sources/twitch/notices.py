"""Notices in a chat, whichever leg told them: what was paid, who raided, what else was announced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from producer.event import Transaction
from producer.sources.payments import TIERS
from producer.sources.twitch.values import (
    CURRENCY,
    Arrival,
    Leg,
    Notice,
    payment_sighting,
    raid_sighting,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from producer.event import Raid
    from producer.sources.twitch.values import Fact

_PAID: Final = {
    "sub": "sub",
    "resub": "resub",
    "subgift": "gift",
    "sub_gift": "gift",
    "submysterygift": "gift",
    "community_sub_gift": "gift",
}
_MANY: Final = frozenset({"submysterygift", "community_sub_gift"})
_TOLD: Final = frozenset(
    {
        "announcement", "anongiftpaidupgrade", "bits_badge_tier", "bitsbadgetier", "charity_donation",
        "charitydonation", "communitypayforward", "extendsub", "gift_paid_upgrade", "giftpaidupgrade",
        "midnightsquid", "onetapgiftredeemed", "pay_it_forward", "prime_paid_upgrade", "primepaidupgrade",
        "rewardgift", "ritual", "sharedchatnotice", "standardpayforward", "unraid", "viewermilestone",
        "watch_streak",
    }
)  # fmt: skip
_MAX_QUANTITY: Final = 100_000


@dataclass(frozen=True, slots=True)
class Noticed:
    """The fields that decide what a notice means.

    Attributes:
        name: the ``msg-id`` of IRC or the ``notice_type`` of EventSub.
        user_id: empty when anonymous.
        tier: 1000, 2000, 3000, Prime or empty.
        quantity: of a gift to many.
        part: one of the subs that a gift to many announced and paid.
        raid: who came, for a raid.
    """

    leg: Leg
    name: str
    event_id: str
    channel: str
    ts: int
    user_id: str = ""
    tier: str = ""
    quantity: int = 0
    part: bool = False
    raid: Raid | None = None


def meaning(noticed: Noticed) -> Iterator[Fact]:
    """Yield the payment or raid that the notice tells of, or the notice itself."""
    if noticed.raid is not None:
        arrival = Arrival(noticed.event_id, noticed.channel, noticed.ts, noticed.raid)
        yield raid_sighting(noticed.leg, arrival)
    elif (kind := _PAID.get(noticed.name)) and not noticed.part:
        quantity = noticed.quantity if noticed.name in _MANY else 1
        yield payment_sighting(
            noticed.leg,
            subscription(
                noticed.event_id,
                noticed.channel,
                noticed.ts,
                kind=kind,
                user_id=noticed.user_id,
                tier=noticed.tier,
                quantity=quantity,
            ),
        )
    else:
        known = noticed.name in _TOLD or noticed.name in _PAID
        yield Notice(noticed.channel, noticed.ts, noticed.name, noticed.event_id, known)


def subscription(
    event_id: str, channel: str, ts: int, *, kind: str, user_id: str, tier: str, quantity: int = 1
) -> Transaction:
    """Return a paid subscription at the list price of its tier; a tier of another name, as Prime, is 1000."""
    level = tier if tier in TIERS else "1000"
    count = min(max(quantity, 1), _MAX_QUANTITY)
    price = TIERS[level] * count
    return Transaction(f"{event_id}-paid", channel, ts, kind, price, CURRENCY, user_id, level, count)
