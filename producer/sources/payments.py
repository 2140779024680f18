"""What the scenario's viewers pay: subs, gifts, tips, cheers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from producer.event import Chat, Transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from producer.sources.scenario.cast import Chatter

TIERS: Final = {"1000": 499, "2000": 999, "3000": 2499}
"""Price of a month in cents, by tier."""

_TYPES: Final = ("sub", "resub", "gift", "tip")
_TYPE_WEIGHTS: Final = (38, 34, 14, 14)
_TIPS: Final = (200, 300, 500, 1000, 2500)
_BOMB_SPREAD_MS: Final = 6_000


def payment(rng: Random, *, event_id: str, channel: str, ts: int, payer: Chatter) -> Transaction:
    """Return one ordinary payment; one in ten is anonymous, one tip in four is in euro."""
    kind = rng.choices(_TYPES, _TYPE_WEIGHTS)[0]
    user_id = "" if rng.random() < 0.1 else payer.user_id  # noqa: PLR2004
    if kind == "tip":
        currency = rng.choice(("USD", "USD", "USD", "EUR"))
        return Transaction(event_id, channel, ts, "tip", rng.choice(_TIPS), currency, user_id)
    tier = rng.choices(tuple(TIERS), (90, 7, 3))[0]
    quantity = rng.choice((1, 1, 1, 5)) if kind == "gift" else 1
    return Transaction(event_id, channel, ts, kind, TIERS[tier] * quantity, "USD", user_id, tier, quantity)


def bomb(
    rng: Random, *, event_id: str, channel: str, ts: int, crowd: tuple[Chatter, ...], subs: int
) -> Iterator[Transaction]:
    """Yield a sub-bomb: one gift that is paid, then a free sub for each who got one, within six seconds."""
    payer, *lucky = rng.sample(crowd, subs + 1)
    price = TIERS["1000"] * subs
    yield Transaction(f"{event_id}-gift", channel, ts, "gift", price, "USD", payer.user_id, "1000", subs)
    for index, chatter in enumerate(lucky):
        at_ms = ts + rng.randrange(1, _BOMB_SPREAD_MS)
        yield Transaction(f"{event_id}-sub-{index}", channel, at_ms, "sub", 0, "USD", chatter.user_id, "1000")


def cheer(chat: Chat) -> Transaction:
    """Return the payment behind a chat message with bits: one cent a bit."""
    return Transaction(
        f"{chat.event_id}-bits", chat.channel, chat.ts, "cheer", chat.bits, "USD", chat.user_id
    )
