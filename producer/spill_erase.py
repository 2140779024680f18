"""What waits on disk for the streams, and the journals of the Twitch reader, without a target."""

from __future__ import annotations

import fcntl
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import msgspec

from producer.pack import Packed
from producer.sources.twitch.values import Removal
from producer.spill import SUFFIX, entries, segment_of
from telemetra.adapters.erasing import Swept
from telemetra.domain.unpack import unpack

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from telemetra.application.forget import Eraser

JOURNALS: Final = ("removals.ndjson", "removals.old.ndjson")


def sweep_spill(root: Path, eraser: Eraser, *, write: bool) -> tuple[Swept, list[Path]]:
    """Rewrite what waits below ``root``; return what was done, and the places that a running command holds.

    What a segment still holds of records that were sent goes too.
    """
    swept, busy = Swept(), []
    for lock_path in sorted(root.glob("*/*/lock")):
        with lock_path.open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                busy.append(lock_path.parent)
                continue
            for segment in sorted(lock_path.parent.glob(f"*{SUFFIX}")):
                swept.seen += 1
                swept.changed += _sweep_segment(segment, eraser, write=write)
    return swept, busy


def _sweep_segment(segment: Path, eraser: Eraser, *, write: bool) -> bool:
    before = [record for record, _ in entries(segment)]
    after = [kept for record in before if (kept := _without(record, eraser)) is not None]
    clean = segment_of(after)
    if write and clean != segment.read_bytes():
        part = segment.with_suffix(".part")
        part.write_bytes(clean)
        part.replace(segment)
    return after != before


def _without(record: Packed, eraser: Eraser) -> Packed | None:
    data = eraser.record(record.data)
    if data is None or data == record.data:
        return None if data is None else record
    payload = unpack(data)
    return replace(record, data=data, events=payload.count(b"\n") + 1, raw_bytes=len(payload))


def removals_in(folder: Path) -> Iterator[Removal]:
    """Yield what moderators removed, as the Twitch reader noted it."""
    for name in JOURNALS:
        path = folder / name
        for row in path.read_bytes().splitlines() if path.is_file() else ():
            try:
                yield msgspec.json.decode(row, type=Removal)
            except msgspec.DecodeError:
                continue


def sweep_journals(folder: Path, user_id: str, messages: Collection[str], *, write: bool) -> Swept:
    """Take the notes of removals that name the user or one of the user's messages out of the journals."""
    swept = Swept()
    for name in JOURNALS:
        path = folder / name
        rows = path.read_bytes().splitlines(keepends=True) if path.is_file() else []
        kept = [row for row in rows if not _names(row, user_id, messages)]
        swept.seen += len(rows)
        swept.changed += len(rows) - len(kept)
        if write and len(kept) < len(rows):
            part = path.with_suffix(".part")
            part.touch(0o600)
            part.write_bytes(b"".join(kept))
            part.replace(path)
    return swept


def _names(row: bytes, user_id: str, messages: Collection[str]) -> bool:
    try:
        removal = msgspec.json.decode(row, type=Removal)
    except msgspec.DecodeError:
        return bool(user_id) and user_id.encode() in row
    return bool(user_id and removal.user_id == user_id) or bool(
        removal.message_id and removal.message_id in messages
    )
