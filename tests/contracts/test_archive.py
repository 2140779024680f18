"""What every archive does, and that its format gives back what it was given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from local.cloud import Cloud
from telemetra.adapters.frames import SUFFIX, read_frames, write_frames
from telemetra.adapters.memory import MemoryArchive
from telemetra.adapters.s3 import S3Archive, S3ArchiveReader
from telemetra.application.ports import Record
from telemetra.config import Settings
from telemetra.domain.errors import CorruptStateError, StoreUnavailableError
from telemetra.domain.events import Kind
from telemetra.domain.window import HOUR_MS
from tests.contracts.samples import NOW_MS, SEQUENCE, SHARD

LINES = b'{"schema":"chat.v1"}\n' * 3
RECORDS = [
    Record(Kind.CHAT, SHARD, SEQUENCE, NOW_MS, zstandard.compress(LINES)),
    Record(Kind.CHAT, SHARD, SEQUENCE + 5, NOW_MS + 1, LINES),
    Record(Kind.CHAT, SHARD, SEQUENCE + 9, NOW_MS + 2, b""),
]
BROKEN = Record(Kind.CHAT, SHARD, SEQUENCE + 7, NOW_MS + 2, None)


class Shelf:
    """The archive on S3, and what lies in its bucket."""

    def __init__(self, settings: Settings, s3: Any) -> None:
        self._archive = S3Archive(settings)
        self.reader = S3ArchiveReader(settings)
        self._bucket = settings.archive_bucket
        self._s3 = s3

    def put(self, records: list[Record]) -> None:
        self._archive.put(records)

    def put_raw(self, key: str, body: bytes) -> None:
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body)

    def keys(self) -> list[str]:
        return [one["Key"] for one in self._s3.list_objects_v2(Bucket=self._bucket).get("Contents", [])]

    @property
    def kept(self) -> list[Record]:
        return list(self.reader.read())


@pytest.fixture
def shelf(settings: Settings, cloud: Cloud, bucket: str) -> Shelf:
    return Shelf(replace(settings, archive_bucket=bucket), cloud.client("s3"))


@pytest.fixture(params=["memory", "s3"])
def archive(request: pytest.FixtureRequest) -> MemoryArchive | Shelf:
    return MemoryArchive() if request.param == "memory" else request.getfixturevalue("shelf")


def test_records_are_kept_as_they_were_put(archive: MemoryArchive | Shelf) -> None:
    archive.put(RECORDS)
    assert archive.kept == RECORDS


def test_records_whose_bytes_were_lost_are_left_out(archive: MemoryArchive | Shelf) -> None:
    archive.put([BROKEN])
    assert archive.kept == []
    archive.put([*RECORDS[:1], BROKEN])
    assert archive.kept == RECORDS[:1]


def test_a_retry_with_more_records_and_a_bisected_one_keep_each_once(archive: MemoryArchive | Shelf) -> None:
    archive.put(RECORDS[:1])
    archive.put(RECORDS)
    archive.put(RECORDS[:2])
    archive.put(RECORDS[2:])
    assert archive.kept == RECORDS


def test_an_object_is_named_by_stream_hour_shard_and_its_first_and_last_record(shelf: Shelf) -> None:
    shelf.put([*RECORDS, structs.replace(RECORDS[0], kind=Kind.VIEWER, shard="shardId-000000000001")])
    assert shelf.keys() == [
        f"raw/stream=chat/date=2026-11-23/hour=18/{SHARD}-{SEQUENCE}-{SEQUENCE + 9}{SUFFIX}",
        f"raw/stream=viewer/date=2026-11-23/hour=18/shardId-000000000001-{SEQUENCE}-{SEQUENCE}{SUFFIX}",
    ]


def test_the_archive_reads_back_each_record_once_in_order(shelf: Shelf) -> None:
    other = structs.replace(RECORDS[0], shard="shardId-000000000001")
    for delivery in (RECORDS[1:], RECORDS, RECORDS[2:], RECORDS[:2], [other]):
        shelf.put(delivery)
    assert list(shelf.reader.read()) == [*RECORDS, other]


def test_a_part_that_is_delivered_again_alone_takes_nothing_away(shelf: Shelf) -> None:
    for delivery in (RECORDS, RECORDS[:1], RECORDS[1:2]):
        shelf.put(delivery)
    assert list(shelf.reader.read()) == RECORDS


def test_objects_named_by_their_first_record_alone_are_read_too(shelf: Shelf) -> None:
    shelf.put_raw(
        f"raw/stream=chat/date=2026-11-23/hour=18/{SHARD}-{SEQUENCE}{SUFFIX}", write_frames(RECORDS)
    )
    assert list(shelf.reader.read()) == RECORDS


def test_the_archive_is_read_by_hours_of_arrival(shelf: Shelf) -> None:
    late = structs.replace(RECORDS[1], arrival_ms=NOW_MS + 5 * HOUR_MS)
    shelf.put(RECORDS[:1])
    shelf.put([late])
    assert list(shelf.reader.read(NOW_MS, NOW_MS + HOUR_MS)) == RECORDS[:1]
    assert list(shelf.reader.read(NOW_MS + 4 * HOUR_MS)) == [late]
    assert list(shelf.reader.read(end_ms=NOW_MS)) == RECORDS[:1]


def test_what_is_no_object_of_the_archive_is_passed_over_or_named(shelf: Shelf) -> None:
    shelf.put_raw("raw/README", b"hello")
    assert list(shelf.reader.read()) == []
    shelf.put_raw(f"raw/stream=chat/date=2026-11-23/hour=18/{SHARD}-7{SUFFIX}", b"hello, archive")
    with pytest.raises(CorruptStateError, match=rf"raw/stream=chat.*-7{SUFFIX}: archive object at byte 0"):
        list(shelf.reader.read())


def test_a_bucket_that_is_not_there_is_unavailable(settings: Settings) -> None:
    reader = S3ArchiveReader(replace(settings, archive_bucket="nowhere-at-all"))
    with pytest.raises(StoreUnavailableError, match="list nowhere-at-all"):
        list(reader.read())


def test_any_zstd_decoder_prints_the_events() -> None:
    stored = write_frames(RECORDS)
    with zstandard.ZstdDecompressor().stream_reader(stored, read_across_frames=True) as reader:
        assert reader.read() == LINES * 2


@given(
    st.lists(
        st.builds(
            Record,
            kind=st.sampled_from(Kind),
            shard=st.text(max_size=30),
            sequence=st.integers(0, 2**190),
            arrival_ms=st.integers(0, 2**53),
            data=st.binary(max_size=300) | st.binary(max_size=300).map(zstandard.compress),
        ),
        max_size=5,
    )
)
def test_frames_give_back_any_records(records: list[Record]) -> None:
    assert list(read_frames(write_frames(records))) == records


@pytest.mark.parametrize("cut", [1, 7, 20, -1])
def test_an_object_cut_short_is_said_to_be_corrupt(cut: int) -> None:
    with pytest.raises(CorruptStateError, match="archive object at byte 0"):
        list(read_frames(write_frames(RECORDS[:1])[:cut]))


def test_bytes_of_another_kind_are_said_to_be_corrupt() -> None:
    with pytest.raises(CorruptStateError, match="no header"):
        list(read_frames(zstandard.compress(LINES)))
