"""The emotes and words of a pane that stand out: how many messages hold them, against their usual share."""

from __future__ import annotations

from typing import Final

from telemetra.domain.chat import ChatPane
from telemetra.domain.moment import Told

Habits = list[tuple[str, int]]
"""Usual share of messages that hold a word or an emote, in 1/100,000, largest first."""

SHARE_UNIT: Final = 100_000

FEWEST_CHATTERS: Final = 5
"""Chatters that must have used what is shown."""

_LEARNED: Final = 12
_TOLD: Final = 5
_LEAST_SHARE: Final = 0.05
_LEAST_LIFT: Final = 1.5
_LEAST_WORD_LIFT: Final = 3.0
_UNUSUAL: Final = 0.01
_GONE: Final = 200
_RARE: Final = 0.02


def learned(habits: Habits, chat: ChatPane, weight: float, most: int) -> Habits:
    """Return the usual shares moved towards those of a pane by ``weight``."""
    shares = {name: share * (1.0 - weight) for name, share in habits}
    for _, name, messages in _frequent(chat, _LEARNED):
        shares[name] = shares.get(name, 0.0) + weight * SHARE_UNIT * messages / chat.count
    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return [(name, round(share)) for name, share in ranked[:most] if share > _GONE]


def told(habits: Habits, chat: ChatPane) -> tuple[Told, ...]:
    """Return what stands out in a pane, the most widespread first.

    How many chatters used a word is not kept. But messages beyond each chatter's first are
    ``count - chatters``, so that at least ``messages - (count - chatters)`` different ones wrote those that
    hold the word: that bound decides.
    """
    usual = dict(habits)
    spare = chat.count - chat.chatters.finish()
    found = []
    for emote, name, messages in _frequent(chat, _LEARNED):
        share = messages / chat.count
        lift = share / max(usual.get(name, 0) / SHARE_UNIT, _UNUSUAL)
        if not emote and not (is_speech(name) and lift >= _LEAST_WORD_LIFT):
            continue
        if messages - spare >= FEWEST_CHATTERS and share >= _LEAST_SHARE and lift >= _LEAST_LIFT:
            found.append(Told(name, emote, round(share, 4), round(lift, 1)))
    return tuple(found[:_TOLD])


def is_speech(word: str) -> bool:
    """Say whether a word may be shown: names of accounts, which hold an underscore or digits, may not.

    >>> is_speech("gg"), is_speech("don't"), is_speech("1"), is_speech("pip_otter"), is_speech("sam2004")
    (True, True, True, False, False)
    """
    letters = word.replace("'", "")
    return letters.isalpha() or letters.isdecimal() or not letters.isascii()


def _frequent(chat: ChatPane, most: int) -> list[tuple[bool, str, int]]:
    """Return (is an emote, name, messages) of the most frequent emotes and words, largest first."""
    few = chat.count * _RARE
    emotes = [(True, name, held) for name, held in chat.holders().items() if held > few]
    words = [(False, name, held) for name, held in chat.tokens.counts.items() if held > few]
    return sorted(emotes + words, key=lambda item: (-item[2], not item[0], item[1]))[:most]
