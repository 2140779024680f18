"""Seeded event files in the contract's format: chat-heavy, Zipf users and words, a few late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Final

import msgspec

START_MS: Final = 1_795_392_000_000
"""2026-11-23T00:00:00Z."""

_EMOTES: Final = """
KEKW PogChamp LUL Kappa monkaS OMEGALUL Pog Sadge PepeLaugh EZ BibleThump ResidentSleeper NotLikeThis Kreygasm
4Head HYPERS POGGERS catJAM Clap WutFace
"""
_WORDS: Final = """
good great nice love bad hate boring win lose game play that this what the one go come on no yes lol gg wow
insane clutch crazy never always really very not so why how much time again next round boss run
"""
_SHARES: Final = (("chat", 90), ("viewer", 6), ("transaction", 3), ("stream_meta", 1))


@dataclass(frozen=True, slots=True)
class Shape:
    """What a generated file looks like.

    Attributes:
        events: lines.
        channels: channels, all equally busy.
        minutes: length on the event-time axis.
        late: share of events that come up to five minutes late.
        seed: same shape, same bytes.
    """

    events: int = 1_000_000
    channels: int = 200
    minutes: int = 10
    late: float = 0.005
    seed: int = 7


def lines(shape: Shape) -> Iterator[bytes]:
    """Yield one JSON event a line, in order of arrival."""
    random = Random(shape.seed)
    emotes_known = _EMOTES.split()
    vocabulary = [*_WORDS.split(), *(f"word{number}" for number in range(4000))]
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(vocabulary))))
    emote_weights = list(accumulate(1 / (rank + 1) ** 0.8 for rank in range(len(emotes_known))))
    kinds = [kind for kind, _ in _SHARES]
    shares_up = list(accumulate(share for _, share in _SHARES))
    recent: list[tuple[str, list[str]]] = []
    encode = msgspec.json.Encoder().encode
    span_ms = shape.minutes * 60_000
    for number in range(shape.events):
        ts = START_MS + number * span_ms // shape.events
        if random.random() < shape.late:
            ts = max(START_MS, ts - random.randrange(300_000))
        channel = f"channel_{random.randrange(shape.channels):04d}"
        kind = random.choices(kinds, cum_weights=shares_up)[0]
        event: dict[str, object] = {"schema": f"{kind}.v1", "event_id": f"{random.getrandbits(64):016x}"}
        event |= {"channel": channel, "ts": ts}
        if kind == "chat":
            if recent and random.random() < 0.3:
                text, emotes = random.choice(recent)
            else:
                words = random.choices(vocabulary, cum_weights=weights, k=random.randrange(1, 11))
                emotes = random.choices(
                    emotes_known, cum_weights=emote_weights, k=random.choice((0, 0, 1, 2))
                )
                text = " ".join([*words, *emotes])
                recent = [*recent[-31:], (text, emotes)]
            user = int(3000 * random.random() ** 2)
            event |= {"user_id": f"{user + 10_000_000}", "user": f"viewer_{user}"}
            event |= {"text": text, "emotes": emotes, "badges": ["subscriber/12"] if user % 2 else []}
            event |= {"bits": 0 if random.random() < 0.99 else 100}
        elif kind == "viewer":
            event |= {"viewers": 5000 + random.randrange(500)}
        elif kind == "transaction":
            event |= {"type": "sub", "amount_cents": 499, "currency": "USD"}
            event |= {"user_id": str(random.randrange(3000))}
        else:
            event |= {"live": True, "title": "benchmark", "category": "Just Chatting", "language": "en"}
        yield encode(event)
