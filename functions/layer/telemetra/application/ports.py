"""What the use cases need from the outside world, in their own words.

Every method may raise ``StoreUnavailableError`` (throttled or down: fail the batch, it is delivered again).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Generic, NamedTuple, Protocol, TypeVar

import msgspec

from telemetra.domain.directory import Stream
from telemetra.domain.errors import Reason
from telemetra.domain.events import Kind, StreamMeta
from telemetra.domain.metrics import MetricKey, MetricRow
from telemetra.domain.moment import Moment
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.state import ChannelState
from telemetra.domain.window import Grain

T = TypeVar("T")


class Record(msgspec.Struct, frozen=True, gc=False):
    """One stream record as delivered.

    Attributes:
        kind: the stream it came from.
        shard: shard id, such as ``shardId-000000000003``.
        sequence: sequence number within the shard (56 digits on AWS).
        arrival_ms: when the stream accepted it.
        data: the bytes as put, or None when the envelope's base64 is broken.
    """

    kind: Kind
    shard: str
    sequence: int
    arrival_ms: int
    data: bytes | None


@dataclass(frozen=True, slots=True)
class Reject:
    """One line, or one whole record, that cannot be counted.

    Attributes:
        kind: stream it came from.
        shard: shard id.
        sequence: sequence number of its record.
        line: zero-based line within the record; None when the record is rejected whole.
        reason: why, in one word.
        detail: what exactly was wrong.
        data: the bytes of the line or record.
    """

    kind: Kind
    shard: str
    sequence: int
    line: int | None
    reason: Reason
    detail: str
    data: bytes


class PaneChange(msgspec.Struct, frozen=True, gc=False):
    """One conditional write: ``before`` is the row as read, None when there was none."""

    key: PaneKey
    before: Partial | None
    after: Partial


@dataclass(frozen=True, slots=True)
class StateChange:
    """One conditional write of a state: ``before`` is its version as read, 0 when there was none."""

    before: int
    after: ChannelState


@dataclass(frozen=True, slots=True)
class Tick:
    """News of one channel for its subscribers.

    Attributes:
        channel: channel id.
        minutes: starts of the minutes that were published or revised.
        moments: opening panes of the moments that were written.
        connections: only these subscribers; empty means all.
        greet: they have just subscribed and were not told so yet.
        deliveries: ids of the deliveries that the news came with, some of them when there were many.
    """

    channel: str
    minutes: tuple[int, ...] = ()
    moments: tuple[int, ...] = ()
    connections: tuple[str, ...] = ()
    greet: bool = False
    deliveries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items, and where to go on; ``cursor`` is None at the end."""

    items: Sequence[T]
    cursor: str | None


class PaneStore(Protocol):
    """Partials, one row a (channel, pane, kind, shard)."""

    def load(self, keys: Collection[PaneKey], *, consistent: bool = True) -> dict[PaneKey, Partial]:
        """Read rows; absent rows are left out."""

    def siblings(self, keys: Collection[PaneKey]) -> dict[PaneKey, list[Partial]]:
        """Read, for each key, the rows of other shards with its channel, pane and kind."""

    def write(self, changes: Sequence[PaneChange]) -> set[PaneKey]:
        """Write each row if its ``upto`` is still that of ``before``; return the keys refused."""

    def span(
        self, channel: str, start_ms: int, end_ms: int | None, *, consistent: bool = True
    ) -> list[tuple[PaneKey, Partial]]:
        """Read the rows of panes that start in ``[start_ms, end_ms)``, ordered by key; None means no end."""


class MetricStore(Protocol):
    """Derived rows by minute, hour and day."""

    def load(self, keys: Collection[MetricKey]) -> dict[MetricKey, MetricRow]:
        """Read rows consistently; absent rows are left out."""

    def write(self, rows: Sequence[MetricRow]) -> set[MetricKey]:
        """Write each row if its version is larger than the stored one; return the keys refused."""

    def span(
        self, channel: str, grain: Grain, start_ms: int, end_ms: int, *, consistent: bool = False
    ) -> list[MetricRow]:
        """Read the rows that start in ``[start_ms, end_ms)``, oldest first."""


class MomentStore(Protocol):
    """Moments by channel and opening pane."""

    def write(self, moments: Sequence[Moment]) -> None:
        """Write each moment unless the stored one has a larger version."""

    def load(self, channel: str, starts: Collection[int]) -> list[Moment]:
        """Read the moments of one channel that opened at these panes, oldest first."""

    def page(
        self, channel: str, start_ms: int, end_ms: int, *, limit: int, cursor: str | None
    ) -> Page[Moment]:
        """Read moments that opened in ``[start_ms, end_ms)``, newest first."""


class StateStore(Protocol):
    """Clock and detector state, one row a channel."""

    def load(self, channels: Collection[str]) -> dict[str, ChannelState]:
        """Read rows consistently; absent rows are left out."""

    def write(self, changes: Sequence[StateChange]) -> set[str]:
        """Write each row if its version is still ``before``; return the channels refused."""


class Directory(Protocol):
    """The channels that were ever seen."""

    def touch(self, seen: Mapping[str, int]) -> None:
        """Note the newest event (ms) of each channel, at most once a minute and channel."""

    def describe(self, metas: Sequence[StreamMeta]) -> None:
        """Apply stream metadata; the newest ``ts`` of a channel wins, ties by event id."""

    def get(self, channel: str) -> Stream | None:
        """Read one entry."""

    def page(self, *, limit: int, cursor: str | None) -> Page[Stream]:
        """Read entries, live ones first, each once in a walk."""

    def seen_since(self, since_ms: int) -> list[str]:
        """List the channels with an event since then."""


class Rejects(Protocol):
    """Where what cannot be counted is kept."""

    def send(self, rejects: Sequence[Reject]) -> None:
        """Keep them; the same reject twice is known by its stream, shard, sequence and line."""


class Ticks(Protocol):
    """The queue between summarize and push."""

    def send(self, ticks: Sequence[Tick]) -> None:
        """Queue the ticks."""


class Archive(Protocol):
    """Raw records for replay."""

    def put(self, records: Sequence[Record]) -> None:
        """Keep the records of one stream and shard with their sequence numbers; twice changes nothing."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One connection's interest in one channel.

    Attributes:
        connection: connection id of the socket.
        channel: channel id.
        role: what the connection may see: ``viewer``, ``moderator``, ``broadcaster`` or ``admin``.
        expires_ms: when the socket must be gone.
    """

    connection: str
    channel: str
    role: str
    expires_ms: int


class Greeting(StrEnum):
    """How far a subscription has been confirmed: owed, sent unasked, or sent to a client that asked."""

    OWED = "owed"
    SENT = "sent"
    ASKED = "asked"


class Connections(Protocol):
    """Who listens to what."""

    def open(self, connection: str, role: str, expires_ms: int) -> None:
        """Remember a new socket."""

    def role(self, connection: str) -> str | None:
        """Return the role that the socket was opened with; None when it is unknown."""

    def hear(self, connection: str, minute: int) -> int | None:
        """Count a message of the socket; return how many it said in this minute, None when it is unknown."""

    def subscribe(self, subscription: Subscription, greeting: Greeting = Greeting.ASKED) -> None:
        """Add an interest; twice changes nothing."""

    def interests(self, connection: str) -> dict[str, Greeting]:
        """Read the channels of a socket consistently, and how far each is confirmed."""

    def greet(self, connection: str, channel: str, before: Greeting, after: Greeting) -> bool:
        """Move a confirmation on; False when it was not at ``before`` any more."""

    def unsubscribe(self, connection: str, channel: str) -> None:
        """Remove an interest; twice changes nothing."""

    def close(self, connection: str) -> None:
        """Forget the socket and all its interests."""

    def subscribers(self, channel: str) -> list[Subscription]:
        """List who listens to a channel, also those whose time is over and who were not sent away yet."""


class Outcome(Enum):
    """What became of the messages to one socket."""

    SENT = auto()
    GONE = auto()
    FAILED = auto()


class Mail(NamedTuple):
    """What one socket is to be told, in order; after its ``last`` mail it is closed."""

    connection: str
    said: Sequence[bytes]
    last: bool = False


class Receipt(NamedTuple):
    """How many of the messages to one socket got through, and what became of the next."""

    sent: int
    outcome: Outcome


class Sockets(Protocol):
    """The far end of the sockets."""

    def post(self, connection: str, message: bytes) -> bool:
        """Send one message; False when the socket is gone."""

    def close(self, connection: str) -> None:
        """Close a socket; one that is gone already is closed."""

    def deliver(self, mail: Sequence[Mail]) -> list[Receipt]:
        """Send to many sockets, each in order and up to its first failure; none waits for another."""
