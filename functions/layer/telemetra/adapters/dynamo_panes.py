"""Partials in DynamoDB."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import pairwise
from sys import byteorder
from typing import Any, Final

from telemetra.adapters import partiql
from telemetra.adapters.bulk import Item, batch_get
from telemetra.adapters.clients import client
from telemetra.adapters.clock import now_ms
from telemetra.adapters.compact import expand, squeeze
from telemetra.adapters.failures import guarded
from telemetra.adapters.tables import PaneRow, bound
from telemetra.application.ports import PaneChange
from telemetra.config import Settings
from telemetra.domain.events import Kind
from telemetra.domain.partial import PaneKey, Partial
from telemetra.domain.summary import CONTENTS
from telemetra.domain.window import DAY_MS, HOUR_MS, LATE_LIMIT_MS, MINUTE_MS, PANE_MS, SECOND_MS

MARGIN_MS: Final = DAY_MS
"""How much longer a pane lives than any record or late event that could still fold into it."""

RUN_GAP_MS: Final = MINUTE_MS
"""New rows of a channel that start no further apart share one query for their siblings."""

UPTO_BYTES: Final = 24
"""Width of a sequence number of 56 digits; longer ones take what they need."""

_CREATED_ONCE: Final = ("channel", "slot", "c", "expires_at")


class DynamoPaneStore:
    """``PaneStore`` over one table.

    Args:
        settings: prefix of the table's name, retention of the streams and endpoint.
        clock: current instant, ms.
        inherits: whether rows of a shard may have sisters; the siblings of others are not looked for.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], int] = now_ms,
        inherits: Callable[[Kind, str], bool] = lambda _kind, _shard: True,
    ) -> None:
        self._table = settings.table("panes")
        self._endpoint = settings.aws_endpoint_url
        self._rows = bound(PaneRow, self._table, self._endpoint)
        self._life_ms = PANE_MS + settings.retention_hours * HOUR_MS + LATE_LIMIT_MS + MARGIN_MS
        self._clock = clock
        self._inherits = inherits

    def load(self, keys: Collection[PaneKey], *, consistent: bool = True) -> dict[PaneKey, Partial]:
        wanted: list[Item] = [_raw_key(key) for key in dict.fromkeys(keys)]
        items = batch_get(self._client(), self._table, wanted, consistent=consistent)
        return dict(_decoded(self._rows.from_raw_data(item)) for item in items)

    def siblings(self, keys: Collection[PaneKey]) -> dict[PaneKey, list[Partial]]:
        families: defaultdict[tuple[str, int, Kind], list[tuple[PaneKey, Partial]]] = defaultdict(list)
        for channel, first_ms, last_ms in _runs([key for key in keys if self._inherits(key.kind, key.shard)]):
            slots = self._rows.slot.between(f"{first_ms:013d}", f"{last_ms + PANE_MS:013d}")
            with guarded(f"query siblings of {channel} from {first_ms}"):
                rows = list(self._rows.query(channel, slots, consistent_read=True))
            for key, partial in map(_decoded, rows):
                families[_family(key)].append((key, partial))
        return {key: [partial for other, partial in families[_family(key)] if other != key] for key in keys}

    def write(self, changes: Sequence[PaneChange]) -> set[PaneKey]:
        outcomes = partiql.execute(
            self._client(), {change.key: self._statement(change) for change in changes}
        )
        return {key for key, outcome in outcomes.items() if outcome is not partiql.Outcome.DONE}

    def span(
        self, channel: str, start_ms: int, end_ms: int | None, *, consistent: bool = True
    ) -> list[tuple[PaneKey, Partial]]:
        slot = self._rows.slot
        within = (
            slot >= f"{start_ms:013d}"
            if end_ms is None
            else slot.between(f"{start_ms:013d}", f"{end_ms:013d}")
        )
        with guarded(f"query panes of {channel}"):
            rows = list(
                self._rows.query(
                    channel,
                    within,
                    filter_condition=self._rows.expires_at > self._clock() // SECOND_MS,
                    consistent_read=consistent,
                )
            )
        return [_decoded(row) for row in rows]

    def _client(self) -> Any:
        return client("dynamodb", self._endpoint)

    def _statement(self, change: PaneChange) -> partiql.Statement:
        row = self._encoded(change.key, change.after).serialize()
        if change.before is None:
            return partiql.insert(self._table, row)
        changes = {name: value for name, value in row.items() if name not in _CREATED_ONCE}
        before = {"B": _wide(change.before.upto)}
        return partiql.update(self._table, _raw_key(change.key), changes, where='"u" =', value=before)

    def _encoded(self, key: PaneKey, partial: Partial) -> PaneRow:
        now = self._clock()
        return self._rows(
            key.channel,
            _slot(key),
            data=squeeze(partial.content.encode()),
            upto=_wide(partial.upto),
            ring=_packed(partial.ring),
            version=partial.version,
            mark_ms=partial.mark_ms,
            arrival_ms=partial.arrival_ms,
            delivery=bytes.fromhex(partial.delivery.rpartition("-")[2]) or None,
            created_at=now,
            updated_at=now,
            expires_at=(key.start_ms + self._life_ms) // SECOND_MS,
        )


def _slot(key: PaneKey) -> str:
    return f"{key.start_ms:013d}#{key.kind}#{key.shard}"


def _raw_key(key: PaneKey) -> Item:
    return {"channel": {"S": key.channel}, "slot": {"S": _slot(key)}}


def _runs(keys: Collection[PaneKey]) -> Iterator[tuple[str, int, int]]:
    """Yield (channel, first pane, last pane) of each stretch that is worth one query."""
    at = sorted({(key.channel, key.start_ms) for key in keys})
    breaks = [
        number
        for number in range(1, len(at))
        if at[number][0] != at[number - 1][0] or at[number][1] - at[number - 1][1] > RUN_GAP_MS
    ]
    for first, after in pairwise([0, *breaks, len(at)]):
        if first < after:
            yield *at[first], at[after - 1][1]


def _family(key: PaneKey) -> tuple[str, int, Kind]:
    return key.channel, key.start_ms, key.kind


def _decoded(row: PaneRow) -> tuple[PaneKey, Partial]:
    start, kind, shard = row.slot.split("#")
    key = PaneKey(row.channel, int(start), Kind(kind), shard)
    partial = Partial(
        content=CONTENTS[key.kind].decode(expand(row.data)),
        upto=int.from_bytes(row.upto, "big"),
        ring=_unpacked(row.ring),
        version=int(row.version),
        mark_ms=int(row.mark_ms),
        arrival_ms=int(row.arrival_ms),
        delivery=f"{kind}-{row.delivery.hex()}" if row.delivery else "",
    )
    return key, partial


def _wide(sequence: int) -> bytes:
    return sequence.to_bytes(max(UPTO_BYTES, -(-sequence.bit_length() // 8)), "big")


def _packed(ring: Sequence[int]) -> bytes:
    words = array("Q", ring)
    if byteorder == "little":
        words.byteswap()
    return words.tobytes()


def _unpacked(ring: bytes) -> tuple[int, ...]:
    words = array("Q", ring)
    if byteorder == "little":
        words.byteswap()
    return tuple(words)
