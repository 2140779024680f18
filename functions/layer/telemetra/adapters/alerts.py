"""The queue and the topic of alerts."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from telemetra.adapters.clients import client
from telemetra.adapters.failures import Sleep, guarded
from telemetra.adapters.sqs import send_all
from telemetra.application.alert_ports import Errand
from telemetra.config import Settings

_ERRANDS: Final[msgspec.json.Decoder[Errand]] = msgspec.json.Decoder(Errand)


class SqsErrands:
    """``Errands`` over one queue; a body is JSON of the errand."""

    def __init__(self, settings: Settings, *, sleep: Sleep = time.sleep) -> None:
        self._queue = settings.alerts_queue_url
        self._endpoint = settings.aws_endpoint_url
        self._sleep = sleep

    def send(self, errands: Sequence[Errand]) -> None:
        bodies = [msgspec.json.encode(errand).decode() for errand in errands]
        send_all(client("sqs", self._endpoint), self._queue, bodies, sleep=self._sleep)

    def later(self, receipt: str, seconds: int) -> None:
        """Have a message delivered again after so many seconds."""
        with guarded("put a message off"):
            client("sqs", self._endpoint).change_message_visibility(
                QueueUrl=self._queue, ReceiptHandle=receipt, VisibilityTimeout=seconds
            )


def errand_of(body: str) -> Errand:
    """Read a message of the queue."""
    return _ERRANDS.decode(body)


class SnsTopic:
    """``Topic`` over SNS."""

    def __init__(self, settings: Settings) -> None:
        self._arn = settings.alerts_topic_arn
        self._endpoint = settings.aws_endpoint_url

    def publish(self, message: str, attributes: Mapping[str, str]) -> None:
        named = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        with guarded("publish an alert"):
            client("sns", self._endpoint).publish(
                TopicArn=self._arn, Message=message, MessageAttributes=named
            )
