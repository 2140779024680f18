"""Keeps the emulator small: it forgets what every reader has consumed.

MiniStack never trims Kinesis records, table stream records, log streams or metric points, and the place of
a mapping in a shard is an index into the record list. Records are changed only by the event loop and places
only by the mapping poller, so both stand still when the poller waits at the start of a pass for a sweep that
runs on the loop. No lock is needed, and no reader can see a list and a place that do not belong together.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

from local.pollers import OwnPoller

SWEEP_EVERY_S = 2.0
KEEP_RECORDS_S = 180.0
KEEP_METRICS_S = 1_800.0
KEEP_LOG_STREAMS = 200
IDLE_WORKER_S = 120.0


class Housekeeper:
    """Sweeps consumed history between two passes of the poller that reads it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._halting = threading.Event()
        self._shards = _Gate(self._halting, self._on_loop(sweep_shards_and_telemetry))
        self._tables = _Gate(self._halting, self._on_loop(sweep_table_streams))
        self._ask_tables: Callable[[], object] = lambda: None

    def install(self) -> None:
        """Stand in front of the pollers' first steps, and let table streams have a poller of their own."""
        from ministack.services import lambda_svc

        first_step = lambda_svc._poll_sqs

        def gated() -> bool:
            if self._shards():
                end_idle_workers(IDLE_WORKER_S)
            return bool(first_step())

        lambda_svc._poll_sqs = gated
        self._ask_tables = lambda_svc._poll_dynamodb_streams = OwnPoller(
            lambda_svc._poll_dynamodb_streams, self._tables
        )

    def halt(self, *, within_s: float) -> bool:
        """Hold the pollers before their next pass, so that nothing is half done when the state is saved.

        Returns:
            Whether they stood still in time.
        """
        from ministack.core.concurrency import esm_wake
        from ministack.services import lambda_svc

        self._halting.set()
        esm_wake.set()
        self._ask_tables()
        deadline = time.monotonic() + within_s
        still = not lambda_svc._poller_started or all(
            gate.halted.wait(max(0.0, deadline - time.monotonic())) for gate in (self._tables, self._shards)
        )
        while lambda_svc._esm_inflight and time.monotonic() < deadline:
            threading.Event().wait(0.02)
        return still and not lambda_svc._esm_inflight

    def _on_loop(self, sweep: Callable[[float], object]) -> Callable[[], None]:
        """Make a sweep run on the event loop, while the thread that asks stands still."""

        def run(swept: threading.Event) -> None:
            try:
                sweep(_now_s() - KEEP_RECORDS_S)
            finally:
                swept.set()

        def ask() -> None:
            swept = threading.Event()
            self._loop.call_soon_threadsafe(run, swept)
            swept.wait(10)

        return ask


class _Gate:
    """What a poller passes before each pass: it holds for good when halting, and sweeps when that is due."""

    def __init__(self, halting: threading.Event, sweep: Callable[[], None]) -> None:
        self.halted = threading.Event()
        self._halting = halting
        self._sweep = sweep
        self._due = 0.0

    def __call__(self) -> bool:
        """Return whether it swept."""
        if self._halting.is_set():
            self.halted.set()
            threading.Event().wait()
        if time.monotonic() < self._due:
            return False
        self._sweep()
        self._due = time.monotonic() + SWEEP_EVERY_S
        return True


def sweep_shards_and_telemetry(before: float) -> None:
    """Drop what the shards' poller has consumed before an instant, and old logs and metrics."""
    sweep_shards(before)
    sweep_logs(KEEP_LOG_STREAMS)
    sweep_metrics(_now_s() - KEEP_METRICS_S)


def sweep_shards(before: float) -> int:
    """Trim every shard to its slowest mapping and shift all places that point into it.

    Returns:
        Records dropped.
    """
    from ministack.services import kinesis, lambda_svc

    dropped = 0
    for _, stream in kinesis._streams.all_items():
        arn = stream["StreamARN"]
        readers = _mappings(lambda_svc, arn)
        places = [lambda_svc._kinesis_positions._data.get(key) for key in readers]
        for shard_id, shard in stream["shards"].items():
            records = shard["records"]
            consumed = min((place.get(shard_id, 0) if place else 0 for place in places), default=len(records))
            count = _older(records, consumed, before, "ApproximateArrivalTimestamp")
            if not count:
                continue
            shard["records"] = records[count:]
            for place in places:
                if place:
                    place[shard_id] -= count
            for iterator in kinesis._shard_iterators._data.values():
                if iterator["stream_arn"] == arn and iterator["shard_id"] == shard_id:
                    iterator["position"] = max(0, iterator["position"] - count)
            dropped += count
    return dropped


def sweep_table_streams(before: float) -> int:
    """Trim every table's stream to its slowest mapping; its positions are absolute and stay.

    Returns:
        Records dropped.
    """
    from ministack.services import dynamodb, lambda_svc

    dropped = 0
    for key, records in list(dynamodb._stream_records._data.items()):
        table = dynamodb._tables._data.get(key)
        if not table or not records:
            continue
        trimmed = dynamodb._stream_trimmed._data.get(key, 0)
        readers = _mappings(lambda_svc, table.get("LatestStreamArn", ""))
        reached = (lambda_svc._dynamodb_stream_positions._data.get(reader, trimmed) for reader in readers)
        consumed = min(reached, default=trimmed + len(records)) - trimmed
        changes = [record["dynamodb"] for record in records[:consumed]]
        count = _older(changes, consumed, before, "ApproximateCreationDateTime")
        if count:
            del records[:count]
            dynamodb._stream_trimmed._data[key] = trimmed + count
            dropped += count
    return dropped


def sweep_logs(keep: int) -> None:
    """Keep the newest streams of each log group; every invocation opens one."""
    from ministack.services import cloudwatch_logs

    for _, group in cloudwatch_logs._log_groups.all_items():
        streams = group["streams"]
        for name in list(streams)[: max(0, len(streams) - keep)]:
            del streams[name]
    cloudwatch_logs._log_records._data.clear()


def sweep_metrics(before: float) -> None:
    """Forget metric points older than any alarm of the template looks back."""
    from ministack.services import cloudwatch

    for key, points in list(cloudwatch._metrics._data.items()):
        count = _older(points, len(points), before, "Timestamp")
        if count:
            cloudwatch._metrics._data[key] = points[count:]


def end_idle_workers(idle_s: float) -> int:
    """End every worker process nobody has called for a while; the next call starts it again.

    Returns:
        Workers ended.
    """
    from ministack.core import lambda_runtime

    now = _now_s()
    with lambda_runtime._lock:
        idle = [
            (pool, worker)
            for pool in lambda_runtime._workers.values()
            for worker in pool
            if not worker.in_use and now - worker.last_used > idle_s
        ]
        for pool, worker in idle:
            pool.remove(worker)
    if idle:
        ended = [worker for _, worker in idle]
        threading.Thread(target=lambda_runtime.kill_workers, args=(ended,), daemon=True).start()
    return len(idle)


def _now_s() -> float:
    return time.time()  # noqa: TID251 - the emulator stamps what it keeps with this clock


def _mappings(lambda_svc: Any, source_arn: str) -> list[tuple[str, str, str]]:
    return [key for key, esm in lambda_svc._esms._data.items() if esm.get("EventSourceArn") == source_arn]


def _older(items: list[dict[str, Any]], limit: int, before: float, attribute: str) -> int:
    count = 0
    while count < min(limit, len(items)) and items[count][attribute] < before:
        count += 1
    return count
