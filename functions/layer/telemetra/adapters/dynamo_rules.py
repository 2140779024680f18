"""Alert rules in DynamoDB, beside the channel's entry in the directory."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import msgspec
from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.condition import Condition

from telemetra.adapters.bulk import Item, batch_get
from telemetra.adapters.clients import client
from telemetra.adapters.clock import now_ms
from telemetra.adapters.failures import guarded
from telemetra.adapters.tables import StreamRow, bound, bucket, whole
from telemetra.config import Settings
from telemetra.domain.rules import AlertState, RuleSet


class DynamoRules:
    """``RuleStore`` over the table of streams; rules written before a channel was seen make its entry.

    Args:
        settings: prefix of the table's name and endpoint.
        clock: current instant, ms.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], int] = now_ms) -> None:
        self._table = settings.table("streams")
        self._endpoint = settings.aws_endpoint_url
        self._rows = bound(StreamRow, self._table, self._endpoint)
        self._clock = clock

    def get(self, channel: str) -> RuleSet:
        row = self._read(channel, "rules")
        return RuleSet(channel) if row is None or row.rules is None else _rules(row.rules)

    def put(self, rules: RuleSet) -> bool:
        row = self._rows
        written = {"rules": msgspec.json.encode(rules).decode(), "rules_version": rules.version}
        before = rules.version - 1
        return self._update(rules.channel, written, _is_at(row.rules_version, before))

    def speaking(self, channels: Collection[str]) -> set[str]:
        keys: list[Item] = [{"channel": {"S": channel}} for channel in sorted(channels)]
        found = batch_get(client("dynamodb", self._endpoint), self._table, keys, consistent=False)
        stored = (_rules(item["rules"]["S"]) for item in found if "rules" in item)
        return {rules.channel for rules in stored if rules.speaks}

    def state(self, channel: str) -> tuple[AlertState, int]:
        row = self._read(channel, "alerts", "alerts_version")
        if row is None or row.alerts is None:
            return AlertState(), 0
        return msgspec.json.decode(row.alerts, type=AlertState), whole(row.alerts_version) or 0

    def advance(self, channel: str, state: AlertState, *, before: int) -> bool:
        written = {"alerts": msgspec.json.encode(state).decode(), "alerts_version": before + 1}
        return self._update(channel, written, _is_at(self._rows.alerts_version, before))

    def _read(self, channel: str, *attributes: str) -> StreamRow | None:
        with guarded(f"read rules of {channel}"):
            try:
                return self._rows.get(channel, consistent_read=True, attributes_to_get=list(attributes))
            except DoesNotExist:
                return None

    def _update(self, channel: str, values: dict[str, Any], condition: Condition) -> bool:
        row, now = self._rows, self._clock()
        absent = {
            "bucket": bucket(channel),
            "rank": f"0#{channel}",
            "last_seen_ms": 0,
            "seen_hour_ms": 0,
            "created_at": now,
        }
        actions = [getattr(row, name).set(value) for name, value in (values | {"updated_at": now}).items()]
        actions += [getattr(row, name).set(getattr(row, name) | value) for name, value in absent.items()]
        with guarded(f"write rules of {channel}"):
            try:
                row(channel).update(actions=actions, condition=condition)
            except UpdateError as error:
                if error.cause_response_code != "ConditionalCheckFailedException":
                    raise
                return False
        return True


def _is_at(version: Any, before: int) -> Condition:
    condition: Condition = version == before if before else version.does_not_exist()
    return condition


def _rules(text: str) -> RuleSet:
    return msgspec.json.decode(text, type=RuleSet)
