"""Looks at a running stack the way its users do, without disturbing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.access import signer
from local.cloud import Cloud
from telemetra.client import ApiError, Client


@dataclass(frozen=True, slots=True)
class Look:
    """One look.

    Attributes:
        events_per_s: chat messages a second over the newest live windows; None when the API does not answer.
        lag_ms: the greatest lag of any shard.
    """

    events_per_s: float | None
    lag_ms: int | None
    minutes: int | None
    moments: int | None


class Watch:
    """Asks the API through the edge, and the tables for their sizes."""

    def __init__(self, cloud: Cloud, url: str, prefix: str) -> None:
        self._tables = cloud.client("dynamodb")
        self._signer = signer(cloud, prefix)
        self._url = url
        self._prefix = prefix

    def get(self, path: str, **query: str | int) -> Any:
        """The JSON answer to a GET, or None when there is none."""
        try:
            with Client(self._url, self._signer.token(), attempts=1) as api:
                return api.get(path, **query)
        except (ApiError, ClientError, BotoCoreError):
            return None

    def ticket(self) -> str:
        """A ticket that opens a WebSocket."""
        return self._signer.ticket()

    def live_channels(self) -> list[str]:
        """Channels that are live now."""
        answer = self.get("/api/v1/streams", limit=100) or {"items": []}
        return [item["stream_id"] for item in answer["items"] if item["live"]]

    def newest_window(self, channel: str) -> dict[str, Any] | None:
        """The newest live window of a channel."""
        answer = self.get(f"/api/v1/streams/{channel}/metrics", grain="live")
        return answer["items"][-1] if answer and answer["items"] else None

    def is_live(self) -> bool:
        """Whether some channel has a live window."""
        return any(self.newest_window(channel) for channel in self.live_channels())

    def is_known(self) -> bool:
        """Whether some channel has sent anything."""
        return bool((self.get("/api/v1/streams", limit=1) or {"items": []})["items"])

    def is_caught_up(self) -> bool:
        """Whether the newest window of every live channel holds chat, so that nothing older is on its way."""
        windows = [self.newest_window(channel) for channel in self.live_channels()]
        return bool(windows) and all(window and window["chat_count"] for window in windows)

    def rows(self, table: str) -> int | None:
        """How many rows a table has."""
        try:
            answer = self._tables.describe_table(TableName=f"{self._prefix}-{table}")
        except (ClientError, BotoCoreError):
            return None
        return int(answer["Table"]["ItemCount"])

    def look(self) -> Look:
        """Look once."""
        health = self.get("/api/v1/health")
        windows = [self.newest_window(channel) for channel in self.live_channels()[:5]]
        rates = [window["chat_count"] / 60 for window in windows if window]
        lags = [shard["lag_ms"] for shard in health["lag"]] if health else []
        return Look(
            sum(rates) if health else None,
            max((lag for lag in lags if lag is not None), default=None),
            self.rows("metrics"),
            self.rows("moments"),
        )
