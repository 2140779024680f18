"""The wall clock, read nowhere else."""

from __future__ import annotations

import time


def now_ms() -> int:
    """Return the current instant, epoch ms UTC."""
    return time.time_ns() // 1_000_000
