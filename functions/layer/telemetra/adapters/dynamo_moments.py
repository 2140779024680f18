"""Moments in DynamoDB."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import astuple
from datetime import UTC, datetime
from typing import Any

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from telemetra.adapters.bulk import batch_get
from telemetra.adapters.clients import client
from telemetra.adapters.clock import now_ms
from telemetra.adapters.cursors import cursor_after, start_of
from telemetra.adapters.failures import guarded
from telemetra.adapters.tables import MomentRow, bound, whole
from telemetra.application.ports import Page
from telemetra.config import Settings
from telemetra.domain.feedback import Verdict
from telemetra.domain.moment import Evidence, Moment, MomentType, Told
from telemetra.domain.window import SECOND_MS


class DynamoMomentStore:
    """``MomentStore`` and ``Judgements`` over one table; a verdict stays whatever writes the moment.

    Args:
        settings: prefix of the table's name and endpoint.
        clock: current instant, ms.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], int] = now_ms) -> None:
        self._table = settings.table("moments")
        self._endpoint = settings.aws_endpoint_url
        self._rows = bound(MomentRow, self._table, self._endpoint)
        self._clock = clock

    def write(self, moments: Sequence[Moment]) -> None:
        for moment in moments:
            with guarded(f"write moment {moment.channel} {moment.id}"):
                self._write(moment)

    def load(self, channel: str, starts: Collection[int]) -> list[Moment]:
        keys = [
            {"channel": {"S": channel}, "start_ms": {"N": str(start_ms)}}
            for start_ms in dict.fromkeys(starts)
        ]
        items = batch_get(client("dynamodb", self._endpoint), self._table, keys)
        return sorted(
            (_decoded(self._rows.from_raw_data(item)) for item in items), key=lambda moment: moment.start_ms
        )

    def page(
        self, channel: str, start_ms: int, end_ms: int, *, limit: int, cursor: str | None
    ) -> Page[Moment]:
        end_ms = end_ms if cursor is None else min(end_ms, start_of(cursor))
        if end_ms <= start_ms:
            return Page([], None)
        with guarded(f"query moments of {channel}"):
            rows = list(
                self._rows.query(
                    channel,
                    self._rows.start_ms.between(start_ms, end_ms - 1),
                    scan_index_forward=False,
                    limit=limit + 1,
                )
            )
        moments = [_decoded(row) for row in rows[:limit]]
        return Page(moments, cursor_after(moments[-1].id) if len(rows) > limit else None)

    def judge(self, channel: str, start_ms: int, verdict: Verdict | None) -> bool:
        row = self._rows
        said = row.feedback.remove() if verdict is None else row.feedback.set(verdict.value)
        actions: list[Action] = [said, row.updated_at.set(self._clock())]
        with guarded(f"judge moment {channel} {start_ms}"):
            try:
                row(channel, start_ms).update(actions=actions, condition=row.version.exists())
            except UpdateError as error:
                if error.cause_response_code != "ConditionalCheckFailedException":
                    raise
                return False
        return True

    def verdicts(self, channel: str, since_ms: int) -> list[Verdict]:
        row = self._rows
        with guarded(f"read verdicts of {channel}"):
            found = row.query(
                channel,
                row.start_ms >= since_ms,
                filter_condition=row.feedback.exists(),
                attributes_to_get=["feedback"],
                consistent_read=True,
            )
            return [Verdict(item.feedback) for item in found]

    def _write(self, moment: Moment) -> None:
        row, now = self._rows, self._clock()
        values: dict[str, Any] = {
            "day": datetime.fromtimestamp(moment.start_ms / SECOND_MS, UTC).date().isoformat(),
            "severity": f"{round(moment.score * 10_000):05d}#{moment.channel}",
            "peak_ms": moment.peak_ms,
            "type": moment.type.value,
            "score": moment.score,
            "sentence": moment.sentence,
            "evidence": json.dumps([astuple(evidence) for evidence in moment.evidence]),
            "words": json.dumps([astuple(word) for word in moment.words]),
            "mood": json.dumps(moment.mood),
            "version": moment.version,
            "updated_at": now,
        }
        actions = [getattr(row, name).set(value) for name, value in values.items()]
        actions.append(row.created_at.set(row.created_at | now))
        actions.append(row.end_ms.remove() if moment.end_ms is None else row.end_ms.set(moment.end_ms))
        try:
            row(moment.channel, moment.start_ms).update(
                actions=actions, condition=row.version.does_not_exist() | (row.version <= moment.version)
            )
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise


def _decoded(row: MomentRow) -> Moment:
    return Moment(
        channel=row.channel,
        start_ms=int(row.start_ms),
        peak_ms=int(row.peak_ms),
        end_ms=whole(row.end_ms),
        type=MomentType(row.type),
        score=float(row.score),
        sentence=row.sentence,
        evidence=tuple(Evidence(*fields) for fields in json.loads(row.evidence)),
        version=int(row.version),
        feedback=Verdict(row.feedback) if row.feedback else None,
        words=tuple(Told(*fields) for fields in json.loads(row.words or "[]")),
        mood=_pair(row.mood),
    )


def _pair(stored: str | None) -> tuple[float, float] | None:
    usual_and_peak = json.loads(stored or "null")
    return None if usual_and_peak is None else (float(usual_and_peak[0]), float(usual_and_peak[1]))
