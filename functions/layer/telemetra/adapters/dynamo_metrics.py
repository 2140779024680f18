"""Minutes, hours and days in DynamoDB."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

from telemetra.adapters import partiql
from telemetra.adapters.bulk import Item, batch_get
from telemetra.adapters.clients import client
from telemetra.adapters.clock import now_ms
from telemetra.adapters.compact import expand, squeeze
from telemetra.adapters.failures import guarded
from telemetra.adapters.tables import MetricItem, bound
from telemetra.config import Settings
from telemetra.domain.metrics import MetricKey, MetricRow
from telemetra.domain.summary import Summary
from telemetra.domain.window import DAY_MS, SECOND_MS, Grain

LIFE_MS: Final[dict[Grain, int | None]] = {
    Grain.MINUTE: 30 * DAY_MS,
    Grain.HOUR: 400 * DAY_MS,
    Grain.DAY: None,
}
"""How long a row is kept after the end of its interval; None is for ever."""

_CREATED_ONCE: Final = ("channel", "slot", "c", "expires_at")


class DynamoMetricStore:
    """``MetricStore`` over one table.

    Args:
        settings: prefix of the table's name and endpoint.
        clock: current instant, ms.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], int] = now_ms) -> None:
        self._table = settings.table("metrics")
        self._endpoint = settings.aws_endpoint_url
        self._rows = bound(MetricItem, self._table, self._endpoint)
        self._clock = clock

    def load(self, keys: Collection[MetricKey]) -> dict[MetricKey, MetricRow]:
        wanted: list[Item] = [_raw_key(key) for key in dict.fromkeys(keys)]
        items = batch_get(self._client(), self._table, wanted)
        rows = (_decoded(self._rows.from_raw_data(item)) for item in items)
        return {row.key: row for row in rows}

    def write(self, rows: Sequence[MetricRow]) -> set[MetricKey]:
        return partiql.upsert(self._client(), {row.key: self._upsert(row) for row in rows})

    def correct(self, rows: Sequence[MetricRow]) -> set[MetricKey]:
        """Write each row unless the stored one has a larger version; return the keys refused."""
        return partiql.upsert(self._client(), {row.key: self._upsert(row, than="<=") for row in rows})

    def span(
        self, channel: str, grain: Grain, start_ms: int, end_ms: int, *, consistent: bool = False
    ) -> list[MetricRow]:
        if end_ms <= start_ms:
            return []
        slot, expires_at = self._rows.slot, self._rows.expires_at
        with guarded(f"query {grain} rows of {channel}"):
            rows = list(
                self._rows.query(
                    channel,
                    slot.between(f"{grain}#{start_ms:013d}", f"{grain}#{end_ms - 1:013d}"),
                    filter_condition=expires_at.does_not_exist() | (expires_at > self._clock() // SECOND_MS),
                    consistent_read=consistent,
                )
            )
        return [_decoded(row) for row in rows]

    def _client(self) -> Any:
        return client("dynamodb", self._endpoint)

    def _upsert(self, row: MetricRow, *, than: str = "<") -> partiql.Upsert:
        item = self._encoded(row).serialize()
        changes = {name: value for name, value in item.items() if name not in _CREATED_ONCE}
        return partiql.Upsert(
            insert=partiql.insert(self._table, item),
            update=partiql.update(
                self._table, _raw_key(row.key), changes, where=f'"v" {than}', value=item["v"]
            ),
            insert_first=row.key.grain is Grain.MINUTE and row.revision == 0,
        )

    def _encoded(self, row: MetricRow) -> MetricItem:
        life_ms, now = LIFE_MS[row.key.grain], self._clock()
        return self._rows(
            row.key.channel,
            _slot(row.key),
            data=squeeze(row.summary.encode()),
            final=row.final,
            revision=row.revision,
            version=row.version,
            created_at=now,
            updated_at=now,
            expires_at=None if life_ms is None else (row.end_ms + life_ms) // SECOND_MS,
        )


def _slot(key: MetricKey) -> str:
    return f"{key.grain}#{key.start_ms:013d}"


def _raw_key(key: MetricKey) -> Item:
    return {"channel": {"S": key.channel}, "slot": {"S": _slot(key)}}


def _decoded(item: MetricItem) -> MetricRow:
    grain, start = item.slot.split("#")
    return MetricRow(
        key=MetricKey(item.channel, Grain(grain), int(start)),
        summary=Summary.decode(expand(item.data)),
        final=item.final,
        revision=int(item.revision),
        version=int(item.version),
    )
