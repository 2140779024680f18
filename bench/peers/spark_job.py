"""PySpark Structured Streaming in its usual design: a stream of files, event-time windows, a watermark.

The events come in micro-batches of one file each; a last file moves the watermark on, so that every
window is closed and written. Mood and top emotes are Python UDFs. Nothing is late beyond the watermark, so
the totals are exact.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pyspark
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from bench.peers.lexicon import POINTS
from bench.peers.outcome import PROC, Checks, EngineUnavailableError, Meter, Outcome, tree_peak_mb
from telemetra.domain.window import MINUTE_MS as WINDOW_MS

OLDEST_JAVA: Final = 17
BATCHES: Final = 10
LATENESS_MS: Final = 360_000
"""The watermark stays so far behind; the input is at most 300 s late."""

_SCHEMA: Final = (
    "schema STRING, channel STRING, ts BIGINT, user_id STRING, text STRING, emotes ARRAY<STRING>, "
    "viewers BIGINT, amount_cents BIGINT"
)


def run(path: Path, cores: int = 2) -> Outcome:
    """Run the query with so many cores; raises ``EngineUnavailableError``."""
    _demand_java()
    with TemporaryDirectory(prefix="telemetra-spark-") as scratch:
        events = _split(path, Path(scratch) / "in")
        session = _session(Path(scratch), cores)
        try:
            meter = Meter()
            query = (
                _windows(session, Path(scratch) / "in")
                .writeStream.format("memory")
                .queryName("windows")
                .outputMode("append")
                .trigger(availableNow=True)
                .start()
            )
            query.awaitTermination()
            spent, peak_mb = meter.read(), tree_peak_mb()
            checks = _checks(session)
        finally:
            session.stop()
    return Outcome(
        engine=f"PySpark {pyspark.__version__}",
        events=events,
        cpu_s=spent.cpu_s,
        wall_s=spent.wall_s,
        start_cpu_s=spent.start_cpu_s,
        peak_rss_mb=peak_mb,
        checks=checks,
    )


def _demand_java() -> None:
    """Refuse a machine without Java 17; it is looked for where Spark looks."""
    asked = ["sh", "-c", '"${JAVA_HOME:+$JAVA_HOME/bin/}java" -version']
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) < OLDEST_JAVA:
        found = f"found {version[0]}" if version else "found none"
        msg = (
            f"Spark needs Java {OLDEST_JAVA} or newer, {found}: "
            f"apt-get install openjdk-{OLDEST_JAVA}-jre-headless, or brew install openjdk@{OLDEST_JAVA}"
        )
        raise EngineUnavailableError(msg)
    if not PROC.is_dir():
        msg = "the CPU time of Spark's processes is read from /proc: run it on Linux"
        raise EngineUnavailableError(msg)


def _split(path: Path, folder: Path) -> int:
    """Write the events as files, one a micro-batch, and one that ends the stream; return how many."""
    folder.mkdir()
    lines = path.read_bytes().splitlines(keepends=True)
    size = max(1, -(-len(lines) // BATCHES))
    newest = max(json.loads(line)["ts"] for line in lines[-size:])
    end = {"schema": "end", "channel": "", "ts": newest + LATENESS_MS + 2 * WINDOW_MS}
    parts = [b"".join(lines[start : start + size]) for start in range(0, len(lines), size)]
    for number, part in enumerate([*parts, json.dumps(end).encode() + b"\n"]):
        file = folder / f"part-{number:03d}.json"
        file.write_bytes(part)
        os.utime(file, (number, number))
    return len(lines)


def _session(scratch: Path, cores: int) -> SparkSession:
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "4g",
        "spark.local.dir": str(scratch / "local"),
        "spark.log.level": "ERROR",
        "spark.pyspark.python": sys.executable,
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(cores),
        "spark.sql.streaming.checkpointLocation": str(scratch / "checkpoints"),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master(f"local[{cores}]").appName("telemetra-bench")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _windows(session: SparkSession, folder: Path) -> DataFrame:
    table = dict(POINTS)

    def mood(text: str | None) -> int | None:
        return None if text is None else sum(table.get(word, 0) for word in text.split(" "))

    def top(lists: list[list[str]]) -> list[tuple[str, int]]:
        return Counter(emote for emotes in lists for emote in emotes).most_common(3)

    events = (
        session.readStream.schema(_SCHEMA)
        .option("maxFilesPerTrigger", 1)
        .json(str(folder))
        .where("schema <> 'stream_meta.v1'")
        .withColumn("at", f.timestamp_millis("ts"))
        .withWatermark("at", f"{LATENESS_MS} milliseconds")
        .withColumn("points", f.udf(mood, "BIGINT", useArrow=False)("text"))
    )
    chat = f.col("schema") == "chat.v1"
    return (
        events.groupBy("channel", f.window("at", "60 seconds", "10 seconds"))
        .agg(
            f.count_if(chat).alias("messages"),
            f.approx_count_distinct(f.when(chat, f.col("user_id"))).alias("chatters"),
            f.collect_list(f.when(f.size("emotes") > 0, f.col("emotes"))).alias("lists"),
            f.sum("points").alias("mood"),
            f.avg("points").alias("mean_mood"),
            f.avg("viewers").alias("mean_viewers"),
            f.max("viewers").alias("peak_viewers"),
            f.count_if(f.col("schema") == "transaction.v1").alias("transactions"),
            f.sum("amount_cents").alias("cents"),
        )
        .withColumn(
            "emotes", f.udf(top, "ARRAY<STRUCT<emote: STRING, uses: BIGINT>>", useArrow=False)("lists")
        )
        .drop("lists")
    )


def _checks(session: SparkSession) -> Checks:
    (sums,) = session.sql(
        "SELECT sum(messages), sum(transactions), count(*), "
        "sum(aggregate(emotes, 0L, (total, top) -> total + top.uses)), sum(chatters), sum(mood) FROM windows"
    ).collect()
    return Checks(*(int(value or 0) for value in sums))
