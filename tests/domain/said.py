"""Messages, and what a plain reading of them one by one counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random

from telemetra.domain.events import Chat
from telemetra.domain.sentiment import score

WORDS = (
    "gg Nice never GOOD bad... great?! hello, WORLD supercalifragilistic https://example.org/x @mira it's "
    "(@noa) user@example.org 日本 ÉCLAIR éclair, 👍 <3 :) x" + " " + "z" * 40
).split()
EMOTES = ("KEKW", "PogChamp", "LUL", "monkaS", "<3", "Supercalifragilistic")


def messages(size: int, seed: int = 3, *, words: Sequence[str] = WORDS) -> list[Chat]:
    """Return seeded messages of mixed scripts, some blank, some of emotes only, some said before."""
    random = Random(seed)
    made = []
    for number in range(size):
        said = random.choices(words, k=random.randrange(5))
        shown = random.choices(EMOTES, k=random.choice((0, 0, 1, 4)))
        text = random.choice((" ", "  ")).join([*said, *shown])
        user = f"user{random.randrange(size // 2 + 1)}"
        made.append(Chat(f"{number:x}", "aurora", number, user, user, text, shown, random.choice((0, 0, 50))))
    return made


def tokens(events: Sequence[Chat]) -> Counter[str]:
    """Count the messages that hold each word, as the product says it does."""
    counts: Counter[str] = Counter()
    for event in events:
        shown = {_plain(name) for name in event.emotes}
        counts.update(
            word
            for word in set(map(_plain, event.text.split())) - shown
            if "@" not in word and len(word.encode()) <= 32 and not word.startswith("https:")
        )
    for person in ("mira", "noa"):
        counts.pop(person, None)
    return counts


def figures(events: Sequence[Chat]) -> dict[str, object]:
    """Return the sums that are not bounded."""
    scores = [found for found in (score(event.text, event.emotes) for event in events) if found is not None]
    return {
        "count": len(events),
        "bits": sum(event.bits for event in events),
        "sentiment": sum(scores),
        "scored": len(scores),
        "length": sum(len(event.text) for event in events),
        "emote_only": sum(map(_emotes_only, events)),
    }


def _plain(word: str) -> str:
    stripped = word.lower().strip("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
    return stripped if len(stripped.encode()) > 2 else word.lower()


def _emotes_only(event: Chat) -> bool:
    shown = {_plain(name) for name in event.emotes}
    return bool(shown) and {_plain(word) for word in event.text.split()} <= shown
