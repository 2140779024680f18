"""Bulk folds of each kind: events go in batch by batch, each with its cell; contents come out row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from telemetra.domain.bulk import stable_order
from telemetra.domain.chat import ChatPane
from telemetra.domain.events import Chat, Kind
from telemetra.domain.messages import Messages
from telemetra.domain.revenue import RevenuePane
from telemetra.domain.summary import Content, join
from telemetra.domain.users import Users
from telemetra.domain.viewers import ViewerPane
from telemetra.domain.vocabulary import Numbers, Vocabulary


class Fold(Protocol):
    """Events of one kind, on their way into rows; cells are numbered from 0 on, without a gap."""

    @property
    def cells(self) -> int:
        """How many cells there are."""
        ...

    def add(self, events: Sequence[Any], cells: Numbers) -> None:
        """Take in events; ``cells`` says what each belongs to."""

    def contents(self, row_of: Numbers, rows: int, before: Sequence[Any]) -> Sequence[Content]:
        """Fold into rows 0 to ``rows`` - 1.

        Args:
            row_of: the row of each cell, -1 for one to leave out.
            rows: number of rows.
            before: what each row holds already, None for nothing.
        """


class ChatFold:
    """Folds chat, vectorised."""

    def __init__(self, users: Users, known: Vocabulary) -> None:
        """Take what hashes user ids and what numbers the words."""
        self._messages = Messages(users, known)
        self.cells = 0

    def add(self, events: Sequence[Chat], cells: Numbers) -> None:
        self.cells = max(self.cells, int(cells.max()) + 1)
        self._messages.add(events, cells)

    def contents(self, row_of: Numbers, rows: int, before: Sequence[ChatPane | None]) -> list[ChatPane]:
        return ChatPane.folded(self._messages.fold(row_of, rows, ChatPane.held(before)))


class PlainFold:
    """Folds the rarer kinds, row after row."""

    def __init__(self, of: Callable[[list[Any]], Content]) -> None:
        """Take the fold of one row."""
        self._of = of
        self._events: list[Any] = []
        self._cells: list[Numbers] = []
        self.cells = 0

    def add(self, events: Sequence[Any], cells: Numbers) -> None:
        self._events += events
        self._cells.append(cells)
        self.cells = max(self.cells, int(cells.max()) + 1)

    def contents(self, row_of: Numbers, rows: int, before: Sequence[Content | None]) -> list[Content]:
        row = row_of[np.concatenate(self._cells)]
        taken = np.flatnonzero(row >= 0)
        order = taken[stable_order(row[taken])].tolist()
        ordered = [self._events[at] for at in order]
        bounds = pairwise([0, *np.cumsum(np.bincount(row[taken], minlength=rows)).tolist()])
        contents = [self._of(ordered[first:last]) for first, last in bounds]
        return [join(old, new) if old else new for old, new in zip(before, contents, strict=True)]


def fold_of(kind: Kind, users: Users, known: Vocabulary) -> Fold | None:
    """Return an empty fold of ``kind``; None for stream metadata, which folds into no row."""
    match kind:
        case Kind.CHAT:
            return ChatFold(users, known)
        case Kind.VIEWER:
            return PlainFold(ViewerPane.of)
        case Kind.TRANSACTION:
            return PlainFold(RevenuePane.of)
        case _:
            return None
