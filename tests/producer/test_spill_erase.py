"""What waits on disk, and the notes of removals, lose a user and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import zstandard

from producer.pack import Packed
from producer.spill import Spill
from producer.spill_erase import removals_in, sweep_journals, sweep_spill
from telemetra.application.forget import Eraser, Target
from telemetra.domain.events import Kind

if TYPE_CHECKING:
    from pathlib import Path


def packed(*users: str) -> Packed:
    rows = [
        json.dumps({"schema": "chat.v1", "channel": "a", "ts": 1, "user_id": user, "user": user})
        for user in users
    ]
    raw = "\n".join(rows).encode()
    return Packed(Kind.CHAT, "7", zstandard.compress(raw), len(users), len(raw))


def spilled(root: Path, *records: Packed) -> Spill:
    spill = Spill(root / "telemetra-1")
    spill.append(records)
    return spill


def test_records_that_wait_lose_the_user_and_are_counted_anew(tmp_path: Path) -> None:
    spilled(tmp_path, packed("8"), packed("77", "8"), packed("77")).close()
    assert sweep_spill(tmp_path, Eraser(Target("77")), write=False)[0].changed == 1
    swept, busy = sweep_spill(tmp_path, Eraser(Target("77")), write=True)
    assert (swept.seen, swept.changed, busy) == (1, 1, [])
    left = Spill(tmp_path / "telemetra-1")
    assert left.events == 2
    assert left.first() == [packed("8"), packed("8")]
    left.close()
    assert sweep_spill(tmp_path, Eraser(Target("77")), write=True)[0].changed == 0


def test_what_was_sent_already_leaves_the_disk_too(tmp_path: Path) -> None:
    spill = spilled(tmp_path, packed("77"), packed("8"))
    spill.first()
    spill.forget_first([packed("8")])
    spill.append([packed("9")])
    spill.close()
    sweep_spill(tmp_path, Eraser(Target("77")), write=True)
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*.spill"))
    assert packed("77").data not in stored
    left = Spill(tmp_path / "telemetra-1")
    assert left.events == 2
    left.close()


def test_a_place_in_use_is_named_and_left_alone(tmp_path: Path) -> None:
    spill = spilled(tmp_path, packed("77"))
    swept, busy = sweep_spill(tmp_path, Eraser(Target("77")), write=True)
    assert (swept.seen, busy) == (0, [spill.directory])
    spill.close()


def test_notes_of_removals_are_read_and_lose_those_of_the_user(tmp_path: Path) -> None:
    notes = [
        {"channel": "a", "ts": 5, "what": "timeout", "user_id": "77", "seconds": 5},
        {"channel": "a", "ts": 6, "what": "message", "message_id": "m1"},
        {"channel": "a", "ts": 7, "what": "ban", "user_id": "8"},
    ]
    path = tmp_path / "removals.ndjson"
    path.write_text("".join(json.dumps(note) + "\n" for note in notes) + "cut sho 77\n")
    assert [one.ts for one in removals_in(tmp_path)] == [5, 6, 7]
    assert sweep_journals(tmp_path, "77", {"m1"}, write=False).changed == 3
    assert len(path.read_text().splitlines()) == 4
    swept = sweep_journals(tmp_path, "77", {"m1"}, write=True)
    assert (swept.seen, swept.changed) == (4, 3)
    assert [one.ts for one in removals_in(tmp_path)] == [7]
    assert path.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob("*.part"))
