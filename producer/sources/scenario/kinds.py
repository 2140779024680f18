"""The types of planted moments and of changes: what each does, and its figures unless a file says others.

Where the figures come from is in docs/scenarios.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from producer.sources.scenario.spec import Range
from producer.sources.words import Mood

PASTA: Final = "text"
ANSWERS: Final = "answers"


@dataclass(frozen=True, slots=True)
class Kind:
    """One type.

    Attributes:
        about: what happens, for people.
        figures: its ranges by key, in the units of the file; an absent key means nothing to this type.
        mood: how the chat speaks meanwhile; None as usual.
        emotes: what it posts; empty: one of its mood.
        words: further keys of the file: ``emote``, ``text``, ``answers``, ``category``.
    """

    about: str
    figures: dict[str, Range]
    mood: Mood | None = None
    emotes: tuple[str, ...] = ()
    words: tuple[str, ...] = field(default=())


MOMENTS: Final[dict[str, Kind]] = {
    "hype": Kind(
        "A clutch play: chat jumps within seconds, many post one emote; `build-up` makes it tense before.",
        {
            "lasts": Range(20, 40),
            "rise": Range(1, 2),
            "fall": Range(3, 5),
            "factor": Range(5, 12),
            "share": Range(0.35, 0.5),
            "build-up": Range(0, 0),
        },
        Mood.HYPE,
        words=("emote",),
    ),
    "laughter": Kind(
        "Something funny: a short burst, most of it laughing emotes.",
        {
            "lasts": Range(12, 25),
            "rise": Range(1, 2),
            "fall": Range(3, 5),
            "factor": Range(4, 9),
            "share": Range(0.55, 0.75),
        },
        Mood.FUN,
        ("KEKW", "LUL", "OMEGALUL", "LULW", "ICANT"),
        words=("emote",),
    ),
    "outrage": Kind(
        "Chat is angry: a longer burst of negative emotes, complaints and capitals.",
        {
            "lasts": Range(40, 90),
            "rise": Range(2, 5),
            "fall": Range(6, 12),
            "factor": Range(4, 8),
            "share": Range(0.35, 0.55),
        },
        Mood.ANGER,
        words=("emote",),
    ),
    "raid": Kind(
        "Another channel arrives: viewers step up and leave slowly, newcomers greet for a while.",
        {
            "lasts": Range(35, 60),
            "rise": Range(2, 5),
            "fall": Range(6, 12),
            "factor": Range(4, 9),
            "share": Range(0.5, 0.7),
            "crowd": Range(300, 1_300),
        },
        Mood.CALM,
        ("HeyGuys", "VoHiYo", "TwitchUnity"),
        words=("emote",),
    ),
    "sub-bomb": Kind(
        "One gift of many subs: one payment, a free sub for each within seconds, and the cheering.",
        {
            "lasts": Range(25, 40),
            "rise": Range(1, 2),
            "fall": Range(3, 6),
            "factor": Range(4, 8),
            "share": Range(0.35, 0.5),
            "crowd": Range(20, 100),
        },
        Mood.HYPE,
        ("HYPERS", "POGGERS", "PogChamp"),
        words=("emote",),
    ),
    "copypasta": Kind(
        "A wave of one long text: most messages repeat it letter by letter.",
        {
            "lasts": Range(40, 90),
            "rise": Range(4, 8),
            "fall": Range(5, 10),
            "factor": Range(2.5, 5),
            "share": Range(0.55, 0.75),
        },
        Mood.FUN,
        words=(PASTA,),
    ),
    "poll": Kind(
        "The streamer asks, chat answers with one token: each chatter votes.",
        {
            "lasts": Range(30, 60),
            "rise": Range(2, 4),
            "fall": Range(4, 8),
            "factor": Range(3, 6),
            "share": Range(0.8, 0.92),
        },
        words=(ANSWERS,),
    ),
    "bot-raid": Kind(
        "Accounts that never wrote before post the same advertisement, a little different each time.",
        {
            "lasts": Range(30, 60),
            "rise": Range(1, 2),
            "fall": Range(2, 4),
            "factor": Range(4, 10),
            "share": Range(0.75, 0.9),
            "crowd": Range(40, 150),
        },
    ),
    "lull": Kind(
        "Chat dries up to a fraction of its rate; those who write write longer.",
        {
            "lasts": Range(180, 300),
            "rise": Range(5, 15),
            "fall": Range(5, 10),
            "factor": Range(0.05, 0.15),
        },
    ),
    "outage": Kind(
        "The stream is live and no data comes: no event of any type.",
        {"lasts": Range(180, 300)},
    ),
    "viewer-drop": Kind(
        "Many viewers leave within half a minute and come back later; chat thins out with them.",
        {
            "lasts": Range(120, 300),
            "rise": Range(15, 30),
            "fall": Range(30, 60),
            "drop": Range(0.35, 0.6),
        },
    ),
}  # fmt: skip
"""Planted moments by type."""

CHANGES: Final[dict[str, Kind]] = {
    "ramp": Kind(
        "Viewers, and chat with them, grow or shrink smoothly to a multiple and stay there.",
        {"lasts": Range(2_400, 2_400), "to": Range(3, 3)},
    ),
    "slow-mode": Kind(
        "Each chatter may write once in so long; the rate falls and bursts are flat.",
        {"lasts": Range(300, 300), "gap": Range(30, 30), "to": Range(0.5, 0.5)},
    ),
    "category-switch": Kind(
        "Another category and title; chat pauses for some seconds, then settles at a new level.",
        {"to": Range(0.8, 1.2)},
        words=("category",),
    ),
    "offline": Kind(
        "The stream ends: no viewers any more, a remainder of the chat; after `lasts` it is live again.",
        {"lasts": Range(0, 0), "to": Range(0, 0)},
    ),
}
"""What is no moment, by type."""
