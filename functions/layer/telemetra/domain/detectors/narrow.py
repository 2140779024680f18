"""Numbers as they are stored: most are needed to a few digits, and what is stored is paid for by its bytes.

A scorer rounds what it keeps after every pane, so that being stored in between changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import calcsize, pack, unpack
from typing import Final, TypeAlias

from telemetra.domain.errors import CorruptStateError

FLOAT: Final = "f"
"""Seven digits."""

HALF: Final = "e"
"""Three digits, up to ``LARGEST_HALF``."""

COUNT: Final = "H"
"""Whole numbers below 65,536."""

LARGEST_HALF: Final = 65_504.0

Code: TypeAlias = str


def packed(code: Code, numbers: Sequence[float]) -> bytes:
    """Return numbers of one of the codes above, little-endian."""
    return pack(f"<{len(numbers)}{code}", *numbers)


def unpacked(code: Code, data: bytes, what: str) -> list[float]:
    """Undo ``packed``; raises ``CorruptStateError`` when the last number is cut."""
    count, rest = divmod(len(data), calcsize(f"<{code}"))
    if rest:
        message = f"{what}: {len(data)} bytes of numbers"
        raise CorruptStateError(message)
    return list(unpack(f"<{count}{code}", data))


def rounded(numbers: Sequence[float]) -> list[float]:
    """Return what storing as ``FLOAT`` leaves of numbers.

    >>> rounded([0.5, 0.1])
    [0.5, 0.10000000149011612]
    """
    form = f"<{len(numbers)}{FLOAT}"
    return list(unpack(form, pack(form, *numbers)))


def half(number: float) -> float:
    """Return what storing as ``HALF`` leaves of a number.

    >>> half(4.2087), half(1e9)
    (4.20703125, 65504.0)
    """
    return float(unpack("<e", pack("<e", max(-LARGEST_HALF, min(number, LARGEST_HALF))))[0])
