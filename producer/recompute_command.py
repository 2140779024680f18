"""The command ``recompute``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer
from botocore.exceptions import BotoCoreError
from rich.console import Console
from rich.table import Table

from producer.console import Usage, fail, note, settings
from producer.deployment import deployed
from producer.options import Prefix, instant, iso
from telemetra.adapters.clock import now_ms
from telemetra.adapters.dynamo_metrics import DynamoMetricStore
from telemetra.adapters.dynamo_panes import DynamoPaneStore
from telemetra.adapters.dynamo_states import DynamoStateStore
from telemetra.adapters.memory import MemoryDirectory, MemoryRejects
from telemetra.adapters.s3 import S3ArchiveReader
from telemetra.adapters.secrets import secret
from telemetra.application.aggregate import AggregateRecords
from telemetra.application.rebuild import ScratchPanes, rebuild
from telemetra.application.recompute import Recompute
from telemetra.domain.errors import CorruptStateError, StoreUnavailableError
from telemetra.domain.events import is_channel
from telemetra.domain.hashing import KeyedHash
from telemetra.domain.window import DAY_MS, FUTURE_LIMIT_MS, LATE_LIMIT_MS, MINUTE_MS, floor_to

if TYPE_CHECKING:
    from telemetra.application.recompute import Difference, Findings
    from telemetra.config import Settings
    from telemetra.domain.partial import PaneKey

EXAMPLES = """\b
Examples:
  python -m producer recompute
  python -m producer recompute --channel aurora_plays --from 2026-11-23T18:00:00Z --to 2026-11-23T19:00:00Z
  python -m producer recompute --repair --json
"""


def recompute(
    *,
    channel: Annotated[str | None, typer.Option(help="Only this channel.")] = None,
    begin: Annotated[
        str | None, typer.Option("--from", help="First minute, ISO 8601.", show_default="24 h ago")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="Minute to stop before, ISO 8601.", show_default="now")
    ] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Write what the archive says over what differs.")
    ] = False,
    prefix: Prefix = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as one JSON object.")] = False,
) -> None:
    """Rebuild the minutes from the archive, hold them against the tables, and say where they differ.

    The archived records go once through the same decode and fold as those of the streams. Minutes that have
    not closed yet, whose records are not all in the archive yet, or of which something was forgotten on
    request are counted and left alone. Hours and days follow from their minutes. Exit code 1 says that
    something differs (and is not repaired).
    """
    if channel is not None and not is_channel(channel):
        message = f"--channel {channel!r}: expected 1 to 64 of a-z, 0-9 and _"
        raise Usage(message)
    now = now_ms()
    start_ms = floor_to(instant(begin, "--from") if begin else now - DAY_MS, MINUTE_MS)
    end_ms = floor_to(instant(end, "--to") if end else now + MINUTE_MS, MINUTE_MS)
    if end_ms <= start_ms:
        message = f"--to {iso(end_ms)} is not after --from {iso(start_ms)}"
        raise Usage(message)
    found = deployed(settings(), prefix, None)
    try:
        records, findings = _compared(found, channel, start_ms, end_ms, repair=repair)
    except (StoreUnavailableError, CorruptStateError, BotoCoreError) as error:
        reason = f"cannot recompute: {error}"
        raise fail(reason) from error
    _print(findings, records, as_json=as_json)
    left = len(findings.differences) - findings.repaired
    raise typer.Exit(1 if left else 0)


def _compared(
    found: Settings, channel: str | None, start_ms: int, end_ms: int, *, repair: bool
) -> tuple[int, Findings]:
    """Return how many records were read, and what they say of the tables."""

    def wanted(key: PaneKey) -> bool:
        return start_ms <= key.start_ms < end_ms and channel in {None, key.channel}

    panes = ScratchPanes(wanted)
    rejects = MemoryRejects()
    fold = AggregateRecords(panes, MemoryDirectory(), rejects, KeyedHash(secret(found.user_key_secret_arn)))
    archive = S3ArchiveReader(found)
    records = rebuild(archive.read(start_ms - FUTURE_LIMIT_MS, end_ms + LATE_LIMIT_MS), fold)
    if rejects.kept:
        note(f"{len(rejects.kept)} lines of the archive are rejects and counted nowhere")
    compare = Recompute(DynamoPaneStore(found), DynamoMetricStore(found), DynamoStateStore(found))
    return records, compare(panes.rows(), start_ms, end_ms, repair=repair, erased=archive.erased)


def _print(findings: Findings, records: int, *, as_json: bool) -> None:
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "records": records,
                    "minutes": findings.minutes,
                    "open": findings.open,
                    "behind": findings.behind,
                    "erased": findings.erased,
                    "repaired": findings.repaired,
                    "refused": findings.refused,
                    "differences": [_plain(difference) for difference in findings.differences],
                }
            )
        )
        return
    if findings.differences:
        table = Table("channel", "grain", "start", "field", "stored", "archive")
        for difference in findings.differences:
            key = difference.key
            for name, (stored, right) in difference.told.items():
                table.add_row(key.channel, key.grain, iso(key.start_ms), name, str(stored), str(right))
        Console().print(table)
    typer.echo(
        f"{records} records, {findings.minutes} minutes compared, {len(findings.differences)} differences, "
        f"{findings.repaired} repaired, {findings.refused} moved on meanwhile, "
        f"{findings.open} not closed yet, {findings.behind} not wholly archived yet, "
        f"{findings.erased} erased in part"
    )


def _plain(difference: Difference) -> dict[str, object]:
    return {
        "channel": difference.key.channel,
        "grain": difference.key.grain,
        "start": iso(difference.key.start_ms),
        "start_ms": difference.key.start_ms,
        "fields": {
            name: {"stored": str(stored), "archive": str(right)}
            for name, (stored, right) in difference.told.items()
        },
    }
