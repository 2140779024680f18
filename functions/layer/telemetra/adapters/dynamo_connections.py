"""Sockets and their interests in DynamoDB."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from botocore.exceptions import ClientError
from pynamodb.exceptions import DoesNotExist

from telemetra.adapters.bulk import Item
from telemetra.adapters.clients import client
from telemetra.adapters.clock import now_ms
from telemetra.adapters.failures import guarded
from telemetra.adapters.tables import ConnectionRow, bound
from telemetra.application.ports import Greeting, Subscription
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
        self._table = settings.table("connections")
        self._endpoint = settings.aws_endpoint_url
        self._rows = bound(ConnectionRow, self._table, self._endpoint)
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

    def hear(self, connection: str, minute: int) -> int | None:
        now = {"N": str(self._clock())}
        values = {":minute": {"N": str(minute)}, ":one": {"N": "1"}, ":now": now}
        counted = self._update(
            (connection, ITSELF), "SET said = said + :one", "heard = :minute AND expires_ms > :now", values
        )
        if counted is not None:
            return int(counted["said"]["N"])
        begun = self._update(
            (connection, ITSELF), "SET heard = :minute, said = :one", "expires_ms > :now", values
        )
        return None if begun is None else 1

    def subscribe(self, subscription: Subscription, greeting: Greeting = Greeting.ASKED) -> None:
        self._save(
            subscription.connection,
            subscription.channel,
            subscription.role,
            subscription.expires_ms,
            greeting=greeting.value,
        )

    def interests(self, connection: str) -> dict[str, Greeting]:
        with guarded(f"query interests of {connection}"):
            rows = list(self._rows.query(connection, consistent_read=True))
        return {
            row.channel: Greeting(row.greeting or Greeting.ASKED) for row in rows if row.channel != ITSELF
        }

    def greet(self, connection: str, channel: str, before: Greeting, after: Greeting) -> bool:
        values = {":before": {"S": before.value}, ":after": {"S": after.value}}
        moved = self._update((connection, channel), "SET greeting = :after", "greeting = :before", values)
        return moved is not None

    def unsubscribe(self, connection: str, channel: str) -> None:
        with guarded(f"delete {connection} {channel}"):
            self._rows(connection, channel).delete()

    def close(self, connection: str) -> None:
        with guarded(f"close {connection}"):
            for row in list(self._rows.query(connection, consistent_read=True)):
                row.delete()

    def subscribers(self, channel: str) -> list[Subscription]:
        with guarded(f"query subscribers of {channel}"):
            rows = list(self._rows.by_channel.query(channel))
        return [Subscription(row.connection, row.channel, row.role, int(row.expires_ms)) for row in rows]

    def _update(
        self, key: tuple[str, str], change: str, condition: str, values: dict[str, dict[str, str]]
    ) -> Item | None:
        """Change a row and return what has changed; None when the condition does not hold."""
        connection, channel = key
        with guarded(f"update {connection} {channel}"):
            try:
                answer = client("dynamodb", self._endpoint).update_item(
                    TableName=self._table,
                    Key={"connection": {"S": connection}, "channel": {"S": channel}},
                    UpdateExpression=change,
                    ConditionExpression=condition,
                    ExpressionAttributeValues={
                        name: value for name, value in values.items() if name in f"{change} {condition} "
                    },
                    ReturnValues="UPDATED_NEW",
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                    raise
                return None
        changed: Item = answer["Attributes"]
        return changed

    def _save(
        self,
        connection: str,
        channel: str,
        role: str,
        expires_ms: int,
        *,
        greeting: str = "",
    ) -> None:
        now = self._clock()
        row = self._rows(
            connection,
            channel,
            role=role,
            expires_ms=expires_ms,
            created_at=now,
            updated_at=now,
            expires_at=(expires_ms + MARGIN_MS) // SECOND_MS,
            greeting=greeting or None,
        )
        with guarded(f"write {connection} {channel}"):
            row.save()
