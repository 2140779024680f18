"""Hold the archive of an hour of mixed scenarios against the tables, after many wrong deliveries.

    python -m bench.archive [--scenario NAME] [--seconds N] [--deliveries N] [--json] [--output FILE]

A stack of its own archives what `run --scenario` wrote and `replay` sent, twice. Then records are delivered
again to the function that counts and to the one that keeps, in seeded batches that begin and end anywhere and
come in any order. At the end `recompute` must find no difference, and the minutes must equal the truth that
the scenario wrote beside its events. The exit code is 1 when they do not.
"""

from __future__ import annotations

import argparse
import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, Final

from bench.console import leave
from bench.holdings import minutes
from bench.machine import keep, kind
from local.child import ROOT
from local.cloud import client_environment
from local.embedded import embedded
from local.settings import surroundings
from local.supervisor import Stack
from local.waiting import holds_within
from producer.options import iso
from telemetra.adapters.clock import now_ms
from telemetra.domain.events import Kind
from telemetra.domain.window import MINUTE_MS, SECOND_MS, floor_to

LONGEST_BATCH: Final = 200
THROUGH_WITHIN_S: Final = 300.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Play, deliver wrongly, compare and print; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.archive",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--scenario", default="mix")
    parser.add_argument("--seconds", type=int, default=3_600, help="of event time")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--deliveries", type=int, default=100, help="wrong deliveries to each function")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--output", type=Path, help="keep it in a file too")
    chosen = parser.parse_args(arguments)
    if chosen.seconds < 60 or chosen.deliveries < 0:
        parser.error("at least 60 seconds, and no fewer than 0 deliveries")
    with tempfile.TemporaryDirectory() as directory:
        _say("starting a stack")
        with embedded(Path(directory) / "state", archive=True) as stack:
            figures = _Proof(stack, Path(directory), Random(chosen.seed)).run(chosen)
    result = {"scenario": chosen.scenario, "seconds": chosen.seconds, **figures, "machine": kind()}
    keep(result, chosen.output)
    print(
        json.dumps(result, indent=1)
        if chosen.json
        else "\n".join(f"{name:18} {value}" for name, value in result.items())
    )
    return 0 if result["kept"] else 1


class _Proof:
    """One sitting on one stack."""

    def __init__(self, stack: Stack, folder: Path, rng: Random) -> None:
        self._stack = stack
        self._folder = folder
        self._rng = rng
        self._environment = surroundings(Path("/dev/null")).child_environment(
            client_environment(stack.cloud.endpoint_url)
            | {"TELEMETRA_PREFIX": stack.plan.prefix, "TELEMETRA_STATE_DIR": str(folder / "producer")}
        )

    def run(self, chosen: argparse.Namespace) -> dict[str, Any]:
        log, truth = self._folder / "events.ndjson", self._folder / "truth.json"
        start = floor_to(now_ms() - (chosen.seconds + 300) * SECOND_MS, MINUTE_MS)
        _say(f"writing {chosen.seconds} s of {chosen.scenario}")
        self._producer(
            "run", "--scenario", chosen.scenario, "--seed", str(chosen.seed), "--no-history",
            "--start", iso(start), "--seconds", str(chosen.seconds), "--out", str(log), "--truth", str(truth),
        )  # fmt: skip
        _say("sending it, twice")
        sent, _ = (json.loads(self._producer("replay", str(log), "--original-time", "--json")) for _ in "12")
        delivered = sum(self._deliver(stream, chosen.deliveries) for stream in Kind)
        _say("comparing")
        found = self._recomputed(chosen.seconds // 60)
        off = self._off_truth(json.loads(truth.read_text(encoding="utf-8")))
        return {
            "kept": not found["differences"] and not off and not found["behind"] and found["minutes"] > 0,
            "events": sent["sent"],
            "deliveries": delivered,
            "records": found["records"],
            "minutes": found["minutes"],
            "open": found["open"],
            "behind": found["behind"],
            "differences": len(found["differences"]),
            "minutes_off_truth": off,
        }

    def _producer(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "producer", *arguments],
            cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode and arguments[0] != "recompute":
            message = f"{arguments[0]} ended with {done.returncode}: {done.stderr[-1000:]}"
            raise RuntimeError(message)
        return done.stdout

    def _deliver(self, stream: Kind, deliveries: int) -> int:
        """Deliver stretches of a stream again to both functions, in any order; return how many."""
        records = list(self._records(f"{self._stack.plan.prefix}-{stream}"))
        functions = self._stack.cloud.client("lambda")
        for number in range(deliveries if records else 0):
            low = self._rng.randrange(len(records))
            batch = records[low : low + self._rng.randint(1, LONGEST_BATCH)]
            for function in self._rng.sample(("aggregate", "archive"), 2):
                answer = functions.invoke(
                    FunctionName=f"{self._stack.plan.prefix}-{function}",
                    Payload=json.dumps({"Records": batch}).encode(),
                )
                if "FunctionError" in answer:
                    raise RuntimeError(answer["Payload"].read().decode())
            if number % 25 == 0:
                _say(f"{stream}: delivery {number} of {deliveries}")
        return deliveries if records else 0

    def _records(self, name: str) -> list[dict[str, Any]]:
        """Return the records of a stream as Lambda gets them."""
        kinesis = self._stack.cloud.client("kinesis")
        (shard,) = kinesis.list_shards(StreamName=name)["Shards"]
        iterator = kinesis.get_shard_iterator(
            StreamName=name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found: list[dict[str, Any]] = []
        while records := (answer := kinesis.get_records(ShardIterator=iterator, Limit=1000))["Records"]:
            found += records
            iterator = answer["NextShardIterator"]
        return [
            {
                "eventID": f"{shard['ShardId']}:{record['SequenceNumber']}",
                "eventSource": "aws:kinesis",
                "eventSourceARN": f"arn:aws:kinesis:us-east-1:000000000000:stream/{name}",
                "kinesis": {
                    "partitionKey": record["PartitionKey"],
                    "sequenceNumber": record["SequenceNumber"],
                    "data": base64.b64encode(record["Data"]).decode(),
                    "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"].timestamp(),
                    "kinesisSchemaVersion": "1.0",
                },
            }
            for record in found
        ]

    def _recomputed(self, wanted: int) -> dict[str, Any]:
        """Recompute until everything has closed and is archived, or time is up."""
        found: dict[str, Any] = {}

        def through() -> bool:
            found.update(json.loads(self._producer("recompute", "--json")))
            return found["minutes"] >= wanted and not found["behind"] and not found["open"]

        holds_within(through, THROUGH_WITHIN_S, every_s=5)
        return found

    def _off_truth(self, truth: dict[str, Any]) -> int:
        """Count the minutes whose messages or chatters are not as the scenario says."""
        off = 0
        dynamodb = self._stack.cloud.client("dynamodb")
        for channel, told in truth["channels"].items():
            stored = minutes(dynamodb, self._stack.plan.prefix, channel)
            for minute in told["minutes"]:
                row = stored.get(minute["start_ms"])
                if row is None or row.chat.count != minute["chat_count"]:
                    off += 1
                elif row.chat.chatters.exact:
                    off += row.chat.chatters.finish() != minute["unique_chatters"]
        return off


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    leave(main)
