"""The archive as a source: what the streams took, each record once, in order of arrival."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from producer.event import SCHEMAS, Line
from producer.sources.replay_chat import BadLine
from telemetra.adapters.frames import read_frames
from telemetra.domain.errors import CorruptStateError, EventError, RecordError
from telemetra.domain.events import decode_line
from telemetra.domain.hashing import record_hash
from telemetra.domain.unpack import unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from telemetra.application.ports import Record

ARCHIVE_MAGIC: Final = b"\x50\x2a\x4d\x18"
"""First bytes of an object of the archive."""


def read_object(stored: bytes, channel: str | None) -> Iterator[Line | BadLine]:
    """Yield the events of one object of the archive; ``channel`` plays them on another channel."""
    try:
        yield from lines_of(read_frames(stored), channel)
    except CorruptStateError as error:
        yield BadLine(1, f"expected an object of the archive: {error}")


def lines_of(
    records: Iterable[Record], channel: str | None = None, only: str | None = None
) -> Iterator[Line | BadLine]:
    """Yield the events of ``records``; what a producer sent again in the same bytes is there once.

    Args:
        records: records of any stream, each once, in any order; their numbers count from 1.
        channel: plays every event on this channel.
        only: leaves out all channels but this one.
    """
    seen: set[tuple[str, int]] = set()
    for number, record in enumerate(records, start=1):
        mark = (record.kind, record_hash(record.data or b""))
        if mark in seen:
            continue
        seen.add(mark)
        try:
            payload = unpack(record.data or b"")
        except RecordError as error:
            yield BadLine(number, f"expected a record of events: {error}")
            continue
        for row in payload.split(b"\n"):
            if not row.strip():
                continue
            try:
                fields = msgspec.json.decode(row)
                if only is not None and fields.get("channel") != only:
                    continue
                yield contract_line(fields, channel)
            except (msgspec.DecodeError, UnicodeDecodeError, AttributeError, EventError) as error:
                yield BadLine(number, f"expected events of the contract: {error}")


def contract_line(fields: dict[str, Any], channel: str | None) -> Line:
    """Check an event against the contract; fields that the contract does not know stay.

    Raises:
        EventError: it breaks the contract.
    """
    if channel is not None:
        fields["channel"] = channel
    data = msgspec.json.encode(fields)
    event = decode_line(data)
    return Line(event.ts, SCHEMAS[str(fields["schema"])], event.channel, data)
