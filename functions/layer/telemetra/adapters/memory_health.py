"""What the report of health reads, in memory."""

from __future__ import annotations

from collections.abc import Collection

from telemetra.application.health import Slot


class MemoryProgress:
    """``Progress``."""

    def __init__(self) -> None:
        self._rows: dict[Slot, str] = {}

    def note(self, slot: Slot, sequence: str) -> None:
        self._rows[slot] = sequence

    def load(self, slots: Collection[Slot]) -> dict[Slot, str]:
        return {slot: self._rows[slot] for slot in slots if slot in self._rows}


class MemoryShards:
    """``Shards``; ``put`` accepts a record of a sequence number and an arrival."""

    def __init__(self, *slots: Slot) -> None:
        self._records: dict[Slot, list[tuple[int, int]]] = {slot: [] for slot in slots}

    def put(self, slot: Slot, sequence: int, arrival_ms: int) -> None:
        """Accept a record."""
        self._records[slot].append((sequence, arrival_ms))

    def slots(self) -> list[Slot]:
        return list(self._records)

    def lag_ms(self, slot: Slot, after: str | None, now_ms: int) -> int:
        known = -1 if after is None else int(after)
        waiting = [now_ms - arrival for sequence, arrival in self._records[slot] if sequence > known]
        return max(waiting, default=0)
