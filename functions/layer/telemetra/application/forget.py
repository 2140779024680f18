"""What is to be forgotten, taken out of bytes: a user's events, and their name in those of others.

Nothing here knows where bytes lie. A record that holds nothing of the user keeps its bytes, so that it stays
known by them; one that does is written anew, alike wherever it lies twice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import msgspec
import zstandard

from telemetra.domain.errors import RecordError
from telemetra.domain.unpack import unpack
from telemetra.domain.window import MINUTE_MS, floor_to

Cell: TypeAlias = tuple[str, int]
"""Channel and start of a minute, ms."""

REMOVED: Final = "removed"
"""Stands where a name or id was."""

_KEPT_FIELDS: Final = frozenset({"schema", "channel"})
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Target:
    """Whom or what to forget.

    Attributes:
        user_id: id of the user; empty when only removals of moderators are carried out.
        names: names of the user, whatever their letter case; others may bear one, so it makes an event the
            user's only where that has no id.
        channel: in this channel only; None means in all.
        messages: ids of messages that moderators removed.
        purged: (channel, user id) to the instant up to which a moderator removed what was said, ms.
    """

    user_id: str = ""
    names: frozenset[str] = frozenset()
    channel: str | None = None
    messages: Collection[str] = frozenset()
    purged: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(slots=True)
class Gone:
    """What was taken out so far.

    Attributes:
        events: how many events.
        mentions: events of others in which a name or id was replaced.
        unreadable: records and lines that could only be searched as bytes.
        said: texts of the events, with channel and instant.
        names: names that the user went by.
        ids: ids of the events.
        cells: minutes in which something was taken out or replaced.
    """

    events: int = 0
    mentions: int = 0
    unreadable: int = 0
    said: list[tuple[str, int, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    cells: set[Cell] = field(default_factory=set)


class Eraser:
    """Takes a target out of bytes, and keeps count of it in ``gone``."""

    def __init__(self, target: Target) -> None:
        """Take what to look for."""
        self.gone = Gone()
        self._target = target
        self._names = frozenset(name.casefold() for name in target.names if name)
        words = [re.escape(word) for word in (*sorted(self._names), target.user_id) if word]
        self._anywhere = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE) if words else None
        named = [re.escape(name) for name in sorted(self._names)]
        self._named = re.compile(rf"(?<!\w)(?:{'|'.join(named)})(?!\w)", re.IGNORECASE) if named else None

    def record(self, data: bytes) -> bytes | None:
        """Return a record without the target.

        It is the same bytes when it holds nothing of the target, and None when nothing is left.
        """
        try:
            payload = unpack(data)
        except RecordError:
            self.gone.unreadable += 1
            return None if self._holds(data) else data
        kept = self.lines(payload)
        if kept is None:
            return None
        if kept == payload:
            return data
        return kept if payload is data else zstandard.ZstdCompressor().compress(kept)

    def lines(self, payload: bytes) -> bytes | None:
        """Return NDJSON without the target; the same bytes, or None, as ``record`` does."""
        rows = payload.split(b"\n")
        kept = [self._line(row) for row in rows]
        if kept == rows:
            return payload
        left = [row for row in kept if row is not None]
        return b"\n".join(left) if any(row.strip() for row in left) else None

    def _line(self, row: bytes) -> bytes | None:
        if not row.strip():
            return row
        try:
            fields = _decode(row)
        except (msgspec.DecodeError, UnicodeDecodeError):
            fields = None
        if not isinstance(fields, dict):
            self.gone.unreadable += 1
            if self._holds(row):
                self.gone.events += 1
                return None
            return row
        if self._target.channel not in {None, fields.get("channel")}:
            return row
        if self._is_own(fields):
            self._note(fields)
            return None
        changed = {
            name: value if name in _KEPT_FIELDS else self._without(value) for name, value in fields.items()
        }
        if changed == fields:
            return row
        self.gone.mentions += 1
        self._mark(fields)
        return _encode(changed)

    def _is_own(self, fields: Mapping[str, Any]) -> bool:
        target = self._target
        user_id, channel = str(fields.get("user_id") or ""), fields.get("channel")
        if target.user_id and user_id == target.user_id:
            return True
        if not user_id and str(fields.get("user", "")).casefold() in self._names:
            return True
        if fields.get("event_id") in target.messages:
            return True
        until_ms, ts = target.purged.get((str(channel), user_id)), fields.get("ts")
        return until_ms is not None and isinstance(ts, int) and ts <= until_ms

    def _note(self, fields: Mapping[str, Any]) -> None:
        self.gone.events += 1
        self.gone.ids.add(str(fields.get("event_id", "")))
        if self._target.user_id and str(fields.get("user_id")) == self._target.user_id:
            self.gone.names.add(str(fields.get("user") or ""))
        self._mark(fields)
        channel, ts, text = fields.get("channel"), fields.get("ts"), fields.get("text")
        if isinstance(channel, str) and isinstance(ts, int) and isinstance(text, str):
            self.gone.said.append((channel, ts, text))

    def _mark(self, fields: Mapping[str, Any]) -> None:
        channel, ts = fields.get("channel"), fields.get("ts")
        if isinstance(channel, str) and isinstance(ts, int):
            self.gone.cells.add((channel, floor_to(ts, MINUTE_MS)))

    def _without(self, value: Any) -> Any:
        """Return a value of an event with names and id replaced."""
        if isinstance(value, str):
            if value and value == self._target.user_id:
                return REMOVED
            return self._named.sub(REMOVED, value) if self._named else value
        if isinstance(value, list):
            return [self._without(one) for one in value]
        if isinstance(value, dict):
            return {name: self._without(one) for name, one in value.items()}
        return value

    def _holds(self, data: bytes) -> bool:
        """Say whether bytes that are no event name the target; in one channel only, that cannot be told."""
        if self._anywhere is None:
            return False
        return self._anywhere.search(data.decode("utf-8", "replace")) is not None
