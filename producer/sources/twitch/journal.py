"""Removals and notices, kept beside the state for a later erasure: ids and times, no texts, no names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import msgspec

from producer.sources.twitch.values import Removal

if TYPE_CHECKING:
    from pathlib import Path

    from producer.sources.twitch.values import Notice

MAX_BYTES: Final = 16 * 1024 * 1024
"""A file longer than this is set aside, in place of the one set aside before."""


class Journal:
    """Appends to ``removals.ndjson`` and ``notices.ndjson`` in ``folder``, mode 0600."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, entry: Removal | Notice) -> None:
        """Append one entry."""
        path = self._folder / ("removals.ndjson" if isinstance(entry, Removal) else "notices.ndjson")
        self._folder.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > MAX_BYTES:
            path.replace(path.with_suffix(".old.ndjson"))
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
            file.write(msgspec.json.encode(entry) + b"\n")
