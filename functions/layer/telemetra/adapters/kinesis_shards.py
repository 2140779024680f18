"""The streams as their reader sees them: which shards there are, and what waits in each."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from telemetra.adapters.clients import client
from telemetra.adapters.failures import guarded
from telemetra.application.health import Slot
from telemetra.config import Settings
from telemetra.domain.events import Kind
from telemetra.domain.window import SECOND_MS


class KinesisShards:
    """``Shards`` over Kinesis; one record of a shard is read to know how long it has waited."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def slots(self) -> list[Slot]:
        with guarded("list shards"):
            return [
                (kind, str(shard["ShardId"]))
                for kind in Kind
                for shard in self._client().list_shards(StreamName=self._settings.stream(kind))["Shards"]
            ]

    def lag_ms(self, slot: Slot, after: str | None, now_ms: int) -> int:
        kind, shard = slot
        with guarded(f"read {kind.value} {shard}"):
            answer = self._client().get_records(ShardIterator=self._iterator(kind, shard, after), Limit=1)
        if not answer["Records"]:
            return int(answer.get("MillisBehindLatest", 0))
        arrived_ms = round(answer["Records"][0]["ApproximateArrivalTimestamp"].timestamp() * SECOND_MS)
        return max(now_ms - int(arrived_ms), 0)

    def _iterator(self, kind: Kind, shard: str, after: str | None) -> str:
        place = {"StreamName": self._settings.stream(kind), "ShardId": shard}
        oldest = {**place, "ShardIteratorType": "TRIM_HORIZON"}
        if after is None:
            return str(self._client().get_shard_iterator(**oldest)["ShardIterator"])
        behind = {
            **place,
            "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
            "StartingSequenceNumber": after,
        }
        try:
            return str(self._client().get_shard_iterator(**behind)["ShardIterator"])
        except ClientError as error:
            if error.response["Error"]["Code"] != "InvalidArgumentException":
                raise
            return str(self._client().get_shard_iterator(**oldest)["ShardIterator"])

    def _client(self) -> Any:
        return client("kinesis", self._settings.aws_endpoint_url)
