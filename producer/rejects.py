"""The reject queue from outside: what waits there, taken off it only when it is safely elsewhere."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

BATCH: Final = 10
"""Messages that one call receives or deletes."""

HOLD_S: Final = 60
"""How long a received message is hidden from the next look."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """One line, or one record that could not be unpacked.

    Attributes:
        stream: kind of the stream that it came on.
        shard: shard id.
        sequence: sequence number, digits.
        line: number of the line in its record; None for the whole record.
        reason: short name of what was wrong.
        detail: the sentence.
        data: its bytes.
        receipt: by which its message is deleted.
    """

    stream: str
    shard: str
    sequence: str
    line: int | None
    reason: str
    detail: str
    data: bytes
    receipt: str = ""

    def line_of_file(self) -> str:
        """Return it as one line of a file that a person can edit: ``text``, or ``base64`` when it is none."""
        told: dict[str, Any] = {
            "stream": self.stream,
            "shard": self.shard,
            "sequence": self.sequence,
            "line": self.line,
            "reason": self.reason,
            "detail": self.detail,
        }
        try:
            told["text"] = self.data.decode()
        except UnicodeDecodeError:
            told["base64"] = b64encode(self.data).decode()
        return json.dumps(told, ensure_ascii=False)


class RejectQueue:
    """The queue and the bucket of large rejects of one deployment."""

    def __init__(self, sqs: Any, s3: Any, prefix: str, bucket: str) -> None:
        """Take the clients, the prefix of the names and the bucket of large rejects."""
        self._sqs = sqs
        self._s3 = s3
        self._bucket = bucket
        self._url = sqs.get_queue_url(QueueName=f"{prefix}-rejects")["QueueUrl"]

    def waiting(self) -> Iterator[list[Rejected]]:
        """Yield what waits, some at a time; it stays hidden for a minute and then waits again."""
        seen: set[str] = set()
        while True:
            answer = self._sqs.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=BATCH, VisibilityTimeout=HOLD_S, WaitTimeSeconds=0
            )
            fresh = [message for message in answer.get("Messages", []) if message["MessageId"] not in seen]
            if not fresh:
                return
            seen.update(message["MessageId"] for message in fresh)
            yield [self._read(message) for message in fresh]

    def release(self, rejected: Sequence[Rejected]) -> None:
        """Let others see again at once what was only looked at."""
        for part in _tens(rejected):
            entries = [
                {"Id": str(at), "ReceiptHandle": one.receipt, "VisibilityTimeout": 0}
                for at, one in enumerate(part)
            ]
            self._sqs.change_message_visibility_batch(QueueUrl=self._url, Entries=entries)

    def delete(self, rejected: Sequence[Rejected]) -> None:
        """Forget what is kept elsewhere."""
        for part in _tens(rejected):
            entries = [{"Id": str(at), "ReceiptHandle": one.receipt} for at, one in enumerate(part)]
            self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)

    def _read(self, message: dict[str, Any]) -> Rejected:
        told = json.loads(message["Body"])
        data = told["data"]
        if isinstance(data, dict):
            body = self._s3.get_object(Bucket=self._bucket, Key=data["s3"])["Body"].read()
        else:
            body = b64decode(data)
        return Rejected(
            stream=told["stream"],
            shard=told["shard"],
            sequence=told["sequence"],
            line=told["line"],
            reason=told["reason"],
            detail=told["detail"],
            data=body,
            receipt=message["ReceiptHandle"],
        )


def lines_of(text: str) -> list[bytes]:
    """Return the events of a file that ``line_of_file`` made, or of plain contract events.

    Raises:
        ValueError: a line is neither; its number is named.
    """
    found = []
    for number, row in enumerate(text.splitlines(), start=1):
        if not row.strip():
            continue
        try:
            told = json.loads(row)
        except ValueError:
            told = None
        if not isinstance(told, dict) or not {"text", "base64", "schema"} & told.keys():
            message = f"line {number} is neither a reject with text or base64 nor an event with a schema"
            raise ValueError(message)
        if "schema" in told:
            found.append(row.encode())
        else:
            found.append(told["text"].encode() if "text" in told else b64decode(told["base64"]))
    return found


def _tens(rejected: Sequence[Rejected]) -> Iterator[Sequence[Rejected]]:
    for start in range(0, len(rejected), BATCH):
        yield rejected[start : start + BATCH]
