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
    ANGER = "anger"


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
        "catJAM", "peepoHappy", "HeyGuys", "widepeepoHappy", "NODDERS", "peepoComfy", "VoHiYo", "SeemsGood",
        "FeelsOkayMan", "Okayge",
    ),
    Mood.FUN: (
        "KEKW", "LUL", "OMEGALUL", "LULW", "Kappa", "KEKL", "pepeLaugh", "ICANT", "EleGiggle", "xdd",
    ),
    Mood.HYPE: (
        "PogChamp", "POGGERS", "Pog", "EZ", "Clap", "PogU", "HYPERS", "LETSGO", "PagMan", "GIGACHAD",
    ),
    Mood.TENSE: (
        "monkaS", "monkaW", "WutFace", "D:", "Susge", "PauseChamp", "NotLikeThis", "monkaHmm", "monkaGIGA",
        "Prayge",
    ),
    Mood.SAD: (
        "PepeHands", "BibleThump", "Sadge", "FeelsBadMan", "peepoSad", "Despairge", "NOOO", "widepeepoSad",
        "Deadge", "PoroSad",
    ),
    Mood.ANGER: (
        "DansGame", "SwiftRage", "Madge", "WeirdChamp", "BabyRage", "FailFish", "FeelsWeirdMan", "peepoRiot",
        "Smadge", "PJSalt",
    ),
}  # fmt: skip

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
    Mood.ANGER: (
        "this is a disgrace",
        "what a scam",
        "so disrespectful",
        "unbelievable, shame on them",
        "fire whoever did this",
        "I hate this update",
        "stop lying to us",
        "refund",
        "this is ridiculous",
        "worst decision ever",
        "they ruined it",
        "how is that allowed",
        "rigged",
        "pathetic",
        "boycott this",
        "I am so mad right now",
        "terrible, just terrible",
        "give it back",
    ),
}

TAILS: Final = (
    "haha", "though", "for real", "chat", "right now", "again", "please", "honestly", "today", "I think",
    "!!", "tbh", "my friend", "as always", "no joke", "imo", "come on", "everyone", "look at that", "finally",
)  # fmt: skip


OPENERS: Final = (
    "ok", "chat", "wait", "ngl", "bro", "yo", "so", "well", "honestly", "hey", "um", "lol", "man", "wow",
    "actually", "no but", "ok but", "dude", "also", "hmm", "listen", "I swear", "by the way", "guys",
)  # fmt: skip

OWN_PREFIXES: Final = ("lumo", "quiv", "tavi", "neko", "brix", "zola", "fenn", "mosk")
"""First parts of the emotes that channels have of their own; nobody outside knows their mood."""

OWN_ENDINGS: Final = (
    "Wave", "Love", "Nod", "Shy", "Sip", "Peek", "Toast", "Run", "Think", "Salute", "Zzz", "Blob",
)  # fmt: skip

PASTAS: Final = (
    (
        "Dear streamer, I have been watching this channel for seven years and never once have I seen a "
        "teapot treated with so little respect. I expect a written apology to my grandmother."
    ),
    (
        "I am not crying, my keyboard is simply raining on the inside, and if you had seen what that "
        "otter did to the bridge you would be raining too, my friends."
    ),
    (
        "Attention passengers, this is your captain speaking: the run is delayed because somebody forgot "
        "the left door again. Please remain seated and post a duck."
    ),
    (
        "Legend says that whoever copies this message three times will find a golden waffle under the "
        "pillow. I copied it twice and found half a waffle. Do not be like me."
    ),
    (
        "My doctor told me to avoid stress, so I sold my house, moved to the mountains and opened this "
        "stream. Now I need a second doctor and a smaller mountain."
    ),
    (
        "As a certified cactus expert with forty years of experience I can confirm that this is the worst"
        " jump I have ever watered. Prickly regards, your cactus expert."
    ),
)
"""Texts that chat copies; one a copypasta."""

VOTES: Final = (("1", "2"), ("yes", "no"), ("A", "B", "C"), ("W", "L"), ("left", "right"))
"""Answers of a poll, the favourite first."""

ADVERTS: Final = (
    "Best viewers on {place} , first 100 free",
    "Become famous! Buy followers and primes on {place}",
    "Wanna grow your channel? {place} has cheap viewers",
)
"""What bots post; each puts another place."""

REPLIES: Final = (
    "Welcome to the stream! Rules are below the video, be kind.",
    "The schedule is in the panels: weekdays from 18:00.",
    "The stream has been live for 2 hours and 14 minutes.",
    "Join the community server, the link is in the panels.",
    "Current song: lanterns over the harbor",
    "The giveaway ends in ten minutes, type !join to enter.",
)
"""What the channel's own bots post."""


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
