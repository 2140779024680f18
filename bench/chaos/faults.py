"""The embedded cloud with faults, switched on and off by a file while it runs.

Run as ``python -m bench.chaos.faults HOST PORT`` in the emulator's place. What is in ``faults.json`` below
the emulator's temporary directory holds from the next call on; without the file it is the plain emulator.
"""

from __future__ import annotations

import json
import os
import signal
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any, Final

import msgspec

from local import emulator, housekeeping

Answer = tuple[int, dict[str, str], Any]

FILE: Final = "faults.json"
AGGREGATE: Final = "-aggregate"
OK: Final = 200


class Faults(msgspec.Struct, frozen=True, kw_only=True):
    """What goes wrong; the zero is nothing.

    Attributes:
        put_share: of the records of a PutRecords call, how many are refused as throttled.
        statement_share: of PartiQL statements, how many are throttled.
        crash_share: of deliveries to aggregate, how many fail after all their writes were made.
        kill_share: of its bulk writes, how many end with its process killed after half of the statements.
        stalled: stream whose deliveries all fail before they begin.
        given_up: whether such a failure counts as done, as if retries had run out.
        delay_s: how long aggregate takes longer.
        unread_s: age at which records are forgotten although nobody has read them; 0: never.
    """

    put_share: float = 0.0
    statement_share: float = 0.0
    crash_share: float = 0.0
    kill_share: float = 0.0
    stalled: str = ""
    given_up: bool = False
    delay_s: float = 0.0
    unread_s: float = 0.0


class Switch:
    """The faults that hold now."""

    def __init__(self, path: Path) -> None:
        """Take the file, which need not exist."""
        self._path = path
        self._stamp = -1
        self._now = Faults()

    def __call__(self) -> Faults:
        """Return what the file says; it is read again when it has changed."""
        try:
            stamp = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            self._stamp, self._now = -1, Faults()
            return self._now
        if stamp != self._stamp:
            self._now, self._stamp = msgspec.json.decode(self._path.read_bytes(), type=Faults), stamp
        return self._now


class Saboteur:
    """Stands in front of the emulator's own functions."""

    def __init__(self, switch: Callable[[], Faults], rng: Random) -> None:
        """Take what tells the faults, and the source of chance."""
        self._faults = switch
        self._rng = rng
        self._aggregate_runs = False

    def install(self) -> None:
        """Wrap PutRecords, bulk writes, deliveries and the sweep of consumed records."""
        kinesis = import_module("ministack.services.kinesis")
        dynamodb = import_module("ministack.services.dynamodb")
        lambdas = import_module("ministack.services.lambda_svc")
        for module, name, wrap in (
            (kinesis, "_put_records", self.refusing),
            (dynamodb, "_partiql_insert", self.throttling),
            (dynamodb, "_partiql_update", self.throttling),
            (dynamodb, "_batch_execute_statement", self.killing),
            (lambdas, "_execute_function", self.delivering),
            (housekeeping, "sweep_shards", self.forgetting),
        ):
            setattr(module, name, wrap(getattr(module, name)))

    def refusing(self, put: Callable[[dict[str, Any]], Answer]) -> Callable[[dict[str, Any]], Answer]:
        """Refuse a share of the records of each call, as a shard over its limit does."""

        def refused(data: dict[str, Any]) -> Answer:
            share = self._faults().put_share
            if not share:
                return put(data)
            records = data["Records"]
            out = {at for at in range(len(records)) if self._rng.random() < share}
            taken = [record for at, record in enumerate(records) if at not in out]
            status, headers, body = put({**data, "Records": taken}) if taken else (OK, {}, '{"Records": []}')
            if status != OK:
                return status, headers, body
            results = iter(json.loads(body)["Records"])
            no = {"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "Rate exceeded"}
            told = [no if at in out else next(results) for at in range(len(records))]
            answer = {"FailedRecordCount": len(out), "Records": told}
            return status, {**headers, "Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer)

        return refused

    def throttling(self, write: Callable[..., Answer]) -> Callable[..., Answer]:
        """Throttle a share of the statements, each by itself."""

        def throttled(*arguments: Any) -> Answer:
            if self._rng.random() >= self._faults().statement_share:
                return write(*arguments)
            error = {
                "__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
                "message": "Rate exceeded",
            }
            return 400, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(error)

        return throttled

    def killing(self, write: Callable[[dict[str, Any]], Answer]) -> Callable[[dict[str, Any]], Answer]:
        """Write the first half of what aggregate writes, then kill it."""

        def killed(data: dict[str, Any]) -> Answer:
            statements = data["Statements"]
            by_aggregate = self._aggregate_runs and any("-panes" in each["Statement"] for each in statements)
            if not by_aggregate or self._rng.random() >= self._faults().kill_share:
                return write(data)
            answer = write({**data, "Statements": statements[: (len(statements) + 1) // 2]})
            kill_workers(AGGREGATE)
            return answer

        return killed

    def delivering(self, execute: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        """Stall, delay or crash deliveries from the streams to aggregate."""

        def delivered(function: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
            source = _stream_of(function, event)
            if not source:
                return execute(function, event)
            faults = self._faults()
            if faults.stalled and source.endswith(faults.stalled):
                return {"body": None, "log": ""} if faults.given_up else _failed("stalled")
            if faults.delay_s:
                time.sleep(faults.delay_s)
            self._aggregate_runs = True
            try:
                result = execute(function, event)
            finally:
                self._aggregate_runs = False
            return _failed("crashed") if self._rng.random() < faults.crash_share else result

        return delivered

    def forgetting(self, sweep: Callable[[float], int]) -> Callable[[float], int]:
        """Forget records by age alone, as a stream does whose retention is too short."""

        def forgotten(before: float) -> int:
            age_s = self._faults().unread_s
            if not age_s:
                return sweep(before)
            lambdas = import_module("ministack.services.lambda_svc")
            streams = import_module("ministack.services.kinesis")._streams  # noqa: SLF001
            now_s = before + housekeeping.KEEP_RECORDS_S
            for _, stream in streams.all_items():
                for shard_id, shard in stream["shards"].items():
                    old = sum(
                        record["ApproximateArrivalTimestamp"] < now_s - age_s for record in shard["records"]
                    )
                    for key, mapping in lambdas._esms._data.items():  # noqa: SLF001
                        place = lambdas._kinesis_positions._data.get(key)  # noqa: SLF001
                        if place and mapping.get("EventSourceArn") == stream["StreamARN"]:
                            place[shard_id] = max(place.get(shard_id, 0), old)
            return 0

        return forgotten


def _stream_of(function: dict[str, Any], event: dict[str, Any]) -> str:
    """Return the stream that a delivery to aggregate comes from; empty for anything else."""
    config = function.get("config") or function
    records = event.get("Records") or [{}]
    if not str(config.get("FunctionName", "")).endswith(AGGREGATE) or "kinesis" not in records[0]:
        return ""
    return str(records[0]["eventSourceARN"])


def _failed(why: str) -> dict[str, Any]:
    return {"error": True, "body": {"errorType": "Fault", "errorMessage": why}, "log": ""}


def kill_workers(suffix: str) -> None:
    """Kill the processes of the function whose name ends so, as an out-of-memory kill would."""
    runtime = import_module("ministack.core.lambda_runtime")
    for pool in list(runtime._workers.values()):  # noqa: SLF001
        for worker in pool:
            if worker.func_name.endswith(suffix) and worker._proc and worker._proc.poll() is None:  # noqa: SLF001
                os.kill(worker._proc.pid, signal.SIGKILL)  # noqa: SLF001


def main() -> None:
    """Run the emulator with the switch on."""
    emulator.require_pin()
    Saboteur(Switch(Path(tempfile.gettempdir()) / FILE), Random(7)).install()
    emulator.main()


if __name__ == "__main__":
    main()
