"""What runs, how far behind it is, and what it costs in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.cloud import Cloud
from local.state import StateDir
from local.watch import Watch
from local.watching.watchman import ringing


def report(state: StateDir) -> dict[str, Any]:
    """One look at the stack of a state directory."""
    run = state.live_run()
    if run is None:
        return {"running": False, "state": str(state.path), "saved": state.holds_state()}
    cloud = Cloud(run.endpoint_url)
    watch = Watch(cloud, run.url, run.prefix)
    look = watch.look()
    health = watch.get("/api/v1/health") or {}
    return {
        "running": True,
        "ready": run.ready,
        "url": run.url,
        "endpoint_url": run.endpoint_url,
        "state": str(state.path),
        "health": health.get("status", "unreachable"),
        "messages_per_s": look.events_per_s,
        "lag": health.get("lag", []),
        "minutes": look.minutes,
        "moments": look.moments,
        "rejects": rejected(cloud, run.outputs.get("RejectsQueueUrl", "")),
        "channels": watch.live_channels(),
        "alarms": ringing(state),
        "memory_mb": memory(run.supervisor, run.groups),
    }


def text(report: dict[str, Any]) -> str:
    """The report for people."""
    if not report["running"]:
        kept = "state of an earlier run is kept" if report["saved"] else "there is no state"
        return f"Nothing is running; {kept} in {report['state']}. Start with `./telemetra up`."
    memory_mb = report["memory_mb"]
    lines = [
        f"Dashboard  {report['url']} ({report['health']})",
        f"Cloud      {report['endpoint_url']}",
        f"Live       {', '.join(report['channels']) or 'no channel'}",
        f"Flow       {report['messages_per_s'] or 0:.1f} messages/s",
        f"Stored     {report['minutes']} rows of minutes and hours, {report['moments']} moments",
        f"Rejects    {rejects_line(report['rejects'])}",
        f"Alarms     {', '.join(report['alarms']) or 'none rings'}",
        f"Memory     {sum(memory_mb.values()):.0f} MB: "
        + ", ".join(f"{name} {size:.0f}" for name, size in memory_mb.items()),
    ]
    lines += [
        f"Lag        {shard['stream']} {shard['shard']} {shard['lag_ms']} ms" for shard in report["lag"]
    ]
    return "\n".join(lines)


def rejected(cloud: Cloud, queue_url: str) -> int | None:
    """Rejected lines that wait, those that someone looks at included; None when nobody can say."""
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    try:
        told = cloud.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=list(names))
    except (BotoCoreError, ClientError):
        return None
    return sum(int(told["Attributes"][name]) for name in names)


def rejects_line(count: int | None) -> str:
    """Say how many wait, and what looks at them.

    Example:
        >>> rejects_line(0), rejects_line(2), rejects_line(None)
        ('none waits', '2 wait; `./telemetra redrive` says why', 'unknown: the queue does not answer')
    """
    if count is None:
        return "unknown: the queue does not answer"
    return f"{count} wait; `./telemetra redrive` says why" if count else "none waits"


def memory(supervisor: int, groups: dict[str, int]) -> dict[str, float]:
    """Megabytes that each part holds, shared pages split between their holders; empty where /proc is not.

    The emulator's share includes the worker processes of the functions.
    """
    held: dict[str, float] = {}
    names = {group: name for name, group in groups.items()}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            group = int(fields[2])
            name = "up" if int(process.name) == supervisor else names.get(group)
            if name is None:
                continue
            if name == "cloud" and int(process.name) != group:
                name = "functions"
            rollup = (process / "smaps_rollup").read_text()
            kilobytes = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        except (OSError, ValueError, IndexError, StopIteration):
            continue
        held[name] = held.get(name, 0.0) + kilobytes / 1024
    return {name: round(size, 1) for name, size in sorted(held.items())}
