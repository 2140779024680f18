"""Events that go on while stacks change, and callers that notice any pause."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final

from telemetra.adapters.clock import now_ms
from telemetra.domain.window import MINUTE_MS, floor_to

CHANNELS: Final = ("deploy_a", "deploy_b", "deploy_c")
EVERY_S: Final = 0.2
EVENTS: Final = 10
"""A channel's events in one record."""


@dataclass(slots=True)
class Answers:
    """What callers of the API got.

    Attributes:
        wrong: answers other than 200, by what they were.
        longest_ms: the slowest answer.
    """

    right: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    longest_ms: float = 0.0


class Steady(AbstractContextManager["Steady"]):
    """Writes chat to a stream and asks the API, from entering to leaving.

    Attributes:
        sent: messages of each channel and minute that the stream took.
    """

    def __init__(self, kinesis: Any, prefix: str, url: str, token: str) -> None:
        self.sent: Counter[tuple[str, int]] = Counter()
        self.answers = Answers()
        self._kinesis = kinesis
        self._stream = f"{prefix}-chat"
        self._url = url
        self._token = token
        self._over = threading.Event()
        self._faults: list[Exception] = []
        self._threads = [
            threading.Thread(target=self._guarded, args=(work,), daemon=True)
            for work in (self._write, self._ask)
        ]

    def __enter__(self) -> Steady:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(30)
        if self._faults and error is None:
            raise self._faults[0]

    def _guarded(self, work: Any) -> None:
        number = 0
        try:
            while not self._over.wait(EVERY_S):
                work(number)
                number += 1
        except Exception as fault:  # noqa: BLE001 - told to the one who waits
            self._faults.append(fault)

    def _write(self, number: int) -> None:
        for channel in CHANNELS:
            at_ms = now_ms()
            lines: Iterator[dict[str, object]] = (
                {
                    "schema": "chat.v1", "event_id": f"{channel}-{number}-{part}", "channel": channel,
                    "ts": at_ms, "user_id": str(part), "user": f"user {part}", "text": "steady",
                    "emotes": [], "badges": [], "bits": 0,
                }
                for part in range(EVENTS)
            )  # fmt: skip
            self._kinesis.put_record(
                StreamName=self._stream,
                Data="\n".join(map(json.dumps, lines)).encode(),
                PartitionKey=channel,
            )
            self.sent[channel, floor_to(at_ms, MINUTE_MS)] += EVENTS

    def _ask(self, number: int) -> None:
        path = ("/health", "/api/v1/streams?limit=5")[number % 2]
        began = time.monotonic()
        status = answer(f"{self._url}{path}", self._token)
        self.answers.longest_ms = max(self.answers.longest_ms, (time.monotonic() - began) * 1_000)
        if status == "200":
            self.answers.right += 1
        else:
            self.answers.wrong[f"{path.partition('?')[0]}: {status}"] += 1


def answer(url: str, token: str) -> str:
    """The status of a GET, or the kind of fault when there is none."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=30) as got:  # noqa: S310
            got.read()
            return str(got.status)
    except urllib.error.HTTPError as error:
        return str(error.code)
    except OSError as error:
        return type(error).__name__
