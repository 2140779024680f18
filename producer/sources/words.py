"""What the scenario's channels and chatters are called and what they say, by mood."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Mood(StrEnum):
    """How a channel feels for a few minutes."""

    CALM = "calm"
    FUN = "fun"
    HYPE = "hype"
    TENSE = "tense"
    SAD = "sad"


CHANNELS: Final = (
    "aurora_plays", "pixelforge", "nightowl_radio", "speedy_sam", "chessbarn", "cozy_kettle",
    "grid_runner", "synthwave_lab", "mountain_mara", "retro_roost", "code_canyon", "lunar_lofi",
    "arena_atlas", "bakery_beats", "deep_dive_dan", "ember_quest", "fable_fox", "glacier_guy",
    "harbor_hana", "indie_ink", "jungle_jo", "karting_kit", "loom_and_lore", "marble_mile",
)  # fmt: skip

SHOWS: Final = (
    ("Elden Ring", "blind run, no guides", "hard boss first, questions later"),
    ("Just Chatting", "reading your worst takes", "coffee and the week in review"),
    ("Music", "requests until midnight", "writing a song with chat"),
    ("Minecraft", "the castle gets a roof today", "hardcore day 212"),
    ("Chess", "viewer games, winner stays", "climbing back to 2000"),
    ("Software and Game Development", "shipping the demo tonight", "rewriting the inventory, again"),
    ("Rocket League", "ranked with subs", "road to champ"),
    ("Art", "commission desk open", "inking the big page"),
)

ADJECTIVES: Final = (
    "amber", "brave", "calm", "dizzy", "early", "fuzzy", "gentle", "hollow", "icy", "jolly",
    "keen", "lucky", "mellow", "nimble", "odd", "proud", "quiet", "rusty", "sleepy", "tiny",
    "urban", "vivid", "witty", "young", "zesty",
)  # fmt: skip

NOUNS: Final = (
    "badger", "cactus", "dolphin", "ember", "falcon", "gecko", "harbor", "island", "jigsaw", "kettle",
    "lantern", "magpie", "noodle", "otter", "pepper", "quartz", "raven", "saddle", "teapot", "umbra",
    "violet", "walnut", "yonder", "zephyr", "pickle", "robot", "sailor", "tundra", "waffle", "comet",
)  # fmt: skip

EMOTES: Final[dict[Mood, tuple[str, ...]]] = {
    Mood.CALM: (
        "catJAM",
        "peepoHappy",
        "HeyGuys",
        "widepeepoHappy",
        "NODDERS",
        "peepoComfy",
        "VoHiYo",
        "SeemsGood",
    ),
    Mood.FUN: ("KEKW", "LUL", "OMEGALUL", "LULW", "Kappa", "KEKL", "pepeLaugh", "ICANT"),
    Mood.HYPE: ("PogChamp", "POGGERS", "Pog", "EZ", "Clap", "PogU", "HYPERS", "LETSGO"),
    Mood.TENSE: ("monkaS", "monkaW", "WutFace", "D:", "Susge", "PauseChamp", "NotLikeThis", "monkaHmm"),
    Mood.SAD: (
        "PepeHands",
        "BibleThump",
        "Sadge",
        "FeelsBadMan",
        "peepoSad",
        "Despairge",
        "NOOO",
        "widepeepoSad",
    ),
}

PHRASES: Final[dict[Mood, tuple[str, ...]]] = {
    Mood.CALM: (
        "hi chat",
        "good evening everyone",
        "what did I miss",
        "this track is lovely",
        "how long has the stream been up",
        "first time here, nice place",
        "brb making tea",
        "the lighting looks great today",
        "same here",
        "true",
        "yes",
        "no idea honestly",
        "what keyboard is that",
        "chat is cozy today",
        "is this the second run",
        "hello from Lisbon",
        "I watched the last vod, so good",
        "what is the song",
        "thanks for the stream",
        "makes sense",
        "take the left door",
        "water break please",
        "you got this",
        "which build is that",
        "I like this area",
    ),
    Mood.FUN: (
        "that was hilarious",
        "LMAO",
        "no way you did that",
        "I am crying",
        "clip it",
        "best chat",
        "he said it again",
        "what a throw",
        "comedy gold",
        "hahaha",
        "the timing was perfect",
        "you had one job",
        "I love this streamer",
        "somebody clip that please",
        "the cat did it better",
        "skill issue",
        "lol",
        "ok that was funny",
        "again again",
    ),
    Mood.HYPE: (
        "LETS GO",
        "WHAT A PLAY",
        "no shot",
        "INSANE",
        "best run ever",
        "GG",
        "HE DID IT",
        "unbelievable",
        "that was amazing",
        "CLIP THAT",
        "world record pace",
        "I was here",
        "so clean",
        "huge",
        "WE WIN THESE",
        "the comeback is real",
        "absolutely cracked",
        "first try btw",
        "goosebumps",
    ),
    Mood.TENSE: (
        "careful",
        "one hit left",
        "do not do it",
        "behind you",
        "I cannot look",
        "wait",
        "is he going to make it",
        "my heart",
        "no no no",
        "heal first",
        "this is so scary",
        "oh no",
        "please",
        "so close",
        "stay calm",
        "that was almost over",
        "do it now",
        "patience",
    ),
    Mood.SAD: (
        "unlucky",
        "that was painful",
        "so close though",
        "it was lagging",
        "next time",
        "robbed",
        "this game hates you",
        "that is so unfair",
        "terrible luck",
        "ouch",
        "the worst timing",
        "I feel bad now",
        "rip",
        "F",
        "worst boss",
        "really disappointing",
        "why did you stop",
        "this patch is awful",
    ),
}

TAILS: Final = (
    "haha", "though", "for real", "chat", "right now", "again", "please", "honestly", "today", "I think",
    "!!", "tbh", "my friend", "as always", "no joke", "imo", "come on", "everyone", "look at that", "finally",
)  # fmt: skip


def channel_names(count: int) -> tuple[str, ...]:
    """Return the names of the first ``count`` channels of the scenario.

    Example:
        >>> channel_names(2), channel_names(25)[-1]
        (('aurora_plays', 'pixelforge'), 'aurora_plays_2')
    """
    names = len(CHANNELS)
    return tuple(
        CHANNELS[index] if index < names else f"{CHANNELS[index % names]}_{index // names + 1}"
        for index in range(count)
    )
