"""Moments planted into a log of chat: what is added to it or taken away from it, by type, from a seed.

The generator was fixed before the detector was tuned. A strength of 1 is the middle of the tuned range.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from bench.moments.show import Event, Planted
from telemetra.domain.events import Chat, Raid, StreamMeta, Transaction, TransactionType, Viewer
from telemetra.domain.window import SECOND_MS

CHANNEL: Final = "bench"

_WORDS: Final = {
    "hype": (
        "PogChamp|PogU|POGGERS|Pog PogChamp PogChamp|LETS GO|LETSGOOO|WHAT A PLAY|HOLY|insane|"
        "clip that|no way|HE DID IT|OMG|EZ Clap|W|GG|huge|that was so clean|unreal|HYPERS HYPERS|"
        "let's go!!|clutch|how did he do that"
    ),
    "laughter": (
        "KEKW|KEKW KEKW KEKW|LUL|LUL LUL|OMEGALUL|OMEGALUL OMEGALUL|LULW|lol|LMAO|hahaha|im dead|"
        "KEKW he fell|lmao what|LUL that face|xd|ICANT|stop it KEKW|OMEGALUL nice one|hahahaha"
    ),
    "outrage": (
        "DansGame|this is awful|terrible call|BOOO|refund|WTF|what a joke|disgusting|shame on you|"
        "NotLikeThis|that is so unfair|rigged|worst decision ever|BabyRage|SwiftRage|I hate this|"
        "scam|unacceptable|trash game|FailFish"
    ),
    "raid": (
        "RaidHype|HeyGuys|hello raiders|raid raid raid|hi from the raid|we are here|TombRaid|"
        "love from the other side|hello everyone|hi new friends|welcome raiders|HeyGuys HeyGuys|"
        "what game is this|RAID HYPE"
    ),
    "sub-bomb": (
        "HYPERS|thanks for the gifted|W gifter|holy gifts|HYPERS HYPERS|so generous|thank you!|"
        "gift train|PogChamp|what a legend|blessed|ty for the sub|Clap Clap|LETSGO"
    ),
}
_EMOTES: Final = frozenset({
    "BabyRage", "Clap", "DansGame", "EZ", "FailFish", "HYPERS", "HeyGuys", "ICANT", "KEKW", "LETSGO",
    "LUL", "LULW", "NotLikeThis", "OMEGALUL", "POGGERS", "Pog", "PogChamp", "PogU", "RaidHype",
    "SwiftRage", "TombRaid",
})  # fmt: skip
_PASTES: Final = (
    (
        "I am a strong independent viewer and I do not need this stream to be happy but here I am again "
        "for the ninth hour"
    ),
    (
        "Dear streamer, my grandson typed this for me, he says your channel is good and that I should "
        "press the purple button"
    ),
    (
        "Sir this is a family friendly lobby and that jump was neither, please report to the nearest "
        "help desk at once"
    ),
    (
        "In 2019 my doctor told me to stop watching speedruns, I changed the doctor, here is my story "
        "of a thousand resets"
    ),
    (
        "If I had a coin for every time he missed that ledge I would own the ledge, the castle and the "
        "company that made it"
    ),
)
_ALTERED: Final = 0.25
_POLLS: Final = (("1", "2"), ("1", "2"), ("yes", "no"), ("a", "b", "c"), ("1", "2", "3"))


@dataclass(slots=True)
class Stage:
    """The events of one channel while moments are planted.

    Attributes:
        rng: where chance comes from.
        rate: usual messages a second.
        people: who chats usually.
        viewers: usual viewers.
        chats: messages so far.
        others: other events so far.
        planted: the truth so far.
        crowds: viewers that came or left, as (from, share, half-life in ms; 0 for good).
        gaps: stretches without any data.
    """

    rng: Random
    rate: float
    people: Sequence[str]
    viewers: int
    chats: list[Chat]
    others: list[Event] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)
    crowds: list[tuple[int, float, int]] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)

    def plant(self, kind: str, start_ms: int, strength: float = 1.0) -> int:
        """Plant a moment and return its end."""
        end_ms = _PLANTERS[kind](self, start_ms, strength)
        self.planted.append(Planted(kind, start_ms, end_ms))
        return end_ms

    def say(
        self, start_ms: int, end_ms: int, rate: float, *, line: Callable[[], str], newcomers: float
    ) -> None:
        """Add up to ``rate`` messages a second to the usual: up in 2 s, a slow sag, down in seconds."""
        for at_ms in range(start_ms, end_ms + 15 * SECOND_MS, SECOND_MS):
            since, over = at_ms - start_ms, at_ms - end_ms
            shape = min(1.0, (since + 500) / 2_500) * (1 - 0.25 * since / (end_ms - start_ms))
            if over > 0:
                shape *= math.exp(-over / 4_000)
            for _ in range(poisson(self.rng, rate * max(shape, 0.0))):
                new = self.rng.random() < newcomers
                user = f"n{self.rng.randrange(20_000)}" if new else self.rng.choice(self.people)
                self.chats.append(chat(self.rng, at_ms + self.rng.randrange(SECOND_MS), user, line()))

    def thin(self, start_ms: int, end_ms: int, keep: float) -> None:
        """Leave only a share of the messages of a stretch."""
        self.chats = [
            one for one in self.chats if not start_ms <= one.ts < end_ms or self.rng.random() < keep
        ]

    def events(self, start_ms: int, end_ms: int, *, every_ms: int, raids_told: bool) -> list[Event]:
        """Return all events, with readings of the viewers and metadata every half minute."""
        found: list[Event] = [*self.chats, *self.others]
        drift = 0.0
        for at_ms in range(start_ms + 1_700, end_ms, every_ms):
            drift = 0.995 * drift + self.rng.gauss(0, 0.002)
            here = self.viewers * math.exp(drift)
            for from_ms, share, half_ms in self.crowds:
                since = at_ms - from_ms
                if since >= 0:
                    left = 0.5 ** (since / half_ms) if half_ms else min(1.0, since / 15_000)
                    here += self.viewers * share * left
            found.append(Viewer(f"v{at_ms}", CHANNEL, at_ms, max(0, round(here))))
        found += [
            StreamMeta(f"m{at_ms}", CHANNEL, at_ms, True, "t", "c", "en")
            for at_ms in range(start_ms, end_ms, 30_000)
        ]
        if not raids_told:
            found = [one for one in found if not isinstance(one, StreamMeta) or one.raid is None]
        silent = self.gaps
        return [one for one in found if not any(first <= one.ts < last for first, last in silent)]


def chat(rng: Random, ts: int, user: str, text: str, emotes: Sequence[str] | None = None) -> Chat:
    """Return a message; its emotes are known ones of the text unless given."""
    if emotes is None:
        emotes = [word for word in text.split() if word in _EMOTES]
    return Chat(f"{ts:x}-{rng.getrandbits(40):x}", CHANNEL, ts, user, user, text, list(emotes))


def _crowd(
    stage: Stage, kind: str, start_ms: int, *, factor: float, seconds: tuple[int, int], new: float
) -> int:
    lines = _WORDS[kind].split("|")
    favourite = stage.rng.choice(lines[:3])
    end_ms = start_ms + stage.rng.randrange(*seconds) * SECOND_MS

    def line() -> str:
        return favourite if stage.rng.random() < 0.35 else stage.rng.choice(lines)

    stage.say(start_ms, end_ms, max(stage.rate, 0.5) * (factor - 1), line=line, newcomers=new)
    return end_ms


def _hype(stage: Stage, start_ms: int, strength: float) -> int:
    return _crowd(
        stage, "hype", start_ms, factor=1 + stage.rng.uniform(3.5, 6.5) * strength, seconds=(20, 50), new=0.5
    )


def _laughter(stage: Stage, start_ms: int, strength: float) -> int:
    return _crowd(
        stage,
        "laughter",
        start_ms,
        factor=1 + stage.rng.uniform(3.0, 5.5) * strength,
        seconds=(15, 40),
        new=0.4,
    )


def _outrage(stage: Stage, start_ms: int, strength: float) -> int:
    return _crowd(
        stage,
        "outrage",
        start_ms,
        factor=1 + stage.rng.uniform(2.5, 5.0) * strength,
        seconds=(30, 80),
        new=0.4,
    )


def _raid(stage: Stage, start_ms: int, strength: float) -> int:
    share = stage.rng.uniform(0.2, 0.8) * strength
    stage.crowds.append((start_ms, share, 7 * 60_000))
    raid = Raid("another", round(share * stage.viewers))
    stage.others.append(StreamMeta(f"r{start_ms}", CHANNEL, start_ms, True, "t", "c", "en", raid))
    return _crowd(
        stage, "raid", start_ms, factor=1 + stage.rng.uniform(2.5, 5.0) * strength, seconds=(30, 60), new=0.9
    )


def _sub_bomb(stage: Stage, start_ms: int, strength: float) -> int:
    subs = max(10, round(stage.rng.choice((10, 20, 50, 100)) * strength))
    paid = Transaction(
        f"g{start_ms}", CHANNEL, start_ms, TransactionType.GIFT, 499 * subs, "USD", "g", "1000", subs
    )
    stage.others.append(paid)
    for number in range(subs):
        ts = start_ms + stage.rng.randrange(1, 6_000)
        free = Transaction(
            f"s{start_ms}-{number}", CHANNEL, ts, TransactionType.SUB, 0, "USD", f"l{number}", "1000"
        )
        stage.others.append(free)
    return _crowd(
        stage,
        "sub-bomb",
        start_ms,
        factor=1 + stage.rng.uniform(1.5, 4.0) * strength,
        seconds=(20, 40),
        new=0.3,
    )


def _copypasta(stage: Stage, start_ms: int, strength: float) -> int:
    text = stage.rng.choice(_PASTES)
    end_ms = start_ms + stage.rng.randrange(30, 80) * SECOND_MS

    def line() -> str:
        return (
            f"{text} {stage.rng.choice(('KEKW', '...', 'ok', 'LUL'))}" if stage.rng.random() < 0.25 else text
        )

    factor = 1 + stage.rng.uniform(1.5, 3.5) * strength
    stage.say(start_ms, end_ms, max(stage.rate, 0.5) * (factor - 1), line=line, newcomers=0.3)
    return end_ms


def _poll(stage: Stage, start_ms: int, strength: float) -> int:
    options = stage.rng.choice(_POLLS)
    first = stage.rng.uniform(0.4, 0.75)
    end_ms = start_ms + stage.rng.randrange(20, 50) * SECOND_MS

    def line() -> str:
        return options[0] if stage.rng.random() < first else stage.rng.choice(options[1:])

    factor = 1 + stage.rng.uniform(2.5, 6.0) * strength
    stage.say(start_ms, end_ms, max(stage.rate, 0.5) * (factor - 1), line=line, newcomers=0.4)
    return end_ms


def _lull(stage: Stage, start_ms: int, strength: float) -> int:
    end_ms = start_ms + stage.rng.randrange(150, 240) * SECOND_MS
    stage.thin(start_ms, end_ms, stage.rng.uniform(0.0, 0.12) / strength)
    return end_ms


def _outage(stage: Stage, start_ms: int, strength: float) -> int:
    end_ms = start_ms + round(stage.rng.randrange(90, 240) * strength) * SECOND_MS
    stage.gaps.append((start_ms, end_ms))
    return end_ms


def _viewer_drop(stage: Stage, start_ms: int, strength: float) -> int:
    stage.crowds.append((start_ms, -min(0.85, stage.rng.uniform(0.3, 0.6) * strength), 0))
    return start_ms + 60 * SECOND_MS


_PLANTERS: Final[dict[str, Callable[[Stage, int, float], int]]] = {
    "hype": _hype,
    "laughter": _laughter,
    "outrage": _outrage,
    "raid": _raid,
    "sub-bomb": _sub_bomb,
    "copypasta": _copypasta,
    "poll": _poll,
    "lull": _lull,
    "outage": _outage,
    "viewer-drop": _viewer_drop,
}
TYPES: Final = tuple(_PLANTERS)
"""Every type that can be planted."""


def poisson(rng: Random, mean: float) -> int:
    """Draw a count by products of uniforms (Knuth), in parts small enough not to underflow."""
    count = 0
    while mean > 0:
        limit, product = math.exp(-min(mean, 30.0)), rng.random()
        while product > limit:
            product *= rng.random()
            count += 1
        mean -= 30.0
    return count
