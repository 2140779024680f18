"""The state of each channel in DynamoDB."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any, Final

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from telemetra.adapters import partiql
from telemetra.adapters.bulk import Item, batch_get
from telemetra.adapters.clients import client
from telemetra.adapters.clock import now_ms
from telemetra.adapters.compact import expand, squeeze
from telemetra.adapters.failures import guarded
from telemetra.adapters.tables import DetectorRow, bound
from telemetra.application.ports import StateChange
from telemetra.config import Settings
from telemetra.domain.state import ChannelState

_CREATED_ONCE: Final = ("channel", "created_at")


class DynamoStateStore:
    """``StateStore`` and ``Budgets`` over one table; a budget stays whatever writes the state.

    Args:
        settings: prefix of the table's name and endpoint.
        clock: current instant, ms.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], int] = now_ms) -> None:
        self._table = settings.table("detectors")
        self._endpoint = settings.aws_endpoint_url
        self._rows = bound(DetectorRow, self._table, self._endpoint)
        self._clock = clock

    def load(self, channels: Collection[str]) -> dict[str, ChannelState]:
        wanted: list[Item] = [_raw_key(channel) for channel in dict.fromkeys(channels)]
        rows = map(self._rows.from_raw_data, batch_get(self._client(), self._table, wanted))
        return {row.channel: _decoded(row) for row in rows}

    def write(self, changes: Sequence[StateChange]) -> set[str]:
        outcomes = partiql.execute(
            self._client(), {change.after.channel: self._statement(change) for change in changes}
        )
        return {channel for channel, outcome in outcomes.items() if outcome is not partiql.Outcome.DONE}

    def tune(self, channel: str, budget: float) -> None:
        row = self._rows
        actions: list[Action] = [row.budget.set(budget), row.updated_at.set(self._clock())]
        with guarded(f"tune {channel}"):
            try:
                row(channel).update(actions=actions, condition=row.channel.exists())
            except UpdateError as error:
                if error.cause_response_code != "ConditionalCheckFailedException":
                    raise

    def _client(self) -> Any:
        return client("dynamodb", self._endpoint)

    def _statement(self, change: StateChange) -> partiql.Statement:
        now = self._clock()
        after = change.after
        row = self._rows(
            after.channel,
            version=after.version,
            data=squeeze(after.encode()),
            closed_ms=after.closed_ms,
            settled_ms=after.settled_ms,
            detector_name=after.detector_name,
            created_at=now,
            updated_at=now,
        ).serialize()
        if change.before == 0:
            return partiql.insert(self._table, row)
        changes = {name: value for name, value in row.items() if name not in _CREATED_ONCE}
        before = {"N": str(change.before)}
        return partiql.update(
            self._table, _raw_key(after.channel), changes, where='"version" =', value=before
        )


def _decoded(row: DetectorRow) -> ChannelState:
    state = ChannelState.decode(row.channel, int(row.version), expand(row.data))
    return replace(state, budget=float(row.budget or 1.0))


def _raw_key(channel: str) -> Item:
    return {"channel": {"S": channel}}
