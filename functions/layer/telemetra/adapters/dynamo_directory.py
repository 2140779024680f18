"""The directory of channels in DynamoDB."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from telemetra.adapters import partiql
from telemetra.adapters.bulk import Item, batch_get
from telemetra.adapters.clients import client
from telemetra.adapters.clock import now_ms
from telemetra.adapters.dynamo_listing import Listing
from telemetra.adapters.failures import guarded
from telemetra.adapters.tables import BUCKETS, TURNED, StreamRow, bound, bucket, whole
from telemetra.adapters.walks import flipped, part_of, walk_of
from telemetra.application.ports import Page
from telemetra.config import Settings
from telemetra.domain.directory import Stream
from telemetra.domain.errors import ContentionError
from telemetra.domain.events import Raid, StreamMeta
from telemetra.domain.window import HOUR_MS, MINUTE_MS, floor_to

REMEMBERED: Final = 10_000
"""Channels whose last noted minute, and whose last words, an instance remembers."""

SAID_AGAIN_MS: Final = 15 * MINUTE_MS
"""How long metadata that says the same again is not written again."""

_ATTEMPTS: Final = 5


class _Said(NamedTuple):
    """What an instance knows that a channel said: when it wrote so, and the newest that says the same."""

    written_ms: int
    newest_ms: int
    words: tuple[bool, str, str, str]

    def seen(self, at_ms: int) -> _Said:
        """Return what is known once the same was said at another instant too."""
        return self._replace(newest_ms=max(self.newest_ms, at_ms))


class DynamoDirectory:
    """``Directory`` over one table.

    A walk over the pages meets every channel once, also one that goes live or offline meanwhile.

    Args:
        settings: prefix of the table's name and endpoint.
        clock: current instant, ms.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], int] = now_ms) -> None:
        self._table = settings.table("streams")
        self._endpoint = settings.aws_endpoint_url
        self._rows = bound(StreamRow, self._table, self._endpoint)
        self._listing = Listing(self._rows)
        self._clock = clock
        self._noted: dict[str, int] = {}
        self._said: dict[str, _Said] = {}

    def touch(self, seen: Mapping[str, int]) -> None:
        """See ``Directory``; four streams see the same minute, and a read costs less than a refusal."""
        minutes = {channel: floor_to(at_ms, MINUTE_MS) for channel, at_ms in seen.items()}
        news = {
            channel: minute for channel, minute in minutes.items() if minute > self._noted.get(channel, -1)
        }
        stored = {channel: row.last_seen_ms for channel, row in self._load(news, consistent=False).items()}
        partiql.upsert(
            client("dynamodb", self._endpoint),
            {
                channel: self._upsert(channel, minute, known=channel in stored)
                for channel, minute in news.items()
                if minute > stored.get(channel, -1)
            },
        )
        if len(self._noted) + len(news) > REMEMBERED:
            self._noted.clear()
        self._noted |= news

    def describe(self, metas: Sequence[StreamMeta]) -> None:
        for meta in sorted(metas, key=lambda meta: (meta.ts, meta.event_id)):
            with guarded(f"describe {meta.channel}"):
                if not self._is_news(meta):
                    self._said[meta.channel] = self._said[meta.channel].seen(meta.ts)
                elif self._describe(meta):
                    self._remember(meta)
                else:
                    self._said.pop(meta.channel, None)
                if meta.raid is not None:
                    self._raided(meta.channel, meta.ts, meta.raid)

    def get(self, channel: str) -> Stream | None:
        with guarded(f"read stream {channel}"):
            try:
                return _decoded(self._rows.get(channel))
            except DoesNotExist:
                return None

    def page(self, *, limit: int, cursor: str | None) -> Page[Stream]:
        walk = walk_of(cursor, self._clock())
        with guarded("list streams"):
            places = self._listing.names(walk, limit + 1)
        rows = self._load([channel for _, channel in places[:limit]])
        streams = [_decoded(rows[channel]) for _, channel in places[:limit] if channel in rows]
        return Page(streams, walk.cursor(*places[limit - 1]) if len(places) > limit else None)

    def seen_since(self, since_ms: int) -> list[str]:
        floor_ms = floor_to(since_ms, MINUTE_MS)
        with guarded("list channels"):
            entries = [
                (entry.channel, int(entry.seen_hour_ms))
                for number in range(BUCKETS)
                for entry in self._rows.listing.query(
                    number, filter_condition=self._rows.seen_hour_ms >= floor_to(floor_ms, HOUR_MS)
                )
            ]
        in_doubt = self._load([channel for channel, hour_ms in entries if hour_ms < floor_ms])
        return sorted(
            channel
            for channel, hour_ms in entries
            if hour_ms >= floor_ms or (channel in in_doubt and in_doubt[channel].last_seen_ms >= floor_ms)
        )

    def _load(self, channels: Collection[str], *, consistent: bool = True) -> dict[str, StreamRow]:
        keys: list[Item] = [{"channel": {"S": channel}} for channel in channels]
        items = batch_get(client("dynamodb", self._endpoint), self._table, keys, consistent=consistent)
        return {row.channel: row for row in map(self._rows.from_raw_data, items)}

    def _upsert(self, channel: str, minute_ms: int, *, known: bool) -> partiql.Upsert:
        now = self._clock()
        row = self._rows(
            channel,
            bucket=bucket(channel),
            rank=_rank(channel, live=True),
            last_seen_ms=minute_ms,
            seen_hour_ms=floor_to(minute_ms, HOUR_MS),
            created_at=now,
            updated_at=now,
        ).serialize()
        changes = {name: row[name] for name in ("last_seen_ms", "seen_hour_ms", "updated_at")}
        return partiql.Upsert(
            insert=partiql.insert(self._table, row),
            update=partiql.update(
                self._table,
                {"channel": row["channel"]},
                changes,
                where='"last_seen_ms" <',
                value=row["last_seen_ms"],
            ),
            insert_first=not known,
        )

    def _is_news(self, meta: StreamMeta) -> bool:
        """Say whether it differs from what this instance wrote, or that was long ago, and is not older."""
        before = self._said.get(meta.channel)
        if before is None or meta.ts >= before.written_ms + SAID_AGAIN_MS:
            return True
        return meta.ts >= before.newest_ms and _words(meta) != before.words

    def _remember(self, meta: StreamMeta) -> None:
        if len(self._said) >= REMEMBERED:
            self._said.clear()
        self._said[meta.channel] = _Said(meta.ts, meta.ts, _words(meta))

    def _describe(self, meta: StreamMeta) -> bool:
        """Write what a channel said; return False when what is stored is newer."""
        row = self._rows
        newer = (row.described_ms < meta.ts) | (
            (row.described_ms == meta.ts) & (row.described_by < meta.event_id)
        )
        unmoved = row.rank.does_not_exist() | (row.rank == _rank(meta.channel, live=meta.live))
        return self._tell(meta, (row.described_ms.does_not_exist() | newer) & unmoved) or self._turn(meta)

    def _turn(self, meta: StreamMeta) -> bool:
        """Write it for a channel that is in the other part of the listing, and when it turned.

        Raises:
            ContentionError: others described the channel at every attempt.
        """
        row = self._rows
        for _ in range(_ATTEMPTS):
            stored = self._load([meta.channel])[meta.channel]
            if (int(stored.described_ms or 0), stored.described_by or "") >= (meta.ts, meta.event_id):
                return False
            unchanged = row.described_ms.does_not_exist()
            if stored.described_ms is not None:
                unchanged = (row.described_ms == stored.described_ms) & (
                    row.described_by == stored.described_by
                )
            flips = flipped([int(flip) for flip in stored.flips or ()], self._clock())
            turned = [row.turned.set(TURNED), row.flips.set({*flips}), row.flipped_ms.set(flips[-1])]
            moved = stored.rank != _rank(meta.channel, live=meta.live)
            if self._tell(meta, unchanged, turned if moved else ()):
                return True
        message = f"{meta.channel} was described by others {_ATTEMPTS} times in a row"
        raise ContentionError(message)

    def _tell(self, meta: StreamMeta, condition: Condition, also: Sequence[Action] = ()) -> bool:
        """Write a description; return False when the condition does not hold."""
        row, now = self._rows, self._clock()
        values: dict[str, Any] = {
            "bucket": bucket(meta.channel),
            "rank": _rank(meta.channel, live=meta.live),
            "live": meta.live,
            "title": meta.title,
            "category": meta.category,
            "language": meta.language,
            "described_ms": meta.ts,
            "described_by": meta.event_id,
            "updated_at": now,
        }
        actions = [getattr(row, name).set(value) for name, value in values.items()]
        actions.append(row.last_seen_ms.set(row.last_seen_ms | 0))
        actions.append(row.seen_hour_ms.set(row.seen_hour_ms | 0))
        actions.append(row.created_at.set(row.created_at | now))
        actions.append(
            row.live_since_ms.set(row.live_since_ms | meta.ts) if meta.live else row.live_since_ms.remove()
        )
        try:
            row(meta.channel).update(actions=[*actions, *also], condition=condition)
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def _raided(self, channel: str, at_ms: int, raid: Raid) -> None:
        """Keep the newest raid; it is announced once, and the next metadata does not say it again."""
        row = self._rows
        try:
            row(channel).update(
                actions=[
                    row.raid_ms.set(at_ms),
                    row.raid_viewers.set(raid.viewers),
                    row.updated_at.set(self._clock()),
                ],
                condition=row.raid_ms.does_not_exist() | (row.raid_ms < at_ms),
            )
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise


def _words(meta: StreamMeta) -> tuple[bool, str, str, str]:
    return meta.live, meta.title, meta.category, meta.language


def _rank(channel: str, *, live: bool) -> str:
    return f"{part_of(live=live)}#{channel}"


def _decoded(row: StreamRow) -> Stream:
    return Stream(
        channel=row.channel,
        live=row.live,
        title=row.title,
        category=row.category,
        language=row.language,
        last_seen_ms=int(row.last_seen_ms),
        live_since_ms=whole(row.live_since_ms),
        described_ms=int(row.described_ms or 0),
        raid_ms=int(row.raid_ms or 0),
        raid_viewers=int(row.raid_viewers or 0),
    )
