"""Posting to WebSocket clients through API Gateway."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Final

from botocore.exceptions import ClientError

from telemetra.adapters.clients import POSTS_AT_ONCE, client
from telemetra.adapters.failures import guarded
from telemetra.application.ports import Mail, Outcome, Receipt
from telemetra.config import Settings
from telemetra.domain.errors import StoreUnavailableError

AT_ONCE: Final = POSTS_AT_ONCE
"""Sockets posted to at the same time, so that a slow one delays none but itself."""

GONE: Final = ("GoneException", "410")


def delivered(post: Callable[[str, bytes], bool], close: Callable[[str], None], mail: Mail) -> Receipt:
    """Post what one socket is to be told, in order and up to the first message that does not get through."""
    sent = 0
    try:
        for message in mail.said:
            if not post(mail.connection, message):
                return Receipt(sent, Outcome.GONE)
            sent += 1
        if mail.last:
            close(mail.connection)
    except StoreUnavailableError:
        return Receipt(sent, Outcome.FAILED)
    return Receipt(sent, Outcome.SENT)


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
                if error.response["Error"]["Code"] in GONE:
                    return False
                raise
        return True

    def close(self, connection: str) -> None:
        if not self._endpoint:
            return
        with guarded(f"close {connection}"):
            try:
                client("apigatewaymanagementapi", self._endpoint).delete_connection(ConnectionId=connection)
            except ClientError as error:
                if error.response["Error"]["Code"] not in GONE:
                    raise

    def deliver(self, mail: Sequence[Mail]) -> list[Receipt]:
        return list(self._hands.map(lambda each: delivered(self.post, self.close, each), mail))

    @cached_property
    def _hands(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(AT_ONCE)
