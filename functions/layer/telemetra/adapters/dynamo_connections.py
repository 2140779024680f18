"""Sockets and their interests in DynamoDB."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pynamodb.exceptions import DoesNotExist

from telemetra.adapters.clock import now_ms
from telemetra.adapters.failures import guarded
from telemetra.adapters.tables import ConnectionRow, bound
from telemetra.application.ports import Subscription
from telemetra.config import Settings
from telemetra.domain.window import MINUTE_MS, SECOND_MS

MARGIN_MS: Final = 10 * MINUTE_MS
"""How much longer a row lives than its socket."""

ITSELF: Final = "-"
"""Stands for the channel in the row of the socket itself; no channel can be named so."""


class DynamoConnections:
    """``Connections`` over one table.

    Args:
        settings: prefix of the table's name and endpoint.
        clock: current instant, ms.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], int] = now_ms) -> None:
        self._rows = bound(ConnectionRow, settings.table("connections"), settings.aws_endpoint_url)
        self._clock = clock

    def open(self, connection: str, role: str, expires_ms: int) -> None:
        self._save(connection, ITSELF, role, expires_ms)

    def role(self, connection: str) -> str | None:
        with guarded(f"read connection {connection}"):
            try:
                row = self._rows.get(connection, ITSELF, consistent_read=True)
            except DoesNotExist:
                return None
        return row.role if row.expires_ms > self._clock() else None

    def subscribe(self, subscription: Subscription) -> None:
        self._save(subscription.connection, subscription.channel, subscription.role, subscription.expires_ms)

    def unsubscribe(self, connection: str, channel: str) -> None:
        with guarded(f"delete {connection} {channel}"):
            self._rows(connection, channel).delete()

    def close(self, connection: str) -> None:
        with guarded(f"close {connection}"):
            for row in list(self._rows.query(connection, consistent_read=True)):
                row.delete()

    def subscribers(self, channel: str) -> list[Subscription]:
        with guarded(f"query subscribers of {channel}"):
            rows = list(
                self._rows.by_channel.query(channel, filter_condition=self._rows.expires_ms > self._clock())
            )
        return [Subscription(row.connection, row.channel, row.role, int(row.expires_ms)) for row in rows]

    def _save(self, connection: str, channel: str, role: str, expires_ms: int) -> None:
        now = self._clock()
        row = self._rows(
            connection,
            channel,
            role=role,
            expires_ms=expires_ms,
            created_at=now,
            updated_at=now,
            expires_at=(expires_ms + MARGIN_MS) // SECOND_MS,
        )
        with guarded(f"write {connection} {channel}"):
            row.save()
