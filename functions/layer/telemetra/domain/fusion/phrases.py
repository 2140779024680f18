"""What people write when they laugh, are upset, or vote: emotes as they are, words in lower case."""

from __future__ import annotations

from typing import Final

LAUGHTER: Final = frozenset({
    "4Head", "EleGiggle", "HAHAHA", "ICANT", "KEKL", "KEKLEO", "KEKW", "KEKWait", "LAUGHING", "LMAO",
    "LOLW", "LUL", "LULW", "OMEGADANCE", "OMEGALUL", "OMEGALULiguess", "Pepelaugh", "haha", "hahaha",
    "hahahaha", "jaja", "jajaja", "kekw", "lmao", "lmfao", "lol", "lul", "omegalul", "pepeLaugh", "rofl",
    "xd", "xdd", "😂", "🤣",
})  # fmt: skip
"""Emotes, and words in lower case, of those who laugh."""

ANGER: Final = frozenset({
    "BabyRage", "Cringe", "DansGame", "FailFish", "Madge", "NotLikeThis", "ReallyMad", "SMOrc",
    "SwiftRage", "WTFF", "WutFace", "angy", "awful", "boo", "booo", "boooo", "cringe", "disgrace",
    "disgusting", "garbage", "pathetic", "refund", "ridiculous", "rigged", "scam", "scammed", "shame",
    "terrible", "trash", "unacceptable", "unfair", "worst", "wtf", "😠", "😡", "🤬",
})  # fmt: skip
"""Emotes, and words in lower case, of those who are upset."""

VOTES: Final = frozenset({
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "ja", "left", "n", "nay", "nein",
    "no", "non", "oui", "right", "si", "y", "yea", "yes",
})  # fmt: skip
"""Words that answer a question of the streamer."""
