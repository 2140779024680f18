"""Pages of channels and of moments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from telemetra.application.access import Caller
from telemetra.application.ports import Directory, MomentStore, Page
from telemetra.application.query import Range
from telemetra.domain.directory import Stream
from telemetra.domain.moment import Moment, MomentType

MOST_ITEMS: Final = 100
"""Items of one page."""

USUAL_ITEMS: Final = 50

MOST_READS: Final = 10
"""Pages read from the store for one answer when a filter leaves little of each."""


class StreamsPage:
    """Lists the channels that a caller may read, live ones first."""

    def __init__(self, directory: Directory) -> None:
        """Take the directory."""
        self._directory = directory

    def __call__(self, caller: Caller, *, limit: int, cursor: str | None) -> Page[Stream]:
        """Return a page; a short one may still go on."""
        page = self._directory.page(limit=limit, cursor=cursor)
        return Page([stream for stream in page.items if caller.reads(stream.channel)], page.cursor)


@dataclass(frozen=True, slots=True)
class MomentFilter:
    """Which moments: type (None means all) and least score."""

    type: MomentType | None = None
    min_score: float = 0.0

    def takes(self, moment: Moment) -> bool:
        """Say whether the moment is wanted."""
        return moment.score >= self.min_score and self.type in (None, moment.type)


class MomentsPage:
    """Lists the moments of a channel, newest first."""

    def __init__(self, moments: MomentStore) -> None:
        """Take the store of moments."""
        self._moments = moments

    def __call__(
        self, channel: str, range_: Range, wanted: MomentFilter, *, limit: int, cursor: str | None
    ) -> Page[Moment]:
        """Return a page of the moments that opened in the range; a short one may still go on."""
        found: list[Moment] = []
        for _ in range(MOST_READS):
            page = self._moments.page(
                channel, range_.start_ms, range_.end_ms, limit=limit - len(found), cursor=cursor
            )
            found += (moment for moment in page.items if wanted.takes(moment))
            cursor = page.cursor
            if cursor is None or len(found) == limit:
                break
        return Page(found, cursor)
