"""Random IRC lines, well formed and not."""

from __future__ import annotations

from random import Random
from typing import Final

from producer.event import Chat
from producer.sources.twitch.chat_lines import facts_of
from producer.sources.twitch.emotes import EmoteBook
from producer.sources.twitch.irc import lines, parse
from producer.sources.twitch.values import FrameError, Sighting

NOW_MS: Final = 1_800_000_000_000

_PIECES: Final = (
    "Kappa",
    "\U0001f600",
    "\U0001f469\u200d\U0001f680",
    "e\u0301",
    "\U0001f1e9\U0001f1ea",
    "\u4f60\u597d",
    ":)",
    "KEKW",
    "\x01ACTION ",
    "\x01",
    " ",
    "\u200d",
    "\U000e0000",
    "\u202e",
    "@",
    ";",
    "=",
    ":",
    "#chan",
    "\ufeff",
)
_COMMANDS: Final = (
    "PRIVMSG",
    "USERNOTICE",
    "CLEARCHAT",
    "CLEARMSG",
    "ROOMSTATE",
    "RECONNECT",
    "PING",
    "JOIN",
    "NOTICE",
    "001",
    "WHISPER",
    "GLOBALUSERSTATE",
    "privmsg",
    "",
    "\u00c4",
)
_TAGS: Final = (
    "id",
    "user-id",
    "display-name",
    "emotes",
    "badges",
    "bits",
    "first-msg",
    "tmi-sent-ts",
    "msg-id",
    "login",
    "msg-param-sub-plan",
    "msg-param-mass-gift-count",
    "msg-param-viewerCount",
    "ban-duration",
    "target-user-id",
)
_VALUES: Final = (
    "1",
    "0",
    "-1",
    "99999999999999999999",
    "25:0-4",
    "25:4-0",
    "25:0-99999",
    "x",
    "\\s\\",
    "\\:",
    "sub",
    "raid",
    "submysterygift",
    "brandnew",
    "1800000000000",
    "\u0661",
    "",
    "25:0-4,6-10/1:3-3",
    "ananonymousgifter",
)


def line(rng: Random) -> bytes:
    """Return one line: shaped, then perhaps broken."""
    text = "".join(rng.choices(_PIECES, k=rng.randrange(12)))
    tags = ";".join(f"{rng.choice(_TAGS)}={rng.choice(_VALUES)}" for _ in range(rng.randrange(8)))
    head = f"@{tags} " if rng.random() < 0.8 else ""
    prefix = ":a!a@a.tmi.twitch.tv " if rng.random() < 0.8 else ""
    made = f"{head}{prefix}{rng.choice(_COMMANDS)} #chan :{text}".encode("utf-8", "surrogatepass")
    kind = rng.random()
    if kind < 0.1:
        return made[: rng.randrange(len(made) + 1)]
    if kind < 0.3:
        broken = bytearray(made)
        for _ in range(rng.randrange(1, 6)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        return bytes(broken)
    if kind < 0.31:
        return made + b"x" * rng.choice((16_000, 16_384, 20_000))
    if kind < 0.33:
        return rng.randbytes(rng.randrange(60))
    return made


def read(count: int, seed: int) -> tuple[int, int, int]:
    """Read ``count`` lines and return how many were parsed, were bad, and held a fact.

    Raises:
        AssertionError: an emote is not in its message.
    """
    rng, emotes = Random(seed), EmoteBook()
    parsed = bad = told = 0
    for _ in range(count):
        for one in lines(line(rng)):
            try:
                facts = facts_of(parse(one), emotes, NOW_MS)
            except FrameError:
                bad += 1
                continue
            parsed += 1
            told += bool(facts)
            for fact in facts:
                if isinstance(fact, Sighting) and isinstance(fact.event, Chat):
                    text = fact.event.text
                    assert all(name in text or len(text) == 500 for name in fact.event.emotes), one
    return parsed, bad, told
