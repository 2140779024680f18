"""The stack that experiments run on, what they may do to it, and how it is judged afterwards."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, Final

import msgspec

from bench.chaos import faults as injected
from bench.chaos.faults import Faults
from bench.chaos.sabotage import Sabotage
from bench.chaos.traffic import Chatter, beats, counted
from bench.chaos.verdict import NORMAL_LAG_MS, Minutes, Verdict, differences
from bench.holdings import answered
from local.embedded import embedded
from local.supervisor import Stack
from local.waiting import holds_within
from local.watch import Watch
from producer.client import connect
from producer.event import Line
from producer.pack import Packed, pack
from producer.sink import KinesisSink, Totals
from telemetra.adapters.clock import now_ms
from telemetra.domain.events import Kind
from telemetra.domain.window import HOUR_MS, MINUTE_MS

MODULE: Final = "bench.chaos.faults"
NONE: Final = Faults()

NORMAL_WITHIN_S: Final = 40.0
"""How long after the fault the lag may take to be normal again."""

SETTLED_WITHIN_S: Final = 40.0
STEADY_READS: Final = 3
"""Reads of the counts, a second apart, that must be alike before what is missing counts as lost."""


class Ground:
    """One running stack with a switch for faults."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.prefix = stack.plan.prefix
        self.watch = Watch(stack.cloud, stack.url, self.prefix)
        self.kinesis = connect(stack.cloud.endpoint_url)
        self.client = stack.cloud.client
        self._file = stack.state.scratch / injected.FILE
        sqs = self.client("sqs")
        self._queue = sqs.get_queue_url(QueueName=f"{self.prefix}-rejects")["QueueUrl"]
        self._sqs = sqs

    @contextmanager
    def fault(self, faults: Faults) -> Iterator[None]:
        """Let faults hold until the block ends."""
        self._file.write_bytes(msgspec.json.encode(faults))
        try:
            yield
        finally:
            self._file.unlink()

    def sink(self, sleep: Any = time.sleep) -> KinesisSink:
        """A sender onto the stack's streams, as the commands use it."""
        return KinesisSink(self.kinesis, self.stream, sleep=sleep, seconds=time.monotonic, rng=Random(3))

    def stream(self, kind: Kind) -> str:
        """The name of a stream."""
        return f"{self.prefix}-{kind}"

    def invoke(self, records: Sequence[dict[str, Any]]) -> None:
        """Hand a delivery to the aggregate function itself.

        Raises:
            RuntimeError: it failed.
        """
        payload = json.dumps({"Records": list(records)}).encode()
        answer = self.client("lambda").invoke(FunctionName=f"{self.prefix}-aggregate", Payload=payload)
        if "FunctionError" in answer:
            message = f"aggregate failed: {answer['Payload'].read()[:500]!r}"
            raise RuntimeError(message)

    def counts(self, channels: Iterable[str], truth: Minutes) -> Minutes:
        """The messages of each minute, as the API answers."""
        instants = [start for _, start in truth] or [now_ms()]
        latest_ms = max(*instants, now_ms()) + 5 * MINUTE_MS
        return answered(self.watch, channels, min(instants) - HOUR_MS, latest_ms)

    def rejected(self) -> set[tuple[str, str, str, int | None]]:
        """Take what lies in the reject queue; the same reject twice is one."""
        taken = set()
        while messages := self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get(
            "Messages", []
        ):
            for message in messages:
                body = json.loads(message["Body"])
                taken.add((body["stream"], body["shard"], body["sequence"], body["line"]))
                self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return taken

    def lag_ms(self, within_s: float) -> int | None:
        """How long a message takes into the live view, at best within a time; None when none came through.

        Messages follow one another until one is as fast as it should be, so what is measured is the lag that
        remains, not the backlog that the first one finds.
        """
        until = time.monotonic() + within_s
        best: int | None = None
        while time.monotonic() < until:
            channel, at_ms = f"marker_{now_ms()}", now_ms()
            self.sink().send(pack(Chatter([channel], Random(1)).say([at_ms])))
            left_s = max(0.1, until - time.monotonic())
            if not holds_within(lambda name=channel: bool(self._live(name)), left_s):  # type: ignore[misc]
                break
            best = min(now_ms() - at_ms, best or NORMAL_LAG_MS * 1000)
            if best <= NORMAL_LAG_MS:
                break
        return best

    def _live(self, channel: str) -> int:
        window = self.watch.newest_window(channel)
        return int(window["chat_count"]) if window else 0


@contextmanager
def ground(directory: Path, layer: Path | None = None) -> Iterator[Ground]:
    """Run a stack with the switch for faults until the block ends."""
    with embedded(directory, emulator=MODULE, layer=layer) as stack:
        yield Ground(stack)


class Sitting:
    """One run of one experiment: its own channels, what is true of them, and the fault.

    Attributes:
        truth: messages that are to be counted, in the order of booking.
        planted: lines that are to be rejected.
        complaints: what was seen to be wrong besides.
        facts: figures that show the fault.
        sabotage: what is taken away in this run; None in an honest one.
    """

    def __init__(self, at: Ground, name: str, *, channels: int = 4, sabotage: Sabotage | None = None) -> None:
        self.ground = at
        self.rng = Random(name)
        self.channels = [f"chaos_{name.replace('-', '_')}_{now_ms()}_{number}" for number in range(channels)]
        self.chatter = Chatter(self.channels, self.rng)
        self.truth: Minutes = Counter()
        self.planted = 0
        self.complaints: list[str] = []
        self.facts: dict[str, Any] = {}
        self.sabotage = sabotage
        self.totals = Totals()

    @property
    def careless(self) -> bool:
        """Whether the sender is the one that goes without its protection."""
        return self.sabotage is not None and self.sabotage.producer

    @property
    def besides(self) -> Faults:
        """What the emulator does besides, in a run with sabotage."""
        return self.sabotage.faults if self.sabotage else NONE

    def book(self, lines: Iterable[Line]) -> list[Line]:
        """Note lines as to be counted, and return them."""
        said = list(lines)
        self.truth += counted(said)
        return said

    def packed(self, lines: Iterable[Line]) -> list[Packed]:
        """Book lines and pack them."""
        return pack(self.book(lines))

    def play(self, rate: float, seconds: float, take: Any) -> None:
        """Say things on time; each half second ``take`` gets the lines, booked."""
        beats(self.chatter, rate, seconds, lambda lines: take(self.book(lines)))

    def verdict(self) -> Verdict:
        """Wait until nothing moves any more and judge."""
        lag = self.ground.lag_ms(NORMAL_WITHIN_S)
        found = self.settled(SETTLED_WITHIN_S if lag is not None else STEADY_READS)
        missing, doubled = differences(self.truth, found)
        return Verdict(
            events=self.truth.total(),
            missing=missing,
            doubled=doubled,
            planted=self.planted,
            rejected=len(self.ground.rejected()),
            lag_ms=lag,
            complaints=tuple(self.complaints),
            facts=self.facts,
        )

    def settled(self, within_s: float) -> Minutes:
        """Read the counts until they are the truth, or the same several times in a row."""
        reads: list[Minutes] = []

        def done() -> bool:
            reads.append(self.ground.counts(self.channels, self.truth))
            last = reads[-STEADY_READS:]
            return reads[-1] == self.truth or (len(last) == STEADY_READS and last.count(last[0]) == len(last))

        holds_within(done, within_s, every_s=1.0)
        return reads[-1]
