"""The keys of a scenario file: what each takes, its unit and its bounds. The tables of the docs are these."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from producer.sources.scenario.spec import Range


class Form(StrEnum):
    """How a value is written."""

    TEXT = "text"
    TEXTS = "texts"
    FLAG = "flag"
    NUMBER = "number or range"
    TIME = "time"
    TIMES = "time or range"
    TABLES = "tables"


@dataclass(frozen=True, slots=True)
class Key:
    """One key.

    Attributes:
        unit: of the value, for people.
        about: what it means.
        low: least value; of a time in seconds.
        high: greatest value.
        usual: used when it is left out; None: required, or given by the type.
        required: it must be there.
    """

    name: str
    form: Form
    unit: str
    about: str
    low: float = 0
    high: float = 1_000_000
    usual: Range | None = None
    required: bool = False


DAY_S: Final = 86_400

SCENARIO_KEYS: Final = (
    Key("about", Form.TEXT, "", "One or two sentences for people.", required=True),
    Key("lasts", Form.TIME, "s or m:ss", "How long it is; live it goes on.", 1, DAY_S, required=True),
    Key(
        "history",
        Form.TIME,
        "s or m:ss",
        "Sent at once before it goes live.",
        0,
        DAY_S,
    ),
    Key("channel", Form.TABLES, "", "The channels, `[[channel]]` each.", required=True),
)

CHANNEL_KEYS: Final = (
    Key("name", Form.TEXT, "a-z 0-9 _", "Its name; without one it gets the next of a list."),
    Key(
        "viewers", Form.NUMBER, "viewers", "Concurrent viewers.", 1, 1_000_000, Range(5_000, 5_000)
    ),
    Key(
        "chat", Form.NUMBER, "messages/min per 1,000 viewers", "How much they write.", 0.01, 10_000,
        Range(35, 35),
    ),
    Key(
        "noise", Form.NUMBER, "log deviation", "How much the pace of the chat wanders.", 0, 1.5,
        Range(0.5, 0.5),
    ),
    Key("staff", Form.NUMBER, "share", "Messages by moderators and bots.", 0, 0.5, Range(0.12, 0.18)),
    Key(
        "newcomers", Form.NUMBER, "share", "Messages that are a chatter's first ever.", 0, 0.1,
        Range(0.0034, 0.006),
    ),
    Key("even", Form.FLAG, "", "No chance: each second holds exactly its share."),
    Key("moment", Form.TABLES, "", "Planted moments, `[[channel.moment]]` each."),
    Key("change", Form.TABLES, "", "What is no moment, `[[channel.change]]` each."),
)  # fmt: skip

MOMENT_KEYS: Final = (
    Key("type", Form.TEXT, "", "What happens; see the types.", required=True),
    Key(
        "at",
        Form.TIMES,
        "s or m:ss",
        "When it begins, from the start.",
        0,
        DAY_S,
        required=True,
    ),
    Key("every", Form.TIME, "s or m:ss", "It comes again after so long, for ever.", 60, DAY_S),
    Key("lasts", Form.TIMES, "s or m:ss", "From its first to its last strong instant.", 5, 7_200),
    Key("rise", Form.TIMES, "s", "From the first instant to the peak.", 0, 600),
    Key("fall", Form.TIMES, "s", "After the end it fades by this time constant.", 0.1, 600),
    Key("factor", Form.NUMBER, "x usual rate", "Chat rate at the peak.", 0, 100),
    Key("share", Form.NUMBER, "share", "Messages at the peak that are all about it.", 0, 1),
    Key("crowd", Form.NUMBER, "people", "Raiders, given subs, or bots.", 1, 100_000),
    Key("drop", Form.NUMBER, "share", "Viewers who leave.", 0, 1),
    Key("build-up", Form.TIMES, "s", "Tense seconds before it.", 0, 300),
    Key("emote", Form.TEXT, "", "The emote that most of them post."),
    Key("text", Form.TEXT, "", "The text of a copypasta."),
    Key("answers", Form.TEXTS, "", "The answers of a poll, the favourite first."),
)

CHANGE_KEYS: Final = (
    Key("type", Form.TEXT, "", "What happens; see the types.", required=True),
    Key(
        "at",
        Form.TIMES,
        "s or m:ss",
        "When it begins, from the start.",
        0,
        DAY_S,
        required=True,
    ),
    Key("lasts", Form.TIMES, "s or m:ss", "How long; 0 for ever.", 0, DAY_S),
    Key("to", Form.NUMBER, "x usual rate", "Where the chat goes (a ramp: viewers too).", 0, 100),
    Key("gap", Form.TIMES, "s", "Least time between two messages of one chatter.", 10, 600),
    Key("category", Form.TEXT, "", "The new category."),
)
