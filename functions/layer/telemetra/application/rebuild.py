"""One pass of archived records through decode and fold, with nothing of it in any table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from telemetra.application.aggregate import AggregateRecords
from telemetra.application.ports import PaneChange, Record
from telemetra.domain.events import Kind
from telemetra.domain.partial import PaneKey, Partial

RECORDS_A_BATCH: Final = 500


class ScratchPanes:
    """``PaneStore`` of one pass: rows of the wanted channel and time in memory, all others forgotten."""

    def __init__(self, wanted: Callable[[PaneKey], bool]) -> None:
        """Take what tells the rows to keep."""
        self._wanted = wanted
        self._families: defaultdict[tuple[str, int, Kind], dict[PaneKey, Partial]] = defaultdict(dict)

    def load(self, keys: Collection[PaneKey], *, consistent: bool = True) -> dict[PaneKey, Partial]:  # noqa: ARG002
        found = ((key, self._family(key).get(key)) for key in keys)
        return {key: partial for key, partial in found if partial is not None}

    def siblings(self, keys: Collection[PaneKey]) -> dict[PaneKey, list[Partial]]:
        return {
            key: [partial for other, partial in sorted(self._family(key).items()) if other != key]
            for key in keys
        }

    def write(self, changes: Sequence[PaneChange]) -> set[PaneKey]:
        for change in changes:
            if self._wanted(change.key):
                key = change.key
                self._families[key.channel, key.start_ms, key.kind][key] = change.after
        return set()

    def span(
        self,
        channel: str,
        start_ms: int,
        end_ms: int | None,
        *,
        consistent: bool = True,  # noqa: ARG002 - memory is
    ) -> list[tuple[PaneKey, Partial]]:
        return sorted(
            (
                row
                for row in self.rows()
                if row[0].channel == channel
                and row[0].start_ms >= start_ms
                and (end_ms is None or row[0].start_ms < end_ms)
            ),
            key=lambda row: row[0],
        )

    def rows(self) -> Iterator[tuple[PaneKey, Partial]]:
        """Yield all rows."""
        for family in self._families.values():
            yield from family.items()

    def _family(self, key: PaneKey) -> Mapping[PaneKey, Partial]:
        return self._families.get((key.channel, key.start_ms, key.kind), {})


def rebuild(records: Iterable[Record], fold: AggregateRecords) -> int:
    """Take ``records`` through ``fold``, batch by batch; return how many there were."""
    source = iter(records)
    count = 0
    while batch := list(islice(source, RECORDS_A_BATCH)):
        fold(batch)
        count += len(batch)
    return count
