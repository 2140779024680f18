"""Walks over the directory: live channels, then offline ones, each by name and each once.

A walk asks where a channel stood when the walk began, which never changes: where it stands now, and whether
it has turned an odd number of times since. So the cursor is all that a walk needs; the server remembers none.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from telemetra.adapters.cursors import cursor_after, position_of
from telemetra.domain.errors import ParameterError
from telemetra.domain.window import SECOND_MS

LIVE: Final = 0
OFFLINE: Final = 1

SETTLED_MS: Final = 2 * SECOND_MS
"""How long before its first page a walk looks at the channels: an index is behind its table for a moment."""

MOST_FLIPS: Final = 8
"""Instants that a channel keeps; the oldest go by two, which misleads only walks begun between them."""

_POSITION: Final = re.compile(r"([0-9]{1,15})#([01])#([a-z0-9_]{1,64})")


def part_of(*, live: bool | None) -> int:
    """Return the part of the listing that a channel is in; one that never said so counts as live."""
    return OFFLINE if live is False else LIVE


def part_at(part: int, flips: Collection[int], at_ms: int) -> int:
    """Return the part that a channel was in.

    >>> part_at(OFFLINE, [10, 20], 15), part_at(OFFLINE, [10, 20], 5), part_at(OFFLINE, [10, 20], 20)
    (0, 1, 1)
    """
    return (part + sum(flip > at_ms for flip in flips)) % 2


def flipped(flips: Collection[int], at_ms: int) -> list[int]:
    """Return the instants at which a channel turned, oldest first, with one more that is after all of them.

    >>> flipped([1, 2, 3, 4, 5, 6, 7, 8], 8)
    [3, 4, 5, 6, 7, 8, 9]
    """
    kept = [*sorted(flips), max(at_ms, *(flip + 1 for flip in flips))] if flips else [at_ms]
    return kept[2:] if len(kept) > MOST_FLIPS else kept


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a walk stands.

    Attributes:
        as_of_ms: the instant whose parts it follows.
        part: the part that it is in.
        after: name of the last channel shown there.
    """

    as_of_ms: int
    part: int = LIVE
    after: str = ""

    def cursor(self, part: int, channel: str) -> str:
        """Return what goes on after a channel of a part."""
        return cursor_after(f"{self.as_of_ms}#{part}#{channel}")


def walk_of(cursor: str | None, now_ms: int) -> Walk:
    """Begin a walk, or go on with one; raises ``ParameterError`` when no cursor of ours reads so."""
    if cursor is None:
        return Walk(now_ms - SETTLED_MS)
    found = _POSITION.fullmatch(position_of(cursor))
    if found is None:
        message = f"cursor {cursor[:80]!r} is not one of channels"
        raise ParameterError(message)
    as_of_ms, part, after = found.groups()
    return Walk(int(as_of_ms), int(part), after)
