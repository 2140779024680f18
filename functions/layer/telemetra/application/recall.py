"""What was answered a moment ago, so that a hot channel is not read again for every caller."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

CHANGING_MS: Final = 1_000
"""How long an answer that includes now is remembered, which is also how often the live view moves on."""

CLOSED_MS: Final = 10_000
"""How long an answer about the past is remembered."""

LARGEST: Final = 16 * 1024 * 1024
"""Characters remembered in all."""


@dataclass(frozen=True, slots=True)
class Body:
    """What an answer carries.

    Attributes:
        kind: media type.
        text: the content.
        closed: whether it is about the past only, which only a late event can still change.
        name: file name to save it under; empty when it is to be shown.
        life_ms: how long it may be remembered; 0 leaves that to ``closed``.
    """

    kind: str
    text: str
    closed: bool = False
    name: str = ""
    life_ms: int = 0


class Recall:
    """Remembers bodies by key, each for a short time; the oldest go first when there are too many.

    Whoever must not miss a write that was announced, such as a client that has just subscribed, asks afresh.
    """

    def __init__(self, largest: int = LARGEST) -> None:
        """Take the number of characters to remember."""
        self._largest = largest
        self._size = 0
        self._bodies: OrderedDict[Hashable, tuple[int, Body]] = OrderedDict()

    def __call__(self, key: Hashable, now_ms: int, make: Callable[[], Body], *, afresh: bool = False) -> Body:
        """Return what is remembered under ``key``, or what ``make`` returns."""
        until_ms, known = self._bodies.get(key, (0, None))
        if known is not None and now_ms < until_ms and not afresh:
            return known
        body = make()
        self._forget(key)
        life_ms = body.life_ms or (CLOSED_MS if body.closed else CHANGING_MS)
        self._bodies[key] = now_ms + life_ms, body
        self._size += len(body.text)
        while self._size > self._largest:
            self._forget(next(iter(self._bodies)))
        return body

    def _forget(self, key: Hashable) -> None:
        _, body = self._bodies.pop(key, (0, None))
        self._size -= len(body.text) if body is not None else 0
