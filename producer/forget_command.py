"""The command ``forget``."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from botocore.exceptions import BotoCoreError

from producer.console import ROOT, Usage, fail, note, settings
from producer.deployment import with_stores
from producer.options import Prefix
from producer.spill_erase import removals_in, sweep_journals, sweep_spill
from telemetra.adapters.dynamo_metrics import DynamoMetricStore
from telemetra.adapters.dynamo_panes import DynamoPaneStore
from telemetra.adapters.dynamo_states import DynamoStateStore
from telemetra.adapters.erasing import (
    Bucket,
    RejectQueue,
    Swept,
    archive_keys,
    sweep_objects,
    without_frames,
    without_reject,
)
from telemetra.application.forget import Eraser, Target
from telemetra.application.scrub import Scrub, Scrubbed
from telemetra.domain.errors import ContentionError, CorruptStateError, StoreUnavailableError
from telemetra.domain.events import is_channel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from producer.sources.twitch.values import Removal
    from telemetra.config import Settings

EXAMPLES = """\b
Examples:
  python -m producer forget --user 44322889 --dry-run
  python -m producer forget --user 44322889 --login ada
  python -m producer forget --removals --channel aurora_plays --json
"""

_REMAINS = (
    "counts, sums and averages in panes, minutes, hours and days still include what the user did",
    "sets of at most 256 chatters hold a 40-bit hash of the user's id, keyed with the deployment's secret",
    "sets of at most 256 texts hold 40-bit hashes of texts",
    "moments quote words, each used by at least five chatters",
    "the streams keep their records until the retention ends and cannot be rewritten: run this again then",
)


@dataclass(slots=True)
class Report:
    """What was done, and what remains.

    Attributes:
        events: events taken out of archive, rejects and spill.
        mentions: events of others in which the user's name or id was replaced.
        unreadable: records and lines that could only be searched as bytes.
        busy: places of the spill that a running command holds.
        remains: sentences.
    """

    dry_run: bool
    events: int = 0
    mentions: int = 0
    unreadable: int = 0
    archive: Swept = field(default_factory=Swept)
    rejects: Swept = field(default_factory=Swept)
    spill: Swept = field(default_factory=Swept)
    journal: Swept = field(default_factory=Swept)
    tables: Scrubbed = field(default_factory=Scrubbed)
    busy: list[str] = field(default_factory=list)
    remains: list[str] = field(default_factory=list)

    def text(self) -> str:
        """Return the report for people."""
        would = "would take" if self.dry_run else "took"
        lines = [
            f"{would} out {self.events} events, and the user's name out of {self.mentions} events of others",
            f"archive   {self.archive.changed} of {self.archive.seen} objects",
            f"rejects   {self.rejects.changed} of {self.rejects.seen} messages and objects",
            f"spill     {self.spill.changed} of {self.spill.seen} files",
            f"journal   {self.journal.changed} of {self.journal.seen} notes of removals",
            f"tables    {self.tables.words} words of {self.tables.rows} rows",
        ]
        if self.unreadable:
            lines.append(f"{self.unreadable} records and lines could only be searched as bytes")
        return "\n".join([*lines, *(f"remains: {sentence}" for sentence in self.remains)])


def forget(
    *,
    user: Annotated[str | None, typer.Option(help="Id of the user, as in `user_id`.")] = None,
    login: Annotated[
        list[str] | None, typer.Option(help="A name of the user, to find mentions; may be repeated.")
    ] = None,
    removals: Annotated[
        bool,
        typer.Option("--removals", help="Take out what moderators removed on Twitch."),
    ] = False,
    channel: Annotated[str | None, typer.Option(help="In this channel only.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    prefix: Prefix = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON object.")] = False,
) -> None:
    """Take a user out of the archive, the rejects, the spill and the counted words; say what remains.

    The user's events go. In events of others the names that the user went by, and those of --login, are
    replaced by "removed". Counts stay. Running it again changes nothing; after an interruption run it again
    with the same options. Exit code 1 says that something could not be reached.
    """
    if not user and not removals:
        message = "say --user ID, or --removals"
        raise Usage(message)
    if login and not user:
        message = "--login goes with --user"
        raise Usage(message)
    if channel is not None and not is_channel(channel):
        message = f"--channel {channel!r}: expected 1 to 64 of a-z, 0-9 and _"
        raise Usage(message)
    found = with_stores(settings(), prefix)
    folder = ROOT / found.state_dir
    target = Target(user or "", frozenset(login or ()), channel)
    if removals:
        target = _with_removals(target, removals_in(folder / "twitch"))
    report = Report(dry_run)
    try:
        _Run(found, folder, report).forget(target)
    except (StoreUnavailableError, CorruptStateError, ContentionError, BotoCoreError, OSError) as error:
        reason = f"stopped half way, run it again: {error}"
        raise fail(reason) from error
    typer.echo(json.dumps(asdict(report)) if as_json else report.text())
    if report.busy:
        reason = f"a running command holds {', '.join(report.busy)}: stop it and run this again"
        raise fail(reason)


def _with_removals(target: Target, removals: Iterable[Removal]) -> Target:
    """Return the target with what moderators removed; a cleared chat takes out nothing, as on Twitch."""
    messages, purged = set(), dict(target.purged)
    for removal in removals:
        if removal.message_id:
            messages.add(removal.message_id)
        elif removal.user_id:
            key = removal.channel, removal.user_id
            purged[key] = max(purged.get(key, 0), removal.ts)
    return replace(target, messages=frozenset(messages), purged=purged)


class _Run:
    """One pass over everything that is stored."""

    def __init__(self, found: Settings, folder: Path, report: Report) -> None:
        self._found = found
        self._folder = folder
        self._report = report
        self._write = not report.dry_run

    def forget(self, target: Target) -> None:
        """Look first, so that every name is known; then take out, words of the tables before their source."""
        known = Eraser(target)
        archive = Bucket(self._found.archive_bucket, self._found) if self._found.archive_bucket else None
        own = self._archive(archive, known, write=False)
        self._rejects(known, write=False)
        target = replace(target, names=target.names | known.gone.names)
        looked = Eraser(target)
        touched = self._archive(archive, looked, write=False)
        scrub = Scrub(
            DynamoPaneStore(self._found), DynamoMetricStore(self._found), DynamoStateStore(self._found)
        )
        self._report.tables = scrub(looked.gone.cells, looked.gone.said, target.names, write=self._write)
        eraser = Eraser(target)
        order = sorted(touched, key=lambda key: own.get(key, False))
        changed = self._archive(archive, eraser, write=self._write, keys=order)
        self._report.archive = Swept(len(changed), sum(changed.values()))
        self._report.rejects = self._rejects(eraser, write=self._write)
        spill, busy = sweep_spill(self._folder / "spill", eraser, write=self._write)
        self._report.spill, self._report.busy = spill, [str(place) for place in busy]
        if target.user_id:
            self._report.journal = sweep_journals(
                self._folder / "twitch", target.user_id, eraser.gone.ids, write=self._write
            )
        gone = eraser.gone
        self._report.events, self._report.mentions = gone.events, gone.mentions
        self._report.unreadable = gone.unreadable
        self._report.remains = list(_REMAINS)

    def _archive(
        self, archive: Bucket | None, eraser: Eraser, *, write: bool, keys: list[str] | None = None
    ) -> dict[str, bool]:
        if archive is None:
            return {}
        wanted = archive_keys(archive) if keys is None else keys
        if not write:
            note(f"looking through {len(wanted)} objects of the archive")
        return sweep_objects(archive, wanted, lambda _, body: without_frames(body, eraser), write=write)

    def _rejects(self, eraser: Eraser, *, write: bool) -> Swept:
        bucket, gone = Bucket(self._found.rejects_bucket, self._found), set()

        def rewrite(key: str, body: bytes) -> bytes | None:
            after = without_reject(key, body, eraser)
            if after is None:
                gone.add(key)
            return after

        told = sweep_objects(bucket, bucket.keys(), rewrite, write=write)
        swept = RejectQueue(self._found).sweep(eraser, gone, write=write)
        return Swept(swept.seen + len(told), swept.changed + sum(told.values()))
