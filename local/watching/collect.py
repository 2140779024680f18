"""Reads the cloud's logs and queues into series, and judges the template's alarms over them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Self

from botocore.exceptions import BotoCoreError, ClientError

from local.child import ROOT
from local.cloud import Cloud
from local.template import Root
from local.watching.alarms import Alarm, State
from local.watching.board import Widget, widgets_of
from local.watching.lines import points
from local.watching.series import Point, Series, name_of
from telemetra.domain.window import MINUTE_MS

WATCH: Final = ROOT / "stacks" / "watch.yaml"
QUEUES: Final = ("rejects", "ticks-dead", "alerts-dead")
OVERLAP_MS: Final = 2_000
"""How far back each look reads again, since lines of one moment may become readable one after the other."""

KNOWN: Final = 20_000
"""Lines remembered, so that none is counted twice."""


def alarms_of(prefix: str, parameters: Mapping[str, str], path: Path = WATCH) -> list[Alarm]:
    """Return the alarms of the template whose condition holds, by name."""
    root = Root.load(path, {"Prefix": prefix, **parameters}, {})
    found = []
    for body in root.body["Resources"].values():
        if body["Type"] == "AWS::CloudWatch::Alarm" and (
            "Condition" not in body or root.condition(body["Condition"])
        ):
            told = {key: value for key, value in body["Properties"].items() if not key.endswith("Actions")}
            found.append(Alarm.of(root.resolve(told)))
    return sorted(found, key=lambda alarm: alarm.name)


class Collector:
    """What is known of one running stack.

    Attributes:
        series: the values of the last hour.
        states: what each alarm says, by name.
    """

    def __init__(
        self,
        logs: Any,
        sqs: Any,
        cloudwatch: Any,
        prefix: str,
        alarms: Sequence[Alarm],
        *,
        widgets: Sequence[Widget] = (),
    ) -> None:
        """Take the clients of the stack, the prefix of its names, its alarms and its charts."""
        self._logs = logs
        self._sqs = sqs
        self._cloudwatch = cloudwatch
        self._prefix = prefix
        self.alarms = alarms
        self.widgets = widgets
        self.series = Series()
        self.states = {alarm.name: State.UNKNOWN for alarm in alarms}
        self._from_ms = 0
        self._since_ms = 0
        self._known: set[int] = set()
        self._order: deque[int] = deque()
        self._queues: dict[str, str] = {}

    @classmethod
    def of(cls, cloud: Cloud, prefix: str, parameters: Mapping[str, str]) -> Self:
        """Return a collector of a running stack."""
        logs, sqs, cloudwatch = (cloud.client(service) for service in ("logs", "sqs", "cloudwatch"))
        widgets = widgets_of(prefix, parameters, WATCH)
        return cls(logs, sqs, cloudwatch, prefix, alarms_of(prefix, parameters), widgets=widgets)

    def look(self, now_ms: int) -> None:
        """Read what is new and judge every alarm; a cloud that does not answer is asked again next time."""
        try:
            self._read(now_ms)
        except (ClientError, BotoCoreError):
            return
        if not self._since_ms:
            self._since_ms = now_ms
        if now_ms - self._since_ms < MINUTE_MS:
            return
        for alarm in self.alarms:
            before = self.states[alarm.name]
            state = alarm.state(self.series, now_ms, before)
            if state is not before:
                self.states[alarm.name] = state
                self._tell(alarm, state)

    def _read(self, now_ms: int) -> None:
        start_ms = self._from_ms or now_ms - MINUTE_MS
        for group in self._groups():
            function = group.rpartition("/")[2]
            api = f"{self._prefix}-rest" if function == f"{self._prefix}-api" else ""
            for event in self._lines(group, start_ms):
                self.series.add(points(event["message"], function, event["timestamp"], api=api))
        for queue in QUEUES:
            self.series.add([self._depth(f"{self._prefix}-{queue}", now_ms)])
        self._from_ms = now_ms - OVERLAP_MS

    def _groups(self) -> list[str]:
        pages = self._logs.get_paginator("describe_log_groups").paginate(
            logGroupNamePrefix=f"/aws/lambda/{self._prefix}-"
        )
        return [group["logGroupName"] for page in pages for group in page["logGroups"]]

    def _lines(self, group: str, start_ms: int) -> Iterator[dict[str, Any]]:
        pages = self._logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=start_ms)
        for page in pages:
            for event in page["events"]:
                line = hash((group, event["timestamp"], event["message"]))
                if line not in self._known:
                    self._remember(line)
                    yield event

    def _remember(self, event: int) -> None:
        self._known.add(event)
        self._order.append(event)
        if len(self._order) > KNOWN:
            self._known.discard(self._order.popleft())

    def _depth(self, queue: str, now_ms: int) -> Point:
        attribute = "ApproximateNumberOfMessages"
        if queue not in self._queues:
            self._queues[queue] = self._sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        answer = self._sqs.get_queue_attributes(QueueUrl=self._queues[queue], AttributeNames=[attribute])
        name = name_of("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": queue})
        return Point(name, now_ms, float(answer["Attributes"][attribute]))

    def _tell(self, alarm: Alarm, state: State) -> None:
        """Set the state in the cloud, which publishes it to the topic as a real evaluation would."""
        try:
            self._cloudwatch.set_alarm_state(
                AlarmName=alarm.name,
                StateValue=state.value,
                StateReason=f"{alarm.description}: {alarm.breaching} of {alarm.points} minutes",
            )
        except (ClientError, BotoCoreError):
            self.states[alarm.name] = State.UNKNOWN
