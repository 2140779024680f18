"""Which shards of a stream come from others: only their rows can have sisters that know the same records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from telemetra.adapters.clients import client
from telemetra.adapters.clock import now_ms
from telemetra.adapters.failures import guarded
from telemetra.config import Settings
from telemetra.domain.errors import StoreUnavailableError
from telemetra.domain.events import Kind
from telemetra.domain.window import MINUTE_MS

BELIEVED_MS: Final = 10 * MINUTE_MS
"""How long a list of shards is believed; a shard never gains parents, so an old list only asks too much."""


class ShardLineage:
    """Knows the shards that were there from the start, and those whose parents have expired.

    A record that is sent again has the partition key that it had, so it comes to the same shard or, after a
    reshard, to a child of it. A shard is listed for as long as it holds records.

    Args:
        settings: prefix of the streams' names and endpoint.
        clock: current instant, ms.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], int] = now_ms) -> None:
        self._settings = settings
        self._clock = clock
        self._listed: dict[Kind, tuple[int, Mapping[str, bool]]] = {}

    def inherits(self, kind: Kind, shard: str) -> bool:
        """Say whether rows of the shard may have sisters; True as well when that cannot be found out."""
        read_ms, orphans = self._listed.get(kind, (0, {}))
        if self._clock() - read_ms > BELIEVED_MS or shard not in orphans:
            try:
                orphans = dict(self._orphans(kind))
            except StoreUnavailableError:
                return True
            self._listed[kind] = self._clock(), orphans
        return not orphans.get(shard, False)

    def _orphans(self, kind: Kind) -> Iterator[tuple[str, bool]]:
        shards = list(self._shards(kind))
        names = {shard["ShardId"] for shard in shards}
        for shard in shards:
            parents = {shard.get("ParentShardId"), shard.get("AdjacentParentShardId")}
            yield shard["ShardId"], not parents & names

    def _shards(self, kind: Kind) -> Iterator[dict[str, Any]]:
        what: dict[str, str] = {"StreamName": self._settings.stream(kind.value)}
        while what:
            with guarded(f"list shards of {kind}"):
                answer = client("kinesis", self._settings.aws_endpoint_url).list_shards(**what)
            yield from answer["Shards"]
            what = {"NextToken": answer["NextToken"]} if answer.get("NextToken") else {}
