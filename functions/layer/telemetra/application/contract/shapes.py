"""What the API answers, as types; the documents, the TypeScript types and the tests are derived from them.

Every number has bounds and every text a pattern or a greatest length. Intervals are half-open and instants
are epoch milliseconds UTC.
"""

from __future__ import annotations

from typing import Annotated, Generic, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

T = TypeVar("T")

LARGEST = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly."""

LONGEST = 500
"""Characters shown of a text that others wrote."""

Instant: TypeAlias = Annotated[
    int, Meta(ge=0, le=LARGEST, description="Epoch milliseconds UTC.", examples=[1795456800000])
]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=LARGEST, examples=[412])]
Share: TypeAlias = Annotated[float, Meta(ge=0, le=1, examples=[0.87])]
Length: TypeAlias = Annotated[
    float, Meta(ge=0, le=LARGEST, description="Mean length of the messages in code points.", examples=[23.7])
]
Mood: TypeAlias = Annotated[float, Meta(ge=-1, le=1, examples=[0.21])]
Text: TypeAlias = Annotated[str, Meta(max_length=LONGEST)]
StreamId: TypeAlias = Annotated[
    str, Meta(pattern="^[a-z0-9_]{1,64}$", description="The channel.", examples=["aurora_plays"])
]
Iso: TypeAlias = Annotated[
    str,
    Meta(
        pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        description="ISO 8601 in UTC, to the second.",
        examples=["2026-11-23T18:00:00Z"],
    ),
]
Word: TypeAlias = Annotated[str, Meta(pattern="^[a-z][a-z0-9_-]{0,63}$", examples=["chat_rate"])]
Number: TypeAlias = Annotated[float, Meta(ge=-LARGEST, le=LARGEST, examples=[61.0])]
Cursor: TypeAlias = Annotated[
    str,
    Meta(
        pattern="^[A-Za-z0-9_-]{1,400}$",
        description="Where the next page begins: hand it back as it is.",
        examples=["MCNhdXJvcmFfcGxheXM"],
    ),
]


class Viewers(msgspec.Struct, frozen=True):
    """Viewer readings of an interval."""

    min: Count
    max: Count
    mean: Annotated[float, Meta(ge=0, le=LARGEST, examples=[1520.5])]
    last: Count


class Sentiment(msgspec.Struct, frozen=True):
    """How the chat felt: mean of the messages that carry a score, and the share that does."""

    mean: Mood | None
    coverage: Share


class EmoteCount(msgspec.Struct, frozen=True):
    """How often an emote was written."""

    name: Text
    count: Count


class Revenue(msgspec.Struct, frozen=True):
    """What was bought: hundredths of each ISO 4217 currency, and units by type of transaction."""

    cents: dict[Annotated[str, Meta(pattern="^[A-Z]{3}$")], Count]
    counts: dict[Annotated[str, Meta(pattern="^(sub|resub|gift|cheer|tip)$")], Count]


class Metric(msgspec.Struct, frozen=True):
    """One minute, hour or day of a channel, or a 60 s window that slides by 10 s.

    Of two with the same grain and start the one with the larger version has seen more. Revenue is absent when
    the role may not see money.
    """

    start: Iso
    start_ms: Instant
    end_ms: Instant
    final: bool
    revision: Count
    version: Count
    chat_count: Count
    unique_chatters: Count
    unique_exact: bool
    viewers: Viewers | None
    sentiment: Sentiment
    emotes: Annotated[list[EmoteCount], Meta(max_length=20)]
    message_length: Length | None
    revenue: Revenue | UnsetType = UNSET


class Uniques(msgspec.Struct, frozen=True):
    """Different chatters of the last minutes: who wrote in several of them counts once."""

    minutes: Annotated[int, Meta(ge=1, le=60, examples=[60])]
    start_ms: Instant
    end_ms: Instant
    unique_chatters: Count
    unique_exact: bool


class Evidence(msgspec.Struct, frozen=True):
    """One signal at the peak of a moment: its value, the range expected, and how far outside it is."""

    signal: Word
    value: Number
    expected_low: Number
    expected_high: Number
    surprise: Number


class Told(msgspec.Struct, frozen=True):
    """An emote or a word of the peak: its share of the messages, and that over its usual share."""

    name: Text
    emote: bool
    share: Share
    lift: Annotated[float, Meta(ge=0, le=LARGEST, examples=[8.5])]


class Turn(msgspec.Struct, frozen=True):
    """How the chat felt usually, and at the peak."""

    usual: Mood
    peak: Mood


Verdict: TypeAlias = Literal["confirm", "reject"]


class Moment(msgspec.Struct, frozen=True):
    """A stretch of a stream that stood out, and why; it lasts while its end is null."""

    id: Annotated[str, Meta(pattern="^[0-9]{1,15}$", examples=["1795456800000"])]
    type: Word
    start_ms: Instant
    peak_ms: Instant
    end_ms: Instant | None
    score: Share
    sentence: Text
    version: Count
    feedback: Verdict | None
    evidence: Annotated[list[Evidence], Meta(max_length=32)]
    words: Annotated[list[Told], Meta(max_length=50)]
    mood: Turn | None


class Channel(msgspec.Struct, frozen=True):
    """An entry of the directory; what the channel never said is null."""

    stream_id: StreamId
    live: bool
    title: Text | None
    category: Text | None
    language: Text | None
    last_seen_ms: Instant
    live_since_ms: Instant | None


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Some items in order, and where to go on; a null cursor is the end."""

    items: Annotated[list[T], Meta(max_length=1500)]
    cursor: Cursor | None


class Alive(msgspec.Struct, frozen=True):
    """The API is there."""

    status: Literal["ok"]


class Dependencies(msgspec.Struct, frozen=True):
    """Whether what the product stands on answers."""

    tables: Literal["ok", "unavailable"]
    streams: Literal["ok", "unavailable"]


class ShardLag(msgspec.Struct, frozen=True):
    """How far the fold of one shard is behind: the age of its oldest record that is not folded yet."""

    stream: Literal["chat", "viewer", "transaction", "stream_meta"]
    shard: Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{1,128}$", examples=["shardId-000000000000"])]
    lag_ms: Count
    stalled: bool


class Health(msgspec.Struct, frozen=True):
    """How the product is; degraded when a dependency does not answer or a shard stalls."""

    status: Literal["ok", "degraded"]
    version: Annotated[str, Meta(pattern="^[0-9]+\\.[0-9]+\\.[0-9]+$", examples=["0.1.0"])]
    dependencies: Dependencies
    lag: Annotated[list[ShardLag], Meta(max_length=1000)]
    last_minute_ms: Instant | None


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a request was not answered (RFC 9457)."""

    type: Literal["about:blank"]
    title: Annotated[str, Meta(max_length=100, examples=["Bad Request"])]
    status: Annotated[int, Meta(ge=400, le=599, examples=[400])]
    detail: Annotated[
        str, Meta(max_length=2000, examples=["limit is '0': a whole number from 1 to 100 is expected"])
    ]
    instance: Annotated[str, Meta(max_length=4000, examples=["/api/v1/streams"])] = ""
