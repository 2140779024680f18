"""Tail: read the streams shard by shard and show each event with where it lies and how old it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from telemetra.domain.errors import RecordError
from telemetra.domain.unpack import unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from producer.client import Kinesis
    from producer.play import Beat
    from telemetra.domain.events import Kind

_POLL_S: Final = 0.5
_LIMIT: Final = 1000
_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events to show."""

    kinds: tuple[Kind, ...]
    channel: str | None = None
    from_start: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event as it lies on its stream; ``age_ms`` counts from its event time."""

    kind: Kind
    shard: str
    sequence: str
    age_ms: int
    event: dict[str, Any]

    def as_json(self) -> str:
        """Return one JSON object."""
        place = {"stream": self.kind, "shard": self.shard, "sequence": self.sequence, "age_ms": self.age_ms}
        return json.dumps({**place, "event": self.event}, ensure_ascii=False)

    def as_text(self) -> str:
        """Return one line for people."""
        hidden = {"schema", "event_id", "channel", "ts"}
        said = {name: value for name, value in self.event.items() if name not in hidden}
        shown = json.dumps(said, ensure_ascii=False)[:_SHOWN]
        shard = self.shard.removeprefix("shardId-").lstrip("0") or "0"
        return (
            f"{self.kind:<11} shard {shard} {self.sequence} {self.age_ms / 1000:8.1f} s  "
            f"{self.event.get('channel', '')}  {shown}"
        )


class Tail:
    """Reads every shard of the wanted streams in turn, twice a second."""

    def __init__(
        self,
        client: Kinesis,
        stream: Callable[[Kind], str],
        wanted: Wanted,
        beat: Beat,
        now_ms: Callable[[], int],
    ) -> None:
        self._client = client
        self._stream = stream
        self._wanted = wanted
        self._beat = beat
        self._now_ms = now_ms

    def arrivals(self, timeout_s: float | None) -> Iterator[Arrival]:
        """Yield events until stopped, or for ``timeout_s`` seconds."""
        begun = self._beat.seconds()
        places = self._open()
        while places:
            for place, iterator in list(places.items()):
                answer = self._client.get_records(ShardIterator=iterator, Limit=_LIMIT)
                for record in answer["Records"]:
                    yield from self._events(*place, record)
                if answer.get("NextShardIterator"):
                    places[place] = answer["NextShardIterator"]
                else:
                    del places[place]
            left = _POLL_S if timeout_s is None else timeout_s - (self._beat.seconds() - begun)
            if left <= 0 or self._beat.wait(min(_POLL_S, left)):
                return

    def _open(self) -> dict[tuple[Kind, str], str]:
        """Return an iterator of each shard."""
        position = "TRIM_HORIZON" if self._wanted.from_start else "LATEST"
        places = {}
        for kind in self._wanted.kinds:
            name = self._stream(kind)
            for shard in self._client.list_shards(StreamName=name)["Shards"]:
                answer = self._client.get_shard_iterator(
                    StreamName=name, ShardId=shard["ShardId"], ShardIteratorType=position
                )
                places[kind, str(shard["ShardId"])] = str(answer["ShardIterator"])
        return places

    def _events(self, kind: Kind, shard: str, record: dict[str, Any]) -> Iterator[Arrival]:
        """Yield the wanted events of one record; what cannot be read is left to the reject queue."""
        try:
            lines = unpack(record["Data"]).splitlines()
        except RecordError:
            return
        for line in lines:
            try:
                event = msgspec.json.decode(line)
            except msgspec.DecodeError:
                continue
            if not isinstance(event, dict):
                continue
            if self._wanted.channel in (None, event.get("channel")):
                age = self._now_ms() - int(event.get("ts", 0))
                yield Arrival(kind, shard, str(record["SequenceNumber"]), age, event)
