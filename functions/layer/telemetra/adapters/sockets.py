"""Posting to WebSocket clients through API Gateway."""

from __future__ import annotations

from botocore.exceptions import ClientError

from telemetra.adapters.clients import client
from telemetra.adapters.failures import guarded
from telemetra.config import Settings


class ApiGatewaySockets:
    """``Sockets`` over the management endpoint of the WebSocket stage.

    Without an endpoint there are no sockets: every connection counts as gone.
    """

    def __init__(self, settings: Settings) -> None:
        self._endpoint = settings.socket_endpoint

    def post(self, connection: str, message: bytes) -> bool:
        if not self._endpoint:
            return False
        with guarded(f"post to {connection}"):
            try:
                client("apigatewaymanagementapi", self._endpoint).post_to_connection(
                    ConnectionId=connection, Data=message
                )
            except ClientError as error:
                if error.response["Error"]["Code"] in ("GoneException", "410"):
                    return False
                raise
        return True
