"""The six tables as PynamoDB models.

A model names no table: ``bound`` gives a copy of it that does, when a store is wired.
"""

from __future__ import annotations

from hashlib import blake2b
from types import new_class
from typing import Final, TypeVar

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    NumberAttribute,
    NumberSetAttribute,
    UnicodeAttribute,
)
from pynamodb.connection import TableConnection
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection
from pynamodb.models import Model

from telemetra.adapters.clients import client

M = TypeVar("M", bound="Row")

BUCKETS: Final = 8
"""Partitions of the directory listing; changing it needs every row rewritten."""

TURNED: Final = "yes"
"""The one partition of the channels that have turned live or offline."""


class Row(Model):
    """A model whose copies all talk through the one DynamoDB client of the container.

    PynamoDB would make a client for every table, each of which costs a cold start some 50 ms or more.
    """

    @classmethod
    def _get_connection(cls) -> TableConnection:
        connection = super()._get_connection()
        connection.connection._client = client("dynamodb", cls.Meta.host or "")  # noqa: SLF001 - no public way
        return connection


def bound(model: type[M], table: str, endpoint: str = "") -> type[M]:
    """Return a copy of ``model`` over this table; an empty ``endpoint`` leaves that to the environment."""
    meta = type(
        "Meta", (), {"table_name": table, "billing_mode": "PAY_PER_REQUEST", "host": endpoint or None}
    )
    return new_class(model.__name__, (model,), exec_body=lambda namespace: namespace.update(Meta=meta))


def whole(number: float | None) -> int | None:
    """Return a number attribute that may be absent as the integer it holds."""
    return None if number is None else int(number)


def bucket(channel: str) -> int:
    """Return the listing partition of a channel, the same on every machine."""
    return blake2b(channel.encode(), digest_size=1).digest()[0] % BUCKETS


class ListingIndex(GlobalSecondaryIndex["StreamRow"]):  # type: ignore[no-untyped-call]
    """The directory in order: live or unknown channels, then offline ones, each by name.

    An entry holds its place and an hour only, so that noting a minute or a title does not write it again.
    """

    class Meta:
        """Name and projection."""

        index_name = "listing"
        projection = IncludeProjection(["seen_hour_ms"])

    bucket = NumberAttribute(hash_key=True)
    rank = UnicodeAttribute(range_key=True)
    seen_hour_ms = NumberAttribute()


class FlipIndex(GlobalSecondaryIndex["StreamRow"]):  # type: ignore[no-untyped-call]
    """Channels that ever turned live or offline, by when they last did; few do at a time."""

    class Meta:
        """Name and projection."""

        index_name = "by_flip"
        projection = IncludeProjection(["rank", "flips"])

    turned = UnicodeAttribute(hash_key=True)
    flipped_ms = NumberAttribute(range_key=True)
    rank = UnicodeAttribute()
    flips = NumberSetAttribute()


class StreamRow(Row):
    """One channel: what it said of itself last, when it was last seen, and its alert rules as JSON."""

    channel = UnicodeAttribute(hash_key=True)
    bucket = NumberAttribute()
    rank = UnicodeAttribute()
    listing = ListingIndex()
    live = BooleanAttribute(null=True)
    title = UnicodeAttribute(null=True)
    category = UnicodeAttribute(null=True)
    language = UnicodeAttribute(null=True)
    last_seen_ms = NumberAttribute()
    seen_hour_ms = NumberAttribute()
    live_since_ms = NumberAttribute(null=True)
    turned = UnicodeAttribute(null=True)
    flipped_ms = NumberAttribute(null=True)
    flips = NumberSetAttribute(null=True)
    by_flip = FlipIndex()
    described_ms = NumberAttribute(null=True)
    described_by = UnicodeAttribute(null=True)
    rules = UnicodeAttribute(null=True)
    rules_version = NumberAttribute(null=True)
    alerts = UnicodeAttribute(null=True)
    alerts_version = NumberAttribute(null=True)
    raid_ms = NumberAttribute(null=True)
    raid_viewers = NumberAttribute(null=True)
    created_at = NumberAttribute(null=True)
    updated_at = NumberAttribute(null=True)


class PaneRow(Row):
    """One partial; ``slot`` is ``{start_ms:013d}#{kind}#{shard}``, ``ring`` big-endian 64-bit hashes.

    Panes are most of what is written, and names are billed like values: so they are single letters in the
    table, and ``upto`` is a big-endian integer.
    """

    channel = UnicodeAttribute(hash_key=True)
    slot = UnicodeAttribute(range_key=True)
    data = BinaryAttribute(attr_name="d", legacy_encoding=False)
    upto = BinaryAttribute(attr_name="u", legacy_encoding=False)
    ring = BinaryAttribute(attr_name="r", legacy_encoding=False)
    version = NumberAttribute(attr_name="v")
    mark_ms = NumberAttribute(attr_name="m")
    arrival_ms = NumberAttribute(attr_name="a")
    delivery = BinaryAttribute(attr_name="i", legacy_encoding=False, null=True)
    created_at = NumberAttribute(attr_name="c")
    updated_at = NumberAttribute(attr_name="t")
    expires_at = NumberAttribute()


class MetricItem(Row):
    """One summary; ``slot`` is ``{grain}#{start_ms:013d}``. Names are as short as those of panes."""

    channel = UnicodeAttribute(hash_key=True)
    slot = UnicodeAttribute(range_key=True)
    data = BinaryAttribute(attr_name="d", legacy_encoding=False)
    final = BooleanAttribute(attr_name="f")
    revision = NumberAttribute(attr_name="r")
    version = NumberAttribute(attr_name="v")
    created_at = NumberAttribute(attr_name="c")
    updated_at = NumberAttribute(attr_name="t")
    expires_at = NumberAttribute(null=True)


class SeverityIndex(GlobalSecondaryIndex["MomentRow"]):  # type: ignore[no-untyped-call]
    """The moments of a day (UTC), by score."""

    class Meta:
        """Name and projection."""

        index_name = "by_severity"
        projection = AllProjection()

    day = UnicodeAttribute(hash_key=True)
    severity = UnicodeAttribute(range_key=True)


class MomentRow(Row):
    """One moment; ``severity`` is ``{score in 1/10,000:05d}#{channel}``; the story is JSON."""

    channel = UnicodeAttribute(hash_key=True)
    start_ms = NumberAttribute(range_key=True)
    day = UnicodeAttribute()
    severity = UnicodeAttribute()
    by_severity = SeverityIndex()
    peak_ms = NumberAttribute()
    end_ms = NumberAttribute(null=True)
    type = UnicodeAttribute()
    score = NumberAttribute()
    sentence = UnicodeAttribute()
    evidence = UnicodeAttribute()
    feedback = UnicodeAttribute(null=True)
    words = UnicodeAttribute(null=True)
    mood = UnicodeAttribute(null=True)
    version = NumberAttribute()
    created_at = NumberAttribute()
    updated_at = NumberAttribute()


class DetectorRow(Row):
    """One channel's state; all but ``version`` and ``data`` is there for people to read."""

    channel = UnicodeAttribute(hash_key=True)
    version = NumberAttribute()
    data = BinaryAttribute(legacy_encoding=False)
    closed_ms = NumberAttribute()
    settled_ms = NumberAttribute()
    detector_name = UnicodeAttribute()
    budget = NumberAttribute(null=True)
    created_at = NumberAttribute()
    updated_at = NumberAttribute()


class ChannelIndex(GlobalSecondaryIndex["ConnectionRow"]):  # type: ignore[no-untyped-call]
    """Who listens to a channel."""

    class Meta:
        """Name and projection."""

        index_name = "by_channel"
        projection = AllProjection()

    channel = UnicodeAttribute(hash_key=True)
    connection = UnicodeAttribute(range_key=True)


class ConnectionRow(Row):
    """One interest of a socket, or with channel ``-`` the socket itself and what it said in a minute."""

    connection = UnicodeAttribute(hash_key=True)
    channel = UnicodeAttribute(range_key=True)
    by_channel = ChannelIndex()
    role = UnicodeAttribute()
    expires_ms = NumberAttribute()
    greeting = UnicodeAttribute(null=True)
    heard = NumberAttribute(null=True)
    said = NumberAttribute(null=True)
    created_at = NumberAttribute()
    updated_at = NumberAttribute()
    expires_at = NumberAttribute()


TABLES: Final[dict[str, type[Row]]] = {
    "streams": StreamRow,
    "panes": PaneRow,
    "metrics": MetricItem,
    "moments": MomentRow,
    "detectors": DetectorRow,
    "connections": ConnectionRow,
}
"""Model of each table by its short name, the one that ``Settings.table`` takes."""
